# min, max, sum, sorted, any, all, abs, round, divmod, isinstance, callable, getattr and their like.
print(min(3, 1, 2), max("a", "b"), min([5, 2, 8]), max([], default="d"), min("hello", key=ord), max([1, -5, 3], key=abs), min((2, "b"), (2, "a")), max({1: "z", 2: "a"}), max("abc", "abd", key=lambda s: s[-1]), min([[2], [1, 5]]), max([1, 1.0]), max([1.0, 1]))
print(sum([]), sum([1, 2.5]), sum([[1], [2]], []), sum((i for i in range(5)), 100), sum([True, True]), sum({1: 2, 3: 4}))
print(abs(-3), abs(-2.5), abs(True), round(3.7), round(-3.5), round(2.567, 1), divmod(17, 5), divmod(-17, 5), divmod(7.5, 2), pow(2, 3), pow(2, 3, 5))
print(any([]), any([0, 1]), all([]), all([1, 0]), any("ab"), all(x > 0 for x in [1, 2]))
print(isinstance(1, int), isinstance(True, int), isinstance(1, (str, float, int)), isinstance("a", str), isinstance(None, type(None)), isinstance([], list), isinstance(int, type), issubclass(bool, int), issubclass(int, (str, object)), isinstance(1, int | str), isinstance(1.5, int | str))
print(callable(len), callable(int), callable(lambda: 1), callable(5), callable("a".upper), callable(type("C", (), {"__call__": 1})()))
class A:
    x = 1
    def __init__(self): self.y = 2
    def m(self): return "m"
a = A()
print(getattr(a, "x"), getattr(a, "z", "default"), hasattr(a, "y"), hasattr(a, "q"), getattr(a, "m")(), getattr("abc", "upper")())
setattr(a, "z", 5); print(a.z, a.__dict__)
delattr(a, "z"); print(hasattr(a, "z"), vars(a))
print([n for n in dir(a) if not n.startswith("__")], "append" in dir([]), sorted(n for n in dir(A) if n[0] != "_"))
print(id(a) == id(a), hash("a") == hash("a"), hash(1), hash(2 ** 61), hash(True), hash(None) == hash(None), hash((1, 2)) == hash((1, 2)))
print(type(1), type("a"), type(None), type([]), type(a), type(A), type(len), type(a.m), type(lambda: 1), type(print), type(...), type(NotImplemented), type(type), type(range(1)), type(1j), type(b""), type({}.keys()), type(x for x in []), type(int.__add__), type(str.upper), type("".upper), type(A.m), type(1 .__add__), type(A.__init__), type(object.__init__))
print(repr(len), repr(print), repr(int), repr(A), repr(...), repr(NotImplemented), repr(None), str(int), str.upper, [].append.__name__, len.__name__, int.__name__, repr(str.join), repr(type(None)))
print(ascii("é'"), repr("é"), bin(5), oct(8), hex(255), chr(97), ord("a"), format(3.14159, ".2f"), format("x", ">3"), len("abc"), len({1: 2}), len(range(5)))
print(list(map(lambda x, y: x * y, [1, 2], [3, 4])), list(filter(None, [0, 1])), list(reversed([1, 2])), list(zip([1], [2])), list(enumerate(["a"])), sorted([3, 1, 2], key=lambda x: -x))
print(int(), float(), str(), bool(), list(), dict(), tuple(), set(), complex(), bytes(), frozenset(), object().__class__, range(0))
print(eval("1 + 2"), eval("[x for x in range(3)]"), eval("x", {"x": 5}))
ns = {}
exec("def f(a):\n    return a * 2\ny = f(4)", ns)
print(ns["y"], ns["f"](5), sorted(k for k in ns if k != "__builtins__"))
c = compile("1 + 1", "<string>", "eval")
print(eval(c), type(c).__name__, c.co_filename)
print(iter([1]).__next__(), next(iter([]), "default"), slice(1, 2), print(end=""), input.__name__, globals() is globals(), __name__)
print(sorted([True, 2, 0.5]), sorted("bca", reverse=True), sorted([("b", 1), ("a", 2)], key=lambda p: p[1]), sorted({3: 1, 1: 2}), sorted((), key=len))
print(isinstance(a, A), A.__mro__, object.__bases__, int.__mro__, bool.__bases__, A.__dict__["x"], type.__name__, A.__class__, Exception.__mro__, KeyError.__base__)
print(max(3, 1, key=lambda v: -v), min("b", "a", "c"), max((x for x in [3, 9, 2])), min([0.5, 1]), max(float("nan"), 1), max(1, float("nan")))
try:
    max(1, "a")
except TypeError as e:
    print(e)
try:
    min([], key=len)
except ValueError as e:
    print(e)
print(sum([0.1, 0.2, 0.3]), sum([1e100, 1.0, -1e100]), sum([10 ** 20, 1]), sum([1, 2, 3.0, 4]), sum([0.5, 2 ** 70]))
print(staticmethod(len)([1]), property.__name__, super.__name__, object() != object(), vars(A)["x"])
