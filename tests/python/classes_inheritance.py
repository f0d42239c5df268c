# Inheritance, overriding, super in its forms, cooperative chains, the MRO.
class A:
    def who(self):
        return "A"
    def hello(self):
        return "hello from " + self.who()
    @classmethod
    def create(cls, *args):
        return cls(*args)
    @staticmethod
    def helper(x):
        return x * 2
class B(A):
    def who(self):
        return "B>" + super().who()
class C(A):
    def who(self):
        return "C>" + super().who()
class D(B, C):
    def who(self):
        return "D>" + super().who()
print(A().hello(), B().hello(), C().hello(), D().hello())
print([k.__name__ for k in D.__mro__], [k.__name__ for k in D.mro()])
print(type(D.create()).__name__, D.helper(4), D().helper(5))
print(super(B, D()).who(), super(D, D()).who(), A.who(D()))
class Base:
    def __init__(self, **kw):
        self.log = ["Base"]
        assert not kw
class Left(Base):
    def __init__(self, left=0, **kw):
        super().__init__(**kw)
        self.left = left
        self.log.append("Left")
class Right(Base):
    def __init__(self, right=0, **kw):
        super().__init__(**kw)
        self.right = right
        self.log.append("Right")
class Both(Left, Right):
    def __init__(self, **kw):
        super().__init__(**kw)
        self.log.append("Both")
b = Both(left=1, right=2)
print(b.log, b.left, b.right)
try:
    class X(A, B): pass
except TypeError as e:
    print(e)
class Meth(A):
    @classmethod
    def create(cls, *args):
        made = super().create(*args)
        made.tag = cls.__name__
        return made
class Sub(Meth): pass
print(Sub.create().tag, isinstance(Sub.create(), Meth))
class Prop(A):
    @property
    def value(self): return 1
class Prop2(Prop):
    @property
    def value(self): return super().value + 1
print(Prop2().value)
def outside(self):
    return super(Sub, self).who()
Sub.outside = outside
print(Sub().outside())
class Abstract:
    def run(self):
        return self.step() + 1
    def step(self):
        raise NotImplementedError("step")
class Concrete(Abstract):
    def step(self): return 41
print(Concrete().run())
try:
    Abstract().run()
except NotImplementedError as e:
    print(repr(e))
print(issubclass(D, A), issubclass(A, D), issubclass(D, (int, C)), isinstance(D(), (str, B)))
class IntSub(int):
    def __add__(self, other): return IntSub(int(self) + int(other) + 100)
    def __repr__(self): return f"IntSub({int(self)})"
print(IntSub(1) + 2, 2 + IntSub(1), IntSub(5) * 2, isinstance(IntSub(1), int), IntSub(3) == 3, [10, 20, 30][IntSub(1)])
class ListSub(list):
    def total(self): return sum(self)
    def append(self, x): super().append(x * 2)
l = ListSub([1, 2])
l.append(3)
print(l, l.total(), len(l), l[-1], l == [1, 2, 6], type(l + [1]).__name__, type(l[:1]).__name__)
class DictSub(dict):
    def __missing__(self, key): return "missing " + str(key)
d = DictSub(a=1)
print(d["a"], d["b"], d.get("b"), "b" in d, d)
class StrSub(str):
    def shout(self): return self.upper() + "!"
s = StrSub("abc")
print(s.shout(), s + "d", type(s + "d").__name__, s == "abc", {s: 1}["abc"])
class TupleSub(tuple):
    def __new__(cls, a, b): return super().__new__(cls, (a, b))
    @property
    def first(self): return self[0]
t = TupleSub(1, 2)
print(t, t.first, t == (1, 2), len(t))
D.__bases__ = (C, B)
print(D().hello())
