def outer(a, b, *args, c=1, **kwargs):
    d = 1
    e = 2

    def middle(f):
        nonlocal d
        g = a

        def inner():
            return a, b, d, f, g, args, kwargs, c

        d = 2
        return inner

    class Class:
        a = a
        e = e

        def method(self):
            return a, e, __class__

    del e
    x = [lambda: d for d in a]
    return middle, Class, lambda: (d, x)


def recursive(n):
    def fact(n):
        return n * fact(n - 1) if n else 1
    return fact(n)


def cell_parameter(x, y):
    def get():
        return x
    x += y
    return get


def exception_name():
    try:
        pass
    except E as e:
        return lambda: e


def class_in_loop(xs):
    for x in xs:
        class C:
            y = x
            def f(self): return x
