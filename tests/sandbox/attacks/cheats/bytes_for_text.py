# title: bytes and lists of letters where a text is expected
# exam: text
# expect: wrong
def f(n):
    return list("ab🙂" * n) if n else b""
