"""Comparisons and iterations during which containers change."""


class Key:
    def __init__(self, n, action=None):
        self.n = n
        self.action = action

    def __hash__(self):
        return 7

    def __eq__(self, other):
        action, self.action = self.action, None
        if action:
            action()
        return isinstance(other, Key) and self.n == other.n

    def __repr__(self):
        return "K%d" % self.n


d = {}
d[Key(1, lambda: d.clear())] = "one"
d[Key(2)] = "two"
print(d)
d = {Key(1): 1}
k = next(iter(d))
k.action = lambda: d.update((i, i) for i in range(20))
print(d.get(Key(1)), len(d))
k.action = lambda: d.pop(k)
print(d.get(Key(1)), len(d))
s = {Key(1)}
k = next(iter(s))
k.action = lambda: s.clear()
s.add(Key(2))
print(s)
s = {Key(1), Key(2)}
print(Key(2) in s, Key(3) in s)

for make in (lambda: {1: 1, 2: 2}, lambda: {1, 2}):
    c = make()
    try:
        for x in c:
            if isinstance(c, dict):
                c[x + 10] = 1
            else:
                c.add(x + 10)
    except RuntimeError as e:
        print(e)
d = {1: 1, 2: 2, 3: 3}
it = iter(d)
next(it)
del d[1]
d[4] = 4
try:
    print(list(it))
except RuntimeError as e:
    print(e)
it = iter({1: 2})
print(it.__length_hint__(), list(it), it.__length_hint__())
d = dict.fromkeys(range(5))
for k in list(d):
    d[k] = k * k
print(d, list(d.items()), list(d.values()), list(reversed(d.items())))

a = [1, 2, 3]
for x in a:
    if len(a) < 8:
        a.append(x * 10)
print(a)
it = iter(a)
list(it)
a.append(5)
print(next(it, "end"))
a = [1, 2, 3, 4]
for x in a:
    a.remove(x)
print(a)


class Evil:
    def __init__(self, a):
        self.a = a

    def __eq__(self, other):
        del self.a[:]
        return False


a = []
a.extend([Evil(a), 1, 2])
print(3 in a, a)
a.extend([Evil(a), 1, 2])
print(a.count(3), a)
a = [1, 2]
a.append(a)
d = {"a": a}
d["d"] = d
t = (a, d)
a.append(t)
print(a, d, t)
s = frozenset([1])
print({s, frozenset([1])}, {1} in {frozenset([1])}, {frozenset([1])} - {s})


class Index:
    def __init__(self, a):
        self.a = a

    def __index__(self):
        self.a.clear()
        return 0


a = [1, 2, 3]
try:
    print(a[Index(a)])
except IndexError as e:
    print(e)
a = [1, 2, 3]
print(a[Index(a):], a)
a = [1, 2, 3]
try:
    a[Index(a)] = 1
except IndexError as e:
    print(e)
x = [1, 2, 3]
x[1:1] = x
print(x)
x += x
print(x)
x *= 2
print(x[5:], x[::-3])
x[::2] = x[1::2]
print(x)
