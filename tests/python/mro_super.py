# The C3 linearization and super() within diamonds, class methods, __init_subclass__.
class O: pass
class A(O): pass
class B(O): pass
class C(O): pass
class D(O): pass
class E(O): pass
class K1(A, B, C): pass
class K2(D, B, E): pass
class K3(D, A): pass
class Z(K1, K2, K3): pass
print([k.__name__ for k in Z.__mro__])
class X(O): pass
class Y(O): pass
class XY(X, Y): pass
class YX(Y, X): pass
try:
    class Bad(XY, YX): pass
except TypeError as e:
    print(e)
try:
    class Twice(A, A): pass
except TypeError as e:
    print(e)
class Registry:
    known = []
    def __init_subclass__(cls, /, tag=None, **kw):
        super().__init_subclass__(**kw)
        Registry.known.append((cls.__name__, tag))
class One(Registry, tag="first"): pass
class Two(One): pass
print(Registry.known)
try:
    class Three(O, tag=1): pass
except TypeError as e:
    print(e)
class P:
    @classmethod
    def make(cls): return "P.make for " + cls.__name__
    @staticmethod
    def st(): return "P.st"
    def m(self): return "P.m"
    attr = "P.attr"
class Q(P):
    @classmethod
    def make(cls): return "Q>" + super().make()
    @staticmethod
    def st(): return "Q>" + super(Q, Q).st()
    def m(self): return "Q>" + super().m()
    def get(self): return super().attr
    attr = "Q.attr"
print(Q.make(), Q().make(), Q.st(), Q().m(), Q().get())
class R(Q):
    def m(self):
        inner = lambda: super(R, self).m()
        s = super()
        return inner() + "|" + s.m()
print(R().m())
try:
    super(Q, P()).m()
except TypeError as e:
    print(e)
try:
    super(Q, Q()).nothing
except AttributeError as e:
    print(e)
def swap():
    class V:
        def f(self): return __class__.__name__
    W = V
    V = None
    return W().f()
print(swap())
class Init:
    def __new__(cls, *args):
        self = super().__new__(cls)
        self.made = args
        return self
    def __init__(self, *args): self.inited = args
class Other(Init):
    def __new__(cls, x):
        if x: return super().__new__(cls, x, "extra")
        return "not an instance"
o = Other(1)
print(o.made, o.inited, Other(0))
print(super.__name__, type(super(Q, Q())).__name__)
