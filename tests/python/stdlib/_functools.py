# _functools: partial, reduce, cmp_to_key, the cache.
from _functools import _lru_cache_wrapper, cmp_to_key, partial, reduce


def refused(function, *args, **kwargs):
    try:
        print("no error:", function(*args, **kwargs))
    except Exception as error:
        print(type(error).__name__ + ":", error)


def show(*args, **kwargs):
    return args, kwargs


# partial
p = partial(show, 1, a=2)
print(p(), p(3), p(4, b=5), p(a=6), p.func is show, p.args, p.keywords)
inner = partial(p, 7, c=8)
print(inner.func is show, inner.args, inner.keywords, inner(9))
print(partial(int, base=2)("101"), list(map(partial(pow, 2), range(4))))
p.note = "mine"
print(p.note, p.__dict__, partial(p, 1).func is p)
print(repr(partial(int, "1", base=3)), partial(len))
recursive = partial(show)
recursive.__setstate__((recursive, (), {}, {}))
print(repr(recursive))
print(partial(len).__reduce__(), partial(int, "1", base=2).__reduce__()[1:])
other = partial(len)
other.__setstate__((int, ("10",), {"base": 2}, {"extra": 1}))
print(other(), other.extra)
other.__setstate__((int, ("11",), {"base": 3}, None))
print(other(), other.__dict__)
refused(partial)
refused(partial, 3)
refused(partial(len), 1, 2)
refused(partial(len).__setstate__, (1, 2))
refused(setattr, partial(len), "func", 3)
print(partial[int], partial.__module__)


class Logged(partial):
    def __call__(self, *args):
        return "logged", super().__call__(*args)


print(Logged(max, 3)(1, 5), type(Logged(max)), Logged(len).func)


class Holder:
    method = partial(show, 1)


print(Holder().method(2))

# reduce
print(reduce(lambda a, b: a + b, [1, 2, 3]), reduce(max, [3], 5), reduce(max, [], 5), reduce(lambda a, b: a * 2 + b, "abc", ""))
refused(reduce, max, [])
refused(reduce, max, 3)
refused(reduce, max)
refused(reduce, 3, [1, 2])

# cmp_to_key
key = cmp_to_key(lambda a, b: (a > b) - (a < b))
print(sorted([3, 1, 2], key=cmp_to_key(lambda a, b: b - a)), key(1) < key(2), key(1) == key(1), key(2) >= key(3), key(1).obj)
refused(lambda: key(1) < 1)
refused(lambda: hash(key(1)))
refused(lambda: key < key(1))
refused(cmp_to_key)
refused(key)
print(max([1, 5, 3], key=cmp_to_key(mycmp=lambda x, y: x - y)), type(key))
k = key(3)
k.obj = 4
print(k.obj, k > key(3))
refused(lambda: cmp_to_key(lambda a, b: 1 / 0)(1) < cmp_to_key(len)(2))


# the cache
def info(*args):
    return args


def cached(limit, typed=False):
    def decorate(function):
        return _lru_cache_wrapper(function, limit, typed, info)

    return decorate


calls = []


@cached(3)
def square(x, **kwargs):
    calls.append((x, kwargs))
    return x * x


print([square(x) for x in [1, 2, 1, 3, 4, 1, 2, 4]], calls, square.cache_info())
print(square(2, a=1), square(2, a=1), square(2, a=2), square(x=2), square.cache_info())
square.cache_clear()
print(square.cache_info(), square(5), square.cache_info())


@cached(None)
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


print(fib(90), fib.cache_info())


@cached(0)
def never(x):
    return x


print(never(1), never(1), never.cache_info())


@cached(10, True)
def typed(x):
    return type(x).__name__


@cached(10)
def untyped(x):
    return type(x).__name__


print(typed(1), typed(1.0), typed(True), typed.cache_info(), untyped(1), untyped(1.0), untyped(True), untyped.cache_info())
refused(square, [])
refused(_lru_cache_wrapper, 3, 1, False, info)
refused(_lru_cache_wrapper, len, "a", False, info)
refused(_lru_cache_wrapper, len)


class Thing:
    @cached(5)
    def double(self, x):
        return x * 2


thing = Thing()
print(thing.double(4), thing.double(4), Thing.double.cache_info(), Thing.double(thing, 4))
square.note = 1
print(square.__dict__, square.__copy__() is square)
refused(square.__reduce__)


@cached(4)
def failing(x):
    if x < 0:
        raise ValueError(x)
    return x


refused(failing, -1)
refused(failing, -1)
print(failing.cache_info())


@cached(100)
def churn(x):
    return str(x) * 3


total = 0
for i in range(3000):
    total += len(churn(i * 7 % 211))
print(total, churn.cache_info())


@cached(2)
def recursive(n):
    return 1 if n == 0 else n * recursive(n - 1)


print(recursive(10), recursive(9), recursive.cache_info())
