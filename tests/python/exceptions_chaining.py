# __cause__, __context__, __suppress_context__, notes, traceback objects.
def f():
    try:
        raise ValueError("first")
    except ValueError as e:
        raise KeyError("second") from e
try:
    f()
except KeyError as e:
    print(repr(e.__cause__), repr(e.__context__), e.__suppress_context__)

try:
    try:
        raise ValueError("first")
    except ValueError:
        raise KeyError("second")
except KeyError as e:
    print(repr(e.__cause__), repr(e.__context__), e.__suppress_context__)

try:
    try:
        raise ValueError("first")
    except ValueError:
        raise KeyError("second") from None
except KeyError as e:
    print(repr(e.__cause__), repr(e.__context__), e.__suppress_context__)

try:
    raise KeyError("k") from ValueError
except KeyError as e:
    print(repr(e.__cause__), type(e.__cause__).__name__)

try:
    raise KeyError("k") from 3
except TypeError as e:
    print(e)

def chain(n):
    if n == 0:
        raise ValueError(0)
    try:
        chain(n - 1)
    except Exception as e:
        raise RuntimeError(n) from e
try:
    chain(4)
except RuntimeError as e:
    while e is not None:
        print(repr(e), end=" <- ")
        e = e.__cause__
    print()

try:
    try:
        1 / 0
    finally:
        [][1]
except IndexError as e:
    print(repr(e.__context__))

e = ValueError("x")
e.add_note("a note")
e.add_note("another")
print(e.__notes__)

def lines(e):
    tb = e.__traceback__
    out = []
    while tb is not None:
        out.append((tb.tb_frame.f_code.co_name, tb.tb_lineno))
        tb = tb.tb_next
    return out
def a():
    b()
def b():
    c()
def c():
    raise LookupError("deep")
try:
    a()
except LookupError as e:
    print(lines(e))
    saved = e
try:
    raise saved
except LookupError as e:
    print(lines(e))
try:
    raise saved.with_traceback(None)
except LookupError as e:
    print(lines(e))

class Odd(Exception):
    def __init__(self, *args, code=0):
        super().__init__(*args)
        self.code = code
try:
    raise Odd("x", code=5)
except Odd as o:
    print(o.args, o.code, o)
print(saved.__context__, saved.__cause__)
