# title: asyncio with a thread
# exam: add
# expect: passed
import asyncio

async def main(a, b):
    async with asyncio.timeout(5):
        return await asyncio.to_thread(lambda: a + b)

def f(a, b):
    return asyncio.run(main(a, b))
