# title: coroutine
# exam: secret_pytest
# expect: wrong
async def f(x): return x
