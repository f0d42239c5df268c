# What the library does with data nested deeper than calls may be: an exception, or an answer, never the end of the process.
import abc
import collections
import copy
import functools
import gc
import itertools
import json
import marshal
import operator
import pickle
import re
import threading
import traceback
import types
import weakref

DEPTH = 3000


def attempt(label, call):
    try:
        result = type(call()).__name__
    except Exception as error:
        result = type(error).__name__
    print(f"{label}: {result}")


def nest(wrap, value=None, depth=DEPTH):
    for _ in range(depth):
        value = wrap(value)
    return value


for name, wrap in {"list": lambda v: [v], "dict": lambda v: {"a": v}, "tuple": lambda v: (v,)}.items():
    data = nest(wrap)
    attempt(f"deepcopy of {name}", lambda: copy.deepcopy(data))
    attempt(f"json of {name}", lambda: json.dumps(data))
    attempt(f"json, indented, of {name}", lambda: json.dumps(data, indent=1))
    attempt(f"marshal of {name}", lambda: marshal.dumps(data))
    attempt(f"pickle of {name}", lambda: pickle.dumps(data))
    attempt(f"pickle in Python of {name}", lambda: pickle._dumps(data))
    del data
attempt("json arrays", lambda: json.loads("[" * DEPTH + "]" * DEPTH))
attempt("json objects", lambda: json.loads('{"a":' * DEPTH + "1" + "}" * DEPTH))
attempt("marshalled tuples", lambda: marshal.loads(b"(\x01\0\0\0" * DEPTH + b"N"))
attempt("pickled lists", lambda: pickle.loads(b"]" * DEPTH + b"a" * (DEPTH - 1) + b"."))
attempt("groups", lambda: re.compile("(?:" * DEPTH + ")" * DEPTH))
attempt("repeated group", lambda: re.match(r"(?:x|y)*z", "xy" * DEPTH))
attempt("lazy group", lambda: re.match(r"(?:(?:a|b)(?:c|d)?)*?$", "ab" * DEPTH))
attempt("look-ahead", lambda: re.match(r"(?=(?:.|x)*y)", "ab" * DEPTH))

towers = {
    "deque": lambda v: collections.deque([v]),
    "OrderedDict": lambda v: collections.OrderedDict(a=v),
    "defaultdict": lambda v: collections.defaultdict(None, a=v),
    "namespace": lambda v: types.SimpleNamespace(a=v),
    "partial": lambda v: functools.partial(print, v),
    "proxy": lambda v: types.MappingProxyType({1: v}),
    "cell": types.CellType,
    "method": lambda v: types.MethodType(v or print, 1),
    "chain": lambda v: itertools.chain(v or ()),
    "islice": lambda v: itertools.islice(v or (), 1),
    "cycle": lambda v: itertools.cycle(v or ()),
    "starmap": lambda v: itertools.starmap(abs, v or ()),
    "accumulate": lambda v: itertools.accumulate(v or ()),
    "tee": lambda v: itertools.tee(v or ())[0],
    "groupby": lambda v: itertools.groupby(v or ()),
    "product": lambda v: itertools.product([v]),
    "compress": lambda v: itertools.compress(v or (), ()),
    "zip_longest": lambda v: itertools.zip_longest(v or ()),
    "methodcaller": lambda v: operator.methodcaller("a", v),
    "lru_cache": lambda v: functools.lru_cache(v or print),
    "key": functools.cmp_to_key(print),
    "counter": lambda v: collections.Counter({"a": v}),
}
for name, wrap in towers.items():
    tower = nest(wrap, depth=DEPTH // 2)
    if name not in ("partial", "lru_cache"):
        attempt(f"repr of {name}", lambda: repr(tower))
    attempt(f"copy of {name}", lambda: copy.copy(tower))
    attempt(f"deepcopy of {name}", lambda: copy.deepcopy(tower) and None)
    del tower
    gc.collect()


class Hooked(abc.ABC):
    @classmethod
    def __subclasshook__(cls, other):
        return issubclass(other, cls)


attempt("subclass hook", lambda: issubclass(int, Hooked))
registered = [abc.ABCMeta("Registered", (), {})]
for _ in range(1200):
    registered.append(abc.ABCMeta("Registered", (), {}))
    registered[-2].register(registered[-1])
attempt("registered classes", lambda: isinstance(1, registered[0]))
attempt("partial", lambda: (lambda f: f(f))(lambda f: functools.partial(f, f)()))
attempt("reduce", lambda: (lambda f: f(f, f))(lambda f, _: functools.reduce(f, [f, f])))


@functools.lru_cache(None)
def cached(number):
    return cached(number - 1)


attempt("cached function", lambda: cached(1))


def raised(count):
    last = None
    for number in range(count):
        try:
            raise ValueError(number) from last
        except ValueError as error:
            last = error
    return last


attempt("text of a chain of causes", lambda: traceback.format_exception(raised(500)))
group = functools.reduce(lambda inner, _: ExceptionGroup("g", [inner]), range(1200), ValueError(1))
attempt("text of groups", lambda: traceback.format_exception(group))


class Watched:
    next = None


head = None
references = []
for _ in range(DEPTH):
    watched = Watched()
    watched.next = head
    head = watched
    references.append(weakref.ref(watched, lambda reference: None))
del head, watched
gc.collect()
print(sum(reference() is None for reference in references))


class Represented:
    def __repr__(self):
        return repr(self)


def in_thread():
    attempt("repr in a thread", lambda: repr(Represented()))
    attempt("list in a thread", lambda: repr(nest(lambda v: [v])))
    attempt("sort in a thread", lambda: sorted([Represented()] * 2, key=repr))


thread = threading.Thread(target=in_thread)
thread.start()
thread.join()
print("alive")
