# Arithmetic and comparison sites whose operand types change: int, float, bool, big, str, mixed, subclasses, own classes.
class I(int): pass
class F(float): pass
class V:
    def __init__(self, n): self.n = n
    def __add__(self, o): return V(self.n + (o.n if isinstance(o, V) else o))
    __radd__ = __add__
    def __sub__(self, o): return V(self.n - (o.n if isinstance(o, V) else o))
    def __mul__(self, o): return V(self.n * (o.n if isinstance(o, V) else o))
    def __lt__(self, o): return self.n < o.n
    def __eq__(self, o): return self.n == o.n
    def __repr__(self): return f"V({self.n})"
def add(a, b): return a + b
def sub(a, b): return a - b
def mul(a, b): return a * b
def lt(a, b):
    if a < b: return 1
    return 0
def eq(a, b):
    if a == b: return 1
    return 0
pairs = [(1, 2), (1.5, 2.5), (True, False), (2 ** 40, 3), (2 ** 62, 2 ** 62), (10 ** 30, -10 ** 30), (1, 2.5), (2.5, 1), (True, 1), (1.0, True), (I(3), 4), (I(3), I(4)), (F(1.5), 2.0), (V(1), V(2)), (2 ** 30 - 1, 2 ** 30), (-2 ** 30, 5), (1e308, 1e308), (0.0, -0.0)]
for rounds in range(2):
    for a, b in pairs:
        for _ in range(40): r = add(a, b), sub(a, b), mul(a, b), lt(a, b), eq(a, b)
        print(*r, sep=" ", end="; ")
    print()
for i in range(200):
    a, b = pairs[i % len(pairs)]
    r = add(a, b), sub(a, b), mul(a, b), lt(a, b), eq(a, b)
print(r)
strings = [("a", "b"), ("a", "a"), ("abc" * 3, "abcabcabc"), ("é", "e"), ("", "")]
for a, b in strings * 20: r = add(a, b), lt(a, b), eq(a, b)
print(r, add("x", "y"), eq("ab", "a" + "b"), eq("a", 1), add([1], [2]), add((1,), (2,)), mul("ab", 3), mul(3, [0]), sub({1, 2}, {1}))
def accumulate(xs):
    t = 0
    for x in xs: t += x
    return t
print(accumulate(range(100)), accumulate([0.5] * 100), accumulate([1] * 60 + [0.5] * 60), accumulate([2 ** 61] * 8), accumulate([True] * 70), accumulate([1, 2.5, 10 ** 20, True]), accumulate([V(1)] * 30))
def power(x, n):
    r = 1
    for _ in range(n): r = r * x
    return r
print(power(2, 61), power(2, 62), power(2, 63), power(2, 64), power(3, 50), power(-2, 63), power(1.5, 30), power(2, 200))
def down(x, n):
    for _ in range(n): x = x - 2 ** 60
    return x
print(down(0, 10), down(0, 3), down(2 ** 65, 40), down(-1.0, 2))
def fibs(n):
    a, b, out = 0, 1, []
    for i in range(n):
        a, b = b, a + b
        if i in (40, 70, 88, 89, 90, 91, 92, 93, 120): out.append(a)
    return out
print(fibs(130))
def count(limit, step):
    i = n = 0
    while i < limit:
        i += step
        n += 1
    return n
print(count(100, 1), count(100.0, 1), count(100, 0.5), count(2 ** 31 + 5, 2 ** 25), count(2 ** 70, 2 ** 64), count(5.5, 1))
def div(a, b): return a / b, a // b, a % b
for a, b in [(7, 2), (7.0, 2), (-7, 2), (2 ** 70, 3), (7, -2.5), (True, 2)] * 20: r = div(a, b)
print(r, div(10 ** 30, 10 ** 10), div(-7, 3), div(-7.5, 2))
def bits(a, b): return a & b, a | b, a ^ b, a << (b & 7), a >> (b & 7)
for a, b in [(5, 3), (2 ** 70, 7), (-5, 3), (True, False), (2 ** 62 - 1, 2 ** 61)] * 20: r = bits(a, b)
print(r, bits(-2 ** 63, 5), bits(True, True), 1 << 61, 1 << 62, 1 << 63, -1 << 62, -1 << 61, 3 << 61)
def neg(x): return -x, +x, ~x if isinstance(x, int) else None, abs(x), not x
for x in [1, 2.5, True, 2 ** 61, -2 ** 61, 2 ** 62, -2 ** 62, 2 ** 63, 0, -0.0] * 10: r = neg(x)
print(r, neg(2 ** 61), neg(-2 ** 61), neg(2 ** 63 - 1), neg(-2 ** 63), neg(False))
nan = float("nan")
print([lt(nan, 1.0) for _ in range(20)].count(0), [eq(nan, nan) for _ in range(20)].count(1), lt(1, nan), lt(float("-inf"), nan))
