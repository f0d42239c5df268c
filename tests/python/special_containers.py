# Container protocol of one's own classes: __getitem__, __setitem__, __delitem__, __contains__, __len__, __iter__, __missing__.
class Matrix:
    def __init__(self, r, c): self.r, self.c, self.d = r, c, [0] * (r * c)
    def __getitem__(self, ij):
        i, j = ij
        return self.d[i * self.c + j]
    def __setitem__(self, ij, v): self.d[ij[0] * self.c + ij[1]] = v
    def __delitem__(self, ij): self[ij] = None
    def __len__(self): return self.r
    def __contains__(self, v): return v in self.d
    def __iter__(self): return (self.d[i * self.c:(i + 1) * self.c] for i in range(self.r))
    def __reversed__(self): return "reversed!"
m = Matrix(2, 3)
for i in range(2):
    for j in range(3): m[i, j] = i * 10 + j
m[0, 1] += 100
print(m[1, 2], m[0, 1], len(m), 12 in m, 99 in m, list(m), reversed(m), bool(m))
del m[0, 0]
print(m.d)
class Contains:
    def __contains__(self, x): return "truthy string" if x == 1 else ""
print(1 in Contains(), 2 in Contains(), 2 not in Contains())
class OnlyIter:
    def __iter__(self): return iter([1, 2])
print(1 in OnlyIter(), 5 in OnlyIter())
class OnlyGet:
    def __getitem__(self, i):
        if i == 3: raise IndexError
        return i
print(2 in OnlyGet(), 7 in OnlyGet())
class Never:
    __contains__ = None
try:
    1 in Never()
except TypeError as e:
    print(e)
try:
    1 in object()
except TypeError as e:
    print(e)
class Plain: pass
for f in (lambda: Plain()[0], lambda: Plain().__getitem__, lambda: len(Plain()), lambda: iter(Plain())):
    try:
        f()
    except (TypeError, AttributeError) as e:
        print(e)
try:
    Plain()[0] = 1
except TypeError as e:
    print(e)
try:
    del Plain()[0]
except TypeError as e:
    print(e)
class Default(dict):
    def __init__(self, f): super().__init__(); self.f = f
    def __missing__(self, k):
        v = self[k] = self.f()
        return v
d = Default(list)
d["a"].append(1); d["a"].append(2); d["b"]
print(d, "c" in d)
class Gen:
    def __class_getitem__(cls, k): return (cls.__name__, k)
print(Gen[int], Gen[1, 2], list[int], dict[str, int])
class Len:
    def __init__(self, n): self.n = n
    def __len__(self): return self.n
for n in (0, 5, True, -1, "x", 10 ** 30):
    try:
        print(len(Len(n)), end=" ")
    except Exception as e:
        print(type(e).__name__, e)
class Hot:
    def __init__(self): self.items = list(range(10))
    def __getitem__(self, i): return self.items[i]
    def __setitem__(self, i, v): self.items[i] = v
    def __len__(self): return len(self.items)
    def __contains__(self, x): return x in self.items
h = Hot()
t = 0
for k in range(300):
    t += h[k % 10] + len(h)
    h[k % 10] = k
    t += k in h
print(t, h.items)
class Str(str):
    def __getitem__(self, i): return "item" + super().__getitem__(i)
print(Str("abc")[1], Str("abc").upper(), [c for c in Str("ab")])
class Lst(list):
    def __getitem__(self, i): return ("over", list.__getitem__(self, i))
    def __iter__(self): return iter("iter")
    def __len__(self): return 42
l = Lst([1, 2])
print(l[0], list(l), len(l), l == [1, 2], sum([1 for _ in l]), bool(l))
class Ix:
    def __init__(self, i): self.i = i
    def __index__(self): return self.i
print([10, 20, 30][Ix(1)], "abc"[Ix(-1)], (1, 2, 3)[Ix(0):Ix(2)], list(range(Ix(3))), [0] * Ix(2), hex(Ix(255)))
