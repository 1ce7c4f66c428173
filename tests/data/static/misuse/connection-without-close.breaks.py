import sqlite3
def f(path):
    connection = sqlite3.connect(path)
    connection.execute("select 1")
