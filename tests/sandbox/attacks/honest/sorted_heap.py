# title: a heap
# exam: sort
# expect: passed
import heapq

def f(values):
    heap = list(values)
    heapq.heapify(heap)
    return [heapq.heappop(heap) for _ in range(len(heap))]
