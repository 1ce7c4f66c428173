# title: task groups and futures
# exam: add
# expect: passed
import asyncio

async def later(value):
    await asyncio.sleep(0.001)
    return value

async def main(a, b):
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(later(value)) for value in (a, b)]
    return tasks[0].result() + tasks[1].result()

def f(a, b):
    return asyncio.new_event_loop().run_until_complete(main(a, b))
