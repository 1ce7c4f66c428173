class A:
    def __init__(self, x):
        self.x = x
    def __eq__(self, other):
        return self.x == other.x
# ---
class A:
    def __eq__(self, other):
        if not isinstance(other, A):
            return False
        return True
# ---
class Infinity:
    def __lt__(self, other):
        return False

    def __gt__(self, other):
        return True
