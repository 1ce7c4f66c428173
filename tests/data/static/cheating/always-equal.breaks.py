class A:
    def __eq__(self, other):
        return True
# ---
class B(int):
    def __ne__(self, other):
        return False
