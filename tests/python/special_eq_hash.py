# __eq__ and __hash__ together: keys of dicts and sets, inherited hashes, mutable keys, defaults.
class K:
    def __init__(self, a, b): self.a, self.b = a, b
    def __eq__(self, o): return (self.a, self.b) == (o.a, o.b) if isinstance(o, K) else NotImplemented
    def __hash__(self): return hash((self.a, self.b))
    def __repr__(self): return f"K({self.a},{self.b})"
d = {K(1, 2): "x"}
print(d[K(1, 2)], K(1, 2) in d, K(2, 1) in d, {K(0, 0), K(0, 0)}, K(1, 2) == 5, K(1, 2) != K(1, 2), [K(1, 1)].index(K(1, 1)), [K(1, 1)].count(K(1, 1)), K(3, 3) in [K(3, 3)])
class NoHash:
    def __eq__(self, o): return True
for f in (lambda: {NoHash(): 1}, lambda: {NoHash()}, lambda: hash(NoHash())):
    try:
        f()
    except TypeError as e:
        print(e)
print(NoHash.__hash__, NoHash() == 1, NoHash() != 1, NoHash() in [1])
class Sub(NoHash):
    __hash__ = object.__hash__
s = Sub()
print({s: 1}[s])
class Keeps(K):
    pass
class Loses(K):
    def __eq__(self, o): return super().__eq__(o)
print(hash(Keeps(1, 2)) == hash((1, 2)), Loses.__hash__)
class Identity: pass
x, y = Identity(), Identity()
print(x == x, x == y, x != y, len({x, y, x}), {x: 1, y: 2}[y])
class BadHash:
    def __hash__(self): return "no"
try:
    hash(BadHash())
except TypeError as e:
    print(e)
class Big:
    def __hash__(self): return 2 ** 100
print(hash(Big()) == hash(2 ** 100), hash(Big()) == hash(Big()))
class Minus:
    def __hash__(self): return -1
print(hash(Minus()), hash(-1), hash(-2))
class Collide:
    log = []
    def __init__(self, n): self.n = n
    def __hash__(self): return 7
    def __eq__(self, o):
        Collide.log.append((self.n, o.n))
        return self.n == o.n
items = [Collide(i) for i in range(4)]
dd = {c: c.n for c in items}
print(len(dd), dd[Collide(3)], Collide.log)
class Raises:
    def __init__(self, n): self.n = n
    def __hash__(self): return 1
    def __eq__(self, o): raise ValueError(f"eq {self.n} {o.n}")
r = {Raises(1): 1}
try:
    r[Raises(2)]
except ValueError as e:
    print(e)
k = K(1, 1)
m = {k: "v"}
k.a = 9
print(k in m, K(1, 1) in m, list(m))
print(hash(1) == hash(1.0) == hash(True), {1: "a", 1.0: "b", True: "c"}, {0: 1, False: 2, 0.0: 3}, {"a": 1, "a": 2}, {(1, 2): 1}[(1.0, 2.0)])
class Str(str):
    def __eq__(self, o): return str.__eq__(self, o.lower() if isinstance(o, str) else o)
    def __hash__(self): return hash(str(self))
print(Str("a") == "A", {Str("a"): 1}.get("a"), Str("a") in ["A"])
nan = float("nan")
print({nan: 1}[nan], float("nan") in {nan}, len({nan, nan}), nan in {nan: 1})
