# Context managers: order, exceptions, suppression, several managers, return values, errors in enter and exit.
class CM:
    def __init__(self, name, suppress=False, fail=None): self.name, self.suppress, self.fail = name, suppress, fail
    def __enter__(self):
        print("enter", self.name, end="; ")
        if self.fail == "enter": raise ValueError("in enter " + self.name)
        return self.name.upper()
    def __exit__(self, kind, value, tb):
        print("exit", self.name, kind and kind.__name__, value, tb is not None, end="; ")
        if self.fail == "exit": raise KeyError("in exit " + self.name)
        return self.suppress
with CM("a") as x: print(x, end="; ")
print()
with CM("a") as x, CM("b") as y: print(x, y, end="; ")
print()
with (CM("a") as x, CM("b", suppress=True), CM("c") as z,):
    print(x, z, end="; ")
    raise RuntimeError("body")
print("after")
try:
    with CM("a"), CM("b"):
        raise RuntimeError("body")
except RuntimeError as e:
    print("caught", e)
try:
    with CM("a"), CM("b", fail="enter"): print("never")
except ValueError as e:
    print("caught", e)
try:
    with CM("a"), CM("b", fail="exit"): raise RuntimeError("body")
except KeyError as e:
    print("caught", e, repr(e.__context__))
def ret():
    with CM("r") as v: return v
print(ret())
def loop():
    for i in range(4):
        with CM(str(i)):
            if i == 1: continue
            if i == 2: break
    return i
print(loop())
def gen():
    with CM("g"):
        yield 1
        yield 2
g = gen(); print(next(g)); g.close(); print()
print(list(gen()))
class Multi:
    def __enter__(self): return 1, (2, 3)
    def __exit__(self, *args): self.args = args
m = Multi()
with m as (a, (b, c)): pass
print(a, b, c, m.args)
d = {}
with CM("k") as d["key"]: print(d, end="; ")
print()
class O: pass
o = O()
with CM("attr") as o.v: print(o.v, end="; ")
print()
for bad in (5, type("E", (), {"__enter__": lambda s: 1})(), type("X", (), {"__exit__": lambda *a: 1})()):
    try:
        with bad: pass
    except TypeError as e:
        print(e)
class OnInstance: pass
oi = OnInstance(); oi.__enter__ = lambda: 1; oi.__exit__ = lambda *a: None
try:
    with oi: pass
except TypeError as e:
    print(e)
def nested():
    try:
        with CM("out", suppress=True):
            with CM("in"):
                try:
                    1 / 0
                finally:
                    print("inner finally", end="; ")
        return "suppressed"
    finally:
        print("outer finally", end="; ")
print(nested())
def hot(n):
    class Fast:
        def __enter__(self): return self
        def __exit__(self, *a): self.n = getattr(self, "n", 0) + 1
    f = Fast()
    for i in range(n):
        with f: pass
    return f.n
print(hot(300))
with CM("base", suppress=True): raise SystemExit(3)
print("still here")
class Truthy:
    def __bool__(self): print("asked", end="; "); return True
class Obj:
    def __enter__(self): pass
    def __exit__(self, *a): return Truthy()
with Obj(): raise ValueError
with Obj(): pass
print("end")
