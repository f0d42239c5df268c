"""Functions that specialize when the module runs: one for each family."""
import math


class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def norm(self):
        return self.x * self.x + self.y * self.y

    def __getitem__(self, index):
        return index


class Slots:
    __slots__ = ("a",)


POINTS = [Point(i, i + 0.5) for i in range(40)]


def attributes(slots):
    total = 0.0
    for p in POINTS:
        total += p.x + p.norm()
        p.y = total
        slots.a = total
        total = slots.a + math.pi
    return total


def arithmetic(n):
    a, b = 1, 2
    text = ""
    x = 1.5
    i = 0
    while i < n:
        a = a + b * i - 1
        x = x * 0.5 + 1.0 - x
        text = text + "x"
        text += text[:1]
        if x == 2.0:
            i += 1
        if text == "y":
            pass
        i += 1
    return a


def containers(n):
    items = [0] * n
    table = {}
    p = POINTS[0]
    for i in range(n):
        items[i] = i
        table[i] = items[i]
        pair = (i, table[i])
        a, b = pair
        c, d = [a, b]
        e, f, g = a, b, pair[0]
        p[i]
    return d


def default(a, b=1):
    return a


def calls(items):
    out = []
    for item in items:
        default(item)
        default(item, 2)
        out.append(len(items))
        isinstance(item, int), str(item), tuple(items), type(item), int(item)
        out.pop(), out.copy(), items.index(item), out.sort(), "a,b".split(","), divmod(1, 2), sum(items), print(item)
    return out


for _ in range(20):
    attributes(Slots())
    arithmetic(20)
    containers(20)
    calls([1, 2, 3, 4])
