# What programs at the edges of modules rely on: limits, keywords, what is asked of iterables, what becomes of callbacks.
import atexit
import collections
import gc
import io
import itertools
import operator
import os
import pathlib
import select
import socket
import threading
import time
import weakref

# Objects that refer to themselves, or to one another many times.
itself = {}
itself["me"] = itself
shared, deep = (), ()
for _ in range(100):
    shared = (shared, shared)
for _ in range(100000):
    deep = (deep,)
gc.collect()
print(gc.is_tracked(itself), gc.is_tracked({}), gc.is_tracked({1: {}}), gc.is_tracked({"a": 1}), gc.is_tracked([]))
print(any(found is itself for found in gc.get_objects()), gc.is_tracked((1, [])), gc.is_tracked("text"))

# Deques' iterators.
iterator, backwards = type(iter(collections.deque())), type(reversed(collections.deque()))
print(list(iterator(collections.deque("abc"), 1)), list(iterator(collections.deque("abc"), index=1)))
print(list(backwards(collections.deque("abc"), 1)), list(backwards(collections.deque("abc"), whatever=1)))
for make in [iter, reversed]:
    deque = collections.deque(range(4))
    found = make(deque)
    next(found)
    deque.pop()
    for _ in range(2):
        try:
            print(next(found, "end"))
        except RuntimeError as error:
            print(error, operator.length_hint(found))

# What is asked before an iterable is gone through.
class Loud:
    def __iter__(self):
        return self

    def __next__(self):
        raise StopIteration

    def __length_hint__(self):
        raise NotImplementedError("asked")


for empty in ["", b"", bytearray()]:
    try:
        empty.join(Loud())
    except NotImplementedError as error:
        print(type(empty).__name__, error)

# More than there is memory for.
for make in [itertools.combinations, itertools.combinations_with_replacement]:
    try:
        make(range(5), 2**44)
    except MemoryError as error:
        print(repr(error))

# Lists of descriptors are read while they change, and have a limit.
pair = socket.socketpair()


class Growing:
    def __init__(self, found):
        self.found = found

    def fileno(self):
        self.found.append(self)
        return pair[0].fileno()


growing = []
growing.append(Growing(growing))
for wanted in [growing, [pair[0]] * 1025, [5000]]:
    try:
        select.select(wanted, [], [], 0)
    except ValueError as error:
        print(error, len(wanted) > 1024)
for end in pair:
    end.close()

# A path is named by its text.
for path in [pathlib.Path("not/there"), b"not/there"]:
    try:
        open(path)
    except FileNotFoundError as error:
        print(error, repr(error.filename))
for path in [[], 1.5, None]:
    try:
        open(path)
    except TypeError as error:
        print(error)


class Named:
    def __fspath__(self):
        return os.devnull


with open(Named(), opener=lambda name, flags: print(repr(name)) or os.open(name, flags)) as file:
    print(repr(file.name), file.read())

# A dead reference has no callback any more.
class Referred:
    pass


referred = Referred()
reference = weakref.ref(referred, print)
print(reference.__callback__)
reference = weakref.ref(referred, called := [].append)
print(reference.__callback__ is called)
del referred
gc.collect()
print(reference(), reference.__callback__)

# Threads that collect all the time leave time to others.
stop = threading.Event()


def collect():
    while not stop.is_set():
        gc.collect()


collector = threading.Thread(target=collect)
collector.start()
time.sleep(0.02)
stop.set()
collector.join()
print("collected")

# Functions that are taken back from those of the end.
ran = []


class Asked:
    def __eq__(self, other):
        ran.append(other)
        return other in (first, third)


def first():
    print("first")


def second():
    print("second")


def third():
    print("third")


before = atexit._ncallbacks()
for function in [first, second, third, first]:
    atexit.register(function)
atexit.unregister(Asked())
print([function.__name__ for function in ran][-4:], atexit._ncallbacks() - before)
print(io.StringIO("end").read())
