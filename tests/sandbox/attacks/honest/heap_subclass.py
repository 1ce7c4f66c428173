# title: a list subclass kept as a heap
# exam: sort
# expect: passed
import heapq

class Heap(list):
    def __init__(self, items):
        super().__init__(items)
        heapq.heapify(self)
    def drain(self):
        return type(self)(heapq.heappop(self) for _ in range(len(self)))

def f(values):
    return Heap(values).drain()
