# Making classes: errors, MRO, slots, metaclasses, set_name, init_subclass, subclasses of native types, super.
def t(f, *a, **k):
    try:
        print(f(*a, **k))
    except BaseException as e:
        print(type(e).__name__, '|', e)
class A: pass
class B(A): pass
class C(A): pass
class D(B, C): pass
print([c.__name__ for c in D.__mro__], D.mro() == list(D.__mro__))
t(lambda: type('X', (A, B), {}))
t(lambda: type('X', (A, A), {}))
t(lambda: type('X', (int, str), {}))
t(lambda: type('X', (bool,), {}))
t(lambda: type('X', (1,), {}))
t(lambda: type('X', (type(None),), {}))
t(lambda: type('X', (), {'__slots__': ('a', 'a b')}))
t(lambda: type('X', (), {'__slots__': (1,)}))
t(lambda: type('X', (int,), {'__slots__': ('a',)}))
t(lambda: type('X', (), {'__slots__': ('a',), 'a': 1}))
t(lambda: type('X', (), {'__slots__': ('__dict__', '__dict__')}))
t(lambda: type('X', (A,), {'__slots__': ('__weakref__',)}))
t(lambda: type('X', (), {'__qualname__': 3}))
t(lambda: type('X', (), {'__classcell__': 3}))
t(lambda: type(1, 2))
t(lambda: type(1, 2, 3))
t(lambda: type('a\0b', (), {}))
class S:
    __slots__ = ('b', 'a', '__priv')
    def __init__(self): self.a = 1
s = S()
print(s.a)
t(lambda: s.b)
t(lambda: setattr(s, 'zz', 1))
t(lambda: delattr(s, 'b'))
del s.a
t(lambda: s.a)
print(S.a, S.b, sorted(S.__dict__), S._S__priv)
class S2(S): pass
s2 = S2(); s2.q = 5; s2.a = 6; print(s2.__dict__, s2.a)
class S3(S2):
    __slots__ = ('c',)
x = S3(); x.c = 1; x.zz = 2; x.a = 3; print(x.c, x.zz, x.a, x.__dict__)
class Meta(type):
    def __new__(m, name, bases, ns, **kw):
        print('new', name, bases, sorted(ns), kw)
        return super().__new__(m, name, bases, ns)
    def __init__(cls, name, bases, ns, **kw):
        print('init', name, kw)
        super().__init__(name, bases, ns)
    @classmethod
    def __prepare__(m, name, bases, **kw):
        print('prepare', name, kw)
        return {'prepared': 1}
    def __call__(cls, *a):
        print('call', cls.__name__, a)
        return super().__call__(*a)
    attr = property(lambda cls: 'meta attr of ' + cls.__name__)
class M(metaclass=Meta, z=1):
    def __init__(self, v): self.v = v
m = M(4)
print(m.v, M.prepared, M.attr)
t(lambda: m.attr)
class M2(M): pass
class Meta2(type): pass
t(lambda: Meta2('Z', (M,), {}))
class WithInit:
    subs = []
    def __init_subclass__(cls, /, tag=None, **kw):
        super().__init_subclass__(**kw)
        cls.subs.append((cls.__name__, tag))
class W1(WithInit, tag='x'): pass
class W2(WithInit): pass
print(WithInit.subs)
def bad():
    class W3(WithInit, foo=1): pass
t(bad)
class Named:
    def __set_name__(self, owner, name): self.name = name; self.owner = owner
    def __get__(self, obj, owner): return (self.name, obj is None, owner.__name__)
class N:
    one = Named()
    two = Named()
print(N.one, N().two)
class BadName:
    def __set_name__(self, owner, name): 1/0
def bad2():
    class N2: x = BadName()
try: bad2()
except RuntimeError as e: print(e, repr(e.__cause__))
class CG:
    def __class_getitem__(cls, item): return (cls.__name__, item)
print(CG[3])
t(lambda: A[3])
t(lambda: type[3])
five = 5; t(lambda: five[3])
print(A.__subclasses__(), A.__bases__, A.__base__, type(A), A.__module__, A.__qualname__)
class Outer:
    class Inner:
        def f(self): pass
print(Outer.Inner, Outer.Inner.f.__qualname__, Outer.Inner.__qualname__)
print(A.__doc__, A.__dict__.keys(), A.__weakref__)
A.__doc__ = 'new doc'; print(A.__doc__)
A.__name__ = 'Renamed'; print(A, A.__name__, A.__qualname__)
t(lambda: setattr(A, '__name__', 3))
t(lambda: delattr(A, '__name__'))
t(lambda: setattr(A, '__bases__', ()))
t(lambda: setattr(A, '__bases__', 3))
t(lambda: setattr(A, '__bases__', (3,)))
t(lambda: setattr(A, '__bases__', (B,)))
t(lambda: setattr(int, 'x', 3))
t(lambda: setattr(int, '__name__', 'q'))
class P1:
    def who(self): return 'P1'
class P2:
    def who(self): return 'P2'
class Q(P1): pass
q = Q(); print(q.who()); Q.__bases__ = (P2,); print(q.who(), Q.__mro__, P1.__subclasses__(), P2.__subclasses__())
q.__class__ = P1; print(type(q))
t(lambda: setattr(q, '__class__', S))
t(lambda: setattr(q, '__class__', 3))
t(lambda: setattr(q, '__class__', int))
t(lambda: delattr(q, '__class__'))
t(lambda: object(1))
t(lambda: A(1))
class I:
    def __init__(self, x): pass
t(lambda: I())
t(lambda: I(1, 2))
class NoneInit:
    def __init__(self): return 3
t(lambda: NoneInit())
class New:
    def __new__(cls, *a): return 42
print(New(1, 2))
class New2:
    def __new__(cls, v):
        self = super().__new__(cls); self.v = v; return self
print(New2(5).v)
t(lambda: object.__new__(int))
t(lambda: object.__new__(3))
t(lambda: object.__new__())
t(lambda: int.__new__(str))
t(lambda: object.__init__(A(), 3))
from_abc = type('Abs', (), {})
t(lambda: type(NotImplemented)())
t(lambda: type(...)())
t(lambda: type(None)(1))
t(lambda: type(lambda: 0)())
t(lambda: type(iter([]))())
class E1(Exception): pass
print(E1.__mro__, E1(1, 2), repr(E1(1)), repr(E1('a', 2)), E1().args)
print(isinstance(1, (int, str)), isinstance(1, int | str), issubclass(bool, int), int | None, list[int], dict[str, int], list[int] == list[int], int | str == str | int)
t(lambda: isinstance(1, 3)); t(lambda: isinstance(1, list[int])); t(lambda: issubclass(1, int)); t(lambda: issubclass(int, 1)); t(lambda: isinstance(1, (int, 3))); t(lambda: isinstance('a', (int, 3)))
class IC(type):
    def __instancecheck__(cls, x): return x == 3
    def __subclasscheck__(cls, x): return x is int
class ICC(metaclass=IC): pass
print(isinstance(3, ICC), isinstance(4, ICC), issubclass(int, ICC), issubclass(str, ICC))
print(hash(A) == hash(A), A == A, A != B, A is A)
class Lst(list):
    def __init__(self, *a): super().__init__(a); self.extra = 1
l = Lst(1, 2, 3); l.append(4); print(l, l.extra, len(l), l + [1], type(l + [1]), l == [1,2,3,4])
class Dct(dict):
    def __missing__(self, k): return k * 2
d = Dct(a=1); print(d['a'], d['bb'], d, d.__dict__)
class Int(int):
    def __add__(self, o): return 'added'
    def __repr__(self): return 'Int'
i = Int(5); print(i + 1, 1 + i, i * 2, i, f'{i}', str(i), i.__dict__)
i.q = 1; print(i.q)
class Str(str):
    def __getitem__(self, k): return 'item'
st = Str('abc'); st.attr = 1; print(st[0], st.upper(), st.attr, len(st), st == 'abc', hash(st) == hash('abc'), {st: 1}['abc'])
class Tup(tuple):
    def __new__(cls, *a): return super().__new__(cls, a)
tp = Tup(1, 2); tp.z = 3; print(tp, tp.z, tp[0], tp == (1, 2))
class Flt(float): pass
fl = Flt(1.5); fl.a = 2; print(fl + 1, fl.a, type(fl + 1))
print(super, super(B, B()), super(B, D).__self__)
t(lambda: super(B))
t(lambda: super(3, 4)); t(lambda: super(B, 3)); t(lambda: super(1,2,3)); t(lambda: super())
def nos(): return super()
t(nos)
def nos2(self): return super()
t(nos2, 1)
t(lambda: super(B, B()).nope)
