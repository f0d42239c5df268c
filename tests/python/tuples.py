# Tuples: packing, hashing, comparison, nesting, methods.
t = 1, "a", 2.5
print(t, len(t), t[0], t[-1], t + (4,), t * 2, (), (1,), 1 in t, t.index("a"), t.count(1), tuple("ab"), tuple([1]), tuple())
a, (b, c), *d = 1, (2, 3), 4, 5
print(a, b, c, d)
print((1, 2) < (1, 3), (1,) < (1, 0), (1, 2) == (1, 2), hash((1, 2)) == hash((1, 2)), {(1, 2): "x"}[1, 2], ((1, 2), 3), (1, (2, (3,))))
print(hash(()), hash((1,)), hash((1, 2, 3)), hash(((), ())), hash((0, -1)), hash((1.5, None is None)))
x, y = 1, 2
x, y = y, x
print(x, y)
def multi(): return 1, 2, 3
p, *q = multi()
print(p, q, multi()[1], *multi())
for f in (lambda: t.__setitem__, lambda: t.index(99), lambda: hash(([],)), lambda: (1,) + [2]):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)
try:
    t[0] = 1
except TypeError as e:
    print(e)
try:
    del t[0]
except TypeError as e:
    print(e)
print([(i, j) for i in range(2) for j in "ab"], max((1, 2), (1, 1, 9)), sorted([(2, 1), (1, 2)]), sum(((1,), (2,)), ()), tuple(t) is t, (*t, *[1]))
