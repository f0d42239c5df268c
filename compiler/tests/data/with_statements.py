def simple(f):
    with f() as x:
        print(x)
    with f(), g() as (a, b), h() as c.d:
        pass
    with (f() as x, g() as y):
        return x, y
    with (f()):
        pass
    with (f(), g()):
        pass


def leaving(f, xs):
    for x in xs:
        with f:
            if x:
                continue
            if x > 2:
                break
            return x
    with f:
        with f:
            return 1
    with f: raise E
    with f: pass; return 2


async def asynchronous(f):
    async with f() as x, g():
        return await x
    async with f:
        pass
    async for a in f:
        if a:
            continue
        break
    else:
        pass
    with f as y:
        await y


with open(x) as f: f.read()
with open(
    x
) as f:
    pass
