# Truth values: built-in types, __bool__, __len__, conditional expressions, and/or.
for x in (0, 1, -1, 0.0, 0.1, -0.0, "", " ", [], [0], (), (0,), {}, {0: 0}, set(), {0}, None, True, False, range(0), range(1),
          b"", b"0", 0j, float("nan"), object, len, lambda: 0):
    if x:
        print("T", end=" ")
    else:
        print("F", end=" ")
print()
class B:
    def __init__(self, v): self.v = v
    def __bool__(self): return self.v
class L:
    def __init__(self, n): self.n = n
    def __len__(self): return self.n
class Both(L):
    def __bool__(self): return True
print(bool(B(True)), bool(B(False)), not B(False), bool(L(0)), bool(L(2)), bool(Both(0)))
for bad in (B(1), B(None), L(-1), L("x"), L(1.5)):
    try:
        print(bool(bad))
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)
print("yes" if L(1) else "no", "yes" if B(False) else "no")
print([x for x in (L(0), L(1), B(True)) if x] != [])
a = B(False) or "right"
b = B(True) and "right"
print(a, b, type(B(False) and 1).__name__)
i = 5
while L(i):
    i -= 1
print(i)
print(True + True, True * 3, sum([True, False, True]), True == 1, isinstance(True, int), type(True & 1).__name__, type(True & False).__name__)
print(str(True), repr(False), int(True), True / 2, -True, ~True, True < 2, ["a", "b"][True], True ** 2, f"{True:d} {True}")
print(True | False, True ^ True, True | 2, not not 3, bool("False"), any([]), all([]), any([0, "", 1]), all([1, "a", 0]))
x = 5
print("big" if x > 10 else "medium" if x > 3 else "small")
print((lambda: 1)() if x else 0, [1, 2][x > 3], (x > 3) + (x > 4) + (x > 5))
assert x, "never shown"
try:
    assert not x, ("message", x)
except AssertionError as e:
    print(e.args)
try:
    assert False
except AssertionError as e:
    print(repr(e))
