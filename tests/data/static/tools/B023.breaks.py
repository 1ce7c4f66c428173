def f():
    found = []
    for i in range(3):
        found.append(lambda: i)
    return found
