# send, throw and close with every kind of argument, through yield from, and what they leave behind.
import sys
def show(f, *a):
    try: print(f(*a))
    except BaseException as e: print(type(e).__name__, e, repr(e.__context__), repr(e.__cause__))
def g():
    while True:
        try:
            x = yield 1
            print("got", x)
        except ValueError as e: print("VE", e, e.__context__)
a = g()
show(a.send, 1)
show(next, a); show(a.send, 3); show(a.throw, ValueError); show(a.throw, ValueError, "arg"); show(a.throw, ValueError("inst"))
show(a.throw, ValueError("inst"), "v"); show(a.throw, 1); show(a.throw, int); show(a.throw, ValueError, ("a", "b"), 3)
show(a.throw, ValueError, KeyError("k"))
show(a.throw); show(a.throw, 1,2,3,4); show(a.send)
print(a.gi_running, a.gi_suspended, a.gi_yieldfrom, a.gi_code is g.__code__, a.gi_frame.f_lineno)
show(a.throw, KeyError("out")); print(a.gi_frame, a.gi_suspended, a.gi_running)
show(next, a); show(a.send, 5); show(a.throw, KeyError("fin")); show(a.close)
stubborn = True
def ign():
    while stubborn:
        try: yield
        except GeneratorExit: pass
b = ign(); next(b); show(b.close); stubborn = False; b.close()
def reent():
    yield next(r)
r = reent(); show(next, r); 
def sub():
    try:
        x = yield "a"
        print("sub got", x)
        yield "b"
    except GeneratorExit:
        print("sub exit"); raise
    except KeyError as e:
        print("sub KE", e)
        return "ret"
    finally: print("sub fin")
def outer():
    try:
        v = yield from sub()
        print("v", v)
        yield "after"
    finally: print("outer fin")
c = outer(); print(next(c), c.gi_yieldfrom.__name__, repr(c)[:24]); print(c.send(9)); show(c.throw, KeyError("k1")); c.close()
c = outer(); next(c); c.close(); show(next, c)
class It:
    def __iter__(self): return self
    def __next__(self): return 7
class It2(It):
    def throw(self, *a): print("throw", len(a), a[0]); return "thrown"
    def close(self): print("closed it2")
class It3(It):
    def throw(self, *a): raise StopIteration("stopval")
    def close(self): raise RuntimeError("close fails")
for cls in (It, It2, It3):
    def o():
        try:
            z = yield from cls()
            print("z", z)
            yield z
        except Exception as e: print("o caught", type(e).__name__, e); yield "c"
    d = o(); print(next(d)); show(d.throw, ValueError, "xx"); show(d.close)
    d = o(); next(d); show(d.close); show(next, d)
    d = o(); next(d); show(d.throw, GeneratorExit)
    d = o(); next(d); show(d.send, 5)
def stopit():
    yield 1
    raise StopIteration(3)
s = stopit(); next(s); show(next, s)
def ret():
    return (1, 2)
    yield
show(next, ret())
def reterr():
    return ValueError("val")
    yield
show(next, reterr())
def nested():
    try: yield 1
    except ValueError:
        try: yield 2
        except KeyError as k:
            print(repr(k.__context__)); yield 3
n = nested(); next(n); n.throw(ValueError("v")); n.throw(KeyError("k"))
try: raise OSError("outer")
except OSError:
    m = nested(); next(m)
    try: m.throw(IndexError("i"))
    except IndexError as e: print(repr(e.__context__))
a.__name__ = "nn"; a.__qualname__ = "qq"; print(a.__name__, a.__qualname__, repr(a).split(" at")[0])
show(setattr, a, "__name__", 1); show(setattr, a, "gi_running", 1); show(lambda: type(a)())
def early():
    yield 1
e = early(); show(e.throw, ValueError("early")); print(e.gi_frame); show(next, e)
e = early(); e.close(); show(next, e)
def tb():
    yield 1
    yield 2
t = tb(); next(t)
try: t.throw(ValueError("tb"))
except ValueError as e:
    x = e.__traceback__
    while x: print(x.tb_lineno - tb.__code__.co_firstlineno, x.tb_frame.f_code.co_name); x = x.tb_next
def deep(n):
    if n: yield from deep(n-1)
    else:
        x = yield "bottom"; print("x", x)
d = deep(50); print(next(d)); show(d.send, 1)
d = deep(50); next(d); show(d.throw, KeyError("deep"))
d = deep(50); next(d); d.close()
async def co(): return 1
c = co(); show(c.send, 1); show(c.send, None); show(c.send, None); c.close(); show(c.throw, ValueError)
c = co(); print(c.cr_await, c.cr_frame is not None, c.cr_running, repr(c)[:20]); w = c.__await__(); print(type(w).__name__); show(next, w); show(next, w)
