# title: a database in memory
# exam: sort
# expect: passed
import sqlite3

def f(values):
    db = sqlite3.connect(':memory:')
    db.execute('create table t (v int)')
    db.executemany('insert into t values (?)', [(value,) for value in values])
    return [row[0] for row in db.execute('select v from t order by v')]
