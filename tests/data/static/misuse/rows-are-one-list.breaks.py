def f(n):
    grid = [[0] * n] * n
    grid[0][0] = 1
    return grid
# ---
def f(n):
    buckets = [[]] * n
    buckets[0].append(1)
    return buckets
