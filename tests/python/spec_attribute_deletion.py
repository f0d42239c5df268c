# Attributes deleted and added in other orders under a hot loop; instances whose dictionaries are taken, changed, replaced.
class P:
    def __init__(self, a, b): self.a = a; self.b = b
def read(p): return p.a + p.b
ps = [P(i, i + 1) for i in range(20)]
t = 0
for i in range(400):
    p = ps[i % 20]
    if i == 100: del ps[3].a; ps[3].a = 100
    if i == 120: ps[4].__dict__
    if i == 130: ps[4].__dict__["a"] = 1000
    if i == 150: ps[5].__dict__ = {"b": 5, "a": 50}
    if i == 170: ps[6].c = 1; ps[6].d = 2
    if i == 200: ps[7].__dict__.clear(); ps[7].b = 1; ps[7].a = 2
    if i == 220: ps[8].__dict__.pop("a"); ps[8].a = 7
    if i == 240: ps[9].__dict__[5] = "not a string"
    if i == 260: ps[10].__dict__.update({"z%d" % k: k for k in range(50)})
    if i == 280: vars(ps[11]).popitem(); ps[11].b = 3
    if i == 300: P.a = property(lambda s: 1)
    if i == 320: del P.a
    t += read(p)
print(t)
print([sorted(map(str, p.__dict__.items())) for p in ps[3:6]], len(ps[10].__dict__), ps[6].__dict__, ps[9].__dict__)
def missing(p):
    try:
        return p.a
    except AttributeError as e:
        return str(e)
q = P(1, 2)
out = []
for i in range(120):
    if i == 60: del q.a
    if i == 90: q.a = "back"
    r = missing(q)
    if not out or out[-1] != r: out.append(r)
print(out)
try:
    del q.zz
except AttributeError as e:
    print(e)
def rewrite(p, n):
    for i in range(n):
        p.x = i
        p.y = p.x + 1
        del p.x
    return p.__dict__
print(rewrite(P(0, 0), 100))
class Shapes:
    def __init__(self, k):
        if k & 1: self.a = 1
        if k & 2: self.b = 2
        if k & 4: self.c = 3
        self.d = 4
t = 0
shapes = [Shapes(k) for k in range(8)]
for i in range(800):
    s = shapes[i % 8]
    t += s.d
    if i % 8 & 1: t += s.a
print(t, [list(s.__dict__) for s in shapes])
class Wide: pass
ws = []
for k in range(5):
    w = Wide()
    for i in range(40): setattr(w, f"f{i}", i * k)
    ws.append(w)
t = 0
for i in range(200):
    w = ws[i % 5]
    t += w.f0 + w.f29 + w.f30 + w.f39
    w.f35 += 1
    w.f5 += 1
print(t, ws[2].f35, ws[2].f5, len(ws[0].__dict__))
class Swap:
    def __init__(self): self.v = 1
s = Swap()
ds = [{"v": 10}, {"w": 0, "v": 20}, {}]
Swap.v = 300
t = 0
for i in range(150):
    if i == 30: s.__dict__ = ds[0]
    if i == 60: s.__dict__ = ds[1]
    if i == 90: s.__dict__ = ds[2]
    if i == 120: ds[2]["v"] = 5
    t += s.v
print(t)
a, b = P(1, 2), P(3, 4)
a.__dict__ = b.__dict__
a.a = 99
print(b.a, a.__dict__ is b.__dict__)
