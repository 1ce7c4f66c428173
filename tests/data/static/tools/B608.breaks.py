def f(cursor, x):
    return cursor.execute("select a from b where c = " + x)
