# __slots__: layout, errors, inheritance, together with __dict__.
class S:
    __slots__ = ("a", "b")
    def __init__(self, a): self.a = a
s = S(1)
print(s.a, hasattr(s, "b"), hasattr(s, "__dict__"), S.__slots__)
s.b = 2
print(s.b)
del s.b
for f in (lambda: s.b, lambda: setattr(s, "c", 1), lambda: delattr(s, "b"), lambda: delattr(s, "zz")):
    try:
        f()
    except AttributeError as e:
        print(e)
class Sub(S):
    __slots__ = "c"
x = Sub(5)
x.c = 6
x.b = 7
print(x.a, x.b, x.c, hasattr(x, "__dict__"))
class WithDict(S): pass
w = WithDict(1)
w.other = 2
print(w.__dict__, w.a, w.other)
class Mixed:
    __slots__ = ("m", "__dict__")
m = Mixed()
m.m, m.n = 1, 2
print(m.m, m.n, m.__dict__)
try:
    class Conflict:
        __slots__ = ("v",)
        v = 1
except ValueError as e:
    print(e)
class One:
    __slots__ = ("x",)
class Two:
    __slots__ = ("y",)
try:
    class Both(One, Two): pass
except TypeError as e:
    print(e)
print(type(S.a).__name__, S.a.__get__(s), S.__dict__["a"].__name__)
class Empty:
    __slots__ = ()
class Multi(One, Empty):
    __slots__ = ()
z = Multi(); z.x = 3
print(z.x)
class Private:
    __slots__ = ("__hidden",)
    def __init__(self): self.__hidden = 1
    def get(self): return self.__hidden
print(Private().get(), Private._Private__hidden.__name__)
class Default:
    __slots__ = ("v",)
    def __getattr__(self, name): return "default " + name
d = Default()
print(d.v)
d.v = 1
print(d.v)
def loop(o, n):
    t = 0
    for i in range(n):
        o.a = i
        t += o.a
    return t
print(loop(s, 100), loop(x, 100), loop(w, 100))
s.a = [s]
print(s.a[0] is s)
