# Exceptions through every kind of call that the interpreter makes for itself: who called, with which lines.
def boom(): raise ValueError("boom")
def trace(e):
    tb, out = e.__traceback__, []
    while tb:
        out.append(tb.tb_frame.f_code.co_name)
        tb = tb.tb_next
    return out[2:]
class A:
    def __init__(self, n=0):
        if n: boom()
    def __call__(self): boom()
    def __getattr__(self, n): boom() if n == "attr" else None; raise AttributeError(n)
    @property
    def prop(self): boom()
    @prop.setter
    def prop(self, v): boom()
    @prop.deleter
    def prop(self): boom()
    def __setattr__(self, n, v): boom() if n == "sa" else object.__setattr__(self, n, v)
    def __delattr__(self, n): boom()
    def __getitem__(self, i): boom()
    def __setitem__(self, i, v): boom()
    def __delitem__(self, i): boom()
    def __contains__(self, x): boom()
    def __len__(self): boom()
    def __bool__(self): boom()
    def __iter__(self): boom()
    def __eq__(self, o): boom()
    def __lt__(self, o): boom()
    def __hash__(self): boom()
    def __add__(self, o): boom()
    def __radd__(self, o): boom()
    def __iadd__(self, o): boom()
    def __neg__(self): boom()
    def __str__(self): boom()
    def __repr__(self): boom()
    def __format__(self, s): boom()
    def __index__(self): boom()
    def __enter__(self): boom()
    def __exit__(self, *a): boom()
    def __reversed__(self): boom()
    def __int__(self): boom()
    def __float__(self): boom()
    def __round__(self, n=None): boom()
    def __abs__(self): boom()
    def __divmod__(self, o): boom()
    def __instancecheck__(self, o): boom()
    def __dir__(self): boom()
    def __missing__(self, k): boom()
class Next:
    def __iter__(self): return self
    def __next__(self): boom()
class Exit:
    def __enter__(self): return self
    def __exit__(self, *a): boom()
class Desc:
    def __get__(self, o, t=None): boom()
    def __set_name__(self, o, n): boom()
class Meta(type):
    def __call__(cls): boom()
    def __getitem__(cls, i): boom()
    def __instancecheck__(cls, o): boom()
    def __subclasscheck__(cls, o): boom()
class M(metaclass=Meta): pass
class DM(dict):
    def __missing__(self, k): boom()
class Sub:
    def __init_subclass__(cls): boom()
class New:
    def __new__(cls): boom()
class GA:
    def __getattribute__(self, n): boom()
class F(float):
    def __add__(self, o): boom()
a = A()
def s(code):
    def run():
        exec(code, globals(), {})
    return run
def gen():
    yield 1
    boom()
def with_exit():
    with Exit(): pass
def with_enter():
    with a: pass
def iadd():
    x = a
    x += 1
def unpack():
    p, q = Next()
def for_next():
    for x in Next(): pass
def for_iter():
    for x in a: pass
def branch():
    if a: pass
def cmp_branch():
    if a < 1: pass
def setprop(): a.prop = 1
def delprop(): del a.prop
def setattr_(): a.sa = 1
def setitem(): a[0] = 1
def delitem(): del a[0]
def subclass():
    class X(Sub): pass
def match_():
    match 5:
        case M(): pass
def yield_from():
    def g(): yield from gen()
    list(g())
def star(): print(*Next())
def starstar(): dict(**a)
def comp(): [x for x in Next()]
def nested_comp(): [[y for y in Next()] for x in range(2)]
def genexp(): sum(x for x in Next())
def fstr(): f"{a}"
def fstr_r(): f"{a!r}"
def pct(): "%s" % a
def ann():
    x: boom() = 1
cases = [lambda: A(1), lambda: a(), lambda: a.attr, lambda: a.prop, setprop, delprop, setattr_, lambda: a[0], setitem, delitem, lambda: 1 in a, lambda: len(a), lambda: bool(a), lambda: not a, branch, for_iter, lambda: iter(a), lambda: a == 1, lambda: a < 1, cmp_branch, lambda: hash(a), lambda: {a: 1}, lambda: {a}, lambda: a + 1, lambda: 1 + a, iadd, lambda: -a, lambda: str(a), lambda: repr(a), lambda: [a].__repr__(), lambda: print(a), lambda: format(a), fstr, fstr_r, pct, lambda: "{}".format(a), lambda: [1, 2][a], lambda: range(a), with_enter, with_exit, lambda: reversed(a), lambda: int(a), lambda: float(a), lambda: round(a), lambda: abs(a), lambda: divmod(a, 1), lambda: dir(a), for_next, lambda: next(Next()), unpack, lambda: list(Next()), lambda: [*Next()], star, comp, nested_comp, genexp, lambda: list(gen()), lambda: [x for x in gen()], yield_from, lambda: M(), lambda: M[0], lambda: isinstance(1, M), lambda: issubclass(int, M), match_, lambda: DM()[1], subclass, lambda: New(), lambda: GA().x, lambda: F(1.0) + 1.0, lambda: sorted([2, 1], key=lambda x: boom()), lambda: max([1, 2], key=lambda x: boom()), lambda: list(map(lambda x: boom(), [1])), lambda: list(filter(lambda x: boom(), [1])), lambda: sorted([a, a]), lambda: [a, a].index(3), lambda: [A(), a] == [1, 2], lambda: sum([a, a]), lambda: any(x for x in [a]), lambda: min(a, a), lambda: dict.fromkeys(gen()), lambda: "".join(str(x) for x in [a]), lambda: exec("boom()"), lambda: eval("boom()"), lambda: zip(Next()).__next__(), lambda: enumerate(Next()).__next__(), lambda: type("X", (), {"d": Desc()}), lambda: getattr(a, "attr"), lambda: hasattr(a, "attr"), lambda: setattr(a, "sa", 1), lambda: delattr(a, "x"), lambda: set(Next()), lambda: tuple(gen()), lambda: dict([(a, 1)]), lambda: (1).__add__(a) + a, lambda: isinstance(1, (str, M))]
def test(f):
    try:
        f()
    except (ValueError, RuntimeError) as e:
        return trace(e) if not isinstance(e, RuntimeError) else (type(e).__name__, str(e), trace(e.__cause__) if e.__cause__ else None)
    return "nothing raised"
for rounds in range(2):
    for i, f in enumerate(cases):
        for _ in range(1 if rounds else 20): r = test(f)
        if rounds: print(i, r)
