# title: sqlite file
# exam: n_honest2_sqlite_file
# expect: passed
import sqlite3
c=sqlite3.connect("d.db")
c.execute("create table t(x)")
c.execute("insert into t values(?)",(int(input()),))
c.commit()
print(c.execute("select sum(x) from t").fetchone()[0])
