# Rich comparisons: chains, reflection, identity, mixed kinds, sequences, NaN.
print(1 < 2 < 3, 1 < 3 < 2, 3 > 2 >= 2 != 1, 1 < 2 > 0 == False)
log = []
def v(x):
    log.append(x)
    return x
print(v(1) < v(2) < v(0) < v(99), log)
log.clear()
print(v(5) < v(2) < v(3), log)
print(1 == 1.0, 1 == True, 0 == False, "1" == 1, None == 0, 1 != 1.0)
print(2 ** 53 == 2.0 ** 53, 2 ** 53 + 1 == 2.0 ** 53, 2 ** 53 + 1 > 2.0 ** 53, 10 ** 400 > 1e308, -10 ** 400 < float("-inf"))
print([1, 2] < [1, 3], [1, 2] < [1, 2, 0], [2] > [1, 9], [] < [0], (1, "a") < (1, "b"), (1, 2) == [1, 2])
print("abc" < "abd", "Z" < "a", "" < "a", "a" < "ab", "\u00e9" > "z", b"a" < b"b")
nan = float("nan")
print(nan == nan, nan != nan, nan < 1, nan > 1, nan in [nan], [nan] == [nan], nan is nan)
print({1, 2} < {1, 2, 3}, {1} < {2}, {1, 2} == {2, 1}, {1} <= {1}, frozenset([1]) == {1})
print({"a": 1, "b": 2} == {"b": 2, "a": 1}, {"a": 1} == {"a": 2}, {} == {})
class C:
    def __init__(self, v): self.v = v
    def __eq__(self, o): return isinstance(o, C) and self.v == o.v
    def __lt__(self, o):
        print("lt", end=" ")
        return self.v < o.v
    def __repr__(self): return f"C({self.v})"
print(C(1) == C(1), C(1) != C(1), C(1) == 1, C(1) < C(2), C(1) > C(2))
print(sorted([C(3), C(1), C(2)]), min(C(2), C(1)), max([C(2), C(5), C(3)]))
try:
    C(1) <= C(2)
except TypeError as e:
    print(e)
try:
    hash(C(1))
except TypeError as e:
    print(e)
class Weird:
    def __eq__(self, o): return "eq!"
    def __ne__(self, o): return []
    def __lt__(self, o): return NotImplemented
    def __gt__(self, o): return "reflected gt"
w = Weird()
print(w == 1, 1 == w, w != 1, 1 < w, w < w, bool(w != 0), not w == 0)
class Sub(C):
    def __eq__(self, o):
        print("Sub.eq", end=" ")
        return super().__eq__(o)
    __hash__ = None
print(C(1) == Sub(1), Sub(1) == C(2))
class Truth:
    def __init__(self, b): self.b = b
    def __bool__(self):
        print("bool", end=" ")
        return self.b
class Cmp:
    def __lt__(self, o): return Truth(o)
print(type(Cmp() < False).__name__)
print((Cmp() < False) and "never" or "falsy")
x = None
print(x is None, x is not None, not x is None, x == None)
print(1 in [1.0], True in [1], "a" in "abc", 3 not in range(3), "" in "", None in [0, None])
if 1 < 2 and not 2 < 1 or 1 / 0:
    print("short circuit")
print(0 or [] or "last", 1 and 2 and 3, 0 and 1 / 0, not 0, not "x")
print(complex(1, 2) == complex(1, 2), 1 == 1 + 0j)
print(max(1, 2.0), max(2, 2.0), max(2.0, 2), min("b", "a"), max([1, 2], [1, 3]))
