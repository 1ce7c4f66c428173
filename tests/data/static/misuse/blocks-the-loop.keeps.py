import asyncio
async def f():
    await asyncio.sleep(1)
# ---
import time
def f():
    time.sleep(1)
