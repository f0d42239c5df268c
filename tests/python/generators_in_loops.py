"""Generators that loops resume: whatever the frame that goes on, its locals, operands and handled exception are its own."""
import sys


def numbers(n):
    for i in range(n):
        yield i


# Operands below the yield, in both frames.
def sums():
    total = 0
    while True:
        total = total + (yield total) * 2


gen = sums()
next(gen)
print([gen.send(i) for i in range(5)])
print([1000 * (a + 10 * b + sum([c for c in numbers(3)])) for a in numbers(2) for b in numbers(2)])


# Delegation: values go down, results come up.
def inner(name):
    got = []
    for i in range(3):
        got.append((yield name, i))
    return got


def outer():
    first = yield from inner("a")
    second = yield from inner("b")
    return first + second


gen = outer()
value = gen.send(None)
try:
    while True:
        print(value, end=" ")
        value = gen.send(value[1] + 1)
except StopIteration as stop:
    print("->", stop.value)


# The exception that is being handled belongs to the frame.
def handling():
    print("begin", sys.exc_info()[0])
    try:
        yield 1
        raise KeyError("own")
    except KeyError as error:
        print("in", sys.exc_info()[1], error.__context__)
        yield 2
        print("still", sys.exc_info()[1])
    print("end", sys.exc_info()[0])
    yield 3


try:
    raise ValueError("outer")
except ValueError:
    for value in handling():
        print("got", value, sys.exc_info()[1])
    print("after", sys.exc_info()[1])


# Somebody looks at the frame while it waits, and while it runs.
def seen():
    here = 1
    yield sys._getframe().f_locals["here"]
    here = 2
    yield here
    here = 3
    yield sys._getframe().f_back.f_code.co_name


def look():
    gen = seen()
    for value in gen:
        frame = gen.gi_frame
        print(value, frame and frame.f_locals["here"], gen.gi_running)
    print(gen.gi_frame)


look()


# A generator that resumes itself, one that has ended, one that raises.
def myself():
    for value in me:
        yield value


me = myself()
try:
    for value in me:
        print("never")
except ValueError as error:
    print(error)
for value in me:
    print("never")


def raising(n):
    for i in range(n):
        yield i
    raise LookupError(n)


def collect(n):
    found = []
    try:
        for value in raising(n):
            found.append(value)
    except LookupError as error:
        trace, lines = error.__traceback__, []
        while trace:
            lines.append(trace.tb_lineno - trace.tb_frame.f_code.co_firstlineno)
            trace = trace.tb_next
        return found, lines


print(collect(3))


# Too deep, in the midst of a delegation; what was entered can go on afterwards.
def deep(n):
    if n:
        yield from deep(n - 1)
    yield n


print(sum(deep(200)))
try:
    list(deep(sys.getrecursionlimit()))
except RecursionError as error:
    print(error)
print(list(deep(3)))


# Closing and throwing between rounds.
def closing(log):
    try:
        for i in range(10):
            try:
                yield i
            except ZeroDivisionError:
                log.append("thrown")
    finally:
        log.append("closed")


log = []
gen = closing(log)
for value in gen:
    if value == 2:
        print(gen.throw(ZeroDivisionError))
    if value == 4:
        gen.close()
print(value, log)


# Coroutines: values are sent into them, and results come back.
class Ask:
    def __init__(self, what):
        self.what = what

    def __await__(self):
        return (yield self.what)


async def question(what):
    return await Ask(what)


async def talk():
    return [await question(what) + "!" for what in ("one", "two")] + [await question("three")]


coroutine = talk()
asked = coroutine.send(None)
try:
    while True:
        asked = coroutine.send(asked.upper())
except StopIteration as stop:
    print(stop.value)


# Long enough to be specialized.
def pairs(n):
    for i in numbers(n):
        for j in numbers(3):
            yield i, j


total = 0
for i, j in pairs(500):
    total += i * j
print(total, sum(i for i in numbers(1000)), max(x * -1 for x in numbers(50)))
