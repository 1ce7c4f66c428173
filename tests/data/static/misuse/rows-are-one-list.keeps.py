def f(n):
    grid = [[0] * n for _ in range(n)]
    grid[0][0] = 1
    return grid
# ---
def f(n):
    row = [0] * n
    row[0] = 1
    return row
# ---
def f(n):
    rows = [[0] * n] * n
    rows[0] = [1]
    return rows
