# title: async run
# exam: n_honest1_async_run
# expect: passed
import asyncio
async def f(x):
    await asyncio.sleep(0)
    return x*2
