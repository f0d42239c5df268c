# One call site, many callables: functions, methods, classes, built-ins, closures, defaults changing, generators, partials.
def one(x): return x + 1
def with_default(x, y=10): return x + y
def star(*a): return len(a)
def kw(x=0, **k): return x
class C:
    def __init__(self, x=0): self.x = x
    def m(self, x): return self.x + x
    @classmethod
    def c(cls, x): return x * 2
    @staticmethod
    def s(x): return x * 3
    def __call__(self, x): return x * 4
    def __radd__(self, o): return o + self.x
class Slots:
    __slots__ = "v"
    def __init__(self, v): self.v = v
    def __radd__(self, o): return o + self.v
class New:
    def __new__(cls, x): return x * 5
class Meta(type):
    def __call__(cls, x): return x * 6
class WithMeta(metaclass=Meta): pass
def closure(k):
    def inner(x): return x + k
    return inner
def gen(x):
    yield x
c = C(7)
calls = [one, with_default, star, kw, C, c.m, C.c, c.c, C.s, c.s, c, Slots, New, WithMeta, closure(100), int, float, abs, lambda x: -x, bool, [0, 1, 2, 3, 4].__getitem__, (5).__add__, hash]
def call(f, x): return f(x)
t = 0
for i in range(480): t = t + call(calls[i % len(calls)], i % 5)
print(t)
for f in calls:
    r = 0
    for i in range(60): r = r + call(f, i % 5)
    print(r, end=" ")
print()
def method(o, x): return o.m(x)
class M1:
    def m(self, x): return x + 1
class M2(M1): pass
class M3(M1):
    def m(self, x): return super().m(x) * 2
class M4:
    def __init__(self): self.m = lambda x: x - 1
class M5:
    m = staticmethod(lambda x: x)
class M6:
    m = classmethod(lambda cls, x: x)
class M7:
    __slots__ = ("m",)
    def __init__(self): self.m = abs
class M8:
    def __getattr__(self, n): return lambda x: len(n)
class M9:
    @property
    def m(self): return lambda x: 9
class M10:
    m = int
objs = [M1(), M2(), M3(), M4(), M5(), M6(), M5, M6, M7(), M8(), M9(), M10()]
t = 0
for i in range(480): t += method(objs[i % len(objs)], i % 7)
print(t)
for o in objs:
    print(sum(method(o, i % 7) for i in range(60)), end=" ")
print()
def maker(n):
    t = 0
    for i in range(n):
        f = lambda x: x + i
        def g(x, k=i): return x * k
        t += f(1) + g(2)
    return t
print(maker(100))
def defaults(n):
    t = 0
    for i in range(n):
        if i == 30: with_default.__defaults__ = (1000,)
        if i == 60: with_default.__defaults__ = (1, 2)
        if i == 80: with_default.__defaults__ = (10,)
        try:
            t += with_default(i)
        except TypeError as e:
            t += 5
    return t
print(defaults(100))
def arity(n):
    errors = 0
    for i in range(n):
        try:
            one(*range(i % 3))
        except TypeError:
            errors += 1
    return errors
print(arity(90))
def natives(n):
    l, d, s, t = [], {}, "abc", 0
    for i in range(n):
        l.append(i); d[i] = i; t += len(l) + len(d) + len(s) + isinstance(i, int) + isinstance(i, (str, int)) + ord("a") + min(i, 3) + max(1, i, 2) + abs(-i) + len(str(i)) + type(i)(1) + len(tuple("ab")) + d.get(i, 0) + s.find("c") + len(s.upper()) + sum((1, 2)) + int("7") + bool(i) + (s.startswith("a")) + len(list("xy")) + divmod(i, 7)[1] + len(s.split("b", 1)) + d.setdefault(i, 5)
        if i % 10 == 9: l.pop(); d.pop(i)
    return t
print(natives(200))
class LS(list):
    def append(self, x): list.append(self, x * 2)
def appends(l, n):
    for i in range(n): l.append(i)
    return l
print(sum(appends([], 60)), sum(appends(LS(), 60)), sum(appends([], 60)))
class Acc:
    def __init__(self): self.t = 0
    def append(self, x): self.t += x
print(appends(Acc(), 60).t)
def rec(n): return n if n < 2 else rec(n - 1) + rec(n - 2)
print(rec(16))
saved, rec2 = rec, lambda n: 1
def switch():
    global rec
    a = rec(10)
    rec = rec2
    b = saved(10)
    rec = saved
    return a, b, rec(10)
print(switch())
