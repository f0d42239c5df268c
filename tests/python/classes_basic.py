# Classes: attributes of class and instance, methods bound and not, class variables, repr.
class Point:
    count = 0
    def __init__(self, x, y=0):
        self.x = x
        self.y = y
        Point.count += 1
    def __repr__(self):
        return f"Point({self.x}, {self.y})"
    def moved(self, dx, dy=0):
        return Point(self.x + dx, self.y + dy)
    def same(self):
        return self
p = Point(1)
q = p.moved(2, dy=3)
print(p, q, Point.count, p.count, q.same() is q)
p.count = 10
print(Point.count, p.count, q.count)
del p.count
print(p.count)
print(sorted(p.__dict__.items()), vars(q))
m = q.moved
print(m(1, 1), m.__self__ is q, m.__func__ is Point.moved, m.__name__)
print(Point.moved(q, 5))
f = Point.same
print(f(p) is p, type(f).__name__, type(m).__name__)
print(Point.__name__, Point.__qualname__, Point.__module__, Point.__bases__, Point.__mro__)
p.extra = "new"
print(p.extra, hasattr(p, "extra"), hasattr(q, "extra"))
p.method = lambda: "instance function"
print(p.method())
Point.late = lambda self, k: (self.x, k)
print(q.late(4))
class Empty: pass
e = Empty()
e.a = e.b = e
print(e.a.b.a is e, type(e) is Empty, e.__class__ is Empty, isinstance(e, object))
e.__class__ = Point
e.x, e.y = 5, 6
print(e, isinstance(e, Point), isinstance(e, Empty))
class Documented:
    """The docstring."""
    x: int = 3
    y: str
    def f(self):
        "doc of f"
print(Documented.__doc__, Documented.f.__doc__, Documented.__annotations__, Empty.__doc__)
class Body:
    a = 1
    b = a + 1
    c = [i for i in range(b)]
    for d in range(3):
        pass
    if b == 2:
        e = "conditional"
    def get(self):
        return self.a
print(Body.a, Body.b, Body.c, Body.d, Body.e, Body().get())
def outer():
    x = "outer"
    class A:
        y = x
        x = "class"
        z = [x for _ in range(1)]
        def m(self):
            return x
    return A.y, A.x, A.z, A().m()
try:
    print(outer())
except NameError as e:
    print(type(e).__name__, e)
print(Point(1) == Point(1), p == p, p != q, hash(p) == hash(p))
print(str(Empty)[:20], type(type(p)).__name__)
