def f(cursor, name):
    cursor.execute("select * from users where name = ?", (name,))
# ---
def f(cursor):
    cursor.execute("select * " + "from users")
