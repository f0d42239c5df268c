# Generators and iterators in hot loops: for over changing iterables, yield from, send, closures made in loops, early exits.
def total(it):
    t = 0
    for x in it: t += x
    return t
class It:
    def __init__(self, n): self.n = n
    def __iter__(self): return self
    def __next__(self):
        if self.n == 0: raise StopIteration
        self.n -= 1
        return self.n
def gen(n):
    for i in range(n): yield i
def gen2(n):
    yield from gen(n)
    yield from range(n)
its = [lambda: range(50), lambda: list(range(50)), lambda: tuple(range(50)), lambda: gen(50), lambda: gen2(20), lambda: It(50), lambda: {i: 0 for i in range(50)}, lambda: {i for i in range(50)}, lambda: map(abs, range(50)), lambda: (x * 2 for x in range(50)), lambda: bytes(range(50)), lambda: reversed(range(50)), lambda: filter(None, range(50)), lambda: {i: i for i in range(50)}.values()]
print([total(f()) for f in its], [total(f()) for f in its])
def averager():
    t = n = 0
    avg = None
    while True:
        x = yield avg
        t += x
        n += 1
        avg = t / n
a = averager(); next(a)
for i in range(200): r = a.send(i)
print(r)
def pipeline(n):
    nums = (i for i in range(n))
    odd = (i for i in nums if i % 2)
    sq = (i * i for i in odd)
    return sum(sq)
print(pipeline(200))
def sieve():
    yield 2
    found, n = [2], 3
    while True:
        if all(n % p for p in found if p * p <= n):
            found.append(n)
            yield n
        n += 2
def take(it, n):
    out = []
    for x in it:
        if len(out) == n: break
        out.append(x)
    return out
print(take(sieve(), 25))
def tree(n): return None if n == 0 else (tree(n - 1), n, tree(n - 1))
def walk(t):
    if t:
        l, v, r = t
        yield from walk(l)
        yield v
        yield from walk(r)
print(sum(walk(tree(7))), take(walk(tree(5)), 8))
def cleanup(log):
    try:
        for i in range(100): yield i
    finally: log.append("closed")
log = []
for k in range(50):
    g = cleanup(log)
    for x in g:
        if x == k: break
    g.close()
print(len(log))
def throwing(n):
    out = 0
    def g():
        while True:
            try:
                yield 1
            except ValueError as e:
                yield int(str(e))
    it = g()
    next(it)
    for i in range(n):
        out += it.throw(ValueError(str(i)))
        out += next(it)
    return out
print(throwing(60))
def two(n):
    a, b = gen(n), gen(n)
    t = 0
    for x, y in zip(a, b): t += x * y
    for x in gen(n):
        for y in gen(3): t += x - y
    return t
print(two(60))
class Countdown:
    def __init__(self, n): self.n = n
    def __iter__(self):
        n = self.n
        while n:
            yield n
            n -= 1
c = Countdown(30)
print(sum(c), sum(c), [x for x in c][:3], max(c), 7 in c, list(enumerate(Countdown(3))))
fs = []
for i in range(100):
    def f(j=i):
        yield j
        yield i
    fs.append(f)
print(sum(sum(f()) for f in fs))
def coroutine_chain(n):
    def worker(k):
        t = 0
        while True:
            x = yield t
            if x is None: return t * k
            t += x
    def boss():
        rs = []
        for k in range(3):
            r = yield from worker(k + 1)
            rs.append(r)
        return rs
    b = boss(); next(b)
    try:
        for k in range(3):
            for i in range(n): b.send(i)
            b.send(None)
    except StopIteration as e:
        return e.value
print(coroutine_chain(40))
