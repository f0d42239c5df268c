# property: getter, setter, deleter, inheritance, use as a function.
class T:
    def __init__(self, celsius): self._c = celsius
    @property
    def celsius(self):
        "degrees"
        return self._c
    @celsius.setter
    def celsius(self, v):
        if v < -273: raise ValueError("too cold")
        self._c = v
    @celsius.deleter
    def celsius(self):
        self._c = None
    @property
    def fahrenheit(self): return self._c * 9 / 5 + 32
    k = property(lambda self: self._c + 273)
t = T(100)
print(t.celsius, t.fahrenheit, t.k, T.celsius.__doc__)
t.celsius = 0
print(t.fahrenheit)
try:
    t.celsius = -300
except ValueError as e:
    print(e)
for action in (lambda: setattr(t, "fahrenheit", 1), lambda: delattr(t, "k"), lambda: setattr(t, "k", 1)):
    try:
        action()
    except AttributeError as e:
        print(e)
del t.celsius
print(t.celsius)
class U(T):
    @T.celsius.getter
    def celsius(self): return "sub"
    k = 5
u = U(1)
u.celsius = 7
print(u.celsius, u._c, u.k)
print(type(T.celsius).__name__, T.celsius.fget(t), T.fahrenheit.fset)
class Err:
    @property
    def p(self): return self.nothing
try:
    Err().p
except AttributeError as e:
    print(e)
class Err2(Err):
    def __getattr__(self, name): return "fallback for " + name
print(Err2().p)
def loop():
    total = 0
    t = T(1)
    for i in range(200):
        total += t.celsius
        t.celsius = i
    return total
print(loop())
class Count:
    made = 0
    @property
    def next(self):
        self.made += 1
        return self.made
c = Count()
print([c.next for _ in range(5)], Count.made, c.made)
