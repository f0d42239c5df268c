# Protocols: hot operators of classes, late changes, class scopes, abstract classes, repr of cycles.
def t(f, *a, **k):
    try:
        print(f(*a, **k))
    except BaseException as e:
        print(type(e).__name__, '|', e)
import sys
# property on instance with slots and hot loops
class V:
    __slots__ = ('x', 'y')
    def __init__(self, x, y): self.x = x; self.y = y
    def __add__(self, o): return V(self.x + o.x, self.y + o.y)
    def __eq__(self, o): return self.x == o.x
    def __hash__(self): return hash(self.x)
    @property
    def s(self): return self.x + self.y
acc = V(0, 0); n = 0
for i in range(200):
    acc = acc + V(i, 1); n += acc.s
print(acc.x, acc.y, n)
class Base:
    def __init__(self, v): self.v = v
    def get(self): return self.v
    @classmethod
    def make(cls, v): return cls(v)
    @staticmethod
    def tw(v): return v * 2
class Mid(Base):
    def get(self): return super().get() + 1
class Leaf(Mid):
    def __init__(self, v, w): super().__init__(v); self.w = w
    def get(self): return super().get() + self.w
    @classmethod
    def make(cls, v): return super().make(v) if cls is Base else cls(v, 0)
s = 0
for i in range(300):
    o = (Base(i), Mid(i), Leaf(i, 2))[i % 3]; s += o.get() + o.tw(1)
    if i == 150: Mid.get = lambda self: 1000
    if i == 200: Base.tw = staticmethod(lambda v: v * 3)
print(s, Leaf.make(3).get(), Base.make(4).get())
# changing attributes on a class while hot
class Cnt:
    k = 1
    def f(self): return self.k
c = Cnt(); tot = 0
for i in range(500):
    tot += c.f()
    if i == 100: Cnt.k = 2
    if i == 200: c.k = 3
    if i == 300: del c.k
    if i == 400: Cnt.f = lambda self: 10
print(tot)
class GetItem:
    def __getitem__(self, i): return i * 2
g = GetItem(); print(sum(g[i] for i in range(200)))
class Callable:
    def __call__(self, x, *, y=1): return x + y
cc = Callable(); print(sum(cc(i, y=2) for i in range(100)))
class Itr:
    def __init__(self, n): self.n = n
    def __iter__(self): return self
    def __next__(self):
        if self.n == 0: raise StopIteration
        self.n -= 1; return self.n
print([x for x in Itr(5)], sum(Itr(100)), list(zip(Itr(3), Itr(3))))
# __getattr__ on module-like & dunder lookups bypassing the instance
class Inst: pass
i = Inst(); i.__len__ = lambda: 5; t(len, i); i.__call__ = lambda: 5; t(lambda: i())
# class body scoping
x = 'global'
class Body:
    x = 'class'
    y = x
    z = [x for _ in range(1)]
    def m(self): return x
print(Body.y, Body.z, Body().m())
# metaclass conflict, mro_entries
class ME:
    def __mro_entries__(self, bases): return (Base,)
class FromME(ME()): pass
print(FromME.__bases__)
class LG(list[int]): pass
print(LG.__orig_bases__, LG.__bases__)
# abstract classes by hand
class Abs: 
    def foo(self): pass
Abs.__abstractmethods__ = frozenset({'foo'})
t(Abs)
Abs.__abstractmethods__ = frozenset({'foo', 'bar'}); t(Abs); del Abs.__abstractmethods__; print(type(Abs()).__name__); t(lambda: Abs.__abstractmethods__)
# vars, dir
print(vars(c), sorted(vars(Cnt))[:3], 'f' in dir(c), dir(V(1, 2))[-3:])
t(lambda: vars(1)); print(sorted(dir(3))[:2], len(dir([])) > 40)
# comparisons of types and functions as keys
d = {int: 'i', str: 's', len: 'l', Base.get: 'g', (1).__add__: 'w', [].append: 'a'}
print(d[int], d[len], d[Base.get], d[(1).__add__])
# object protocol corners
print(object().__eq__(1), object().__ne__(1), object.__eq__(object, object), (1).__eq__('a'), object().__lt__(1) , object.__format__('a', ''), object.__str__('abc'), object.__repr__(5)[:15])
t(lambda: format(object(), 'x')); t(lambda: object().__format__(1)); t(lambda: '{:x}'.format(None)); t(lambda: f'{[]:5}')
print(type.__call__(int, '5'), type(int), type(type), type.mro(bool), int.mro(), bool.__base__, int.__basicsize__ > 0, int.__flags__ & (1 << 9), Cnt.__flags__ & (1 << 9))
print(Cnt().__reduce_ex__ is not None, object.__init_subclass__() is None, object.__subclasshook__() is NotImplemented, int.__class__, Cnt().__sizeof__() > 0)
class WithDel:
    def __del__(self): pass
w = WithDel(); print(WithDel.__del__.__name__)
class Deep0: pass
for k in range(1, 50): exec if False else None
cls = Base
for k in range(30): cls = type('D%d' % k, (cls,), {'n%d' % k: k})
print(cls(1).get(), cls.n5, len(cls.__mro__))
class R1:
    def __repr__(self): return f'<R1 {self.__dict__}>'
r = R1(); r.me = [1, {'a': r.__class__.__name__}]; print(r)
class Rec(list):
    pass
rr = Rec(); rr.append(rr); print(rr)
class Cyc:
    def __repr__(self): return 'Cyc(%r)' % (self.c,)
cy = Cyc(); cy.c = [1]; cy.c.append(cy.c); print(cy)
def rec_repr():
    class X:
        def __repr__(self): return repr(self)
    return repr(X())
t(rec_repr)
def rec_getattr():
    class X:
        def __getattr__(self, n): return getattr(self, n)
    return X().foo
t(rec_getattr)
class Late2: pass
la = Late2()
for k in range(100):
    if k == 50: Late2.__getattribute__ = lambda self, n: 'intercepted'
    try: v = la.foo
    except AttributeError as e: v = str(e)
print(v)
