# Descriptors: data and non-data, precedence over the instance, __set_name__, functions as descriptors.
class NonData:
    def __get__(self, obj, cls=None):
        return ("nondata", obj is None, cls.__name__)
class Data:
    def __set_name__(self, owner, name):
        self.name = "_" + name
        print("set_name", owner.__name__, name)
    def __get__(self, obj, cls=None):
        if obj is None:
            return self
        return getattr(obj, self.name, "unset")
    def __set__(self, obj, value):
        setattr(obj, self.name, value * 2)
    def __delete__(self, obj):
        delattr(obj, self.name)
class K:
    nd = NonData()
    d = Data()
class Sub(K): pass
k = K()
print(k.nd, K.nd, Sub().nd, Sub.nd)
k.nd = 5
print(k.nd, k.__dict__)
del k.nd
print(k.nd)
print(k.d)
k.d = 21
print(k.d, k.__dict__, type(K.d).__name__)
k.__dict__["d"] = "shadowed?"
print(k.d)
del k.d
print(k.d)
try:
    del k.d
except AttributeError as e:
    print(e)
class ReadOnly:
    def __get__(self, obj, cls=None): return 42
    def __set__(self, obj, value): raise AttributeError("read only")
class R:
    r = ReadOnly()
try:
    R().r = 1
except AttributeError as e:
    print(e, R().r)
R.r = "replaced"
print(R().r)
class SetOnly:
    def __set__(self, obj, value): obj.__dict__["s"] = value
class S:
    s = SetOnly()
s = S()
print(type(s.s).__name__)
s.s = 3
print(s.s)
def f(self, *args): return (type(self).__name__, args)
print(f.__get__(3)(1, 2), f.__get__(None, int) is f)
class Callable:
    def __call__(self, *args): return args
class H:
    c = Callable()
    f = f
    b = len
    i = int
h = H()
print(h.c(1), h.f(2), h.b([1, 2, 3]), h.i("7"))
class lazy:
    def __init__(self, fn): self.fn = fn
    def __set_name__(self, owner, name): self.name = name
    def __get__(self, obj, cls=None):
        if obj is None: return self
        value = obj.__dict__[self.name] = self.fn(obj)
        return value
class L:
    calls = 0
    @lazy
    def v(self):
        L.calls += 1
        return 99
l = L()
print(l.v, l.v, L.calls)
class Fails:
    def __get__(self, obj, cls=None): raise AttributeError("from get")
class F:
    x = Fails()
    def __getattr__(self, name): return "fallback " + name
print(F().x, F().y, hasattr(F(), "zz"))
print(type(K.__dict__["d"]).__name__, type(f).__get__(f, 1)())
