# __class__ and __bases__ assigned, types made and changed at run time, abstract use of type.
class A:
    def who(self): return "A"
class B:
    def who(self): return "B"
    extra = "from B"
class S:
    __slots__ = ("v",)
class S2:
    __slots__ = ("v",)
class S3:
    __slots__ = ("w",)
a = A(); a.x = 1
a.__class__ = B
print(a.who(), a.extra, a.x, type(a).__name__, isinstance(a, A))
for obj, cls in ((S(), S3), (S(), A), (A(), S), (1, A), (A(), int), ([], A), (A(), 5), (S(), S2)):
    try:
        obj.__class__ = cls
        print("ok", type(obj).__name__)
    except TypeError as e: print(e)
class Base1:
    v = 1
    def m(self): return "m1"
class Base2:
    v = 2
    def m(self): return "m2"
class C(Base1): pass
class D(C): pass
c, d = C(), D()
out = []
for i in range(90):
    if i == 30: C.__bases__ = (Base2,)
    if i == 60: C.__bases__ = (Base1, Base2)
    r = c.v, d.v, c.m(), d.m()
    if not out or out[-1] != r: out.append(r)
print(out, [k.__name__ for k in D.__mro__])
for b in ((), (int,), (D,), 5, (Base1, Base1)):
    try: C.__bases__ = b
    except TypeError as e: print(type(e).__name__, str(e)[:70])
A.__name__ = "Renamed"
A.__qualname__ = "Q.Renamed"
A.__module__ = "elsewhere"
print(A, A.__name__, repr(A()).startswith("<elsewhere.Q.Renamed object"))
try: A.__name__ = 5
except TypeError as e: print(e)
A.__doc__ = "doc now"
print(A.__doc__, A().__doc__)
T = type("T", (Base1,), {"__slots__": ("s",), "m": lambda self: "T" + Base1.m(self), "__len__": lambda self: 3})
t = T(); t.s = 5
print(t.m(), len(t), t.s, T.__mro__[1].__name__, hasattr(t, "__dict__"))
setattr(T, "__call__", lambda self, x: x * 2)
print(t(4))
del T.__call__
try: t(4)
except TypeError as e: print(e)
del T.m
print(t.m())
class Watch(type):
    log = []
    def __setattr__(cls, n, v): Watch.log.append(n); super().__setattr__(n, v)
    def __delattr__(cls, n): Watch.log.append("-" + n); super().__delattr__(n)
    def __getattr__(cls, n): return "meta " + n
class W(metaclass=Watch): pass
W.a = 1; W.a = 2; del W.a
print(Watch.log, W.nothing, hasattr(W(), "nothing"))
class WithCall(type):
    def __call__(cls, *a): return ("intercepted", a)
class WC(metaclass=WithCall):
    def __init__(self): print("never")
print(WC(1, 2))
print(type(type.__call__(type("P", (), {}))).__name__)
X = type("X", (), {})
print([type(n, (X,), {"n": n})().n for n in "abc"], len(X.__subclasses__()) >= 0, X.__subclasshook__(int))
class Order:
    def __init_subclass__(cls, **k): print("init_subclass", cls.__name__, k, hasattr(cls, "d"))
class Named:
    def __set_name__(self, o, n): print("set_name", o.__name__, n)
class Child(Order, key=1): d = Named(); e = Named()
def method(self): return self.x
B.method = method
print(a.method(), B.method is method, a.method.__func__ is method)
B.method = classmethod(lambda cls: cls.__name__)
print(a.method(), B.method())
B.method = property(lambda self: "prop")
print(a.method)
a.__dict__["method"] = "shadow"
print(a.method)
B.method = 5
print(a.method)
print(isinstance(True, bool), type(type) is type, isinstance(type, object), issubclass(type, object), object.__class__, type.__bases__, type.__mro__)
