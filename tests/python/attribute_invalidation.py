# What generic attribute access remembers of a class must be forgotten when the class, a base or an instance changes.


class Base:
    pass


class Point(Base):
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def norm(self):
        return abs(self.x) + abs(self.y)


def read(p):
    return p.x


def call(p):
    return p.norm()


def write(p, value):
    p.x = value


def use(p):
    out = []
    for _ in range(3):
        try:
            out.append(read(p))
        except AttributeError as error:
            out.append(str(error))
        try:
            out.append(call(p))
        except (AttributeError, TypeError) as error:
            out.append(str(error))
    return out


def step(title, p):
    try:
        write(p, 5)
        write(p, 6)
    except AttributeError as error:
        print(title, "write:", error)
    print(title, use(p), sorted(vars(p)) if title == "vars" else "")


p = Point(1, 2)
step("plain", p)

# A data descriptor on a base comes before the inline value; a plain class attribute does not.
Base.x = "on the class"
step("class attribute", p)
Base.x = property(lambda self: "property")
step("property", p)
Base.x = property(lambda self: self.y, lambda self, value: print("set", value))
step("settable property", p)
del Base.x
step("property gone", p)


class OnlySets:
    def __set__(self, owner, value):
        print("__set__", value)


Base.x = OnlySets()
step("only __set__", p)
del Base.x

# The instance hides the method, then no longer.
p.norm = lambda: "own"
step("own norm", p)
del p.norm
step("own norm deleted", p)
other = Point(3, 4)
other.norm = lambda: "other's"
step("another instance has norm", p)
step("other", other)

# A deleted attribute, and its return.
del p.x
print(use(p))
p.x = 9
print(use(p))

# A dict that was asked for, and one that was replaced.
step("vars", p)
p.__dict__["norm"] = lambda: "in the dict"
step("dict", p)
p.__dict__ = {"x": 1, "y": -1}
step("new dict", p)

# Hooks that appear and go.
q = Point(7, 8)
step("q", q)
Point.__getattribute__ = lambda self, name: object.__getattribute__(self, name) if name[0] == "_" else "hook"
print(read(q), read(q))
del Point.__getattribute__
step("hook gone", q)
Point.__setattr__ = lambda self, name, value: print("setattr", name, value)
step("setattr", q)
del Point.__setattr__
Point.__getattr__ = lambda self, name: f"<{name}>"
del q.x
print(read(q), read(q))
del Point.__getattr__
print(use(q))

# Another method, on the class and on a base that comes in between.
Point.norm = lambda self: "patched"
print(use(Point(1, 1)))
del Point.norm
print(use(Point(1, 1)))
Base.norm = lambda self: "from the base"
print(use(Point(1, 1)))
Point.norm = 3
print(use(Point(1, 1)))
Point.norm = staticmethod(lambda: "static")
print(use(Point(1, 1)))
Point.norm = classmethod(lambda cls: cls.__name__)
print(use(Point(1, 1)))


# Another class for the same instance.
class Turned(Base):
    def __init__(self):
        self.y = "y first"
        self.x = "x second"

    norm = lambda self: "turned"


r = Point(1, 1)
print(use(r))
t = Turned()
print(use(t))
r.__class__ = Turned
print(use(r), r.x, r.y)


class Slotted:
    __slots__ = ("x", "y")

    def norm(self):
        return "slotted"


s = Slotted()
print(use(s))
write(s, 1)
print(use(s))
