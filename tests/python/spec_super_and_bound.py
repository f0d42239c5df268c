# super(), bound methods and class methods in hot loops, with instances of several classes through one site.
class A:
    def __init__(self, v): self.v = v
    def m(self, x): return self.v + x
    @classmethod
    def c(cls): return cls.k
    @property
    def p(self): return self.v
    k = 1
class B(A):
    def __init__(self, v): super().__init__(v * 2)
    def m(self, x): return super().m(x) + 1
    @classmethod
    def c(cls): return super().c() + 10
    @property
    def p(self): return super().p * 3
    k = 2
class C(B):
    def m(self, x): return super().m(x) * 2
    def via_attr(self, x):
        f = super().m
        return f(x)
    k = 3
class D(A):
    def m(self, x): return A.m(self, x) - 5
objs = [A(1), B(1), C(1), D(1)]
def run(n):
    t = 0
    for i in range(n):
        o = objs[i % 4]
        t += o.m(i) + o.c() + o.p
    return t
print(run(400), sum(C(i).via_attr(i) for i in range(100)))
bound = [o.m for o in objs]
t = 0
for i in range(300): t += bound[i % 4](i)
print(t, [sum(b(i) for i in range(60)) for b in bound])
out = []
for i in range(120):
    if i == 40: B.m = lambda self, x: 1000
    if i == 80: A.m = lambda self, x: -1; del B.m
    r = objs[2].m(0), bound[1](0)
    if not out or out[-1] != r: out.append(r)
print(out)
append = [].append
for i in range(100): append(i)
print(len(append.__self__))
get = {"a": 1}.get
print(sum(get("a" if i % 2 else "b", 0) for i in range(100)))
class Counter:
    def __init__(self): self.n = 0
    def inc(self): self.n += 1; return self
    def __enter__(self): return self.inc
    def __exit__(self, *a): self.n += 100
c = Counter()
for i in range(100):
    c.inc().inc()
    with c as inc: inc()
print(c.n)
class Multi(B, D): pass
m = Multi(3)
print([k.__name__ for k in Multi.__mro__], sum(m.m(i) for i in range(60)), m.p, Multi.c())
def pick(o, name): return getattr(o, name)(1)
print([[pick(o, "m") for _ in range(50)][-1] for o in objs])
class Slots:
    __slots__ = ("f",)
    def __init__(self, f): self.f = f
    def call(self, x): return self.f(x)
ss = [Slots(len), Slots(lambda x: 5), Slots(str), Slots("abab".count), Slots(Slots)]
print([[s.call("ab") for _ in range(40)][-1].__class__.__name__ for s in ss])
class Base:
    def template(self): return self.a() + self.b()
    def a(self): return 1
    def b(self): return 2
subs = [type(f"S{i}", (Base,), {"a": lambda self, i=i: i} if i % 2 else {"b": lambda self, i=i: i * 10}) for i in range(8)]
print(sum(subs[i % 8]().template() for i in range(400)), [s().template() for s in subs])
def deep(n):
    cls = Base
    for i in range(n): cls = type(f"D{i}", (cls,), {"a": lambda self, cls=cls: cls.a(self) + 1})
    return cls
d = deep(20)()
print(d.a(), sum(d.template() for _ in range(50)))
