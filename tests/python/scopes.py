# global, nonlocal, class scope, builtins shadowed, names deleted, locals() and globals().
x = "global"
def read(): return x
def write():
    global x
    x = "written"
    return x
def shadow():
    x = "local"
    return x
print(read(), write(), x, shadow(), x)
def outer():
    x = "outer"
    def mid():
        def inner():
            nonlocal x
            x += "+"
            return x
        return inner
    i = mid()
    i(); i()
    def g():
        global x
        return x
    return x, g()
print(outer())
def make_global():
    global fresh, fresh2
    fresh = 1
    def fresh2(): return fresh
make_global()
print(fresh, fresh2())
def unbound(flag):
    if flag: v = 1
    return v
print(unbound(True))
for f in (lambda: unbound(False), lambda: never_defined):
    try:
        f()
    except NameError as e:
        print(type(e).__name__, e)
len_saved = len
def len(o): return "shadowed"
print(len([1]))
del len
print(len([1]))
def loop_var():
    for i in range(3): pass
    return i, [j for j in range(2)]
print(loop_var())
def comp():
    i = "kept"
    l = [i for i in range(3)]
    return i, l
print(comp())
y = 5
class C:
    y = y + 1
    z = [y for _ in range(2)]
    def get(self): return y
    w = (lambda: y)()
print(C.y, C.z, C().get(), C.w)
def f():
    a, b = 1, 2
    def g(): return a
    return sorted(locals().items(), key=lambda kv: kv[0])[:2]
print(f())
globals()["dynamic"] = 42
print(dynamic, "dynamic" in globals(), globals()["__name__"], __name__)
del dynamic
try:
    dynamic
except NameError as e:
    print(e)
exec("ex = 3\ndef exf(): return ex + 1")
print(ex, exf(), eval("ex * 2 + len('ab')"), eval("a + b", {"a": 1, "b": 2}))
def param(a, a2=None):
    del a
    try:
        return a
    except UnboundLocalError as e:
        return str(e)
print(param(1))
def two_levels():
    n = 0
    def inc():
        nonlocal n
        n += 1
        def again():
            nonlocal n
            n += 10
        again()
        return n
    return inc(), inc(), n
print(two_levels())
def g(n):
    global count
    count = n
    return count
print([g(i) for i in range(3)], count)
def cls():
    v = 1
    class A:
        nonlocal v
        v = 2
        u = v
    return v, A.u, hasattr(A, "v")
print(cls())
for z in []: pass
try:
    z_never
except NameError as e:
    print("NameError", e)
import builtins
builtins.injected = "from builtins"
print(injected)
injected = "global now"
print(injected)
del injected
print(injected)
del builtins.injected
try:
    injected
except NameError as e:
    print(e)
