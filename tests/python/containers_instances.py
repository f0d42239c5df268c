"""Attributes of instances: order, deletion, `__dict__`, more names than shared keys hold."""


class A:
    def __init__(self, order="abc"):
        for name in order:
            setattr(self, name, name.upper())


print([list(vars(A(o))) for o in ("abc", "cab", "bca", "a", "cb", "")])
x = A("abcd")
del x.b
x.e = 1
x.b = 2
print(vars(x), list(x.__dict__.items()))
x = A("abcd")
del x.d
x.d = 5
x.c = 7
print(vars(x))
x = A("dcba")
del x.c
x.c = 1
print(x.__dict__, sorted(dir(x))[-4:])
x = A("abc")
d = x.__dict__
d["z"] = 1
x.y = 2
del x.a
print(d, x.z, d is x.__dict__, hasattr(x, "a"))
d[1] = 2
x.w = 3
print(d, len(d))
x.__dict__ = {"only": 1}
print(vars(x), d)
try:
    x.a
except AttributeError as e:
    print(e)
y = A("abc")
copy = dict(y.__dict__)
copy2 = y.__dict__.copy()
copy2["new"] = 1
y.__dict__.popitem()
print(copy, copy2, vars(y))
y = A("cba")
z = {**vars(y), "k": 1}
w = vars(y) | {"q": 2}
print(z, w)


class Many:
    pass


for count in (3, 29, 30, 31, 40):
    m = Many()
    for i in range(count):
        setattr(m, "n%d" % i, i)
    print(count, len(vars(m)), sum(vars(m).values()), list(vars(m))[-1], m.n0)
objects = [Many() for _ in range(50)]
for i, o in enumerate(objects):
    setattr(o, "own%d" % i, i)
    o.shared = i
print([list(vars(o)) for o in objects[::10]])


class Slots:
    __slots__ = ("p", "q")


s = Slots()
s.p = 1
try:
    s.r = 1
except AttributeError as e:
    print(e)
try:
    s.q
except AttributeError as e:
    print(e)


class Both(Slots):
    pass


b = Both()
b.p, b.r = 1, 2
print(vars(b), b.p)


class L(list):
    pass


class D(dict):
    def __missing__(self, key):
        return key * 2


class T(tuple):
    pass


class S(str):
    pass


class I(int):
    pass


class F(frozenset):
    pass


for obj in (L([1, 2]), D(a=1), T((1, 2)), S("text"), I(5), F([1]), set.__new__(set)):
    try:
        obj.attr = 1
        obj.other = 2
        print(obj, vars(obj), type(obj).__name__)
    except AttributeError as e:
        print(e)
print(D()["xy"], D(a=1).get("b"), L([3]) + [4], T((1,)) + (2,), T((1, 2))[1:], type(T((1,)) * 2))
big = 1 << 61
print({big: 1}[float(big)], {big - 1: 1}.get(float(big)), hash(big), hash(big - 1), hash(-big), {True: 1}[1.0])
