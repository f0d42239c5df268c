# Generators: laziness, return values, send, throw, close, delegation.
def count(n):
    i = 0
    while i < n:
        yield i
        i += 1
    return "done"

print(list(count(5)))
g = count(2)
print(next(g), next(g))
try:
    next(g)
except StopIteration as e:
    print("stop", e.value, e.args)
try:
    next(g)
except StopIteration as e:
    print("again", e.value, e.args)
print(next(g, "default"))

def echo():
    got = None
    while True:
        got = yield got
        if got is None:
            return "none given"
g = echo()
print(g.send(None), g.send(1), g.send("two"))
try:
    g.send(None)
except StopIteration as e:
    print(e.value)

try:
    echo().send(1)
except TypeError as e:
    print(e)

def guarded():
    try:
        yield 1
        yield 2
    except ValueError as e:
        print("caught", e)
        yield 3
    finally:
        print("finally")
g = guarded()
print(next(g))
print(g.throw(ValueError("inside")))
print(next(g, "end"))

g = guarded()
next(g)
g.close()
g.close()
print("closed", next(g, "end"))

def stubborn():
    try:
        yield 1
    except GeneratorExit:
        yield 2
g = stubborn()
next(g)
try:
    g.close()
except RuntimeError as e:
    print(e)

def raises_stop():
    yield 1
    raise StopIteration("leaked")
try:
    list(raises_stop())
except RuntimeError as e:
    print(e, repr(e.__cause__))

def inner():
    x = yield "inner"
    print("inner got", x)
    return x * 2
def outer():
    r = yield from inner()
    print("result", r)
    r = yield from [1, 2]
    print("list gives", r)
g = outer()
print(next(g))
print(g.send(21))
print(list(g))

def running():
    try:
        next(g)
    except ValueError as e:
        print(e)
    yield
g = running()
next(g)

g = (x * x for x in range(4) if x % 2)
print(next(g), list(g), list(g))
print(sum(x for x in range(10)), max((x * 7 % 5 for x in range(5)), default=0))
print(type(g).__name__, g.gi_frame, g.gi_running, g.__name__)
print([*count(3)], {*count(3)}, (*count(2), 9))
a, *b = count(4)
print(a, b)
