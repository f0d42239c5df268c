# Methods of list, sharing, nesting, sorting, repetition, recursion in repr.
l = [3, 1, 2]
l.append(4); l.extend((5, 6)); l.insert(0, 0); l.insert(100, 7); l.insert(-1, 6.5)
print(l, l.pop(), l.pop(0), l.pop(-2), l)
l.remove(4)
print(l, l.index(2), l.index(5, 2), l.count(1), 2 in l, 9 not in l, len(l))
l.reverse(); print(l)
l.sort(); print(l)
l.sort(reverse=True); print(l)
l.sort(key=lambda x: (x % 2, -x)); print(l)
c = l.copy(); c.clear(); print(l, c)
print([1, 2] + [3], [0] * 3, 2 * [1, 2], [[]] * 2, [1, 2] * 0, list("abc"), list(range(3)), list(), list((1, 2)), list({1: 2, 3: 4}))
shared = [[0]] * 3
shared[0].append(1)
print(shared)
r = [1]
r.append(r)
print(r, r[1] is r, [r] == [r])
d = {}
d["self"] = d
print(d)
t = ([],)
t[0].append(t)
print(t)
print(sorted("banana"), sorted([3, 1, 2], reverse=True), sorted(["b", "A", "c"], key=str.lower), sorted({"z": 1, "a": 2}), sorted([(1, "b"), (1, "a"), (0, "c")]))
people = [("ann", 30), ("bob", 25), ("cid", 30), ("dan", 25)]
print(sorted(people, key=lambda p: p[1]), sorted(people, key=lambda p: p[1], reverse=True), sorted(people, key=lambda p: (-p[1], p[0])))
a, b = [1, 2], [1, 2]
print(a == b, a is b, a < [1, 3], [1, [2, 3]] == [1, [2, 3]], [] == (), [1, 2, 3] > [1, 2], max([[1], [2]]))
m = [[i * 3 + j for j in range(3)] for i in range(3)]
print(m, [list(row) for row in zip(*m)], [row[:] for row in m], sum(m, []), [m[i][i] for i in range(3)])
it = iter([1, 2, 3])
print(next(it), list(it), list(it))
grow = [1]
for x in grow:
    if len(grow) < 6:
        grow.append(x * 2)
print(grow)
shrink = list(range(10))
for x in shrink:
    shrink.remove(x)
print(shrink)
for f in (lambda: l.sort(key=1), lambda: [3, "a"].sort(), lambda: l.index(99), lambda: [].remove(1), lambda: l.pop("x"), lambda: l.insert("x", 1), lambda: l.extend(3), lambda: [1] + "a", lambda: [1] * "a", lambda: [1] * 1.5):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)
def failing(x):
    if x == 2: raise KeyError(x)
    return x
s = [3, 2, 1]
try:
    s.sort(key=failing)
except KeyError:
    print(s)
def sees(x):
    seen.append(len(s))
    return x
seen = []
s.sort(key=sees)
print(s, seen)
big = [(i * 7919) % 1009 for i in range(300)]
print(sorted(big)[::30], sorted(big, key=lambda x: -x)[::30], sorted(big, key=lambda x: x % 10)[:12])
del big[:290]
print(big, big.__len__(), list.__name__, [1, 2, 3].__contains__(2), list.append is list.append)
l = [1, 2, 3]
l += "ab"
l[1:2] = []
print(l, l * 2, [*l, *l], [None] * 2)
print(l.__eq__([1]), l.__eq__(5), list(map(list.__len__, [[], [1]])), list(reversed(l)), [x for x in reversed([1, 2])])
