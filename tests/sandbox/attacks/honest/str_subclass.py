# title: a str subclass for a text
# exam: text
# expect: passed
class Text(str):
    pass

def f(n):
    return Text('ab🙂' * n)
