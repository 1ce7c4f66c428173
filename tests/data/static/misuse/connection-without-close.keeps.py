import sqlite3
from contextlib import closing
def f(path):
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("select 1")
# ---
import sqlite3
def f(path):
    connection = sqlite3.connect(path)
    connection.execute("select 1")
    connection.close()
