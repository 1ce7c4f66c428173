# title: custom str
# exam: n_honest1_custom_str
# expect: passed
class E(Exception):
    def __init__(self,code): self.code=code
    def __str__(self): return f"E#{self.code}"
def f(x):
    raise E(x)
