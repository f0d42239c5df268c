# __getattr__, __getattribute__, __setattr__, __delattr__, and how built-in functions see them.
class Fallback:
    def __init__(self): self.real = 1
    def __getattr__(self, name):
        if name.startswith("no"): raise AttributeError("nothing called " + name)
        return "made " + name
f = Fallback()
print(f.real, f.other, hasattr(f, "nope"), getattr(f, "none", "default"), f.__dict__)
try:
    f.nope
except AttributeError as e:
    print(e)
class All:
    def __getattribute__(self, name):
        if name == "secret": raise AttributeError("hidden")
        if name.startswith("v_"): return name[2:]
        return super().__getattribute__(name)
    secret = 1
    def m(self): return self.v_x
a = All()
print(a.v_abc, a.m(), hasattr(a, "secret"), All.secret)
class Both(All):
    def __getattr__(self, name): return "fallback " + name
print(Both().secret, Both().zz, Both().m())
class Set:
    def __setattr__(self, name, value):
        log.append((name, value))
        object.__setattr__(self, name, value * 2 if isinstance(value, int) else value)
    def __delattr__(self, name):
        log.append("del " + name)
        super().__delattr__(name)
log = []
s = Set()
s.a = 1
s.a += 5
setattr(s, "b", 3)
del s.b
delattr(s, "a")
print(log, s.__dict__)
try:
    del s.zz
except AttributeError as e:
    print(e)
class Proxy:
    def __init__(self, target): object.__setattr__(self, "_t", target)
    def __getattr__(self, n): return getattr(self._t, n)
    def __setattr__(self, n, v): setattr(self._t, n, v)
    def __len__(self): return len(self._t)
p = Proxy([1, 2])
p.append(3)
print(p._t, len(p), p.index(2))
class Rec(dict):
    def __getattr__(self, n):
        try: return self[n]
        except KeyError: raise AttributeError(n) from None
    __setattr__ = dict.__setitem__
r = Rec(a=1)
r.b = 2
print(r.a, r["b"], hasattr(r, "c"), r)
class NoSpecialLookup:
    def __getattr__(self, n): return lambda *a: "called " + n
n = NoSpecialLookup()
print(n.foo(), n.__len__())
try:
    len(n)
except TypeError as e:
    print(e)
class C: pass
c = C()
c.__dict__["x"] = 5
c.__dict__["with space"] = 6
print(c.x, getattr(c, "with space"), vars(c))
c.__dict__ = {"y": 7}
print(c.y, hasattr(c, "x"))
try:
    c.__dict__ = 5
except TypeError as e:
    print(e)
c.__dict__.update(z=8, y=9)
print(c.y, c.z, sorted(c.__dict__))
del c.__dict__["z"]
print(hasattr(c, "z"))
class D: shared = "class"
d = D()
print(d.shared)
d.__dict__["shared"] = "instance"
print(d.shared)
del d.__dict__["shared"]
print(d.shared)
def fn(): pass
fn.attr = 1
fn.attr += 1
print(fn.attr, fn.__dict__, getattr(fn, "zz", None))
class Hot:
    def __getattr__(self, n): return 1
h = Hot()
print(sum(h.x for _ in range(100)))
h.x = 5
print(sum(h.x for _ in range(100)))
print(Fallback.__getattr__(f, "direct"), object.__getattribute__(f, "real"))
for obj in (5, "a", None, [], len):
    try:
        obj.attr = 1
    except AttributeError as e:
        print(e)
try:
    int.x = 1
except TypeError as e:
    print(e)
try:
    del C.missing
except AttributeError as e:
    print(e)
