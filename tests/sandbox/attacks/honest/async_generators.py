# title: asynchronous generators, context managers and timeouts
# exam: squares
# expect: passed
import asyncio
from contextlib import asynccontextmanager

@asynccontextmanager
async def scope():
    yield 2

async def numbers(n):
    async with scope() as power:
        for number in range(n):
            await asyncio.sleep(0)
            yield number ** power

async def collect(n):
    async with asyncio.timeout(5):
        return [number async for number in numbers(n)]

def f(n):
    return asyncio.run(collect(n))
