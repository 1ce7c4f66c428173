def f(cursor, name):
    cursor.execute(f"select * from users where name = '{name}'")
# ---
def f(cursor, name):
    statement = "select * from users where name = '%s'" % name
    cursor.execute(statement)
# ---
def f(cursor, name):
    cursor.execute("delete from users where name = " + name)
