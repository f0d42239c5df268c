# Asynchronous generators: asend, athrow, aclose, their states, async comprehensions, anext with a default.
def show(f, *a):
    try: print(f(*a))
    except BaseException as e: print(type(e).__name__, e, repr(e.__cause__))
def drive(c):
    out = []
    try:
        while True: out.append(c.send(None))
    except StopIteration as e: return out, e.value
    except BaseException as e: return out, type(e).__name__, str(e), type(e.__cause__).__name__
class P:
    def __init__(s, v): s.v = v
    def __await__(s): return (yield s.v)
async def make(n):
    try:
        for i in range(n):
            await P(i)
            x = yield i * 2
            if x: print("x", x)
    except ValueError as e: print("VE", e); yield "ve"
    finally: await P("fin"); print("fin")
made = []
def ag(n):
    made.append(make(n))
    return made[-1]
a = ag(2); print(type(a).__name__, repr(a)[:26], a.ag_running, a.ag_await, a.ag_code is make.__code__)
print(drive(a.__anext__()), drive(a.asend("s")), drive(a.__anext__()), drive(a.__anext__()), drive(a.aclose()))
a = ag(3); print(drive(a.__anext__()), drive(a.athrow(ValueError("v"))), drive(a.__anext__()))
a = ag(3); print(drive(a.__anext__()), drive(a.aclose()), drive(a.aclose()), drive(a.__anext__()))
a = ag(3); print(drive(a.asend(1)))
a = ag(3); s = a.__anext__(); print(s.send(None)); t = a.__anext__(); show(t.send, None); print(a.ag_running); show(s.send, None); show(s.send, None)
a = ag(3); s = a.aclose(); print(drive(s)); show(s.send, None)
a = ag(3); show(a.athrow(ValueError).send, None)
stubborn = True
async def ign():
    while stubborn:
        try: yield 1
        except GeneratorExit: pass
a = ign(); drive(a.__anext__()); print(drive(a.aclose())); stubborn = False; drive(a.__anext__())
async def rais():
    yield 1
    raise StopAsyncIteration
a = rais(); drive(a.__anext__()); print(drive(a.__anext__()))
async def rais2():
    yield 1
    raise StopIteration
a = rais2(); drive(a.__anext__()); print(drive(a.__anext__()))
async def use():
    r = []
    async for x in ag(3): r.append(x)
    r.append([y async for y in ag(2) if y])
    r.append({k: v async for k, v in pairs()})
    g = (z * 2 async for z in ag(2)); r.append([q async for q in g])
    return r
async def pairs():
    yield 1, 2
    yield 3, 4
print(drive(use()))
a = ag(1); s = a.__anext__(); s.close(); show(s.send, None)
a = ag(1); s = a.__anext__(); print(s.send(None)); show(s.throw, ValueError("t")); show(s.throw, ValueError)
async def an(): return await anext(ag(1)), await anext(ag(0), "dflt")
print(drive(an()))
for g in made: print(drive(g.aclose()), end=' ')
print()
