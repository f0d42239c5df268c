"""The sequence of comparisons in `list.sort`, its stability, and what misbehaving comparisons do."""

state = 99


def rand(n):
    global state
    state = (state * 6364136223846793005 + 1442695040888963407) % (1 << 64)
    return (state >> 33) % n


class Item:
    log = 0
    count = 0

    def __init__(self, value, tag):
        self.value = value
        self.tag = tag

    def __lt__(self, other):
        Item.count += 1
        Item.log = (Item.log * 31 + self.value * 7 + other.value) % 1000000007
        return self.value < other.value


def run(name, values, **options):
    items = [Item(v, i) for i, v in enumerate(values)]
    Item.log = Item.count = 0
    items.sort(**options)
    ok = sum((i + 1) * (item.value * 1000 + item.tag) for i, item in enumerate(items)) % 1000000007
    print(name, len(values), Item.count, Item.log, ok)


for n in (0, 1, 2, 3, 10, 31, 32, 33, 63, 64, 65, 100, 127, 128, 129, 500, 1000, 3000):
    run("random", [rand(n + 1) for _ in range(n)])
    run("reverse", [rand(n + 1) for _ in range(n)], reverse=True)
    run("few", [rand(4) for _ in range(n)])
    run("up", list(range(n)))
    run("down", list(range(n, 0, -1)))
    run("up-end", list(range(n)) + [rand(n + 1) for _ in range(5)])
    run("saw", [i % 50 for i in range(n)])
    run("blocks", [(i // 40 * 7919) % 1000 + i % 40 for i in range(n)])
    run("halves", list(range(0, n, 2)) + list(range(1, n, 2)))
    run("halves2", list(range(1, n, 2)) + list(range(0, n, 2)))

words = ["w%d" % rand(100) for _ in range(300)]
print(sorted(words)[:5], sorted(words, reverse=True)[:5])
pairs = [(rand(5), i) for i in range(200)]
print([i for _, i in sorted(pairs, key=lambda p: p[0])][:30])
print([i for _, i in sorted(pairs, key=lambda p: p[0], reverse=True)][:30])
print(sorted([3.5, -1.0, 2, True, 7], key=None), sorted([3.0, -0.0, 0.0, 1e300, float("inf"), -5.5]))
print(sorted([(1, "b"), (1, "a"), (0, "z")]), sorted([[2], [1, 5], [1]]))
nan = float("nan")
print(sorted([3.0, nan, 1.0, 2.0, nan, 0.0]))
print(sorted("hello world"), sorted({"b": 1, "a": 2}), sorted(range(5, 0, -1)))


class Bad:
    def __lt__(self, other):
        raise ValueError("bad")


items = [3, 1, Bad(), 2]
try:
    items.sort()
except (ValueError, TypeError) as e:
    print(type(e).__name__, e)
print(len(items))
try:
    [1, "a"].sort()
except TypeError as e:
    print(e)


class Meddler:
    def __init__(self, n):
        self.n = n

    def __lt__(self, other):
        meddled.append(1)
        return self.n < other.n


meddled = [Meddler(i) for i in (3, 1, 2)]
try:
    meddled.sort()
except ValueError as e:
    print(e)
print([m.n for m in meddled])

empty_inside = [3, 2, 1]
empty_inside.sort(key=lambda x: (print(len(empty_inside)), x)[1])
print(empty_inside)


def failing(x):
    if x == 2:
        raise KeyError(x)
    return x


keep = [3, 2, 1]
try:
    keep.sort(key=failing)
except KeyError as e:
    print("KeyError", e, keep)


class Inconsistent:
    def __lt__(self, other):
        return rand(2) == 0


jumble = [Inconsistent() for _ in range(700)]
same = set(map(id, jumble))
jumble.sort()
print(len(jumble), set(map(id, jumble)) == same)
