# Closures, classes, properties, super and comprehensions referring to each other.
def make(base):
    class P:
        table = {k: base * k for k in range(3)}
        adders = [lambda x, k=k: x + k + base for k in range(3)]
        def __init__(self): self.fs = [lambda: (self, base)[1] + i for i in range(2)]
        @property
        def total(self): return sum(f() for f in self.fs) + sum(a(1) for a in self.adders)
        def gen(self): yield from ((self.__class__.__name__, v, base) for v in self.table.values())
    class Q(P):
        def __init__(self):
            super().__init__()
            self.fs.append(lambda: 100)
        @property
        def total(self): return [super(Q, self).total for _ in range(1)][0] + 1000
        def gen(self):
            for x in super().gen(): yield x[1]
    return P, Q
P, Q = make(10)
print(P().total, Q().total, list(P().gen()), list(Q().gen()), P.table)
class Meta(type):
    def __new__(m, name, bases, ns):
        methods = {k: v for k, v in ns.items() if callable(v) and not k.startswith("__")}
        for k, v in methods.items():
            def wrap(self, *a, _v=v, _k=k): return (_k, _v(self, *a))
            ns[k] = wrap
        return super().__new__(m, name, bases, ns)
class W(metaclass=Meta):
    def a(self): return __class__.__name__
    def b(self, x): return super().__class__.__name__, x
print(W().a(), W().b(2))
def counter_class():
    count = 0
    class C:
        def __init__(self):
            nonlocal count
            count += 1
            self.id = count
        @staticmethod
        def made(): return count
        def __eq__(self, o): return self.id % 2 == o.id % 2
        def __hash__(self): return self.id % 2
    return C
C = counter_class()
print(len({C() for _ in range(9)}), C.made(), counter_class().made())
def recursive_class():
    class Tree:
        def __init__(self, *kids): self.kids = kids
        def depth(self): return 1 + max((k.depth() for k in self.kids), default=0)
        def map(self, f): return Tree(*(k.map(f) for k in self.kids)) if f(self) else Tree()
        def __iter__(self):
            yield self
            for k in self.kids: yield from k
    return Tree
T = recursive_class()
t = T(T(), T(T(T()), T()))
print(t.depth(), len(list(t)), t.map(lambda n: len(n.kids) != 1).depth(), t.map(lambda n: True).depth())
class Event:
    def __init__(self): self.h = []
    def __iadd__(self, f): self.h.append(f); return self
    def __isub__(self, f): self.h.remove(f); return self
    def __call__(self, *a): return [f(*a) for f in self.h]
class Button:
    def __init__(self, n):
        self.n, self.clicked = n, Event()
        self.clicked += self.on_click
        self.clicked += lambda x: (self.n, "lambda", x)
    def on_click(self, x): return self.n, "method", x
b = Button("b")
print(b.clicked(1))
b.clicked -= b.on_click
print(b.clicked(2))
class Lazy:
    def __init__(self, f): self.f = f
    def __getattr__(self, n):
        v = self.f()
        self.__dict__["cached"] = v
        return getattr(v, n)
calls = []
z = Lazy(lambda: calls.append(1) or "text")
print(z.upper(), z.lower(), len(calls), z.cached)
def curry(f, n): return f() if n == 0 else lambda x: curry(lambda *a: f(x, *a), n - 1)
print(curry(lambda a, b, c: (a, b, c), 3)(1)(2)(3))
ops = {n: getattr(int, f"__{n}__") for n in ("add", "sub", "mul")}
print({n: f(7, 3) for n, f in ops.items()}, list(map(str.upper, "ab")), sorted("bA", key=str.lower), [m(" x ") for m in (str.strip, len, repr)])
class Mixin:
    def describe(self): return f"{self.name()}:{super().describe()}" if hasattr(super(), "describe") else self.name()
class A1:
    def name(self): return "A1"
    def describe(self): return "base"
class B1(Mixin, A1): pass
class C1(Mixin):
    def name(self): return "C1"
print(B1().describe(), C1().describe())
class Acc:
    __slots__ = ("_v", "__weakref__")
    def __init__(self): self._v = []
    v = property(lambda s: tuple(s._v), lambda s, x: s._v.append(x), lambda s: s._v.clear())
a = Acc()
a.v = 1; a.v = 2
print(a.v); del a.v; print(a.v)
def outer():
    x = [0]
    def add(n):
        x[0] += n
        return add
    add.get = lambda: x[0]
    return add
o = outer(); o(1)(2)(3); print(o.get())
class Desc:
    def __get__(self, o, t): return lambda *a: (type(o).__name__, t.__name__, a)
    def __call__(self): return "called itself"
class Host: d = Desc()
print(Host().d(1), Host.d(2), Host.__dict__["d"]())
print([c.__name__ for c in (lambda: [type(n, (), {}) for n in "XY"])()], (lambda *, k=[i for i in range(3)]: k)())
class Self:
    def __init__(self): self.me = self; self.f = self.m
    def m(self): return self.me.me.f.__self__ is self
print(Self().m())
def conditional(flag):
    if flag:
        def h(): return "defined"
    try: return h()
    except UnboundLocalError: return "not defined"
print(conditional(True), conditional(False))
x = "module"
class Scope:
    x = "class"
    def f(self, y=x): return x, y
    g = [x for _ in "a"], [z for z in x][0]
print(Scope().f(), Scope.g)
