# Random numbers are those of CPython for the same seed, of every kind of seed.
import random
def show(f):
    try:
        r = f()
        print(type(r).__name__, repr(r))
    except Exception as e:
        print(type(e).__name__, e)
for seed in (0, 42, -5, 2**70, 'h\xe9llo', b'bytes', bytearray(b'x'), 1.5, True, ''):
    random.seed(seed)
    show(lambda: random.random())
    show(lambda: random.getrandbits(10)); show(lambda: random.getrandbits(100)); show(lambda: random.getrandbits(0)); show(lambda: random.getrandbits(64)); show(lambda: random.getrandbits(61))
    show(lambda: random.randrange(10)); show(lambda: random.randrange(5, 50, 7)); show(lambda: random.randrange(50, 5, -7)); show(lambda: random.randint(-10**30, 10**30)); show(lambda: random.randint(1, 6))
    show(lambda: random.choice([1,2,3])); show(lambda: random.choice('abc')); show(lambda: random.choice(range(100)))
    l = list(range(20)); random.shuffle(l); show(lambda: l)
    show(lambda: random.sample(range(1000), 5)); show(lambda: random.sample(range(1000), 50)); show(lambda: random.sample('abcdef', 3)); show(lambda: random.sample(['a','b'], counts=[3,4], k=5)); show(lambda: random.sample(range(10**6), 200))
    show(lambda: random.choices([1,2,3], k=5)); show(lambda: random.choices('abc', [1,2,3], k=5)); show(lambda: random.choices('abc', cum_weights=[1.5,2,3], k=5))
    show(lambda: random.uniform(1,10)); show(lambda: random.uniform(1.5,-10.25)); show(lambda: random.triangular()); show(lambda: random.triangular(1,5,2)); show(lambda: random.gauss(0,1)); show(lambda: random.gauss(5,2)); show(lambda: random.gauss())
    show(lambda: random.normalvariate(1,2)); show(lambda: random.lognormvariate(0,1)); show(lambda: random.expovariate(1.5)); show(lambda: random.vonmisesvariate(1,2)); show(lambda: random.gammavariate(2,3)); show(lambda: random.gammavariate(0.5,1)); show(lambda: random.gammavariate(1,1)); show(lambda: random.betavariate(1,2)); show(lambda: random.paretovariate(3)); show(lambda: random.weibullvariate(1,2)); show(lambda: random.randbytes(5))
r = random.Random(7); show(lambda: r.random()); st = r.getstate(); a = r.random(); r.setstate(st); show(lambda: a == r.random()); show(lambda: st[0]); show(lambda: len(st[1])); show(lambda: st[1][:3]); show(lambda: st[2])
class R(random.Random):
    def random(self): return 0.25
    def getrandbits(self, k): return 3 % (1 << k)
q = R(5); show(lambda: q.random()); show(lambda: q.randint(1,10)); show(lambda: q.uniform(0,8)); show(lambda: q.choice([5,6,7,8]))
for f in [lambda: random.randrange(0), lambda: random.randint(5,3), lambda: random.randrange(1,10,0), lambda: random.choice([]), lambda: random.sample({1,2},1), lambda: random.sample([1],2), lambda: random.choices([1,2],[1]), lambda: random.seed([1]), lambda: random.getrandbits(-1), lambda: random.choices([1],[0]), lambda: random.choices([1,2],5), lambda: random.sample([1,2],k=1,counts=[1]), lambda: random.gammavariate(0,1), lambda: random.Random('x').random()]: show(f)
