# Metaclasses: __new__, __init__, __call__, __prepare__, attributes of metaclasses, type() with three arguments.
class Meta(type):
    def __new__(mcls, name, bases, ns, **kw):
        ns["added"] = name.lower()
        cls = super().__new__(mcls, name, bases, ns)
        return cls
    def __init__(cls, name, bases, ns, **kw):
        super().__init__(name, bases, ns)
        cls.kw = kw
    def __call__(cls, *args):
        obj = super().__call__(*args)
        obj.called = True
        return obj
    def on_class(cls): return "on " + cls.__name__
    @property
    def size(cls): return len(cls.__name__)
    def __len__(cls): return 7
    def __getitem__(cls, i): return cls.__name__ + "[" + str(i) + "]"
    def __contains__(cls, x): return x == 1
    def __iter__(cls): return iter([cls.__name__, 1])
    def __repr__(cls): return "<" + cls.__name__ + ">"
    def __instancecheck__(cls, obj): return obj == "magic" or super().__instancecheck__(obj)
class Base(metaclass=Meta, opt=1): pass
class Derived(Base): pass
print(Base.added, Derived.added, Base.kw, Derived.kw, type(Derived).__name__)
print(Base().called, Base.on_class(), Derived.size, len(Base), Base[3], 1 in Base, 2 in Base, list(Derived), Base)
print(isinstance("magic", Base), isinstance(Derived(), Base), isinstance(3, Base))
try:
    Base().on_class()
except AttributeError as e:
    print(e)
try:
    Base.size = 3
except AttributeError as e:
    print(e)
X = type("X", (Base,), {"v": 1, "m": lambda self: self.v + 1})
print(X, X().m(), X.added, type(X) is Meta)
Y = type("Y", (), {})
print(Y.__name__, Y.__bases__, type(Y) is type)
class Prep(type):
    @classmethod
    def __prepare__(mcls, name, bases, **kw):
        print("prepare", name, bases, kw)
        return {"prepared": True}
    def __new__(mcls, name, bases, ns, **kw):
        print([k for k in ns if not k.startswith("__")])
        return super().__new__(mcls, name, bases, ns)
    def __init__(cls, *args, **kw): pass
class P(metaclass=Prep, a=1):
    x = 1
    def f(self): pass
print(P.prepared)
class Singleton(type):
    instances = {}
    def __call__(cls, *args):
        if cls not in cls.instances:
            cls.instances[cls] = super().__call__(*args)
        return cls.instances[cls]
class Only(metaclass=Singleton):
    def __init__(self, v): self.v = v
print(Only(1) is Only(2), Only(3).v)
class M1(type): pass
class M2(type): pass
class A(metaclass=M1): pass
class B(metaclass=M2): pass
try:
    class C(A, B): pass
except TypeError as e:
    print(e)
def factory(name, bases, ns):
    return (name, bases, sorted(k for k in ns if k[0] != "_"))
class G(metaclass=factory):
    q = 1
    w = 2
print(G)
class Bool(type):
    def __bool__(cls): return False
    def __eq__(cls, other): return "eq"
    __hash__ = type.__hash__
class Z(metaclass=Bool): pass
print(bool(Z), Z == 3, not Z)
