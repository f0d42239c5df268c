# Special names looked up on types, odd attribute names, str subclasses as names, dunder methods called by hand.
class S(str):
    def __hash__(self): return 5
    def __eq__(self, o): return str.__eq__(self, o)
class A: pass
a = A()
setattr(a, S("x"), 1)
print(getattr(a, "x", "no"), getattr(a, S("x"), "no"))
setattr(a, "not an identifier", 1); setattr(a, "", 2); setattr(a, "\u00e9", 3)
print(sorted(vars(a), key=str), getattr(a, ""), getattr(a, "é"))
for bad in (1, None, b"x"):
    for f in (lambda: setattr(a, bad, 1), lambda: getattr(a, bad), lambda: hasattr(a, bad), lambda: delattr(a, bad)):
        try: f()
        except TypeError as e: print(e)
class Inst: pass
i = Inst()
i.__len__ = lambda: 5; i.__getitem__ = lambda k: k; i.__iter__ = lambda: iter([1]); i.__eq__ = lambda o: True; i.__bool__ = lambda: False; i.__add__ = lambda o: 1; i.__str__ = lambda: "s"; i.__hash__ = lambda: 1
for f in (lambda: len(i), lambda: i[0], lambda: iter(i), lambda: i + 1):
    try: f()
    except TypeError as e: print(e)
print(i == 5, bool(i), str(i)[:14] == "<__main__.Inst", i.__len__(), hash(i) == 1)
print((5).__add__(3), (5).__add__(2.5), "a".__add__("b"), [1].__len__(), (1, 2).__contains__(2), {}.__setitem__("k", 1), (5).__eq__(5.0), (5).__eq__("5"), (5.0).__eq__(5), "a".__lt__("b"), "a".__lt__(1), int.__lt__(1, 2), (3).__bool__(), (2).__pow__(3), (2).__rpow__(3), (7).__divmod__(2), (7).__rfloordiv__(20), (-7).__neg__(), (7).__index__(), "%s".__mod__(5), [1, 2].__getitem__(0), [1].__iadd__([2]), [3].__mul__(2), {}.__class__, "abc".__getitem__(slice(1)), (1.5).__int__(), (1.5).__round__(), (1).__float__(), True.__and__(False), None.__bool__(), None.__repr__(), ().__hash__() == hash(()))
for f in (lambda: (5).__add__(), lambda: (5).__add__(1, 2), lambda: int.__add__("a", 1), lambda: str.upper(5), lambda: list.append({}, 1), lambda: [].__getitem__("a"), lambda: "".join.__call__(5), lambda: object.__init__(), lambda: object().__init__(1), lambda: int.__new__(str), lambda: dict.get()):
    try: print(f())
    except TypeError as e: print(e)
class P:
    __private = 1
    def __init__(self): self.__x = 2; self._P__y = 3
    def get(self): return self.__x, self.__y, self.__private
    def __method(self): return "private method"
    def call(self): return self.__method()
    class __Inner: pass
    def inner(self): return P._P__Inner.__name__, self.__Inner.__name__
    def kw(self, __a=1): return locals().keys() - {"self"}
    def glob(self):
        global __g
        __g = 5
        return __g
class _Q(P):
    __x = "q"
    def get2(self): return self.__x
class __R:
    __z = 1
    def get(self): return self.__z
print(P().get(), P().call(), P().inner(), P().kw(), P().glob(), globals()["_P__g"], _Q().get2(), _Q._Q__x, __R().get(), sorted(k for k in vars(__R) if "z" in k))
try: P().__x
except AttributeError as e: print(e)
class D:
    def __getattr__(self, n): return n
d = D()
print(d.__foo__, d.a.upper(), getattr(d, "with space"), d.__class__.__name__, hasattr(d, "__len__"))
class Cmp:
    def __eq__(self, o): return NotImplemented
    def __lt__(self, o): return NotImplemented
print(Cmp() == 1, Cmp() != 1, Cmp() == Cmp())
try: Cmp() < Cmp()
except TypeError as e: print(e)
print(NotImplemented is NotImplemented, repr(NotImplemented), ... is Ellipsis, type(...).__name__, __debug__)
class E:
    __len__ = lambda self: 3
    __getitem__ = "abc".__getitem__
    __contains__ = [1].__contains__
    __call__ = staticmethod(lambda x: x)
    __add__ = classmethod(lambda cls, o: (cls.__name__, o))
e = E()
print(len(e), e[1], 1 in e, 2 in e, e(5), e + 1, list(reversed(e)), [*e])
class N:
    __iter__ = __add__ = __hash__ = __eq__ = __bool__ = None
for f in (lambda: iter(N()), lambda: N() + 1, lambda: hash(N()), lambda: N() == 1, lambda: bool(N())):
    try: f()
    except TypeError as x: print(x)
