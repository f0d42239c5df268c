# Function objects: attributes, code objects, replacing __code__ and defaults, methods of methods.
def f(a, b=2, *args, c=3, **kw):
    "doc"
    x = 1
    return a + b + c + x
print(f.__name__, f.__doc__, f.__defaults__, f.__kwdefaults__, f.__module__, f.__dict__, f.__closure__, f.__annotations__)
c = f.__code__
print(c.co_name, c.co_argcount, c.co_kwonlyargcount, c.co_nlocals, c.co_varnames, c.co_flags & 12, c.co_names, c.co_consts, c.co_freevars, c.co_cellvars, c.co_firstlineno, c.co_qualname, c.co_stacksize > 0)
f.tag = "t"
f.__name__ = "renamed"
f.__doc__ = "new doc"
print(f.tag, f.__name__, f.__doc__, f.__qualname__)
def g(a, b=0): return a * b
def h(a, b=0): return a + b
print(g(3, 4), g(3))
g.__code__ = h.__code__
print(g(3, 4), g(3))
g.__defaults__ = (100,)
print(g(3))
g.__defaults__ = None
try:
    g(3)
except TypeError as e:
    print(e)
def hot(n):
    t = 0
    for i in range(n):
        t += add(i)
        if i == n // 2: add.__code__ = sub.__code__
        if i == n * 3 // 4: add.__defaults__ = (1000,)
    return t
def add(x, k=1): return x + k
def sub(x, k=1): return x - k
print(hot(100))
l = lambda x: x
print(l.__name__, l.__qualname__, (lambda: (yield)).__code__.co_flags & 0x20)
class C:
    def m(self): "method doc"
    s = staticmethod(l)
    k = classmethod(lambda cls: cls)
print(C.m.__name__, C().m.__func__ is C.m, C().m.__self__.__class__.__name__, C().m.__doc__, C.s is l, C.k() is C, C().m == C().m, C.__dict__["s"].__func__ is l)
c1 = C()
print(c1.m == c1.m, c1.m is c1.m, hash(c1.m) == hash(c1.m), c1.m != C().m)
try:
    c1.m.attr = 1
except AttributeError as e:
    print(e)
try:
    f.__code__ = 5
except TypeError as e:
    print(e)
def outer():
    x = 1
    def inner(): return x
    return inner
i = outer()
print(i.__closure__[0].cell_contents, i.__code__.co_freevars)
i.__closure__[0].cell_contents = 50
print(i())
try:
    l.__code__ = i.__code__
except ValueError as e:
    print(e)
print(f.__get__(5, int).__self__, f.__call__(1), type(f.__code__).__name__, f == f, {f: 1}[f])
def partial(fn, *a, **k): return lambda *b, **j: fn(*a, *b, **k, **j)
print(partial(f, 1, c=5)(2), partial(pow, 2)(5), partial(int, base=2)("101"))
print([fn.__name__ for fn in (len, print, int, str.upper, [].append, C, C.m, abs)])
def default_mutable(a, cache={}):
    if a not in cache: cache[a] = len(cache)
    return cache[a]
print(default_mutable("x"), default_mutable("y"), default_mutable("x"), default_mutable.__defaults__)
del f.tag
print(hasattr(f, "tag"), f.__dict__)
