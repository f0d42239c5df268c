# The order in which parts of expressions and statements are evaluated.
log = []
def t(n, v=None):
    log.append(n)
    return n if v is None else v
def show():
    print(*log); log.clear()
t(1) + t(2) * t(3) - t(4) ** t(5); show()
t(1) < t(2) < t(3); show()
t(3) < t(2) < t(1); show()
[t(1), t(2), *t(3, [0])]; show()
{t(1): t(2), t(3): t(4)}; show()
def f(*a, **k): return log.append("call")
f(t(1), *t(2, []), k=t(3), **t(4, {})); show()
t(0, f)(t(1)); show()
d = {}
d[t(1)] = t(2); show()
t("obj", d)[t("key")] = t("val"); show()
a = b = t(1); show()
class O: pass
o = O()
t("o", o).x, t("d", d)[t("k")] = t(1), t(2); show()
o.n = 1
t("o", o).n += t(1); show()
d["n"] = 1
t("d", d)[t("n")] += t(5); show()
t(1) if t(0) else t(2); show()
t(1) and t(0) and t(2) or t(3); show()
x = [0, 1, 2]
x[t(0)], x[t(1)] = x[t(1)], x[t(0)]; show()
def g(a=t("default"), *, k=t("kwdefault")) -> t("ret"): pass
show()
def deco(n): return lambda f: (log.append("apply " + n), f)[1]
@deco(t("d1"))
@deco(t("d2"))
def h(a=t("def")): pass
show()
class M(type):
    def __new__(m, n, b, ns, **k): log.append("metaclass"); return type.__new__(m, n, b, ns)
    def __init__(c, n, b, ns, **k): log.append("init")
@deco(t("cd"))
class C(t("base", O), metaclass=t("meta", M), kw=t("kw")):
    log.append("body")
    y = t("attr")
show()
for t("target", o).x in t("iter", [1, 2]): log.append("loop")
show()
f"{t(1)}{t(2):{t(3)}}"; show()
t("x", [1, 2, 3])[t(0):t(2):t(1)]; show()
lambda: t("never"); show()
[t((i, j), 1) for i in t("outer", [1, 2]) if t("cond") for j in t("inner", [3])]; show()
assert t(1), t("message"); show()
try: raise t("exc", ValueError) from t("cause", KeyError())
except ValueError: pass
show()
class CM:
    def __enter__(self): log.append("enter"); return self
    def __exit__(self, *a): log.append("exit")
with t("cm1", CM()) as o.c, t("cm2", CM()) as d[t("key")]: log.append("in")
show()
del t("d", d)[t("key")]; show()
print(t("a"), t("b"), sep=t("s", "")); show()
def gen():
    r = t("x") + (yield t("y")) + t("z"); log.append(r); yield
q = gen(); next(q); q.send("sent"); show()
not t(1); -t(2); t(1) is t(2); t(1) in t("c", [1]); show()
i = 0
i = i + (i := 5) + i; print(i)
l = [1, 2, 3]
l[0] = l.pop(); print(l)
l = [1, 2, 3]
for v in l:
    l = [9]
    log.append(v)
show()
x = 5
x, y = x + 1, x * 2
print(x, y)
(t("f", lambda a, b: None))(b=t("kb"), a=t("ka")); show()
return_order = (lambda: (t("r1"), t("r2")))(); show()
