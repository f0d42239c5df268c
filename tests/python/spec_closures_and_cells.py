# Free variables, cells and nonlocal writes in hot loops; functions made again and again at one site.
def counter():
    n = 0
    def inc(by=1):
        nonlocal n
        n += by
        return n
    return inc
c = counter()
for i in range(200): c()
for i in range(100): c(0.5)
print(c(), c(10 ** 20))
def make(i):
    def add(x): return x + i
    return add
adders = [make(i) for i in range(10)]
t = 0
for i in range(500): t += adders[i % 10](i)
print(t)
def loop(n):
    fs, t = [], 0
    for i in range(n):
        def f(x, y=i): return x + y + i
        fs.append(f)
        t += f(1) + (lambda z: z * i)(2) + sum(k + i for k in range(2)) + [k * i for k in range(2)][1]
    return t, sum(f(0) for f in fs)
print(loop(100))
def types(n):
    v = 0
    def get(): return v
    out = []
    for i in range(n):
        if i == 20: v = 1.5
        if i == 40: v = "s"
        if i == 60: v = [1]
        if i == 80: v = 2 ** 70
        r = get() * 2
        if not out or out[-1] != r: out.append(r)
    return out
print(types(100))
def unbound():
    def get(): return v
    out = []
    for i in range(60):
        if i == 20: v = 1
        if i == 40: del v
        try: r = get()
        except NameError as e: r = type(e).__name__
        if not out or out[-1] != r: out.append(r)
    return out
print(unbound())
def deep():
    a = 1
    def f():
        b = 2
        def g():
            c = 3
            def h():
                nonlocal a, b, c
                a, b, c = a + 1, b + a, c + b
                return a + b + c
            return h
        return g
    return f()()
h = deep()
for i in range(100): r = h()
print(r)
def stack():
    items = []
    def push(x): items.append(x); return len(items)
    def pop(): return items.pop()
    def peek(): return items[-1] if items else None
    return push, pop, peek
push, pop, peek = stack()
for i in range(100):
    push(i)
    if i % 3 == 0: pop()
print(peek(), push(0))
def compose(*fs):
    def run(x):
        for f in fs: x = f(x)
        return x
    return run
p = compose(lambda x: x + 1, lambda x: x * 2, str, len)
print([p(10 ** i) for i in range(6)], sum(p(i) for i in range(300)))
def memo(f):
    seen = {}
    def g(n):
        if n not in seen: seen[n] = f(n)
        return seen[n]
    return g
@memo
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
print(fib(150))
class C:
    def method(self):
        total = 0
        def add(o):
            nonlocal total
            total += len(o) + len(self.__class__.__name__)
            return __class__ is C
        for o in ("a", [1], (1, 2), {}, "bb") * 20: add(o)
        return total, add("x")
print(C().method())
def gen(n):
    acc = 0
    def inner():
        nonlocal acc
        for i in range(n):
            acc += i
            yield acc
    yield from inner()
    yield ("end", acc)
print(list(gen(50))[-3:])
def args_in_cells(a, *b, c=3, **d):
    def f(): return a, b, c, d
    a += 1
    return f
for i in range(60): r = args_in_cells(i, 1, 2, x=i)()
print(r)
def ycomb(f): return (lambda x: x(x))(lambda x: f(lambda n: x(x)(n)))
print(ycomb(lambda s: lambda n: n if n < 2 else s(n - 1) + s(n - 2))(12))
