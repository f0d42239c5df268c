# Many coroutines and asynchronous generators, most of which have ended long before the collector comes by.
import gc
import sys


def run(coroutine):
    steps = []
    try:
        while True:
            steps.append(coroutine.send(None))
    except StopIteration as end:
        return end.value, steps


class Pause:
    def __init__(self, value):
        self.value = value

    def __await__(self):
        got = yield self.value
        return (self.value, got)


async def add(a, b):
    return a + b


async def total(n):
    result = 0
    for i in range(n):
        result = await add(result, i)
    return result


print(run(total(20000)))


async def count(n):
    try:
        for i in range(n):
            if i % 1000 == 999:
                await Pause(i)
            got = yield i
            if got is not None:
                print("sent", got)
    finally:
        print("count ends")


async def consume(n):
    result = 0
    async for i in count(n):
        result += i
    numbers = [i async for i in count(5)]
    return result, numbers


print(run(consume(3000)))


async def by_hand():
    generator = count(10)
    print(await generator.asend(None), await generator.asend("hello"), await generator.__anext__())
    awaitable = generator.__anext__()
    print(await awaitable)
    for attempt in "send", "throw":
        try:
            awaitable.send(None) if attempt == "send" else awaitable.throw(ValueError)
        except RuntimeError as error:
            print(attempt, error)
    try:
        await generator.athrow(KeyError("thrown"))
    except KeyError as error:
        print("athrow", error)
    closed = count(10)
    await closed.__anext__()
    print(await closed.aclose(), await closed.aclose())
    try:
        await closed.__anext__()
    except StopAsyncIteration as error:
        print("closed", error.args)
    busy = count(2000)
    while await busy.__anext__() != 998:
        pass
    waiting = busy.asend(None)
    print("waits for", waiting.send(None))
    for other in busy.asend(1), busy.athrow(ValueError), busy.aclose():
        try:
            other.send(None)
        except RuntimeError as error:
            print(type(other).__name__, error)
    try:
        waiting.send("resumed")
    except StopIteration as end:
        print("got", end.value)
    await busy.aclose()


print(run(by_hand()))


class Manager:
    entered = left = 0

    async def __aenter__(self):
        Manager.entered += 1
        return self

    async def __aexit__(self, *details):
        Manager.left += 1
        return details[0] is ZeroDivisionError


async def managed(n):
    for i in range(n):
        async with Manager():
            i % (i % 7 - 3)


run(managed(500))
print(Manager.entered, Manager.left)

# The hooks are told of generators that are abandoned, not of those that have ended.
hooks = []


def finalizer(generator):
    hooks.append(generator.__name__)
    try:
        generator.aclose().send(None)
    except StopIteration:
        pass


async def ended():
    yield 1


async def abandoned():
    yield 1
    yield 2


async def both():
    async for _ in ended():
        pass
    async for _ in abandoned():
        break


sys.set_asyncgen_hooks(finalizer=finalizer)
for _ in range(20):
    run(both())
gc.collect()
gc.collect()
sys.set_asyncgen_hooks(None, None)
print(set(hooks), len(hooks) > 10)
