# title: asyncio
# exam: n_honest2_asyncio
# expect: passed
import asyncio
async def main():
    await asyncio.sleep(0)
    print(input())
asyncio.run(main())
