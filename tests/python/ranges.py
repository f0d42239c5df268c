# range: arithmetic, membership, equality, slicing, indexing, large values, iteration.
r = range(2, 20, 3)
print(r, list(r), len(r), r[0], r[-1], r[2:4], r[::-1], 5 in r, 6 in r, r.index(8), r.count(8), r.start, r.stop, r.step, 5.0 in r, "a" in r)
print(range(5), range(0), list(range(5, 0, -2)), list(range(0, 5, -1)), len(range(10, 0, -3)), range(0, 3) == range(0, 3, 1), range(0) == range(2, 1), hash(range(3)) == hash(range(0, 3)), range(3) != [0, 1, 2])
print(range(10 ** 20, 10 ** 20 + 3)[1], len(range(0, 10 ** 15, 7)), 10 ** 20 in range(0, 10 ** 30, 10), list(range(2 ** 62 - 1, 2 ** 62 + 2)), list(range(-2 ** 63, -2 ** 63 + 2)), list(range(2 ** 64, 2 ** 64 + 2)), range(2 ** 70)[-1])
print(sum(range(101)), max(range(5)), min(range(5, 10)), sorted(range(3), reverse=True), list(reversed(range(4))), [*range(3)], tuple(range(2)), bool(range(0)), list(zip(range(3), range(3, 6))))
it = iter(range(3))
print(next(it), list(it), next(it, "end"), type(it).__name__)
for i in range(3):
    for i in range(2):
        pass
print(i)
for i in range(5):
    i += 10
print(i)
for f in (lambda: range(1.5), lambda: range(), lambda: range(1, 2, 0), lambda: range(3)[5], lambda: range(3).index(9), lambda: range(1, 2, 3, 4)):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)
class I:
    def __index__(self): return 3
print(range(I()), list(range(I())))
n = 5
for i in range(n):
    n = 2
    print(i, end=" ")
print()
try:
    len(range(10 ** 30))
except OverflowError as e:
    print(e)
