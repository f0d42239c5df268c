# Classes and instances that change while specialized instructions look at them.
# things that specialization watches: type versions, slots, keys
class A:
    def f(self): return 1
    @property
    def p(self): return 2
    c = 3
def hot(o, n=60):
    t = 0
    for _ in range(n): t += o.f() + o.p + o.c
    return t
a = A(); print(hot(a))
A.f = lambda self: 10; print(hot(a))
A.p = property(lambda self: 20); print(hot(a))
A.c = 30; print(hot(a))
a.c = 300; print(hot(a)); del a.c
a.f = lambda: 1000; print(hot(a)); del a.f; print(hot(a))
class B(A): pass
b = B(); print(hot(b)); A.f = lambda self: 5; print(hot(b)); B.f = lambda self: 6; print(hot(b)); del B.f; print(hot(b))
B.__getattr__ = lambda self, n: 7
print(hot(b), b.zz)
class S:
    __slots__ = ('f_', 'c')
    def __init__(self): self.f_ = 1; self.c = 2
    def f(self): return self.f_
    p = property(lambda s: s.c)
s = S(); print(hot(s)); s.c = 5; print(hot(s)); del s.c
try: hot(s)
except AttributeError as e: print(e)
def setter(o, n=60):
    for i in range(n): o.v = i
    return o.v
class W: pass
w = W(); print(setter(w)); w.__dict__; print(setter(w)); w2 = W(); print(setter(w2), w2.__dict__)
class WS:
    __slots__ = ('v',)
print(setter(WS()))
class WP:
    @property
    def v(self): return self._v
    @v.setter
    def v(self, x): self._v = x * 2
print(setter(WP()))
class WSA:
    def __setattr__(self, n, v): object.__setattr__(self, n, v + 1)
print(setter(WSA()))
def cls(o, n=60):
    for _ in range(n): x = o.__class__
    return x
print(cls(1), cls('a'), cls([]), cls(w), cls(s), cls(A), cls(None), cls(1.5), cls(True), cls(cls))
def cmp_(a, b, n=60):
    r = 0
    for _ in range(n):
        if a == b: r += 1
        if a < b: r += 2
    return r
class C:
    def __init__(s, v): s.v = v
    def __eq__(s, o): return s.v == o.v
    def __lt__(s, o): return s.v < o.v
print(cmp_(1, 2), cmp_(C(1), C(2)), cmp_(C(1), C(1)), cmp_('a', 'b'), cmp_(1.5, 2), cmp_([1], [2]))
def sub(o, k, n=60):
    for _ in range(n): r = o[k]
    return r
class G:
    def __getitem__(self, k): return k * 2
class GD(dict):
    def __missing__(self, k): return 'missing'
class GL(list):
    def __getitem__(self, k): return 'over'
print(sub([1, 2], 0), sub((1, 2), 1), sub({'a': 1}, 'a'), sub(G(), 4), sub(GD(), 4), sub(GL([1]), 0), sub('abc', 1), sub(range(5), 2))
def call(f, *a, n=60):
    for _ in range(n): r = f(*a)
    return r
class K:
    def __init__(self, x=0): self.x = x
    def __call__(self, y): return self.x + y
    @classmethod
    def cm(cls, v): return (cls.__name__, v)
    @staticmethod
    def sm(v): return v
k = K(5); print(call(k, 1), call(K.cm, 2), call(k.cm, 3), call(K.sm, 4), call(k.sm, 5), call(K, 6).x, call(len, [1]), call(str, 5), call(type, 5), call(isinstance, 5, int), call([].append, 1), call(lambda: 9))
def calls2(n=60):
    for i in range(n):
        x = K(i); y = k(i); z = K.cm(i); q = k.sm(i); l = len([1, 2]); s = str(i); t = type(i); ii = isinstance(i, int); lst = []; lst.append(i); tu = tuple([i]); b = bool(i); fl = float(i)
    return x.x, y, z, q, l, s, t, ii, lst, tu, b, fl
print(calls2())
K.__init__ = lambda self, x=0: setattr(self, 'x', x * 10); print(calls2())
class Md(type):
    def __call__(cls, *a): return ('meta', a)
class MM(metaclass=Md): pass
def mm(n=60):
    for _ in range(n): r = MM(1)
    return r
print(mm())
def un(o, n=60):
    for _ in range(n): a, b = o
    return a, b
class UI:
    def __iter__(self): return iter((7, 8))
print(un((1, 2)), un([3, 4]), un('ab'), un(UI()), un({1: 2, 3: 4}))
def glob(n=60):
    for _ in range(n): r = GG
    return r
GG = 1; print(glob()); GG = 2; print(glob()); del GG
try: glob()
except NameError as e: print(e)
import builtins
builtins.GG = 9; print(glob()); GG = 10; print(glob())
