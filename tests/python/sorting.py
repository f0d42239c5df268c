# list.sort and sorted: stability, keys, reverse, mixed numbers, partial order, errors, large inputs.
import random
data = [(i * 37) % 101 for i in range(101)]
print(sorted(data) == list(range(101)), sorted(data, reverse=True)[:5])
recs = [("b", 2), ("a", 2), ("c", 1), ("a", 1)]
print(sorted(recs, key=lambda r: r[1]), sorted(recs, key=lambda r: r[1], reverse=True), sorted(recs), sorted(sorted(recs, key=lambda r: r[0]), key=lambda r: r[1]))
print(sorted([3, 1.5, True, 2, False, -1]), sorted(["b", "B", "a", "A", ""]), sorted(["é", "z", "e"]), sorted([[2, 1], [1], [], [1, 0]]), sorted([(1, "b"), (1, "a")]), sorted([b"b", b"a"]), sorted([2 ** 70, -2 ** 70, 0, 2 ** 62, 1.5]))
class V:
    compared = 0
    def __init__(self, v): self.v = v
    def __lt__(self, o):
        V.compared += 1
        return self.v < o.v
    def __repr__(self): return f"V{self.v}"
print(sorted(V(i) for i in [5, 2, 9, 1]), V.compared)
V.compared = 0
l = [V(i) for i in range(20)]
l.sort()
print(V.compared)
l.sort(reverse=True)
print(l[:3], V.compared)
V.compared = 0
sorted([V(i) for i in range(20, 0, -1)])
print(V.compared)
V.compared = 0
s = sorted([V((i * 7) % 40) for i in range(40)])
print(V.compared, s[:4])
random.seed(5)
big = [random.random() for _ in range(500)]
s = sorted(big)
print(all(s[i] <= s[i + 1] for i in range(499)), s[0] == min(big), s[-1] == max(big))
pairs = [(random.randrange(10), i) for i in range(300)]
s = sorted(pairs, key=lambda p: p[0])
print(all(s[i][0] < s[i + 1][0] or s[i][1] < s[i + 1][1] for i in range(299)))
s = sorted(pairs, key=lambda p: p[0], reverse=True)
print(all(s[i][0] > s[i + 1][0] or s[i][1] < s[i + 1][1] for i in range(299)))
runs = list(range(100)) + list(range(50)) + list(range(200, 100, -1)) + [7] * 30
print(sorted(runs) == sorted(runs, key=lambda x: x), sorted(runs)[100:110], sum(sorted(runs)))
words = "the quick brown fox jumps over the lazy dog".split()
print(sorted(words), sorted(words, key=len), sorted(words, key=lambda w: (len(w), w)), sorted(words, key=str.upper, reverse=True), sorted(set(words), key=lambda w: w[::-1]))
nan = float("nan")
print(len(sorted([3, nan, 1, nan, 2])))
l = [3, 2, 1]
def key(x):
    l.append(x)
    return x
try:
    l.sort(key=key)
except ValueError as e:
    print(e, l)
for bad in ([1, "a"], [None, None], [1, None], [(1, "a"), (1, 2)], [{}, {}], [1j, 2j]):
    try:
        sorted(bad)
    except TypeError as e:
        print(e)
print(sorted([1]), sorted([]), sorted("a"), [].sort(), [5, 4].sort(), sorted([None]), sorted([0.0, -0.0, 0]))
def cmp_to_key(cmp):
    class K:
        def __init__(self, v): self.v = v
        def __lt__(self, o): return cmp(self.v, o.v) < 0
    return K
print(sorted([5, 3, 10, 1], key=cmp_to_key(lambda a, b: (a > b) - (a < b))), sorted(["10", "9", "1"], key=cmp_to_key(lambda a, b: (a + b < b + a) - (a + b > b + a))))
