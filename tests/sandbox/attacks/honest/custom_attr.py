# title: custom attr
# exam: n_honest1_custom_attr
# expect: passed
class E(Exception):
    def __init__(self,code):
        super().__init__("code %d"%code)
        self.code=code
def f(x):
    raise E(x)
