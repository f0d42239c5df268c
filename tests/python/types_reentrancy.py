# Bases set while an MRO is computed, traceback objects from parts, odd slots and metaclasses.
def t(f, *a):
    try: print(f(*a))
    except BaseException as e: print(type(e).__name__, '|', e)
class A:
    def foo(self, cls): return 'spam'
class B: bar = classmethod(A().foo)
print(B.bar(), hasattr(type(A().foo), '__get__'))
def f(x: int): "d"
print(sorted(classmethod(f).__dict__), staticmethod(f).__annotations__)
def rm(): del f.__dict__
t(rm); f.__dict__ = {'a': 1}; print(f.a)
class E:
    def booh(self): raise AttributeError('booh')
    __eq__ = property(booh)
print(E() == E())
e = ImportError('m', name='n', path='p'); e.__init__(); print(e.msg, e.name, e.path)
try: 1/0
except ZeroDivisionError as z: tb = z.__traceback__
TB = type(tb); n = TB(None, tb.tb_frame, 1, 2); print(n.tb_next, n.tb_lineno); t(TB, 1, tb.tb_frame, 1, 2); t(TB, None, 1, 1, 2); t(TB)
class M(type):
    ready = False
    def mro(cls):
        if M.ready and cls.__name__ == 'C':
            M.ready = False
            C.__bases__ = (B2,)
        return type.mro(cls)
class A0(metaclass=M): pass
class B1(A0): pass
class B2(A0): pass
class C(A0): pass
M.ready = True
C.__bases__ = (B1,); B1.__bases__ = (C,)
print(C.__bases__, B2.__subclasses__(), B1.__subclasses__(), B1.__bases__, C.__subclasses__())
class M2(type):
    ready = False
    def mro(cls):
        if M2.ready:
            if cls.__name__ == 'D1': D2.__bases__ = (D1,)
            if cls.__name__ == 'D2': D1.__bases__ = (D2,)
        return type.mro(cls)
class D0(metaclass=M2): pass
class D1(D0): pass
class D2(D0): pass
M2.ready = True
def go(): D1.__bases__ += ()
t(go)
class M3(type):
    def mro(cls):
        del M3.mro
        return (A,)
def go3():
    class X(metaclass=M3): pass
t(go3)
class M4(type):
    n = 0
    def mro(cls):
        M4.n += 1
        if M4.n == 1:
            print(cls.__mro__); cls.__bases__ += ()
        return type.mro(cls)
class X4(metaclass=M4): pass
print(X4.__mro__, M4.n)
class Meta(type):
    def __new__(cls, name, bases, ns, attr):
        assert attr in ns
        return super().__new__(cls, name, bases, ns)
class C1:
    def __init__(self): self.b = 42
class C2(C1, metaclass=Meta, attr='__classcell__'):
    __slots__ = ['__classcell__']
    def __init__(self): super().__init__()
print(type(C2.__dict__['__classcell__']).__name__, C2().b)
class Base: pass
class Meta1(Base, type): pass
class D(metaclass=Meta1): pass
print(type(D.__dict__), 'x'); t(lambda: setattr(D, '__dict__', {}))
class Q: __slots__ = ('a',)
q = Q(); q.a = 1; print(q.__getstate__(), B().__getstate__(), A().__getstate__())

def meth_eq(): return (1).__add__ == (1).__add__, hash((1).__add__) == hash((1).__add__)
print(meth_eq())
