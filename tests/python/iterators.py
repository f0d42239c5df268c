# The iterator protocol: __iter__, __next__, __getitem__ iteration, iter with sentinel, exhaustion, lazy built-ins.
class Count:
    def __init__(self, n): self.i, self.n = 0, n
    def __iter__(self): return self
    def __next__(self):
        if self.i >= self.n: raise StopIteration
        self.i += 1
        return self.i
print(list(Count(3)), sum(Count(4)), [x for x in Count(2)], max(Count(5)), tuple(Count(2)), 3 in Count(5), 9 in Count(5), dict(zip(Count(2), "ab")), sorted(Count(3), reverse=True))
c = Count(3)
for x in c:
    if x == 2: break
print(list(c), list(c))
class Old:
    def __getitem__(self, i):
        if i >= 3: raise IndexError("end")
        return i * i
print(list(Old()), 4 in Old(), [*Old()], max(Old()), iter(Old()).__next__())
class Len(Old):
    def __len__(self): return 3
print(list(reversed(Len())), len(Len()))
class Rev:
    def __reversed__(self): return iter("custom")
print("".join(reversed(Rev())))
values = [1, 2, 0, 3]
print(list(iter(lambda: values.pop(0), 0)), values)
for bad in (5, None, object()):
    try:
        iter(bad)
    except TypeError as e:
        print(str(e))
class NoNext:
    def __iter__(self): return 5
try:
    iter(NoNext())
except TypeError as e:
    print(e)
class NotIter:
    __iter__ = None
    def __getitem__(self, i): return i
try:
    iter(NotIter())
except TypeError as e:
    print(e)
class Fails:
    def __iter__(self): raise ValueError("from iter")
try:
    for x in Fails(): pass
except ValueError as e:
    print(e)
class FailsNext:
    def __iter__(self): return self
    def __next__(self): raise KeyError("from next")
try:
    list(FailsNext())
except KeyError as e:
    print(e)
z = zip([1, 2, 3], "ab")
print(next(z), list(z), list(zip()), list(zip([1])), list(zip([1, 2], [3, 4], [5, 6])))
try:
    list(zip([1, 2], [1], strict=True))
except ValueError as e:
    print(e)
try:
    list(zip([1], [1, 2], strict=True))
except ValueError as e:
    print(e)
print(list(zip("ab", [1, 2], strict=True)))
m = map(lambda a, b: a + b, [1, 2, 3], [10, 20])
print(next(m), list(m), list(map(str, range(3))), list(map(len, ["a", "bb"])), list(filter(None, [0, 1, "", "a"])), list(filter(lambda x: x > 1, [1, 2, 3])), list(filter(str.isdigit, "a1b2")))
e = enumerate("ab", 5)
print(next(e), list(e), list(enumerate([])), list(enumerate("xy", start=-1)))
a = iter([1, 2, 3])
b = iter(a)
print(a is b, next(a), next(b), next(a, "d"), next(a, "d"))
l = [1, 2]
it = iter(l)
next(it); next(it)
print(next(it, "exhausted"))
l.append(3)
print(next(it, "still exhausted"))
d = iter({"a": 1, "b": 2})
print(next(d), list(d), type(iter([])).__name__, type(iter("")).__name__, type(iter({})).__name__, type(iter(set())).__name__, type(iter(())).__name__, type(zip()).__name__, type(iter({}.items())).__name__, type(reversed([])).__name__, type(iter(int, 0)).__name__)
print([list(x) for x in (reversed("ab"), reversed((1, 2)), reversed(range(3)), reversed({1: 2, 3: 4}))])
pairs = iter(range(6))
print(list(zip(pairs, pairs)), any(x == 2 for x in Count(5)), [next(Count(1)) for _ in range(2)])
class Chain:
    def __init__(self, *parts): self.parts = parts
    def __iter__(self):
        for p in self.parts:
            yield from p
print(list(Chain([1], "ab", Count(2), {3: 4}.values())))
for i, x in enumerate(Count(10)):
    if x % 2: continue
    if x > 6: break
else:
    print("never")
print(i, x)
for x in Count(0): print("never")
else: print("else")
def two_loops(c): return [(a, b) for a in c for b in c]
print(two_loops(Count(3)), two_loops([1, 2]))
