# title: asyncio thread
# exam: n_honest2_asyncio_thread
# expect: passed
import asyncio
async def main():
    print(await asyncio.to_thread(input))
asyncio.run(main())
