# Weak references: identity, hashing, callbacks in order, proxies, what dies with what.
import gc
import weakref


class Thing:
    def __init__(self, name="thing"):
        self.name = name

    def __repr__(self):
        return f"Thing({self.name!r})"

    def __eq__(self, other):
        return isinstance(other, Thing) and self.name == other.name

    def __hash__(self):
        return hash(self.name)

    def __len__(self):
        return len(self.name)

    def __add__(self, other):
        return Thing(self.name + str(other))

    def __getitem__(self, key):
        return self.name[key]

    def __call__(self, *args):
        return self.name, args


def collect():
    gc.collect()
    gc.collect()


thing, twin = Thing("a"), Thing("a")
one, two = weakref.ref(thing), weakref.ref(thing)
print(one is two, one() is thing, weakref.getweakrefcount(thing))
print(one == weakref.ref(twin), hash(one) == hash(thing), one != weakref.ref(Thing("b")))
print(one.__callback__, isinstance(one, weakref.ReferenceType), type(one).__name__)
first = weakref.ref(thing, lambda ref: print("first", ref() is None))
second = weakref.ref(thing, lambda ref: print("second", ref() is None))
print(weakref.getweakrefs(thing) == [one, second, first], [r is x for r, x in zip(weakref.getweakrefs(thing), [one, second, first])])
del thing
collect()
print(one(), first(), hash(one) == hash("a"), one == first)
try:
    hash(first)
except TypeError as error:
    print(error)
for value in (1, "text", (1, 2), None, [], {}):
    try:
        weakref.ref(value)
    except TypeError as error:
        print(error)
for value in (print, len, Thing, Thing.__init__, {1}, frozenset(), (x for x in ()), weakref, Thing().__call__):
    print(weakref.ref(value)() is not None or "died at once", end=" ")
print()

thing = Thing("proxied")
proxy = weakref.proxy(thing, lambda proxy: print("proxy gone"))
print(proxy.name, len(proxy), proxy[1:3], (proxy + 1).name, str(proxy), proxy == thing, bool(proxy), "prox" in proxy.name)
print(type(proxy).__name__, proxy(1, 2), callable(proxy))
proxy.extra = 5
print(thing.extra, hasattr(proxy, "nothing"))
try:
    hash(proxy)
except TypeError as error:
    print(error)
del thing
collect()
try:
    proxy.name
except ReferenceError as error:
    print(error)


class Node:
    pass


a, b = Node(), Node()
a.other, b.other = b, a
refs = [weakref.ref(a, lambda r: print("cycle a")), weakref.ref(b, lambda r: print("cycle b"))]
a.own = weakref.ref(b, lambda r: print("never: dies with its holder"))
del a, b
collect()
print([ref() for ref in refs])

values = weakref.WeakValueDictionary()
keys = weakref.WeakKeyDictionary()
group = weakref.WeakSet()
kept = [Thing(str(i)) for i in range(3)]
for i, item in enumerate(kept):
    values[i] = item
    keys[item] = i
    group.add(item)
print(sorted(values), sorted(keys.values()), len(group))
del kept[1], item
collect()
print(sorted(values), sorted(keys.values()), len(group), 1 in values)


class Reference(weakref.ref):
    __slots__ = ("key",)

    def __new__(cls, target, key):
        self = super().__new__(cls, target)
        self.key = key
        return self

    def __init__(self, target, key):
        super().__init__(target)


reference = Reference(kept[0], "k")
print(reference().name, reference.key, reference is weakref.ref(kept[0]), type(reference).__name__)


class Finalized:
    def __init__(self, name):
        self.name = name
        self.me = self

    def __del__(self):
        print("finalizer", self.name, watch())


subject = Finalized("f")
watch = weakref.ref(subject, lambda r: print("callback before the finalizer"))
del subject
collect()
method = weakref.WeakMethod(kept[0].__call__)
print(method()(7))
weakref.finalize(kept[0], print, "finalized at exit")
bad = Node()
broken = weakref.ref(bad, lambda r: 1 / 0)
import sys

sys.unraisablehook = lambda args: print("unraisable", args.exc_type.__name__, args.exc_value)
del bad
collect()
print("end")
