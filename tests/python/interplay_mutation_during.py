# Containers that change while they are compared, searched, sorted, iterated, printed or built.
class Eraser:
    def __init__(self, n, act=None): self.n, self.act = n, act
    def __eq__(self, o):
        if self.act: act, self.act = self.act, None; act()
        return isinstance(o, Eraser) and self.n == o.n
    def __hash__(self): return 1
    def __repr__(self):
        if self.act: act, self.act = self.act, None; act()
        return f"E{self.n}"
    def __lt__(self, o):
        if self.act: act, self.act = self.act, None; act()
        return self.n < o.n
l = [Eraser(i) for i in range(5)]
l[1].act = lambda: l.clear()
print(Eraser(9) in l, l)
l = [Eraser(i) for i in range(5)]
l[2].act = lambda: l.append(Eraser(9))
print(l.index(Eraser(9)), l)
l = [Eraser(i) for i in range(3)]
l[0].act = lambda: l.pop()
print(l.count(Eraser(1)), l)
l = [Eraser(i) for i in range(4)]
l[1].act = lambda: l.clear()
try: l.remove(Eraser(3))
except ValueError as e: print(e, l)
a = [Eraser(1), Eraser(2), Eraser(3)]
b = [Eraser(1), Eraser(2), Eraser(3)]
a[0].act = lambda: b.pop()
print(a == b, b)
d = {Eraser(1): "one", Eraser(2): "two"}
k = next(iter(d))
k.act = lambda: d.clear()
print(d.get(Eraser(7), "none"), d)
d = {Eraser(i): i for i in range(3)}
next(iter(d)).act = lambda: d.update({Eraser(100 + i): i for i in range(30)})
print(d.get(Eraser(2)), len(d))
l = [Eraser(3), Eraser(1), Eraser(2)]
l[1].act = lambda: l.append(5)
try: l.sort()
except ValueError as e: print(e)
print(l)
l = [Eraser(i) for i in range(4)]
l[1].act = lambda: l.pop()
print(repr(l), l)
d = {i: Eraser(i) for i in range(3)}
d[0].act = lambda: d.pop(2)
try: print(repr(d))
except RuntimeError as e: print(e)
l = [1, 2, 3]
print([(x, l.append(x * 10) if len(l) < 6 else None) for x in l][-1], l)
l = list(range(6))
for x in l:
    if x % 2 == 0: l.remove(x)
print(l)
l = [1, 2, 3, 4]
for i, x in enumerate(l):
    if x == 2: del l[i]
print(l)
l = [3, 2, 1]
it = iter(l)
next(it)
l.clear()
print(list(it), next(it, "done"))
l.extend([7, 8, 9])
print(list(it))
d = {"a": 1}
it = iter(d)
d["b"] = 2
for f in (lambda: next(it), lambda: next(it)):
    try: print(f())
    except (RuntimeError, StopIteration) as e: print(type(e).__name__, e)
d = {"a": 1, "b": 2}
try:
    for k in d: del d[k]; d[k + "x"] = 1
except RuntimeError as e: print(e)
d = {"a": 1, "b": 2}
for k in d: d[k] += 10
print(d)
for k in list(d): d[k + k] = d.pop(k)
print(d)
s = {1}
try:
    for x in s: s.add(x + 1)
except RuntimeError as e: print(e)
def gen():
    for i in range(3):
        l.append(i)
        yield i
l = []
l.extend(gen())
print(l)
l = [0]
l += gen()
print(l)
l = [5, 6]
l[0:1] = (x for x in gen())
print(l)
class Grow:
    def __init__(self, l): self.l = l
    def __index__(self): self.l.clear(); return 1
l = [1, 2, 3]
try: print(l[Grow(l)])
except IndexError as e: print(e)
l = [1, 2, 3]
try: l[Grow(l)] = 5
except IndexError as e: print(e)
class Key:
    def __init__(self, d): self.d = d
    def __hash__(self): self.d["during"] = 1; return 5
d = {}
d[Key(d)] = 1
print(len(d), "during" in d)
args = [1, 2]
def f(*a, k): args.append(3); return a, k
print(f(*args, k=args.append(9)), args)
x = [1, 2, 0]
x[0], x[x[0] + 1] = x[2], "set"
print(x)
