# What a StopIteration carries reaches who asks through the iterators in between; constructors of subclasses; odds and ends.
import itertools
import sys


class Stops:
    def __iter__(self):
        return self

    def __next__(self):
        raise StopIteration(42)


def ask(name, make):
    try:
        next(make(Stops()))
    except StopIteration as stop:
        print(name, stop.args)


for function in enumerate, zip, itertools.accumulate, itertools.pairwise, itertools.chain, itertools.cycle:
    ask(function.__name__, function)
ask("map", lambda source: map(str, source))
ask("map of two", lambda source: map(max, "ab", source))
ask("filter", lambda source: filter(None, source))
ask("zip of three", lambda source: zip("a", "b", source))
ask("strict zip", lambda source: zip(source, strict=True))
for function in itertools.takewhile, itertools.dropwhile, itertools.starmap, itertools.filterfalse:
    ask(function.__name__, lambda source: function(bool, source))
ask("islice", lambda source: itertools.islice(source, 3))
ask("compress", lambda source: itertools.compress(source, [1]))
print(list(enumerate(Stops())), list(map(str, Stops())), [*zip(Stops())], dict(zip("ab", Stops())))


def delegate():
    return (yield from enumerate(Stops()))


try:
    next(delegate())
except StopIteration as stop:
    print("yield from", stop.value)


class Plain(map):
    pass


class Own(filter):
    def __init__(self, *args, key):
        self.key = key

    def __new__(cls, *args, **kwargs):
        return super().__new__(cls, *args)


for make in lambda: map(str, [1], k=1), lambda: Plain(str, [1], k=1), lambda: Own(None, [1], key=3).key:
    try:
        print(make())
    except TypeError as error:
        print(error)


class Items:
    def __getitem__(self, index):
        return index


print(iter(Items()).__length_hint__())

array = bytearray(b"123")
try:
    array += array
except BufferError as error:
    print(error)
array.extend(array)
print(array)


class Names:
    hidden = _private = 1

    def __init__(self):
        self.shown = 2
        self._hidden = 3


sys.modules["names"] = Names()
from names import *

print(shown, "_hidden" in globals(), "hidden" in globals())
print(__annotations__, list(globals())[:7])

# A hint with which the length would overflow is not believed.
class Endless:
    def __init__(self):
        self.left = 3

    def __iter__(self):
        return self

    def __next__(self):
        if not self.left:
            raise StopIteration
        self.left -= 1
        return self.left

    def __length_hint__(self):
        import sys
        return sys.maxsize


items = [9]
items.extend(Endless())
print(items)
for make in (list, lambda iterable: [].extend(iterable)):
    try:
        make(Endless())
    except MemoryError as error:
        print(type(error).__name__)
