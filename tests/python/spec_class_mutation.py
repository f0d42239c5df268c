# Classes changed under a hot loop: methods replaced, attributes added, deleted, shadowed, bases and __class__ changed.
class A:
    x = 1
    def m(self): return 1
class B(A): pass
class C(B): pass
class Other:
    def m(self): return 1000
    x = 7
def loop(o, n, actions):
    t, seen = 0, []
    for i in range(n):
        if i in actions:
            seen.append((i, t))
            actions[i]()
        t += o.m() + o.x
    return t, seen
c = C()
def new_m(self): return 10
actions = {
    20: lambda: setattr(A, "m", new_m),
    40: lambda: setattr(B, "m", lambda self: 100),
    60: lambda: delattr(B, "m"),
    80: lambda: setattr(c, "x", 5),
    100: lambda: delattr(c, "x"),
    120: lambda: setattr(c, "m", lambda: 3),
    140: lambda: delattr(c, "m"),
    160: lambda: setattr(C, "x", property(lambda self: 2)),
    180: lambda: delattr(C, "x"),
    200: lambda: setattr(B, "__bases__", (Other,)),
    220: lambda: setattr(B, "__bases__", (A,)),
    240: lambda: setattr(c, "__class__", A),
    260: lambda: setattr(c, "__class__", C),
    280: lambda: setattr(A, "m", staticmethod(lambda: 4)),
    300: lambda: setattr(A, "m", classmethod(lambda cls: len(cls.__name__))),
    320: lambda: setattr(A, "__getattribute__", lambda self, n: object.__getattribute__(self, n)),
    340: lambda: delattr(A, "__getattribute__"),
    360: lambda: setattr(A, "irrelevant", 1),
    380: lambda: setattr(A, "m", new_m),
}
total, seen = loop(c, 420, actions)
print(total)
print(seen)
class G:
    def __getattr__(self, n): return 5
def get(o): return o.z
g = G()
t = 0
for i in range(200):
    if i == 50: G.z = 1
    if i == 100: g.z = 2
    if i == 150: del G.z
    if i == 175: del g.z
    t += get(g)
print(t)
class Sub:
    def __getitem__(self, i): return i
    def __len__(self): return 1
    def __add__(self, o): return 1
    def __eq__(self, o): return True
    def __bool__(self): return True
    def __iter__(self): return iter([1])
    def __contains__(self, x): return True
    def __call__(self): return 1
def use(s): return s[2] + len(s) + (s + 1) + (s == 1) + bool(s) + sum(s) + (1 in s) + s()
s = Sub()
t = 0
for i in range(200):
    if i == 50: Sub.__getitem__ = lambda self, i: 10 * i
    if i == 70: Sub.__len__ = lambda self: 100
    if i == 90: Sub.__add__ = lambda self, o: 1000
    if i == 110: Sub.__eq__ = lambda self, o: False
    if i == 120: Sub.__bool__ = lambda self: False
    if i == 130: Sub.__iter__ = lambda self: iter([1, 2, 3])
    if i == 140: Sub.__contains__ = lambda self, x: False
    if i == 150: Sub.__call__ = lambda self: 10 ** 6
    if i == 190: del Sub.__len__; Sub.__len__ = lambda self: 0
    t += use(s)
print(t)
del Sub.__getitem__
try:
    use(s)
except TypeError as e:
    print(e)
def isa(o): return isinstance(o, A)
t = 0
for i in range(100):
    if i == 50: c.__class__ = Other
    t += isa(c)
print(t, type(c).__name__)
class Inits:
    def __init__(self, v): self.v = v
t = 0
for i in range(150):
    if i == 50: Inits.__init__ = lambda self, v: setattr(self, "v", -v)
    if i == 100: Inits.__new__ = lambda cls, v: object.__new__(cls)
    t += Inits(i).v
print(t)
