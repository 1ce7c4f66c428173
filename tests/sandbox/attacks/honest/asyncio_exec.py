# title: asyncio exec
# exam: n_small
# expect: passed
import asyncio
def f(a,b):
    async def m():
        return await asyncio.get_running_loop().run_in_executor(None,sum,[a,b])
    return asyncio.run(m())
