# What may stand in a class body: loops, conditionals, nested definitions, name mangling, deletions, __class__ cells.
class A:
    table = {}
    for i in range(3): table[i] = i * i
    del i
    if table[2] == 4:
        def method(self): return "conditional method"
    else:
        def method(self): return "never"
    try:
        import math
        root = math.sqrt(16)
    finally:
        done = True
    __private = "mangled"
    def get(self): return self.__private
    def set(self, v): self.__private = v; self.__dunder__ = v
    def __helper(self): return "helper"
    def call(self): return self.__helper()
    x, y = 1, 2
    z = [w for w in range(y)]
    f = lambda self, q: (self.x, q)
    def uses_local(self, __arg=3):
        __local = __arg + 1
        return __local
    with_default = lambda self, t=table: t[1]
print(A.table, hasattr(A, "i"), A().method(), A.root, A.done, A().get(), A._A__private, A().call(), A().f(5), A().uses_local(), A().with_default())
a = A(); a.set(9)
print(a.__dict__, a.get())
class B(A):
    __private = "B's"
    def get_b(self): return self.__private
print(B().get(), B().get_b())
class Outer:
    v = 1
    class Inner:
        v = 2
        def m(self): return Outer.v, Outer.Inner.v, self.v
        class Deep: name = "deep"
    alias = Inner
print(Outer.Inner().m(), Outer.alias.Deep.name, Outer.Inner.Deep.__qualname__)
def make(n):
    class Local:
        count = n
        def m(self): return n, self.count
        def __repr__(self): return f"Local{n}"
    return Local
L1, L2 = make(1), make(2)
print(L1().m(), L2().m(), L1 is L2, L1.__qualname__, [L1(), L2()])
class Empty: ...
class Doc: "only a docstring"
class Pass: pass
print(Empty.__doc__, Doc.__doc__, Pass.__dict__.get("x"), [k for k in vars(Doc) if k != "__weakref__" and k != "__dict__"])
class Counter:
    instances = 0
    def __init__(self): type(self).instances += 1
class SubCounter(Counter): pass
Counter(); SubCounter(); SubCounter()
print(Counter.instances, SubCounter.instances)
class Ordered:
    b = 1; a = 2; c = 3
    def z(self): pass
    def y(self): pass
print([k for k in vars(Ordered) if k[0] != "_"])
class Chain:
    def __init__(self): self.l = []
    def __getattr__(self, n):
        if n.startswith("__"): raise AttributeError(n)
        self.l.append(n)
        return self
    def __call__(self, *a):
        self.l.append(a)
        return self
print(Chain().a.b(1).c().l)
class Const:
    A, B, C = range(3)
    names = ["a", "b", "c"]
    @classmethod
    def name(cls, v): return cls.names[v]
print(Const.name(Const.B), Const.C)
x = "global"
class X:
    print(x, end=" ")
    x = "class"
    print(x, end=" ")
    del x
    print(x)
def deco(cls):
    cls.extra = cls.__name__ * 2
    return cls
@deco
class Deco(A, metaclass=type): pass
print(Deco.extra, Deco.__bases__, __name__ == Deco.__module__)
class Ann:
    a: int
    b: str = "b"
    self_ref: "Ann" = None
print(Ann.__annotations__, hasattr(Ann, "a"))
try:
    class Bad(5): pass
except TypeError as e:
    print(e)
try:
    class Final(bool): pass
except TypeError as e:
    print(e)
try:
    class Raises:
        x = 1
        raise ValueError(x)
except ValueError as e:
    print(e)
