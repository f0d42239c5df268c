def simple():
    yield
    x = yield 1
    y = yield from x
    return y


def in_try():
    try:
        yield 1
    except ValueError:
        yield 2
    finally:
        yield 3


def expression(a):
    f((yield a), (yield))
    b = [(yield)]
    yield a, b
    yield from (c for c in b)


async def coroutine(a):
    b = await a
    return await b.c(await d)


async def asynchronous_generator(a):
    yield 1
    b = yield await a
    async for c in a:
        yield c
    return


def with_closure(a):
    def inner():
        yield a
    return inner
