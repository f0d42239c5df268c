# Coroutines driven without an event loop: await, async for, async with, async generators and comprehensions.
class Pause:
    def __init__(self, v): self.v = v
    def __await__(self):
        got = yield self.v
        return got
def drive(coro, *sends):
    out, send = [], None
    feed = list(sends)
    try:
        while True:
            out.append(coro.send(send))
            send = feed.pop(0) if feed else None
    except StopIteration as e:
        return out, e.value
async def simple(): return 5
async def adds(a, b):
    x = await Pause(a)
    y = await Pause(b)
    return x, y
async def nested():
    r = await adds(1, 2)
    s = await simple()
    return r, s
print(drive(simple()), drive(adds("a", "b"), 10, 20), drive(nested(), "x", "y"))
class Ctx:
    async def __aenter__(self):
        await Pause("enter")
        return "ctx"
    async def __aexit__(self, kind, v, tb):
        await Pause("exit " + (kind.__name__ if kind else "none"))
        return kind is ValueError
async def uses(fail):
    async with Ctx() as c:
        await Pause(c)
        if fail: raise ValueError
    return "after"
print(drive(uses(False)), drive(uses(True)))
class Aiter:
    def __init__(self, n): self.n = n
    def __aiter__(self): return self
    async def __anext__(self):
        if self.n == 0: raise StopAsyncIteration
        self.n -= 1
        await Pause("tick")
        return self.n
async def loops():
    out = []
    async for x in Aiter(3): out.append(x)
    else: out.append("else")
    return out, [y async for y in Aiter(2)], {z: z async for z in Aiter(1)}
print(drive(loops()))
async def agen(n):
    try:
        for i in range(n):
            await Pause(i)
            yield i * 10
    finally: await Pause("agen closed")
async def consume():
    return [x async for x in agen(3) if x], sum([x async for x in agen(2)])
print(drive(consume()))
c = simple()
try:
    c.send(1)
except TypeError as e:
    print(e)
c.close()
async def fails():
    try:
        await Pause(1)
    except KeyError as e:
        return "caught " + repr(e)
    finally: print("finally", end=" ")
c = fails()
c.send(None)
try:
    c.throw(KeyError("in"))
except StopIteration as e:
    print(e.value)
c = fails(); c.send(None); c.close(); print()
async def bad(): await 5
try:
    bad().send(None)
except TypeError as e:
    print(e)
print(type(c).__name__, c.__name__, c.cr_running, type(agen(1)).__name__)
c.close()
