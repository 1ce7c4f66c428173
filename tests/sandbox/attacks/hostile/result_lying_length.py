# title: a list whose length and items change while it is read
# exam: add
# expect: wrong|result|raised|policy|memory
class Growing(list):
    def __iter__(self):
        while True:
            yield 1

    def __len__(self):
        return 1 << 40

def f(a, b):
    return Growing([1])
