# Descriptors and methods of native types, properties, functions as objects, operators and their errors.
def t(f, *a, **k):
    try:
        print(f(*a, **k))
    except BaseException as e:
        print(type(e).__name__, '|', e)
t(lambda: int.__add__()); t(lambda: int.__add__('a', 1)); t(lambda: (1).__add__()); t(lambda: (1).__add__(1, 2)); t(lambda: int.__add__(1, 2)); t(lambda: (1).__add__(x=1))
t(lambda: list.append()); t(lambda: list.append(1)); t(lambda: list.append([])); t(lambda: [].append()); t(lambda: [].append(1, 2)); t(lambda: [].append(x=1)); t(lambda: [].clear(1)); t(lambda: len()); t(lambda: len(1, 2)); t(lambda: len(x=1)); t(lambda: [].sort(1)); t(lambda: abs(1, 2)); t(lambda: print(zz=1)); t(lambda: globals(1)); t(lambda: [].insert(1)); t(lambda: isinstance(1)); t(lambda: isinstance(1, 2, 3)); t(lambda: getattr(1)); t(lambda: dict.fromkeys()); t(lambda: {}.get()); t(lambda: {}.get(1,2,3)); t(lambda: 'a'.join()); t(lambda: 'a'.join(1,2)); t(lambda: 'a'.split(1,2,3)); t(lambda: 'a'.count())
t(lambda: list.append.__get__(1)); t(lambda: dict.__dict__['fromkeys'].__get__(None, int)); t(lambda: dict.__dict__['fromkeys'](dict, 'ab'))
t(lambda: int.real.__get__('a')); t(lambda: int.real.__get__(5)); t(lambda: int.real.__set__(5, 6)); t(lambda: int.__dict__['real'].__delete__(5))
print(int.__add__.__objclass__, int.__add__.__name__, int.__add__.__qualname__, list.append.__qualname__, list.append.__objclass__, [].append.__self__, [].append.__name__, [].append.__qualname__, len.__name__, len.__module__, len.__self__, len.__qualname__, dict.fromkeys.__self__, dict.fromkeys.__qualname__)
print((5).__add__ == (5).__add__, [].append == [].append, len == len)
class P:
    def __init__(self): self._x = 1
    @property
    def x(self):
        "doc of x"
        return self._x
    @x.setter
    def x(self, v): self._x = v
    @property
    def ro(self): return 1
    wo = property(None, lambda s, v: print('set', v))
p = P(); p.x = 5; print(p.x, P.x.__doc__, P.x.fget.__name__, P.x)  if False else print(p.x, P.x.__doc__, P.x.fget.__name__)
t(lambda: setattr(p, 'ro', 1)); t(lambda: delattr(p, 'x')); t(lambda: p.wo); p.wo = 3; t(lambda: delattr(p, 'ro'))
t(lambda: property(1, 2, 3, 4, 5)); t(lambda: property(x=1)); print(property().__doc__, property(lambda s: 1, doc='d').__doc__)
class Data:
    def __get__(self, o, t=None): return ('data', o is not None)
    def __set__(self, o, v): print('dset', v)
    def __delete__(self, o): print('ddel')
class NonData:
    def __get__(self, o, t=None): return ('nondata', o is not None)
class H:
    d = Data(); n = NonData()
h = H(); print(h.d, h.n, H.d, H.n); h.d = 1; h.n = 2; print(h.d, h.n, h.__dict__); del h.d; h.__dict__['d'] = 9; print(h.d)
class SetOnly:
    def __set__(self, o, v): o.__dict__['so'] = v * 2
class SO: so = SetOnly()
so = SO(); print(type(so.so)); so.so = 3; print(so.so); t(lambda: delattr(so, 'so'))
class GA:
    def __getattr__(self, n):
        if n.startswith('ok'): return n
        raise AttributeError('custom ' + n)
g = GA(); print(g.ok1); t(lambda: g.bad); print(getattr(g, 'bad', 'dflt'), hasattr(g, 'bad'), hasattr(g, 'okk'))
class GAB:
    def __getattribute__(self, n):
        if n == 'x': return 'X'
        return object.__getattribute__(self, n)
    def __getattr__(self, n): return 'fallback ' + n
gb = GAB(); print(gb.x, gb.y, gb.__class__)
class SA:
    def __setattr__(self, n, v): print('setattr', n, v); object.__setattr__(self, n, v)
    def __delattr__(self, n): print('delattr', n); object.__delattr__(self, n)
sa = SA(); sa.q = 1; print(sa.q); del sa.q; t(lambda: delattr(sa, 'q'))
t(lambda: object.__setattr__(SA, 'x', 1)); t(lambda: type.__setattr__(SA, 'x', 1)); print(SA.x); t(lambda: getattr(1, 2)); t(lambda: setattr(g, 1, 2))
class SM:
    @staticmethod
    def s(*a): return a
    @classmethod
    def c(cls, *a): return cls.__name__, a
    def m(self, *a): return a
sm = SM(); print(sm.s(1), SM.s(2), sm.c(1), SM.c(2), sm.m(3), SM.m(sm, 4)); print(SM.__dict__['s'].__func__.__name__, SM.__dict__['c'].__wrapped__.__name__, SM.__dict__['s'](7))
t(lambda: SM.m()); print(sm.m == sm.m, sm.m is sm.m, sm.m.__func__ is SM.m, sm.m.__self__ is sm, sm.m.__name__, hash(sm.m) == hash(sm.m))
t(lambda: staticmethod()); t(lambda: classmethod(1, 2)); t(lambda: staticmethod(x=1)); print(classmethod(len).__get__(None, int).__self__ if False else 1)
def f(a, b=1, *, c=2): "fdoc"; return a
print(f.__name__, f.__qualname__, f.__doc__, f.__defaults__, f.__kwdefaults__, f.__module__, f.__closure__, f.__dict__, f.__annotations__, f.__code__.co_name)
f.attr = 1; print(f.__dict__, f.attr); t(lambda: f.nope); f.__defaults__ = (5,); f.__name__ = 'g'; print(f, ) if False else print(f.__name__)
t(lambda: setattr(f, '__name__', 1)); t(lambda: setattr(f, '__defaults__', 1)); t(lambda: setattr(f, '__code__', 1)); t(lambda: setattr(f, '__kwdefaults__', 1)); t(lambda: setattr(f, '__dict__', 1)); t(lambda: setattr(f, '__globals__', 1)); t(lambda: setattr(f, '__qualname__', 1)); t(lambda: setattr(f, '__annotations__', 1)); t(lambda: delattr(f, '__code__'))
def ann(x: int, y: 'str' = 'a') -> float: pass
print(ann.__annotations__)
class Ann: x: int = 1; y: str
print(Ann.__annotations__); print(P.__annotations__); t(lambda: int.__annotations__)
def mk():
    v = 1
    def inner(): return v
    return inner
print(mk().__closure__[0].cell_contents, type(mk().__closure__[0]))
class Ops:
    def __add__(self, o): return NotImplemented
    def __radd__(self, o): return ('radd', type(o).__name__)
    def __lt__(self, o): return 'lt'
    def __contains__(self, x): return x == 1
    def __len__(self): return 3
    def __getitem__(self, k): return k
    def __call__(self, *a, **k): return (a, k)
    def __bool__(self): return False
    def __iter__(self): return iter([1, 2])
    def __neg__(self): return 'neg'
    def __index__(self): return 2
    def __float__(self): return 2.5
    def __enter__(self): return self
    def __exit__(self, *a): return True
    def __format__(self, s): return 'fmt:' + s
    def __str__(self): return 'STR'
    def __repr__(self): return 'REPR'
    def __hash__(self): return 7
    def __eq__(self, o): return True
o = Ops(); t(lambda: o + 1); print(1 + o, o < 1, 1 in o, 2 in o, len(o), o[5], o[1:2], o(1, a=2), bool(o), list(o), -o, [10, 20, 30][o], float(o), f'{o:abc}', str(o), repr(o), hash(o), o == 5, o != 5)
t(lambda: o <= 1); t(lambda: ~o); t(lambda: o ** 2); t(lambda: 1 @ o); t(lambda: o[0] if False else o.__missing__)
class Bad:
    def __len__(self): return -1
    def __bool__(self): return 1
    def __str__(self): return 1
    def __repr__(self): return 1
    def __hash__(self): return 'a'
    def __iter__(self): return 1
    def __index__(self): return 'a'
    def __format__(self, s): return 1
    def __init__(self): pass
    def __contains__(self, x): raise KeyError(x)
b = Bad(); t(len, b); t(bool, b); t(str, b); t(repr, b); t(hash, b); t(iter, b); t(lambda: [1][b]); t(format, b, ''); t(lambda: 1 in b)
class Sub(Ops):
    def __radd__(self, o): return 'sub radd'
class Base2:
    def __add__(self, o): return 'base add'
    def __radd__(self, o): return 'base radd'
class Derived2(Base2):
    def __radd__(self, o): return 'derived radd'
class Derived3(Base2): pass
print(Base2() + Derived2(), Base2() + Derived3(), Derived2() + Base2(), 1 + Derived2())
class Cmp:
    def __init__(s, v): s.v = v
    def __eq__(s, o): return s.v == o.v if isinstance(o, Cmp) else NotImplemented
    def __lt__(s, o): return s.v < o.v
print(Cmp(1) == Cmp(1), Cmp(1) != Cmp(2), Cmp(1) == 1, Cmp(1) < Cmp(2), Cmp(1) > Cmp(2)); t(lambda: Cmp(1) <= Cmp(2)); t(lambda: hash(Cmp(1))); t(lambda: {Cmp(1)}); t(lambda: sorted([Cmp(2), Cmp(1)])[0].v)
class Hn: __hash__ = None
t(hash, Hn()); t(lambda: hash([])); t(lambda: hash({})); t(lambda: {[]: 1})
class NoIter: __iter__ = None
t(iter, NoIter()); t(lambda: 1 in NoIter()); t(lambda: [*NoIter()]); t(lambda: iter(5)); t(lambda: next(5)); t(lambda: next([])); t(lambda: next(iter([]))); print(next(iter([]), 'd'))
class SeqOnly:
    def __getitem__(self, i):
        if i > 2: raise IndexError
        return i * 10
print(list(SeqOnly()), 20 in SeqOnly(), 5 in SeqOnly(), [*SeqOnly()])
class It:
    n = 0
    def __iter__(self): return self
    def __next__(self):
        self.n += 1
        if self.n > 3: raise StopIteration('v')
        return self.n
print(list(It()), sum(It()), max(It()))
class Late: pass
l = Late(); t(lambda: l + 1); Late.__add__ = lambda s, o: 'late'; print(l + 1); del Late.__add__; t(lambda: l + 1)
Late.__call__ = lambda s: 'called'; print(l()); Late.__len__ = lambda s: 4; print(len(l)); Late.__getattr__ = lambda s, n: 'ga ' + n; print(l.foo); del Late.__getattr__; t(lambda: l.foo)
Late.__eq__ = lambda s, o: 'eq'; print(l == 1, hash(l) is not None); Late.__repr__ = lambda s: 'rep'; print(l, [l])
class LateSub(Late): pass
ls = LateSub(); Late.__neg__ = lambda s: 'negged'; print(-ls); Late.__next__ = lambda s: 9; Late.__iter__ = lambda s: s; it = iter(ls); print(next(it)); del Late.__next__; t(lambda: next(it))
t(lambda: 1 + 'a'); t(lambda: 'a' + 1); t(lambda: [] + 1); t(lambda: 1 + []); t(lambda: [] * 'a'); t(lambda: 1.5 * []); t(lambda: {} < {}); t(lambda: 1 < 'a'); t(lambda: print >> 1); t(lambda: 2 ** 'a'); t(lambda: pow(2, 'a', 3)); t(lambda: -'a'); t(lambda: +[]); t(lambda: ~1.5); t(lambda: abs('a')); t(lambda: divmod(1, 'a')); t(lambda: 1 // 'a'); t(lambda: [1] - [1]); t(lambda: 'a' % 1); t(lambda: 1 @ 2); t(lambda: 1 & 1.5); t(lambda: None.x); t(lambda: setattr(None, 'x', 1)); t(lambda: 'abc'.foo); t(lambda: int.foo); t(lambda: len(5)); t(lambda: 5 in 5); t(lambda: [].__getitem__(1)); t(lambda: [][1]); t(lambda: [].x)
def ia():
    x = 1; x += 'a'
def ib():
    x = [1]; x += 1
def ic():
    x = (1,); x += [1]
def id_():
    x = 1; x **= 'a'
def ie():
    x = 'a'; x -= 1
for fn in (ia, ib, ic, id_, ie): t(fn)
x = [1]; y = x; x += [2]; x *= 2; print(y); y = x; x += (5,); print(y is x)
