# An ordinary program: an LRU cache on a linked list, a ring buffer, an event simulation with seeded random numbers.
import random
class Link:
    __slots__ = ("key", "value", "prev", "next")
class LRU:
    def __init__(self, size, load):
        self.size, self.load, self.map, self.hits, self.misses = size, load, {}, 0, 0
        self.root = r = Link()
        r.prev = r.next = r
    def _unlink(self, l): l.prev.next, l.next.prev = l.next, l.prev
    def _front(self, l):
        r = self.root
        l.prev, l.next = r, r.next
        r.next.prev = r.next = l
    def __getitem__(self, key):
        l = self.map.get(key)
        if l is not None:
            self.hits += 1
            self._unlink(l)
        else:
            self.misses += 1
            if len(self.map) >= self.size:
                old = self.root.prev
                self._unlink(old)
                del self.map[old.key]
            l = self.map[key] = Link()
            l.key, l.value = key, self.load(key)
        self._front(l)
        return l.value
    def __iter__(self):
        l = self.root.next
        while l is not self.root:
            yield l.key
            l = l.next
    def __len__(self): return len(self.map)
    def __contains__(self, k): return k in self.map
c = LRU(3, lambda k: k * k)
print([c[k] for k in (1, 2, 3, 1, 4, 2, 1)], list(c), c.hits, c.misses, 3 in c, len(c))
random.seed(3)
c = LRU(20, str)
for _ in range(1500): c[int(random.random() ** 2 * 60)]
print(c.hits, c.misses, sorted(c)[:10])
class Ring:
    def __init__(self, n): self.a, self.i, self.n = [None] * n, 0, 0
    def push(self, x):
        self.a[(self.i + self.n) % len(self.a)] = x
        if self.n < len(self.a): self.n += 1
        else: self.i = (self.i + 1) % len(self.a)
    def __iter__(self): return (self.a[(self.i + k) % len(self.a)] for k in range(self.n))
    def __getitem__(self, k):
        if not -self.n <= k < self.n: raise IndexError("ring index out of range")
        return self.a[(self.i + k % self.n) % len(self.a)]
r = Ring(4)
for i in range(7): r.push(i)
print(list(r), r[0], r[-1])
try: r[4]
except IndexError as e: print(e)
class Customer:
    count = 0
    def __init__(self, t): Customer.count += 1; self.arrived, self.n = t, Customer.count
class Server:
    def __init__(self, name, speed): self.name, self.speed, self.free_at, self.served = name, speed, 0.0, 0
    def serve(self, c, now):
        start = max(now, self.free_at)
        self.free_at = start + random.expovariate(self.speed)
        self.served += 1
        return start - c.arrived
def simulate(n, servers):
    t, waits = 0.0, []
    for _ in range(n):
        t += random.expovariate(2.0)
        best = min(servers, key=lambda s: (s.free_at, s.name))
        waits.append(best.serve(Customer(t), t))
    return waits
random.seed(11)
servers = [Server("a", 1.0), Server("b", 1.2), Server("c", 0.8)]
w = simulate(400, servers)
print(f"{sum(w) / len(w):.6f} {max(w):.6f}", [(s.name, s.served) for s in servers], Customer.count)
deck = [r + s for s in "SHDC" for r in "23456789TJQKA"]
random.shuffle(deck)
hands = [sorted(deck[i::4], key=lambda c: ("SHDC".index(c[1]), "23456789TJQKA".index(c[0]))) for i in range(4)]
for h in hands: print(" ".join(h))
walk, pos = [0], 0
for _ in range(300):
    pos += random.choice((-1, 1))
    walk.append(pos)
print(min(walk), max(walk), walk[-1], random.randint(1, 6), random.sample(range(50), 5), random.getrandbits(70))
inside = sum(random.random() ** 2 + random.random() ** 2 < 1 for _ in range(2000))
print(4 * inside / 2000)
