# Comparisons followed by branches in all shapes, with operand kinds changing; boolean operators; chained comparisons; is and in.
def tests(a, b):
    r = 0
    if a < b: r |= 1
    if a <= b: r |= 2
    if a == b: r |= 4
    if a != b: r |= 8
    if a > b: r |= 16
    if a >= b: r |= 32
    if not a < b: r |= 64
    while a < b: r |= 128; break
    r |= 256 if a == b else 512
    if a < b or a == b: r |= 1024
    if a <= b and a != b: r |= 2048
    if a < b < b * 1: r |= 4096
    if not (a != b): r |= 8192
    assert a == b or a != b
    return r
pairs = [(1, 2), (2, 1), (1, 1), (1.0, 2.0), (2.0, 1.0), (1.5, 1.5), (1, 1.0), (2 ** 30, 2 ** 30 - 1), (2 ** 62, 2 ** 62 + 1), (-2 ** 70, 2 ** 70), (True, 1), (False, True), ("a", "b"), ("b", "a"), ("ab", "a" + "b"), (0.0, -0.0), (float("inf"), 1.0), (-1, 1), (-2 ** 30, -2 ** 30), (-2 ** 31, 2 ** 31)]
for p in pairs:
    for _ in range(30): r = tests(*p)
    print(r, end=" ")
print()
for i in range(400): r = tests(*pairs[i % len(pairs)])
print([tests(*p) for p in pairs])
nan = float("nan")
for _ in range(40): r = tests(nan, 1.0), tests(1.0, nan), tests(nan, nan)
print(r)
def is_tests(a, b):
    r = []
    if a is b: r.append("is")
    if a is not b: r.append("is not")
    if a is None: r.append("none")
    if b is not None: r.append("b not none")
    while a is None: break
    else: r.append("else")
    return r
print(is_tests(None, None), is_tests(1, None), is_tests([], []), is_tests("a", None))
def ins(x, c):
    if x in c: return 1
    if x not in c: return 2
for c in ([1, 2], (1, 2), {1, 2}, {1: 0}, range(3), frozenset([1])): print([ins(i, c) for i in (0, 1, 3, "a")], end=" ")
print(ins("a", "abc"), ins("z", "abc"), ins("", ""))
def branches(x):
    if x < 0: return "neg"
    elif x == 0: return "zero"
    elif x < 10 and x % 2 == 0: return "small even"
    elif x < 10: return "small odd"
    elif 10 <= x < 100 or x == 1000: return "medium"
    elif not x < 500: return "large"
    return "rest"
print([branches(x) for x in (-1, 0, 2, 3, 50, 1000, 600, 200, 2.0, -0.5, True, 10 ** 30)])
for i in range(200): r = branches(i * 7 % 300 - 20)
print(r)
class T:
    def __init__(self, v): self.v = v
    def __lt__(self, o): return T2(self.v < o.v)
    def __eq__(self, o): return T2(self.v == o.v)
class T2:
    n = 0
    def __init__(self, b): self.b = b
    def __bool__(self):
        T2.n += 1
        return self.b
def cmp(a, b):
    if a < b: return "lt"
    if a == b: return "eq"
    return "other"
for _ in range(30): r = cmp(T(1), T(2)), cmp(T(2), T(2)), cmp(T(3), T(2)), cmp(1, 2), cmp("a", "a")
print(r, T2.n)
def clamp(x, lo, hi): return lo if x < lo else hi if x > hi else x
print([clamp(x, 0, 10) for x in (-5, 5, 15, 2.5, 1e9)], sum(clamp(i, 20, 50) for i in range(100)))
def bsearch(l, x):
    lo, hi = 0, len(l)
    while lo < hi:
        mid = (lo + hi) // 2
        if l[mid] < x: lo = mid + 1
        else: hi = mid
    return lo
print([bsearch(list(range(0, 100, 3)), x) for x in (0, 1, 50, 99, 200, -5)], bsearch(["a", "c", "e"], "d"), bsearch([0.5, 1.5], 1))
