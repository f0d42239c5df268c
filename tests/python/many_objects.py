# Many live and dead objects: cycles, deep structures, large containers growing while being built; nothing may be lost.
class Node:
    def __init__(self, v, nxt=None): self.v, self.next, self.other = v, nxt, None
def linked(n):
    head = None
    for i in range(n): head = Node(i, head)
    return head
def total(n):
    t = 0
    while n: t, n = t + n.v, n.next
    return t
print(total(linked(3000)))
def cycles(n):
    last = None
    for i in range(n):
        a, b = Node(i), Node(-i)
        a.other, b.other = b, a
        a.next = a
        if i % 500 == 0: a.next, last = last, a
    return last
c, k = cycles(3000), 0
while c: k, c = k + c.v + c.other.v + 1, c.next
print(k)
d = {}
for i in range(3000): d[str(i), i] = [i, {"k": (i, str(i))}]
print(len(d), sum(v[0] + v[1]["k"][0] for v in d.values()), all(d[str(i), i][1]["k"][1] == str(i) for i in range(0, 3000, 7)))
deep = ()
for i in range(2000): deep = (i, deep)
n, t = 0, 0
while deep: t, deep = t + deep[0], deep[1]
print(t)
grid = [[{(x, y): [x * y]} for x in range(30)] for y in range(30)]
print(sum(v[0] for row in grid for cell in row for v in cell.values()))
fs = [(lambda a: lambda b: (a, b, i))(i) for i in range(500)]
print(sum(a + b + i for a, b, i in (f(1) for f in fs)))
gens = [(x * j for x in range(5)) for j in range(300)]
for g in gens: next(g); next(g)
print(sum(sum(g) for g in gens))
s = set()
for i in range(2000): s.add((i % 97, str(i % 89)))
print(len(s))
text = []
for i in range(2000): text.append("item %d %s" % (i, "x" * (i % 50)))
joined = "\n".join(text)
print(len(joined), sum(len(l.split()) for l in joined.split("\n")))
ints = [3 ** k for k in range(200)]
print(sum(ints) == (3 ** 200 - 1) // 2, len({k: v for k, v in enumerate(ints)}))
def churn(n):
    keep = []
    for i in range(n):
        tmp = [Node(j) for j in range(10)]
        tmp2 = {j: tmp[j % 10] for j in range(5)}
        s = "".join(str(x.v) for x in tmp) + str(i)
        if i % 50 == 0: keep.append((tmp2[3], s, sorted(tmp, key=lambda x: -x.v)[0]))
    return keep
print([(a.v, s, b.v) for a, s, b in churn(400)])
class Tree:
    def __init__(self, d): self.l, self.r = (Tree(d - 1), Tree(d - 1)) if d else (None, None)
    def count(self): return 1 if self.l is None else 1 + self.l.count() + self.r.count()
print([Tree(d).count() for d in range(4, 10)])
bounds = [Node(i).__init__ for i in range(200)]
for i, b in enumerate(bounds): b(i * 2)
print(sum(b.__self__.v for b in bounds))
excs = []
for i in range(200):
    try:
        try: raise ValueError(i)
        except ValueError as e: raise KeyError(str(i)) from e
    except KeyError as e: excs.append(e)
print(sum(e.__cause__.args[0] + int(e.args[0]) for e in excs))
classes = [type("K%d" % i, (), {"v": i, "m": lambda self: self.v}) for i in range(100)]
print(sum(c().m() for c in classes), len({c.__name__ for c in classes}))
floats = [i / 7 for i in range(2000)] + [1e300 * i for i in range(10)] + [5e-324 * i for i in range(10)]
print(round(sum(floats[:2000]), 6), floats[2005], floats[2015])
lst = []
for i in range(200): lst = [lst, i]
depth = 0
while lst: lst, depth = lst[0], depth + 1
print(depth)
