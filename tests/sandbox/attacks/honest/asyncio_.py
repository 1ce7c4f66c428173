# title: asyncio with tasks and queues
# exam: add
# expect: passed
import asyncio

async def worker(queue, results):
    while True:
        a, b = await queue.get()
        results.append(a + b)
        queue.task_done()

async def main(a, b):
    queue, results = asyncio.Queue(), []
    task = asyncio.create_task(worker(queue, results))
    await queue.put((a, b))
    await queue.join()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return results[0]

def f(a, b):
    return asyncio.run(main(a, b))
