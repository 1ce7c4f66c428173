import asyncio
async def g():
    return 1
async def f():
    await g()
# ---
import asyncio
async def main():
    await asyncio.sleep(0)
asyncio.run(main())
