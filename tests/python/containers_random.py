"""Long random sequences of operations on containers; orders and contents are printed as checksums."""

state = 12345


def rand(n):
    global state
    state = (state * 6364136223846793005 + 1442695040888963407) % (1 << 64)
    return (state >> 33) % n


def key():
    kind = rand(7)
    n = rand(60)
    if kind < 2:
        return n
    if kind == 2:
        return "k%d" % n
    if kind == 3:
        return (n, "t")
    if kind == 4:
        return float(n) / 2
    if kind == 5:
        return -n
    return (n % 2 == 0) if n < 10 else n << 70


def digest(values):
    h = 0
    for v in values:
        h = (h * 31 + hash(v)) % 1000000007
    return h


def dicts(rounds):
    d = {}
    other = {}
    for i in range(rounds):
        op = rand(14)
        k = key()
        if op < 5:
            d[k] = i
        elif op == 5:
            d.pop(k, None)
        elif op == 6:
            if k in d:
                del d[k]
        elif op == 7:
            d.setdefault(k, i)
        elif op == 8 and d and rand(4) == 0:
            d.popitem()
        elif op == 9:
            d.get(k)
        elif op == 10 and rand(20) == 0:
            other = d.copy()
        elif op == 11 and rand(20) == 0:
            d |= other
        elif op == 12 and rand(60) == 0:
            d.clear()
        elif op == 13 and rand(30) == 0:
            d = dict(zip(d.values(), d.keys()))
        if i % 500 == 0:
            print("dict", i, len(d), digest(d), digest(d.values()), digest(reversed(d)), d == other)


def sets(rounds):
    s = set()
    t = set()
    for i in range(rounds):
        op = rand(16)
        k = key()
        if op < 6:
            s.add(k)
        elif op < 8:
            s.discard(k)
        elif op == 8 and s:
            s.pop()
        elif op == 9 and rand(10) == 0:
            t = set(s)
        elif op == 10 and rand(10) == 0:
            s |= t
        elif op == 11 and rand(20) == 0:
            s &= t
        elif op == 12 and rand(20) == 0:
            s -= t
        elif op == 13 and rand(20) == 0:
            s ^= t
        elif op == 14 and rand(20) == 0:
            s = s.union(t, [1, 2, 3], {4: 5})
        elif op == 15:
            t.add(k)
        if i % 500 == 0:
            print("set", i, len(s), digest(s), digest(t), digest(s - t), digest(s & t), digest(s ^ t), s <= t)
            print("frozen", hash(frozenset(s)), s.isdisjoint(t), s == t)


def lists(rounds):
    a = []
    for i in range(rounds):
        op = rand(16)
        if op < 5:
            a.append(rand(1000))
        elif op == 5 and a:
            a.pop()
        elif op == 6 and a:
            a.pop(rand(len(a)))
        elif op == 7:
            a.insert(rand(len(a) + 1), i)
        elif op == 8 and a:
            start, stop = rand(len(a)), rand(len(a))
            a[start:stop] = [rand(10) for _ in range(rand(5))]
        elif op == 9 and a:
            del a[rand(len(a))]
        elif op == 10 and a:
            del a[:: rand(4) + 2]
        elif op == 11 and a:
            step = rand(3) + 2
            a[::step] = list(range(len(a[::step])))
        elif op == 12 and rand(10) == 0:
            a.sort()
        elif op == 13 and rand(10) == 0:
            a.reverse()
        elif op == 14 and rand(10) == 0:
            a.sort(key=lambda x: x % 17, reverse=bool(rand(2)))
        elif op == 15 and a:
            a[-1 - rand(len(a))] = i
        if i % 500 == 0:
            print("list", i, len(a), digest(a), digest(a[::-1]), digest(a[-5:2:-1]), digest(a[1:-1:3]), sum(a))


dicts(6000)
sets(6000)
lists(6000)
