# Every way to pass and receive arguments: defaults, star, keyword-only, positional-only, evaluation order.
def f(a, b=2, *args, c, d=4, **kw): return a, b, args, c, d, kw
print(f(1, c=3), f(1, 5, c=3), f(1, 5, 6, 7, c=3, d=0, e=9), f(*[1, 2, 3], **{"c": 1, "z": 2}), f(1, *(2,), *[3, 4], c=0, **{"x": 1}, **{"y": 2}))
def po(a, b=1, /, c=2, *, d=3): return a, b, c, d
print(po(0), po(0, 9), po(0, 9, 8, d=7), po(0, c=5))
def kwname(a, /, **kw): return a, kw
print(kwname(1, a=2))
log = []
def t(x):
    log.append(x)
    return x
print(f(t(1), t(2), *t([3]), c=t(4), **t({"e": 5})), log)
def default(x, acc=[]):
    acc.append(x)
    return acc
print(default(1), default(2), default(3, []), default(4))
n = 5
def bound_at_def(x=n): return x
n = 6
print(bound_at_def())
print((lambda *a, **k: (a, k))(1, 2, x=3), (lambda x, y=10: x + y)(1), (lambda: ())())
def many(*args): return len(args)
print(many(*range(1000)), many(*[]), many(*"abc", *(1, 2)), many(*{1: 2, 3: 4}))
def kws(**kw): return kw
print(kws(**{f"k{i}": i for i in range(5)}), kws(a=1, **{}), kws(**dict(b=2), c=3))
print(f.__name__, f.__defaults__, f.__kwdefaults__, f.__code__.co_argcount, f.__code__.co_kwonlyargcount, f.__code__.co_posonlyargcount, f.__code__.co_varnames, po.__code__.co_posonlyargcount)
def annotated(x: int, *y: str, z: "later" = 1) -> bool: return True
print(annotated.__annotations__, annotated.__doc__)
f.__defaults__ = (20,)
print(f(1, c=0))
f.__kwdefaults__ = {"c": 30, "d": 40}
print(f(1))
class M:
    def m(self, *args, **kw): return args, kw
    @classmethod
    def c(cls, x, *, k=1): return cls.__name__, x, k
    @staticmethod
    def s(x=0, *rest): return x, rest
    def __call__(self, *a, k=0): return a, k
m = M()
print(m.m(1, 2, a=3), M.m(m, 1), m.c(1), M.c(2, k=3), m.s(), M.s(1, 2), m(1, k=2), m(*[1, 2], **{"k": 5}))
print(max(*[1, 5, 3]), max([1, 2], key=lambda v: -v), print(*[1, 2], sep=","), dict(a=1, **{"b": 2}), sorted([3, 1], reverse=True), int("11", base=2), "a".join(["x"]), sum([1, 2], start=10), round(number=2.567, ndigits=1), enumerate(["a"], start=1).__next__())
def rec(n, *args, **kw):
    if n == 0: return len(args), sorted(kw)
    return rec(n - 1, *args, n, **kw, **{f"k{n}": n})
print(rec(4))
def mutate(a, *rest, **kw):
    a.append(1); kw["new"] = 1
    return rest, kw
l, k = [], {"old": 0}
print(mutate(l, *l, **k), l, k)
def shadows(print, len=3): return print + len
print(shadows(1))
def nested_defaults(f=lambda x=3: x): return f()
print(nested_defaults())
print([f(i, c=i)[0] for i in range(3)], (lambda a, b: a - b)(b=1, a=5))
try:
    f(1, **{"a": 2, "c": 1})
except TypeError as e:
    print(e)
try:
    kws(**{"a": 1}, **{"a": 2})
except TypeError as e:
    print(e)
def a_lot(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, b1=1, b2=2, b3=3): return (a10, b1, b2, b3)
print(a_lot(1, 2, 3, 4, 5, 6, 7, 8, 9, 10), a_lot(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, b3=33))
