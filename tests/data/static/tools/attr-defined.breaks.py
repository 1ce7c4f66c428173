def f():
    return [1].push(2)
