# Unpacking in assignments, for loops, calls and displays; starred targets; order of assignment; nested; strings; dicts.
a, b = 1, 2
(c, d), e = [3, 4], 5
[f, g] = "xy"
a, b = b, a
print(a, b, c, d, e, f, g)
first, *rest = range(5)
*init, last = "abcd"
h, *mid, t = (1, 2)
print(first, rest, init, last, h, mid, t)
(p, *q), *r = [(1, 2, 3), 4, 5]
print(p, q, r)
for i, (j, k) in enumerate([(1, 2), (3, 4)]):
    print(i, j, k, end=" ")
for x, *y in [(1, 2, 3), "ab"]:
    print(x, y, end=" ")
print()
l = [0, 0, 0]
i = 0
i, l[i] = 1, "set at index 1"
print(i, l)
class O: pass
o = O()
o.a, o.b, l[0] = 7, 8, 9
print(o.a, o.b, l)
x = y = z = []
x.append(1)
print(y, z is x)
print([*range(3), *"ab"], (*[], 1), {*[1, 2], 2} == {1, 2}, {**{"a": 1}, "b": 2, **{"a": 3}}, [*{"k": 1}], *[1, 2])
k, v = {"a": 1, "b": 2}
print(k, v)
m, = [5]
(n) = 6
print(m, n)
def gen():
    print("start", end=" ")
    yield 1
    print("second", end=" ")
    yield 2
    print("third", end=" ")
    yield 3
try:
    u, w = gen()
except ValueError as e:
    print(e)
try:
    [u, w] = {1: 2}
except ValueError as e:
    print(e)
class It:
    def __init__(self, n): self.n = n
    def __iter__(self): return iter(range(self.n))
s, t2 = It(2)
print(s, t2)
class Seq:
    def __getitem__(self, i):
        if i > 1: raise IndexError
        return i * 10
s, t2 = Seq()
print(s, t2, list(Seq()), [*Seq()])
def swap3(a, b, c):
    a, b, c = c, a, b
    return a, b, c
def swap2(a, b):
    b, a = a, b
    return a, b
print(swap3(1, 2, 3), swap2(1, 2))
a = [1, 2, 3]
a[0], a[2] = a[2], a[0]
print(a)
a[:2] = a[1::-1]
print(a)
big = *range(300),
a0, *a1, a298, a299 = big
print(a0, len(a1), a298, a299)
[(a, b), [c, *d]] = ((1, 2), "xyz")
print(a, b, c, d)
def ret(*args): return *args, "end"
print(ret(1, 2), ret())
for (a, b) in {"x": 1}.items(): print(a, b)
(a, b), c = (1, 2), 3; print(a, b, c)
() = []
[] = ()
print("empty targets")
head, *tail = [1]
print(head, tail)
