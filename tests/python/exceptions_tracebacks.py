# Tracebacks seen from the program: line numbers, frames, the current exception, generators and loops in between.
import sys
def lines(e):
    tb, out = e.__traceback__, []
    while tb:
        out.append((tb.tb_frame.f_code.co_name, tb.tb_lineno - tb.tb_frame.f_code.co_firstlineno))
        tb = tb.tb_next
    return out
def a(n):
    if n:
        return a(n - 1)
    raise ValueError("at the bottom")
def test(f):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, lines(e)[1:])
test(lambda: a(3))
def gen():
    yield 1
    raise KeyError
def consume():
    for x in gen():
        x += 1
test(consume)
test(lambda: list(gen()))
class C:
    def __add__(self, o):
        return 1 / o
    @property
    def p(self):
        return self.q
    def __getitem__(self, i):
        return [][i]
    def __iter__(self):
        raise OSError
test(lambda: C() + 0)
test(lambda: C().p)
test(lambda: C()[3])
test(lambda: [x for x in C()])
test(lambda: sorted([1, 2], key=lambda x: x.y))
def reraised():
    try:
        a(1)
    except ValueError:
        x = 1
        raise
test(reraised)
def wrapped():
    try:
        a(0)
    except ValueError as e:
        raise RuntimeError from e
test(wrapped)
def in_finally():
    try:
        a(0)
    finally:
        b = 2
test(in_finally)
def in_with():
    class M:
        def __enter__(self): pass
        def __exit__(self, *a): pass
    with M():
        a(0)
test(in_with)
def multi_line():
    return (1 +
            2 +
            a(
                0))
test(multi_line)
def info():
    print(sys.exc_info())
    try:
        1 / 0
    except ZeroDivisionError:
        print(sys.exc_info()[0].__name__, sys.exc_info()[1])
        try:
            [][0]
        except IndexError:
            print(sys.exc_info()[0].__name__)
        print(sys.exc_info()[0].__name__)
    print(sys.exc_info())
info()
def keep():
    saved = None
    try:
        a(2)
    except ValueError as e:
        saved = e
    for _ in range(2):
        try:
            raise saved
        except ValueError as e:
            print(len(lines(e)), end=" ")
    print()
keep()
def g2():
    try:
        yield 1
    except ValueError as e:
        print("in generator", sys.exc_info()[0].__name__, repr(e.__context__))
        yield 2
    print(sys.exc_info()[0])
    yield 3
g = g2()
next(g)
try:
    raise KeyError("outer")
except KeyError:
    print(g.throw(ValueError("thrown")))
    print(next(g), sys.exc_info()[0].__name__)
def context_chain():
    try:
        try:
            raise ValueError(1)
        except ValueError:
            try:
                raise KeyError(2)
            finally:
                raise OSError(3)
    except OSError as e:
        out = []
        while e:
            out.append(repr(e))
            e = e.__context__
        print(out)
context_chain()
def loop():
    errors = []
    for i in range(3):
        try:
            raise ValueError(i)
        except ValueError as e:
            errors.append(e)
    print([repr(e.__context__) for e in errors])
loop()
def nested_handlers():
    try:
        raise ValueError("a")
    except ValueError as e1:
        try:
            raise KeyError("b")
        except KeyError as e2:
            print(e2.__context__ is e1)
        try:
            raise e1
        except ValueError as e3:
            print(e3 is e1, e1.__context__)
nested_handlers()
