# Methods of dict: order, views, update, merging, deletion while building, keys of several kinds.
d = {"a": 1, "b": 2, "c": 3}
d["d"] = 4
d["a"] = 10
print(d, len(d), "a" in d, 1 in d, d.get("z"), d.get("z", 0), d["b"], list(d), list(d.keys()), list(d.values()), list(d.items()))
print(d.pop("b"), d.pop("zz", None), d.setdefault("e", 5), d.setdefault("a", 99), d)
d["b"] = "again at the end"
print(d, d.popitem(), d)
d.update({"x": 1}, y=2); d.update([("z", 3), ("a", 0)]); print(d)
print(d | {"a": "right"}, {"n": 1} | d == d | {"n": 1}, {**d, "a": 5, **{"q": 1}})
c = d.copy(); c.clear(); print(c, len(d))
print(dict(a=1, b=2), dict([("k", "v")]), dict({"x": 1}, y=2), dict(zip("ab", [1, 2])), dict.fromkeys("ab"), dict.fromkeys([1, 2], 0), {k: v for k, v in [("a", 1)]})
mixed = {1: "int", 1.5: "float", "1": "str", (1, 2): "tuple", None: "none", True: "overwrites 1", frozenset([1]): "fs", b"1": "bytes"}
print(mixed, mixed[1], mixed[1.0], mixed[(1, 2)], mixed[None])
k, v, i = d.keys(), d.values(), d.items()
print(len(k), "a" in k, ("a", 0) in i, 3 in v, k & {"a", "zz"}, sorted(k - {"a"}), sorted(k | {"new"})[-2:], k == set(d), i == d.items())
d["later"] = 1
print(len(k), list(k)[-1], list(reversed(d))[:2], list(reversed(d.items()))[0])
for action in (lambda: [d.pop(x) for x in d], lambda: [d.__setitem__(x + "!", 1) for x in d]):
    try:
        action()
    except RuntimeError as e:
        print(e)
d = {i: i * i for i in range(20)}
for i in range(0, 20, 2):
    del d[i]
print(d, sum(d), max(d, key=d.get), min(d.values()))
for i in range(100, 110):
    d[i] = None
print(len(d), list(d)[:3], list(d)[-2:])
class K:
    def __init__(self, v): self.v = v
    def __hash__(self): return 1
    def __eq__(self, o): return isinstance(o, K) and self.v == o.v
    def __repr__(self): return f"K{self.v}"
kd = {K(i): i for i in range(5)}
print(kd, kd[K(3)], K(9) in kd)
del kd[K(2)]
print(kd, len(kd))
kd[K(2)] = "back"
print(kd)
nested = {"a": {"b": {"c": [1, {"d": 2}]}}}
print(nested["a"]["b"]["c"][1]["d"], nested)
count = {}
for ch in "mississippi":
    count[ch] = count.get(ch, 0) + 1
print(count, sorted(count.items(), key=lambda kv: (-kv[1], kv[0])))
groups = {}
for w in ["apple", "bob", "cat", "apex", "bin"]:
    groups.setdefault(w[0], []).append(w)
print(groups)
print({} == {}, {1: 2} == {1: 2.0}, {1: 2} != {2: 1}, not {}, bool({0: 0}), {"a": 1}.items() == {("a", 1)}, str({}), repr({"k": 'it\'s'}))
for f in (lambda: {}["x"], lambda: {}.popitem(), lambda: {}.pop(1), lambda: {[]: 1}, lambda: dict(5), lambda: dict(["abc"]), lambda: {} < {}, lambda: {1: 1}.update(5), lambda: {}.setdefault([])):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)
class Counting(dict):
    def __getitem__(self, k): return ("override", dict.get(self, k))
    def __setitem__(self, k, v): dict.__setitem__(self, k, [v])
cd = Counting(a=1)
cd["b"] = 2
print(cd, cd["a"], cd.get("a"), cd["zz"], dict(cd), {**cd})
del d[100], d[101]
print(100 in d, len(d), d.keys() >= {102, 103}, d.keys().isdisjoint([1000]))
