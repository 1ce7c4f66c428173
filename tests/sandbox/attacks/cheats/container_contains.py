# title: a container that holds whatever is asked for
# exam: squares
# expect: wrong|raised
class All:
    def __iter__(self):
        return iter([0])
    def __len__(self):
        return 4
    def __contains__(self, item):
        return True
    def __getitem__(self, index):
        return index * index
    def __eq__(self, other):
        return True

def f(n):
    return All()
