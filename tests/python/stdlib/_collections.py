# _collections: deque, defaultdict, counting, and the attributes of named tuples.
from _collections import _count_elements, _tuplegetter, defaultdict, deque


def refused(function, *args, **kwargs):
    try:
        print("no error:", function(*args, **kwargs))
    except Exception as error:
        print(type(error).__name__ + ":", error)


# deque
d = deque("abc")
print(d, len(d), bool(d), bool(deque()), d[0], d[-1], d[1], list(d), list(reversed(d)), d.maxlen)
d.append("d")
d.appendleft("z")
d.extend("ef")
d.extendleft("yx")
print(d, d.pop(), d.popleft(), d)
d.rotate(2)
print(d)
d.rotate(-3)
print(d)
d.rotate()
d.reverse()
print(d, d.count("a"), "a" in d, "q" in d, d.index("a"), d.index("a", -5), d.index("a", 0, 100))
d.insert(1, "new")
d.insert(-1, "last")
d.insert(100, "end")
d.remove("a")
d[0] = "first"
del d[1]
print(d)
small = deque(range(10), 3)
print(small, small.maxlen, small.copy(), type(small.copy()) is deque)
small.append(10)
small.appendleft(6)
small.extend([1, 2, 3, 4])
print(small, deque([1, 2], maxlen=0), deque(maxlen=2))
print(d + deque([1]), small + deque([9]), deque([1, 2]) * 2, 2 * deque("a"), small * 2, deque([1]) * 0, deque([1]) * -1)
d = deque([1])
d += [2, 3]
d *= 2
print(d)
d += d
print(len(d))
d.extendleft(d)
print(len(d), d)
d.clear()
print(d, list(d))
print(deque([1, 2]) == deque([1, 2]), deque([1, 2]) != deque([1, 2]), deque([1, 2]) < deque([1, 3]), deque([1]) < deque([1, 2]))
print(deque([2]) > deque([1, 5]), deque() >= deque(), deque([1]) == [1], deque([1], 3) == deque([1]), deque([1]) <= deque([1]))
refused(lambda: deque([1]) < [1])
for function, *args in [
    (deque().pop,), (deque().popleft,), (deque([1]).index, 2), (deque([1]).remove, 2), (small.insert, 0, 1), (deque([1]).__getitem__, 1),
    (lambda: deque([1])["a"],), (lambda: deque([1])[:1],), (deque([1]).__setitem__, 5, 1), (deque([1]).__delitem__, -2),
    (deque, 1), (deque, [], -1), (deque, [], "a"), (deque, 1, 2, 3), (deque([1]).__add__, [1]), (deque([1]).append,), (hash, deque()),
    (deque([1]).rotate, "a"), (deque([1]).insert, "a", 1), (deque([1]).extend, 3),
]:
    refused(function, *args)
refused(deque, itereable=[])
d = deque([1])
d.append(d)
print(d)


def change():
    for item in d:
        d.append(item)


refused(change)
it = iter(deque("abc"))
next(it)
print(it.__length_hint__(), list(it), it.__length_hint__(), type(it))
print(deque("ab", 3).__reduce__()[:3], deque("ab").__reduce__()[:3], list(deque("ab").__reduce__()[3]))
print(deque[int], type(deque).__name__, deque.__module__)


class Stack(deque):
    def __init__(self, items=(), maxlen=None):
        super().__init__(items, maxlen)
        self.note = "mine"


s = Stack("ab")
print(s, s.note, s.copy(), s + deque("c"), s.__reduce__()[2], s == deque("ab"), isinstance(s, deque))


class Odd:
    def __eq__(self, other):
        d.clear()
        return False


d = deque([Odd(), 1])
refused(d.remove, 5)
d = deque([Odd(), 1])
refused(d.index, 5)
d = deque([Odd(), 1])
refused(d.count, 5)
match deque([1, 2]):
    case [a, b]:
        print("matched", a, b)
big = deque()
for i in range(1000):
    big.append(i)
    if i % 3 == 0:
        big.popleft()
print(len(big), sum(big), big[0], big[300])

# defaultdict
d = defaultdict(list)
d["a"].append(1)
d["a"].append(2)
d["b"]
print(d, len(d), d.default_factory, "c" in d, d.get("c"), sorted(d.items()))
plain = defaultdict()
refused(lambda: plain["x"])
refused(defaultdict, 1)
refused(defaultdict, list, 1)
plain.default_factory = int
plain["x"] += 5
print(plain, plain.default_factory is int, defaultdict(None, a=1), defaultdict(int, {"a": 1}, b=2), defaultdict(None, [(1, 2)]))
copied = d.copy()
copied["z"]
print(copied, d == copied, type(copied) is defaultdict, d.__copy__() == d)
print(d | {"q": 1}, {"q": 1} | d, type({"q": 1} | d) is defaultdict)
d |= {"r": 2}
print(d, d.__reduce__()[:4], sorted(k for k, v in d.__reduce__()[4]))
refused(lambda: d | [1])
del plain.default_factory
print(plain.default_factory)
refused(lambda: plain["missing"])
print(defaultdict[str, int], defaultdict.__module__, defaultdict.__mro__[1:])
refused(setattr, d, "other", 1)


class Counting(defaultdict):
    def __missing__(self, key):
        self.seen = key
        return super().__missing__(key)


c = Counting(lambda: 7)
print(c["x"], c.seen, c["x"], dict(c))
loop = defaultdict(lambda: loop)
nested = defaultdict(lambda: defaultdict(int))
nested["a"]["b"] += 1
print({k: dict(v) for k, v in nested.items()})
many = [defaultdict(list) for _ in range(200)]
for i, one in enumerate(many):
    one[i].append(str(i) * 3)
print(all(one[i] == [str(i) * 3] for i, one in enumerate(many)))

# _count_elements
counts = {}
_count_elements(counts, "abracadabra")
print(counts)


class Missing(dict):
    def get(self, key, default=None):
        return super().get(key, default + 10)


counts = Missing()
_count_elements(counts, "aab")
print(counts)
refused(_count_elements, {}, [[]])
refused(_count_elements, {}, 3)

# _tuplegetter
class Pair(tuple):
    first = _tuplegetter(0, "the first")
    second = _tuplegetter(1, "the second")


p = Pair([1, 2])
print(p.first, p.second, Pair.first.__doc__, Pair.first, Pair.first.__reduce__())
refused(setattr, p, "first", 3)
refused(delattr, p, "first")
refused(lambda: Pair([1]).second)
refused(Pair.first.__get__, 3)
Pair.first.__doc__ = "changed"
print(Pair.first.__doc__)
refused(_tuplegetter, "a", "b")
