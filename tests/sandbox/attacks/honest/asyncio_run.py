# title: asyncio run
# exam: n_small
# expect: passed
import asyncio
async def g(a,b):
    await asyncio.sleep(0.001)
    return a+b
def f(a,b):
    return asyncio.run(g(a,b))
