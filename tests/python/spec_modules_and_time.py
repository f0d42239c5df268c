# Modules: attributes of modules in hot loops, import forms, sys and time basics, random seeded.
import math, sys, time
import random as rnd
from math import sqrt, floor as fl
from math import *
def f(n):
    t = 0
    for i in range(n): t += math.sqrt(i) + sqrt(i) + fl(i / 2)
    return round(t, 6)
print(f(100), math.__name__, type(math).__name__, rnd.__name__, pi)
print(math.floor(-2.5), math.ceil(2.1), math.trunc(-2.7), math.pow(2, 3), math.fabs(-1), math.gcd(12, 18), math.factorial(10), math.hypot(3, 4), math.isqrt(17), math.inf, math.nan != math.nan, math.tau)
print(math.log(math.e), math.log(8, 2), math.log2(8), math.log10(1000), math.exp(0), round(math.sin(1), 12), round(math.atan2(1, 2), 12), math.degrees(math.pi), math.radians(180), math.isnan(math.nan), math.isinf(math.inf), math.isclose(0.1 + 0.2, 0.3), math.copysign(1, -0.0), math.fmod(-7, 3), math.modf(2.5), math.frexp(8.0), math.ldexp(0.5, 4), math.comb(5, 2), math.perm(5, 2), math.prod([1, 2, 3]), math.fsum([0.1] * 10), math.lcm(4, 6), math.dist([0, 0], [3, 4]), math.cbrt(27.0))
for g in (lambda: math.sqrt(-1), lambda: math.log(0), lambda: math.factorial(-1), lambda: math.sqrt("a"), lambda: math.exp(1000), lambda: math.floor(math.inf), lambda: math.nothing, lambda: math.sqrt(), lambda: math.acos(2), lambda: math.fmod(1, 0)):
    try:
        print(g())
    except Exception as e:
        print(type(e).__name__, e)
t0 = time.perf_counter()
t1 = time.perf_counter()
print(t1 >= t0, isinstance(time.time(), float), time.time() > 1e9, time.monotonic() >= 0, isinstance(time.perf_counter_ns(), int), time.process_time() >= 0)
rnd.seed(42)
print([rnd.randint(1, 100) for _ in range(5)], rnd.random(), rnd.choice("abcdef"), rnd.uniform(1, 2), rnd.randrange(0, 100, 5), rnd.getrandbits(40))
l = list(range(10)); rnd.shuffle(l); print(l, rnd.sample(range(100), 4), rnd.choices([1, 2, 3], k=4), rnd.gauss(0, 1))
rnd.seed(42)
print(rnd.randint(1, 100))
r = rnd.Random(7); print(r.random(), r.randrange(10 ** 20))
rnd.seed("text"); print(rnd.random())
rnd.seed(2 ** 100); print(rnd.random())
rnd.seed(0.5); print(rnd.random())
print(sys.version_info[:2], sys.version_info >= (3, 11), sys.maxsize, sys.byteorder, sys.getrecursionlimit(), sys.modules["math"] is math, "sys" in sys.modules, sys.implementation.name != "", sys.maxunicode, sys.float_info.max, sys.hash_info.width)
try:
    import does_not_exist
except ModuleNotFoundError as e:
    print(e, e.name)
try:
    from math import does_not_exist
except ImportError as e:
    print(str(e)[:48])
math.custom = 5
print(math.custom, hasattr(math, "zzz"), getattr(math, "zzz", None), "custom" in dir(math), vars(math)["custom"])
def hot(n):
    t = 0
    for i in range(n):
        if i == 50: math.custom = 7
        t += math.custom
    return t
print(hot(100))
del math.custom
def local_import():
    import math as m
    from sys import maxsize
    return m.pi, maxsize > 0
print(local_import())
