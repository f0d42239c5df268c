# Frame objects: one per frame, alive after it, with what its variables were.
import sys


def show(*things):
    print(*things)


def same():
    a = sys._getframe()
    b = sys._getframe()
    return a is b, a.f_back is sys._getframe(1), a.f_code is same.__code__, a


one = same()
show(*one[:3], sorted(one[3].f_locals), one[3].f_back is sys._getframe(), one[3].f_lineno - same.__code__.co_firstlineno)


def deep(n):
    if n:
        return deep(n - 1)
    return sys._getframe()


frame = deep(3)
while frame is not None and frame.f_code is deep.__code__:
    show(frame.f_locals, frame.f_lineno - deep.__code__.co_firstlineno, frame.f_globals is globals())
    frame = frame.f_back
show(frame is sys._getframe())


# What an exception saw.
def inner(x):
    y = x * 2
    raise ValueError(y)


def outer():
    z = "z"
    try:
        inner(21)
    except ValueError as error:
        caught = error
    del z
    return caught, sys._getframe()


caught, frame = outer()
trace = caught.__traceback__
show(trace.tb_frame is frame, frame.f_locals.keys() >= {"caught"}, "z" in frame.f_locals)
show(trace.tb_next.tb_frame.f_locals, trace.tb_next.tb_frame.f_back is frame)
trace.tb_next.tb_frame.clear()
show(trace.tb_next.tb_frame.f_locals)
try:
    sys._getframe().clear()
except RuntimeError as error:
    show(error)


# Lines after the end: where it was raised first, not where a handler raised it again.
def again():
    try:
        1 / 0
    except TypeError:
        pass
    finally:
        pass


def named():
    try:
        [][1]
    except KeyError as unused:
        pass


class Manager:
    def __enter__(self):
        return self

    def __exit__(self, *exc):
        return False


def managed():
    with Manager():
        with Manager():
            int("x")


for function in again, named, managed:
    try:
        function()
    except Exception as error:
        t = error.__traceback__.tb_next
        show(function.__name__, t.tb_lineno - function.__code__.co_firstlineno,
             t.tb_frame.f_lineno - function.__code__.co_firstlineno, t.tb_lasti == t.tb_frame.f_lasti)


# Generators keep theirs.
def generate(n):
    total = 0
    for i in range(n):
        total += i
        yield sys._getframe()
    return total


g = generate(3)
frame = g.gi_frame
show(frame is g.gi_frame, frame.f_locals, frame.f_lineno - generate.__code__.co_firstlineno, frame.f_back)
first = next(g)
show(first is frame, frame.f_locals, frame.f_back, frame.f_lineno - generate.__code__.co_firstlineno)
locals_before = frame.f_locals
next(g)
show(frame.f_locals is locals_before, locals_before)
show([f is frame for f in g], g.gi_frame, frame.f_locals)


def delegate():
    try:
        yield "first"
    except RuntimeError:
        names = []
        frame = sys._getframe()
        while frame.f_code is not root:
            names.append(frame.f_code.co_name)
            frame = frame.f_back
        yield names


def delegating():
    yield from delegate()


root = sys._getframe().f_code
g = delegating()
show(next(g), g.throw(RuntimeError))

closed = delegating()
next(closed)
frame = closed.gi_frame
frame.clear()
show(closed.gi_frame, frame.f_locals)


# Attributes.
frame = sys._getframe()
show(frame.f_trace, frame.f_trace_lines, frame.f_trace_opcodes, frame.f_builtins is vars(sys.modules["builtins"]))
for attribute, value in ("f_trace_lines", 1), ("f_lineno", 3), ("f_code", None):
    try:
        setattr(frame, attribute, value)
    except Exception as error:
        show(type(error).__name__, error)


# A traceback that a program makes.
T = type(caught.__traceback__)
made = T(None, same()[3], 4, 77)
show(made.tb_lasti, made.tb_lineno, made.tb_next)


class Locals:
    x = 1
    f = sys._getframe()
    y = 2


show({key: value for key, value in Locals.f.f_locals.items() if key in "xy"})


# Functions of globals without builtins take those of whoever makes them.
space = {"type": type, "__builtins__": {"None": None}}
exec("def made(): pass\nalike = type(made)(made.__code__, {})", space)
show(space["made"].__builtins__, space["alike"].__builtins__)
