# title: a str subclass whose encode method answers later
# exam: secret
# expect: wrong
class Late(str):
    def encode(self, *args, **kwargs):
        return b"anything"
    def __len__(self):
        return 24
    def __hash__(self):
        return 0
    def __eq__(self, other):
        return True

def f(n):
    return Late("later")
