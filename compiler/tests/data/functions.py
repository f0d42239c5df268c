"""Module docstring."""


def plain(a, b=1, /, c=2, *args, d, e=3, **kwargs):
    """Docstring."""
    return a + b * c - d


def annotated(a: int, b: "str" = 'x', *c: tuple[int, ...], d: float = 1.5, **e: dict) -> list[int]:
    x: int = 5
    y: str
    return x


def decorated():
    @first
    @second(1,
            2)
    def inner(x):
        return x

    @third.attribute
    class Inner:
        pass

    return inner, Inner


def returns(x):
    if x:
        return
    if x > 1:
        return None
    elif x > 2:
        return 1
    else:
        return (1, 2,
                3)


def nothing():
    pass


def global_and_nonlocal():
    global g, h
    g = 1
    n = 2

    def inner():
        nonlocal n
        n += 1
        global h
        h = n
        del g1

    return inner


square = lambda x: x ** 2
nested = lambda x, *y, z=3, **k: lambda: (x, y, z, k)
generator = lambda: (yield)


def many_defaults(a=(1, 2), b=[1, 2, 3], c={1: 2}, *, d=None, e, f={1, 2}):
    return locals()


def one_line(x): return x; pass


def __private(__x): return __x
