import asyncio
async def g():
    return 1
async def f():
    g()
# ---
import asyncio
async def f():
    asyncio.sleep(1)
