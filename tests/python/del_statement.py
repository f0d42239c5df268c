# del of names, attributes, items, slices; several targets; what happens afterwards.
x = 1
del x
try:
    x
except NameError as e:
    print(e)
a, b, c = 1, [1, 2, 3, 4, 5], {"k": 1, "l": 2}
del a, b[0], c["k"]
print(b, c)
del (b[0], [b[0]])
print(b)
del b[:]
print(b)
class O: attr = "class"
o = O()
o.attr = "instance"
del o.attr
print(o.attr)
for f in ("del o.attr", "del b[0]", "del c['zz']", "del nope", "del O.zz", "del o.zz"):
    try:
        exec(f)
    except Exception as e:
        print(type(e).__name__, e)
def f(n):
    y = n
    if n > 1: del y
    try:
        return y
    except UnboundLocalError as e:
        return str(e)
print(f(1), f(2), f(1))
def loop():
    out = []
    for i in range(3):
        v = i
        out.append(v)
        del v
    try:
        v
    except UnboundLocalError: out.append("gone")
    return out, i
print(loop())
def cell():
    v = 1
    def g(): return v
    del v
    try: g()
    except NameError as e: print(e)
    v = 2
    return g()
print(cell())
class D:
    def __delattr__(self, n): print("delattr", n)
    def __delitem__(self, k): print("delitem", k)
d = D()
del d.x, d[1], d[1:2], d["a", 1]
g1 = 5
def delg():
    global g1
    del g1
delg()
print("g1" in globals())
class Body:
    t = 1
    u = 2
    del t
print(hasattr(Body, "t"), Body.u)
l = list(range(10))
del l[1], l[-1], l[2:5], l[::3]
print(l)
n = [[1, 2], [3, 4]]
del n[0][1], n[1]
print(n)
