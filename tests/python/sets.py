# Methods and operators of set and frozenset (printed sorted: order is an implementation detail).
s = {3, 1, 2}
s.add(4); s.add(1); s.discard(99); s.remove(3)
print(sorted(s), len(s), 1 in s, 3 in s)
s.update([5, 6], (7,)); print(sorted(s))
a, b = {1, 2, 3, 4}, {3, 4, 5}
print(sorted(a | b), sorted(a & b), sorted(a - b), sorted(a ^ b), sorted(b - a), a.isdisjoint({9}), {3} <= b, a >= {1}, a < a, a <= a, a > {1, 2})
print(sorted(a.union([9], [8])), sorted(a.intersection([1, 9])), sorted(a.difference([1], [2])), sorted(a.symmetric_difference([1, 100])), a.issubset(range(10)), a.issuperset([1]))
c = a.copy(); c.clear(); print(c, sorted(a), set(), frozenset(), {1}, frozenset({1}), {"a"}, {(1, 2)}, {None})
a.intersection_update({1, 2, 3}); print(sorted(a))
a.difference_update([1]); print(sorted(a))
a.symmetric_difference_update({2, 50}); print(sorted(a))
f = frozenset([1, 2, 2, 1])
print(sorted(f), hash(f) == hash(frozenset([2, 1])), {f: "key"}[frozenset([1, 2])], f | {3} == frozenset([1, 2, 3]), type(f | {3}).__name__, type({3} | f).__name__, f == {1, 2})
print(set("hello") == set("ohell"), sorted(set([1, 1.0, True, 2])), len({1, 1.0, True}), {1, 1.0}, {1.0, 1}, {0, False}, sorted({x % 3 for x in range(10)}))
for g in (lambda: {[]}, lambda: {1}.remove(5), lambda: set().pop(), lambda: {1} | [2], lambda: {1} + {2}, lambda: frozenset().add(1), lambda: {{1}}, lambda: {1} < [1], lambda: s[0], lambda: set(5)):
    try:
        g()
    except Exception as e:
        print(type(e).__name__, e)
try:
    for x in s:
        s.add(x + 100)
except RuntimeError as e:
    print(e)
seen, unique = set(), []
for x in [3, 1, 3, 2, 1]:
    if x not in seen:
        seen.add(x); unique.append(x)
print(unique)
class H:
    def __init__(self, k): self.k = k
    def __hash__(self): return self.k % 3
    def __eq__(self, o): return self.k == o.k
hs = {H(i % 7) for i in range(30)}
print(len(hs), H(3) in hs, H(7) in hs)
hs.remove(H(3))
print(sorted(h.k for h in hs), {1, 2} == frozenset([1, 2]), {frozenset([1])} == {frozenset([1])}, {1} in {frozenset([1])})
p = {10, 20, 30}
total = 0
while p:
    total += p.pop()
print(total, p)
big = set(range(1000))
big -= set(range(0, 1000, 3))
print(len(big), sum(big), sum(big & set(range(100))))
