# Globals and built-ins changed under a hot loop: values, new names, deletions, shadowing of built-ins, exec'd namespaces.
import builtins
K = 1
def helper(): return 10
def loop(n):
    t, out = 0, []
    for i in range(n):
        if i in actions: actions[i](); out.append(t)
        t += K + helper() + len("abc") + abs(-1)
    return t, out
def set_global(name, value): globals()[name] = value
def del_global(name): del globals()[name]
actions = {
    30: lambda: set_global("K", 2),
    60: lambda: set_global("new_name", 1),
    90: lambda: set_global("len", lambda x: 100),
    120: lambda: del_global("len"),
    150: lambda: setattr(builtins, "abs", lambda x: 1000),
    180: lambda: set_global("helper", lambda: 20),
    210: lambda: setattr(builtins, "abs", saved_abs),
    240: lambda: set_global("abs", lambda x: x),
    270: lambda: set_global("abs", saved_abs),
    300: lambda: setattr(builtins, "K", 5000),
    330: lambda: del_global("K"),
    360: lambda: set_global("K", 3),
    390: lambda: [set_global("g%d" % i, i) for i in range(100)],
    420: lambda: [del_global("g%d" % i) for i in range(100)],
}
saved_abs = abs
print(loop(450))
del builtins.K
del K
try:
    loop(3)
except NameError as e:
    print(e)
K = 1
print(loop(5)[0])
code = "def f(n):\n    t = 0\n    for i in range(n):\n        t += V + len('ab')\n    return t\n"
spaces = [{"V": 1}, {"V": 2, "len": lambda s: 50}, {"other": 0, "V": 3}]
for s in spaces: exec(code, s)
print([s["f"](60) for s in spaces], [s["f"](60) for s in spaces])
spaces[0]["V"] = 100
del spaces[1]["len"]
print([s["f"](60) for s in spaces])
own = {"V": 1, "__builtins__": {"range": range, "len": lambda s: 7}}
exec(code, own)
print(own["f"](40))
own["__builtins__"]["len"] = lambda s: 8
print(own["f"](40))
def writes(n):
    global counter, made
    counter = 0
    for i in range(n):
        counter += 1
        made = i
        if i % 50 == 49: del made
    return counter
print(writes(200), "made" in globals())
class C:
    v = 0
    for i in range(60): v += K
print(C.v)
def g():
    global K
    t = 0
    for i in range(100):
        K += 1
        t += K
    return t
print(g(), K)
def shadow_range(n):
    t = 0
    for i in range(n): t += i
    return t
print(shadow_range(50), shadow_range(50))
range = lambda n: [1, 2, 3]
print(shadow_range(50))
del range
print(shadow_range(50))
