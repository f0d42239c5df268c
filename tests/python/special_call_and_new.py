# __call__, __new__, __init__ rules, __init_subclass__, __del__-free object life, copying by hand.
class Adder:
    def __init__(self, n): self.n = n
    def __call__(self, x, *rest, k=0): return self.n + x + sum(rest) + k
a = Adder(10)
print(a(1), a(1, 2, 3), a(1, k=5), a.__call__(2), Adder(1)(1), list(map(a, [1, 2])), callable(a))
class Instance: pass
i = Instance()
i.__call__ = lambda: "instance attribute"
try:
    i()
except TypeError as e:
    print(e)
class New:
    made = []
    def __new__(cls, *args, **kw):
        self = object.__new__(cls)
        New.made.append((cls.__name__, args, kw))
        return self
    def __init__(self, *args, **kw): self.args = args
class SubNew(New): pass
print(New(1, k=2).args, SubNew("x").args, New.made)
class Cached:
    cache = {}
    def __new__(cls, k):
        if k not in cls.cache: cls.cache[k] = super().__new__(cls)
        return cls.cache[k]
    def __init__(self, k): self.inits = getattr(self, "inits", 0) + 1
print(Cached(1) is Cached(1), Cached(1).inits, Cached(2).inits)
class Other:
    def __new__(cls): return 42
    def __init__(self): print("never")
print(Other())
class BadInit:
    def __init__(self): return 5
try:
    BadInit()
except TypeError as e:
    print(e)
class OnlyNew:
    def __new__(cls, x): return super().__new__(cls)
print(type(OnlyNew(1)).__name__)
class NoArgs: pass
for f in (lambda: NoArgs(1), lambda: NoArgs(x=1), lambda: OnlyNew(), lambda: object(1), lambda: New.__new__(), lambda: object.__new__(int)):
    try:
        f()
    except TypeError as e:
        print(e)
class ImmutablePoint(tuple):
    def __new__(cls, x, y): return tuple.__new__(cls, (x, y))
    x = property(lambda s: s[0])
    def __add__(self, o): return ImmutablePoint(self[0] + o[0], self[1] + o[1])
    def __repr__(self): return "IP(%r, %r)" % self
p = ImmutablePoint(1, 2)
print(p, p.x, p + (3, 4), hash(p) == hash((1, 2)), p == (1, 2))
class Int(int):
    def __new__(cls, v, unit="m"):
        self = super().__new__(cls, v)
        self.unit = unit
        return self
    def __str__(self): return f"{int(self)}{self.unit}"
n = Int(5, "km")
print(n, n + 1, n.unit, f"{n}", "%d" % n, "%s" % n, repr(n), [n])
class Node:
    __slots__ = ("v", "next")
    def __init__(self, v, next=None): self.v, self.next = v, next
l = None
for k in range(100): l = Node(k, l)
t = 0
while l: t, l = t + l.v, l.next
print(t)
class P:
    def __init__(self, x, y=2): self.x, self.y = x, y
def make(n):
    t = 0
    for i in range(n):
        p = P(i)
        q = P(i, y=3)
        r = P(*[i, 4])
        t += p.x + p.y + q.y + r.y
    return t
print(make(100))
P.__init__ = lambda self, x: setattr(self, "x", -x)
print(P(5).x, hasattr(P(5), "y"))
class Stack:
    def __init__(self): self._l = []
    def push(self, x): self._l.append(x); return self
    def pop(self): return self._l.pop()
print(Stack().push(1).push(2).pop())
class Base:
    def __init__(self): self.setup()
    def setup(self): self.kind = "base"
class Derived(Base):
    def setup(self):
        super().setup()
        self.kind += "+derived"
print(Derived().kind)
o = object.__new__(Derived)
print(o.__dict__, isinstance(o, Base))
