# Cells shared between functions, free variables of several levels, late binding in loops.
def counter():
    count = 0
    def up(by=1):
        nonlocal count
        count += by
        return count
    def value():
        return count
    return up, value

up, value = counter()
print(up(), up(), up(5), value())
up2, value2 = counter()
print(up2(), value2(), value())

def late():
    return [lambda: i for i in range(4)]
print([f() for f in late()])

def early():
    return [lambda i=i: i for i in range(4)]
print([f() for f in early()])

def three(a):
    def two(b):
        def one(c):
            return a, b, c
        return one
    return two
print(three(1)(2)(3))

def argument_is_cell(a, *args, key, **kw):
    def inner():
        nonlocal a
        a = a + len(args) + key + len(kw)
        return a
    return inner
inner = argument_is_cell(1, 2, 3, key=10, x=1, y=2)
print(inner(), inner())

def deleted():
    x = 1
    def read():
        return x
    print(read())
    del x
    try:
        read()
    except NameError as e:
        print(type(e).__name__, e)
    try:
        x
    except UnboundLocalError as e:
        print(type(e).__name__, e)
deleted()

def maker():
    fs = []
    for i in range(3):
        def f(x, i=i):
            return x * 10 + i
        fs.append(f)
    return fs
print([f(7) for f in maker()])
print(counter()[0].__closure__[0].cell_contents)
print(three.__code__.co_cellvars, three(1).__code__.co_freevars, three(1)(2).__code__.co_freevars)

def compose(*fs):
    def composed(x):
        for f in reversed(fs):
            x = f(x)
        return x
    return composed
print(compose(lambda x: x + 1, lambda x: x * 2, abs)(-5))

class Holder:
    def make(self, n):
        return lambda m: (self.__class__.__name__, n, m)
print(Holder().make(1)(2))

def class_in_function(base):
    class Inner:
        value = base
        def get(self):
            return base, self.value, __class__.__name__
    return Inner
print(class_in_function(9)().get())
