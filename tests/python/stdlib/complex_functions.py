"""cmath: every function, of ordinary and of special arguments."""
import cmath

NAMES = "acos acosh asin asinh atan atanh cos cosh exp log log10 phase polar sin sinh sqrt tan tanh isfinite isinf isnan"
INF, NAN = float("inf"), float("nan")
SPECIAL = [-INF, -1.5, -0.0, 0.0, 2.0, INF, NAN]


def attempt(function, *args, **options):
    try:
        return repr(function(*args, **options))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


for name in NAMES.split():
    function = getattr(cmath, name)
    for z in 0.5, 1 + 2j, -0.25 + 0.125j, -3 - 1e-3j, 1e-310 + 1e-312j, 1e308 - 1e308j, -1, 1, 1e3j, 710 + 1j, 1e-20 - 1j:
        print(name, z, attempt(function, z))
    # The sign and payload of a NaN are nobody's business.
    print(name, [attempt(function, complex(re, im)) for re in SPECIAL for im in SPECIAL])
print([attempt(cmath.rect, r, phi) for r in SPECIAL for phi in SPECIAL])
for args in (8, 2), (1j, 1 + 1j), (0, 2), (2, 1), (2, 0), (-1, 1e-5), (INF, 2), (3, NAN), (1 + 1j, -2j):
    print(args, attempt(cmath.log, *args))


class Number:
    def __init__(self, value):
        self.value = value

    def __complex__(self):
        return self.value


class Real:
    def __float__(self):
        return 2.0


class Index:
    def __index__(self):
        return 3


for value in Number(1 + 2j), Number(3), Real(), Index(), True, 10**400, "x", None, 10**20:
    print(attempt(cmath.sqrt, value))
print(attempt(cmath.sin), attempt(cmath.sin, 1, 2), attempt(cmath.log), attempt(cmath.rect, 1), attempt(cmath.polar, 1e308 + 1.7e308j))
for args in (1, 1 + 1e-10j), (1, 1 + 1e-8j), (INF, INF), (INF, -INF), (NAN, NAN), (0, 1e-12), (INF + 1j, INF + 1j):
    print(args, cmath.isclose(*args), cmath.isclose(*args, abs_tol=1e-9), attempt(cmath.isclose, *args, rel_tol=-1))
print(attempt(cmath.isclose, 1), attempt(cmath.isclose, 1, 2, 3))
print(cmath.pi, cmath.e, cmath.tau, cmath.inf, cmath.nan, cmath.infj, cmath.nanj)
