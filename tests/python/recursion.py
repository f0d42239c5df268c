# Recursion: direct, mutual, deep, through methods, generators, comprehensions, __getattr__; the recursion limit.
import sys
def fact(n): return 1 if n == 0 else n * fact(n - 1)
def ack(m, n): return n + 1 if m == 0 else ack(m - 1, 1) if n == 0 else ack(m - 1, ack(m, n - 1))
def even(n): return True if n == 0 else odd(n - 1)
def odd(n): return False if n == 0 else even(n - 1)
def hanoi(n, a, b, c): return [] if n == 0 else hanoi(n - 1, a, c, b) + [(a, c)] + hanoi(n - 1, b, a, c)
print(fact(20), ack(2, 3), even(100), odd(51), len(hanoi(7, "a", "b", "c")), hanoi(2, 1, 2, 3))
def depth(n): return 0 if n == 0 else 1 + depth(n - 1)
print(depth(900))
def endless(): return endless() + 1
try:
    endless()
except RecursionError as e:
    print(e)
class A:
    def __getattr__(self, n): return getattr(self, n + "x")
    def m(self, n): return n if n == 0 else self.m(n - 1)
try:
    A().z
except RecursionError as e:
    print(type(e).__name__)
print(A().m(500))
def flat(t): return [x for s in t for x in (flat(s) if isinstance(s, list) else [s])]
print(flat([1, [2, [3, [4, []]]]]))
def caught(n):
    try:
        return caught(n + 1)
    except RecursionError:
        return "handled"
print(caught(0))
print(sys.getrecursionlimit())
sys.setrecursionlimit(5000)
print(depth(4000))
sys.setrecursionlimit(1000)
fib = lambda n: n if n < 2 else fib(n - 1) + fib(n - 2)
print(fib(15))
def perm(l): return [l] if len(l) < 2 else [[l[i]] + p for i in range(len(l)) for p in perm(l[:i] + l[i + 1:])]
print(len(perm(list(range(5)))), perm([1, 2, 3]))
def power_set(s): return [[]] if not s else (lambda rest: rest + [[s[0]] + r for r in rest])(power_set(s[1:]))
print(power_set([1, 2, 3]))
l = []
for _ in range(50): l = [l]
print(str(l).count("["))
class R:
    def __repr__(self): return repr(self)
try:
    repr(R())
except RecursionError:
    print("RecursionError in repr")
class E:
    def __eq__(self, o): return self == o
try:
    E() == E()
except RecursionError:
    print("RecursionError in eq")
y = lambda f: (lambda x: x(x))(lambda x: f(lambda *a: x(x)(*a)))
print(y(lambda self: lambda n: 1 if n < 2 else n * self(n - 1))(10))
def sub_sum(items, target, i=0):
    if target == 0: return [[]]
    if i == len(items) or target < 0: return []
    return [[items[i]] + r for r in sub_sum(items, target - items[i], i + 1)] + sub_sum(items, target, i + 1)
print(sub_sum([1, 2, 3, 4, 5], 7))
