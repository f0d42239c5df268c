# Subscript sites over list, tuple, dict, str, bytes, range, own classes; negative and big indices; stores and deletes; changing kinds.
class G:
    def __init__(self, d): self.d = d
    def __getitem__(self, k): return self.d[k]
    def __setitem__(self, k, v): self.d[k] = v
class L(list): pass
class D(dict):
    def __missing__(self, k): return -k if isinstance(k, int) else 0
class I:
    def __index__(self): return 1
def get(c, k): return c[k]
def put(c, k, v): c[k] = v
seqs = [[1, 2, 3], (4, 5, 6), {0: 7, 1: 8, 2: 9}, range(10, 13), bytes([13, 14, 15]), bytearray([16, 17, 18]), G([19, 20, 21]), L([22, 23, 24]), D({0: 25}), G({0: 1, 1: 2, 2: 3})]
t = 0
for i in range(400): t += get(seqs[i % len(seqs)], i % 3)
print(t)
for s in seqs:
    r = 0
    for i in range(60): r += get(s, i % 3)
    print(r, end=" ")
print()
for s in seqs:
    r = []
    for k in (-1, True, I(), 5, 2 ** 70, -4, 1.0, "a", None):
        try:
            r.append(get(s, k))
        except Exception as e:
            r.append(type(e).__name__)
    print(r)
print([get("abc", i % 3) for i in range(6)], get("abc", -1), get([[1]], 0))
for s in seqs:
    try:
        for i in range(60): put(s, i % 3, i)
        print(get(s, 0), get(s, 1), get(s, 2), end=" ")
    except TypeError as e:
        print(e, end="; ")
print()
def fill(d, n):
    for i in range(n): d[i] = d[i - 1] + 1 if i else 0
    return d
print(fill({}, 50)[49], fill([0] * 50, 50)[49], fill(D(), 50)[49], fill(G([0] * 50), 50).d[49])
def edges(l):
    out = []
    for i in range(-6, 6):
        try:
            out.append(l[i])
        except IndexError:
            out.append(None)
    return out
for _ in range(10): r = edges([1, 2, 3])
print(r, edges((1, 2)), edges("ab"), edges([]))
def stores(l):
    n = 0
    for i in range(-6, 6):
        try:
            l[i] = i
        except IndexError:
            n += 1
    return l, n
for _ in range(10): r = stores([1, 2, 3])
print(r)
grid = [[0] * 10 for _ in range(10)]
for i in range(10):
    for j in range(10):
        grid[i][j] = i * j
        grid[j][i] += 1
print(sum(map(sum, grid)), grid[9][9], grid[-1][-2])
def swap(l, n):
    for k in range(n):
        i, j = k % len(l), (k * 7) % len(l)
        l[i], l[j] = l[j], l[i]
    return l
print(swap(list(range(10)), 100), swap({i: i for i in range(10)}, 100))
def shrink(l):
    t = 0
    while l:
        t += l[0] + l[-1] + l[len(l) // 2]
        del l[0]
    return t
print(shrink(list(range(60))), shrink(L(range(60))))
def count(words):
    c = {}
    for w in words:
        if w in c: c[w] += 1
        else: c[w] = 1
    return c
print(count("the cat the dog the end".split() * 10), count([1, 1.0, True, "1"] * 10), count([(1,), (1,), ()] * 5))
class Get2:
    def __getitem__(self, k): return ("first", k)
g, out = Get2(), []
for i in range(120):
    if i == 40: Get2.__getitem__ = lambda self, k: ("second", k)
    if i == 80: Get2.__getitem__ = lambda self, k, *rest: ("third", k, rest)
    r = get(g, 0)[0]
    if not out or out[-1] != r: out.append(r)
print(out)
def unpack(x):
    a, b = x
    return a, b
us = [(1, 2), [3, 4], "ab", {5: 0, 6: 0}, range(2), (x for x in (7, 8)), iter([9, 10]), {1: 2, 3: 4}.items(), b"cd", map(str, (1, 2)), L([1, 2])]
print([unpack(u) for u in us])
for i in range(100): r = unpack((i, i + 1)), unpack([i, 0])
print(r)
def unpack3(x):
    a, (b, *c), *d = x
    return a, b, c, d
for i in range(60): r = unpack3([i, (1, 2, 3), 4, 5])
print(r, unpack3(["x", "yz", "w"]))
