# Decorators of functions, methods and classes; with arguments; stacked; order of evaluation.
log = []
def deco(tag):
    log.append("make " + tag)
    def d(f):
        log.append("apply " + tag)
        def w(*a, **k): return (tag, f(*a, **k))
        w.__name__ = f.__name__
        return w
    return d
@deco("a")
@deco("b")
def f(x): return x
print(f(1), log, f.__name__)
def memo(f):
    cache = {}
    def g(*args):
        if args not in cache: cache[args] = f(*args)
        return cache[args]
    g.cache = cache
    return g
@memo
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
print(fib(60), len(fib.cache))
class Trace:
    def __init__(self, f): self.f, self.calls = f, 0
    def __call__(self, *a):
        self.calls += 1
        return self.f(*a)
    def __get__(self, obj, cls=None): return self if obj is None else lambda *a: self(obj, *a)
@Trace
def g(x): return x * 2
print(g(2), g(3), g.calls)
class C:
    @Trace
    def m(self, x): return (type(self).__name__, x)
    @staticmethod
    def s(x): return x
    @classmethod
    def c(cls): return cls.__name__
    @property
    def p(self): return "p"
    @deco("method")
    def d(self): return "d"
    @classmethod
    @property
    def cp(cls): return "cp " + cls.__name__
print(C().m(5), C.m.calls, C.s(1), C.c(), C().p, C().d(), C.cp)
def register(cls):
    cls.registered = True
    return cls
def add(**kw):
    def d(cls):
        for k, v in kw.items(): setattr(cls, k, v)
        return cls
    return d
@register
@add(x=1, y=lambda self: self.x + 1)
class D: pass
print(D.registered, D.x, D().y())
@lambda f: f(10)
def value(x): return x + 1
print(value)
@lambda f: print("decorating", f.__name__)
def printed(): pass
table = {}
def on(name):
    def d(f):
        table.setdefault(name, []).append(f)
        return f
    return d
@on("start")
def s1(): return 1
@on("start")
@on("stop")
def s2(): return 2
print({k: [f() for f in v] for k, v in table.items()})
decs = [deco("x"), deco("y")]
@decs[1]
def h(): return "h"
print(h())
def count_calls(f):
    def w(*a):
        w.n += 1
        return f(*a)
    w.n = 0
    return w
@count_calls
def k(): pass
for _ in range(50): k()
print(k.n)
