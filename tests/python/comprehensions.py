# List, set, dict comprehensions and generator expressions: nesting, conditions, scope, order, unpacking, walrus.
print([x * x for x in range(6)], [x for x in range(10) if x % 2 if x > 3], [(x, y) for x in range(3) for y in range(x)], {x % 3 for x in range(9)} == {0, 1, 2}, {k: v for k, v in zip("abc", range(3))})
print([[y * 2 for y in range(x)] for x in range(4)], [a + b for a, b in [(1, 2), (3, 4)]], [x for (x, *_) in [(1, 2, 3), (4,)]], [c for w in ["ab", "cd"] for c in w])
print(sum(x for x in range(5)), list(x for x in "abc" if x != "b"), dict((k, 1) for k in "ab"), tuple(i for i in range(3)), set(i // 2 for i in range(6)), ",".join(str(i) for i in range(4)), max((len(w), w) for w in ["a", "bcd", "ef"]), any(x > 3 for x in range(5)), all(x < 5 for x in range(5)))
n = 10
print([n + x for x in range(3)], [(lambda: x)() for x in range(3)], [f() for f in [lambda: x for x in range(3)]])
def f(k):
    base = 100
    return [base + k + i for i in range(3)], {i: [base + j for j in range(i)] for i in range(3)}
print(f(1))
print([y for x in range(5) if (y := x * 2) > 3], y, [last := i for i in range(3)], last)
log = []
def t(x, tag):
    log.append(tag)
    return x
print({t(k, "k"): t(v, "v") for k, v in [(1, 2), (3, 4)]}, log)
g = (t(i, f"g{i}") for i in t(range(3), "iter"))
print(log[-1], next(g), log[-1])
try:
    (x for x in 5)
except TypeError as e:
    print(e)
try:
    [1 / x for x in (1, 0)]
except ZeroDivisionError as e:
    print(e)
m = [[1, 2, 3], [4, 5, 6]]
print([[row[i] for row in m] for i in range(3)], [v for row in m for v in row if v % 2 == 0], {(i, j): m[i][j] for i in range(2) for j in range(3)}[1, 2])
primes = [p for p in range(2, 50) if all(p % d for d in range(2, p))]
print(primes, [x if x > 2 else -x for x in range(5)], [*(i for i in range(2)), *[5]], [x for x in [1, 2, 3]][::-1])
class C:
    vals = [1, 2]
    doubled = [v * 2 for v in vals]
    pairs = [(a, b) for a in vals for b in (1, 2)]
print(C.doubled, C.pairs)
it = iter(range(10))
print([(x, next(it)) for x in it], [a := 1, a + 1], [z for z in (y for y in (x for x in range(3)))])
def gen_closure():
    xs = [1, 2, 3]
    g = (x * k for x in xs)
    k = 10
    xs = [9]
    return list(g)
print(gen_closure(), [e for e in {"a": 1, "b": 2}], [k + str(v) for k, v in {"a": 1}.items()], list(zip(*[(1, 2), (3, 4)])), [i for i, c in enumerate("banana") if c == "a"])
