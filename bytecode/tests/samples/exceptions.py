"""Handlers, clean-up, groups; generators and coroutines."""


def nested(f):
    try:
        try:
            with f() as a, f():
                assert a, "message"
                raise ValueError(a) from None
        except (KeyError, ValueError) as error:
            return error.args[0]
        else:
            f(1)
        finally:
            print("done", sep="", end="")
    except:
        raise


def groups(f):
    try:
        f()
    except* OSError as group:
        print(group)
    except* (TypeError, ValueError):
        pass


def generator(n):
    received = yield
    while received:
        received = yield n
    result = yield from generator(n - 1)
    return result


async def coroutine(source):
    async with source as s, s.inner():
        async for item in s:
            await item
    return [x async for x in source if await x]


async def asynchronous_generator(source):
    async for item in source:
        yield item * 2


def matches(subject):
    match subject:
        case 0 | -1.5 | "text" | None:
            return 1
        case [first, *_, {"key": value, **rest}] if first:
            return first, value, rest
        case complex(real=0, imag=im) | Point(im, 0):
            return im
        case _:
            return ...
