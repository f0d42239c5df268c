# RecursionError by way of every kind of call, and that the interpreter is as before afterwards.
class R:
    def __init__(self, n=0): self.n = n
    def __add__(self, o): return self + o
    def __getitem__(self, i): return self[i]
    def __call__(self): return self()
    def __len__(self): return len(self)
    def __iter__(self): return iter(self)
    def __contains__(self, x): return x in self
    def __eq__(self, o): return self == o
    def __lt__(self, o): return self < o
    def __hash__(self): return hash(self)
    def __str__(self): return str(self)
    def __format__(self, s): return f"{self:{s}}"
    def __getattr__(self, n): return getattr(self, n)
    def __enter__(self):
        with self: pass
    def __exit__(self, *a): pass
    @property
    def p(self): return self.p
    def m(self): return self.m()
    @classmethod
    def c(cls): return cls.c()
    @staticmethod
    def s(): return R.s()
    def g(self): yield from self.g()
    def g2(self):
        for x in self.g2(): yield x
class New:
    def __init__(self): New()
class SA:
    def __setattr__(self, n, v): self.x = v
class Sup:
    def m(self): return Sub().m()
class Sub(Sup):
    def m(self): return super().m()
def f(*a, **k): return f(*a, **k)
def h(n): return sorted([n], key=h)
def mp(n): return list(map(mp, [n]))
def comp(n): return [comp(x) for x in [n]]
def lam(): return (lambda: lam())()
def ex(): return exec("ex()")
def mutual_a(): return mutual_b()
def mutual_b(): return mutual_a()
def fin():
    try: return fin()
    finally: pass
def tr():
    try: return tr()
    except ZeroDivisionError: pass
def wi():
    with CM(): return wi()
class CM:
    def __enter__(self): pass
    def __exit__(self, *a): pass
def clos():
    def inner(): return clos()
    return inner()
def default(n=0): return default(n=n + 1)
def deco(fn): return lambda *a: fn(*a)
@deco
def decorated(): return decorated()
r = R()
cases = {"add": lambda: r + 1, "item": lambda: r[0], "call": lambda: r(), "len": lambda: len(r), "iter": lambda: iter(r), "contains": lambda: 1 in r, "eq": lambda: r == R(), "lt": lambda: r < R(), "hash": lambda: hash(r), "str": lambda: str(r), "format": lambda: f"{r:x}", "attr": lambda: r.zz, "enter": lambda: r.__enter__(), "prop": lambda: r.p, "m": lambda: r.m(), "c": lambda: R.c(), "s": lambda: r.s(), "g": lambda: list(r.g()), "g2": lambda: next(r.g2()), "new": New, "setattr": lambda: setattr(SA(), "x", 1), "super": lambda: Sub().m(), "star": lambda: f(1, k=2), "sorted": lambda: h(1), "map": lambda: mp(1), "comp": lambda: comp(1), "lambda": lam, "exec": ex, "mutual": mutual_a, "finally": fin, "try": tr, "with": wi, "closure": clos, "default": default, "decorated": decorated}
def ok(n): return n if n == 0 else ok(n - 1)
for rounds in range(2):
    for name, case in cases.items():
        try:
            case()
            print(name, "returned")
        except RecursionError as e:
            if rounds: print(name, str(e)[:32], ok(400))
deep = []
for _ in range(100000): deep = [deep]
for what in (repr, str, lambda d: "[" + str(d)):
    try:
        what(deep)
        print("no error")
    except RecursionError as e: print(e)
while deep: deep = deep[0]
d = {}
for _ in range(5000): d = {"k": d}
try: repr(d)
except RecursionError as e: print(e)
n = 0
def count():
    global n
    n += 1
    count()
for _ in range(3):
    n = 0
    try: count()
    except RecursionError: print(n > 900, n < 1100)
