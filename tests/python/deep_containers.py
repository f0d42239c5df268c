# Containers and iterators nested deeper than calls may be: made, looked at, compared, and freed at once.
DEPTH = 4000


def attempt(label, call):
    try:
        result = type(call()).__name__
    except Exception as error:
        result = type(error).__name__
    print(f"{label}: {result}")


def nest(wrap, value=None):
    for _ in range(DEPTH):
        value = wrap(value)
    return value


containers = {
    "list": lambda value: [value],
    "tuple": lambda value: (value,),
    "dict": lambda value: {1: value},
    "frozenset": lambda value: frozenset([value]),
    "slice": lambda value: slice(value),
    "exception": lambda value: ValueError(value),
    "dict values": lambda value: {1: value}.values(),
    "dict items": lambda value: {1: value}.items(),
}
iterators = {
    "zip": lambda value: zip(value or ()),
    "map": lambda value: map(abs, value or ()),
    "filter": lambda value: filter(None, value or ()),
    "enumerate": lambda value: enumerate(value or ()),
    "reversed": lambda value: reversed([value]),
    "iter": lambda value: iter([value]),
    "callable iterator": lambda value: iter(int, value),
    "method": lambda value: print.__call__ if value is None else value.__call__,
    "static method": staticmethod,
    "class method": classmethod,
    "property": property,
    "bound to": lambda value: [value].append,
}
for name, wrap in containers.items():
    one, other = nest(wrap), nest(wrap)
    attempt(f"{name} repr", lambda: repr(one))
    attempt(f"{name} str", lambda: str(one))
    attempt(f"{name} ==", lambda: one == other)
    attempt(f"{name} <", lambda: one < other)
    attempt(f"{name} %", lambda: "%s" % (one,))
    attempt(f"{name} f-string", lambda: f"{one!r:>9}")
    attempt(f"{name} isinstance", lambda: isinstance(1, one))
    attempt(f"{name} freed", lambda: None)
    del one, other
for name, wrap in iterators.items():
    tower = nest(wrap)
    attempt(f"{name} hash", lambda: hash(tower) and 1)
    attempt(f"{name} bool", lambda: bool(tower))
    del tower
types = nest(lambda value: (value,), int)
attempt("isinstance", lambda: isinstance(1, types))
attempt("issubclass", lambda: issubclass(int, types))


class Node:
    def __init__(self, next):
        self.next = next


class Slotted:
    __slots__ = ("next",)

    def __init__(self, next):
        self.next = next


class Last:
    def __init__(self, next):
        self.next = next

    def __del__(self):
        Last.count += 1


Last.count = 0
for kind in Node, Slotted, Last:
    chain = nest(kind)
    del chain


def through(values):
    for value in values:
        yield value


def delegating(values):
    yield from values


generators = nest(through, iter([1]))
del generators
generators = nest(delegating, iter([1]))
attempt("next of all generators", lambda: next(generators))
del generators
function = nest(lambda inner: lambda: inner)
attempt("closures", lambda: function())
del function

one, other = [], []
one.append(one)
other.append(other)
attempt("list in itself", lambda: one == other)
print(one, {1: one})
one, other = {}, {}
one[1], other[1] = one, other
attempt("dict in itself", lambda: one == other)
print(one)
inner = {}
inner[1] = inner.values()
attempt("view of what holds it", lambda: repr(inner))

group = ValueError(1)
for _ in range(1200):
    group = ExceptionGroup("g", [group])
attempt("repr of groups", lambda: repr(group))
attempt("split of groups", lambda: group.split(ValueError))
attempt("subgroup of groups", lambda: group.subgroup(ValueError))


def handle():
    try:
        raise group
    except* ValueError:
        pass


attempt("except*", handle)


def raised(count):
    last = None
    for number in range(count):
        try:
            raise ValueError(number) from last
        except ValueError as error:
            last = error
    return last


attempt("chain of causes", lambda: raised(DEPTH))
base = object
for _ in range(300):
    base = type("Derived", (base,), {})
attempt("chain of classes", lambda: base().a)
print("alive")
