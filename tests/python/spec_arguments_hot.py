# Calls with keywords, defaults, stars and unpacking in hot loops, through changing call shapes.
def f(a, b=2, *args, c=3, **kw): return a + b + c + len(args) * 100 + len(kw) * 1000
def run(n):
    t = 0
    for i in range(n):
        t += f(i) + f(i, i) + f(i, i, i) + f(i, c=i) + f(a=i, b=1) + f(i, **{"c": 1, "z": 2}) + f(*(i, 1)) + f(*[i], *[1, 2], x=1, **{"y": 2})
    return t
print(run(100))
def pos(a, b, c, d=4, e=5): return (a, b, c, d, e)
shapes = [lambda i: pos(i, 1, 2), lambda i: pos(i, 1, 2, 3), lambda i: pos(i, c=1, b=2), lambda i: pos(*range(i, i + 5)), lambda i: pos(a=i, b=0, c=0, e=9), lambda i: pos(i, *(1, 2), **{"e": 0})]
print([sum(sum(s(i)) for i in range(60)) for s in shapes])
t = 0
for i in range(300): t += sum(shapes[i % 6](i))
print(t)
def varargs(*a): return a
def kwargs(**k): return k
for i in range(100): r = varargs(), varargs(i), varargs(i, i + 1), varargs(*"ab", i), kwargs(), kwargs(a=i), kwargs(**{"b": i}, c=i)
print(r)
def kwonly(*, a, b=1): return a - b
print(sum(kwonly(a=i) + kwonly(b=i, a=1) for i in range(100)))
def posonly(a, b=10, /, c=5): return a * b + c
print(sum(posonly(i) + posonly(i, 2) + posonly(i, 2, c=1) for i in range(100)))
def mutable(x, acc={}):
    acc[x % 5] = acc.get(x % 5, 0) + x
    return acc
for i in range(100): r = mutable(i)
print(r)
errors = []
def wrong(i):
    try:
        if i % 4 == 0: pos(1)
        elif i % 4 == 1: pos(1, 2, 3, 4, 5, 6)
        elif i % 4 == 2: pos(1, 2, 3, a=1)
        else: pos(1, 2, 3, zz=1)
    except TypeError as e:
        if str(e) not in errors: errors.append(str(e))
for i in range(80): wrong(i)
print(errors)
class K:
    def __init__(self, a, b=2, *r, k=0): self.t = a + b + len(r) + k
    def m(self, *a, **k): return self.t, a, sorted(k)
    def __call__(self, *a, **k): return len(a), len(k)
for i in range(100): r = K(i).t, K(i, 3).t, K(i, 3, 4, 5, k=6).t, K(*[i, 1], **{"k": 2}).t, K(b=1, a=i).m(1, z=2, y=3), K(i)(1, 2, x=3)
print(r)
def forward(*a, **k): return f(*a, **k)
def add_one(*a, **k): return forward(1, *a, extra=0, **k)
print(sum(forward(i, 1, c=2) for i in range(60)), sum(add_one(i, c=1) for i in range(60)))
def swap_defaults(n):
    def g(a, b=1): return a + b
    out = []
    for i in range(n):
        if i == 20: g.__defaults__ = (10, 20)
        if i == 40: g.__defaults__ = None
        if i == 60: g.__defaults__ = ("x",)
        try: r = g() if i % 40 >= 20 and i < 40 else g(i * 0) if i < 60 else g("s")
        except TypeError as e: r = str(e)
        if not out or out[-1] != r: out.append(r)
    return out
print(swap_defaults(80))
print([max(*range(i), i, key=lambda v: -v) for i in range(1, 5)], [sorted([3, 1, 2], key=lambda v: v * s, reverse=r) for s in (1, -1) for r in (0, 1)], [int("11", base=b) for b in (2, 8, 16)], ["{a}{0}".format(i, a=1) for i in range(3)], [dict(a=i, **{"b": 1}) for i in range(2)], ["x".join(a for a in "ab") for _ in range(2)])
def unpack_calls(n):
    t = 0
    pairs = [(i, i + 1) for i in range(10)]
    for i in range(n):
        a, b = pairs[i % 10]
        (c, *d), e = (1, 2, 3), b
        t += a + b + c + len(d) + e
        for x, (y, z) in [(1, (2, 3))]: t += x + y + z
        first, *_, last = range(i % 5 + 2)
        t += first + last
    return t
print(unpack_calls(100))
