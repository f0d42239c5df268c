# The parameters of what is native, as `inspect` tells them, and those of classes that have no `__init__` of their own.
import collections
import functools
import inspect
import io
import itertools
import math
import time


class Plain:
    pass


class Meta(type):
    pass


class Made(metaclass=Meta):
    @classmethod
    def make(cls, x, *, y=1):
        pass


class OfDict(dict):
    pass


class OfList(list):
    def __init__(self, first, *rest):
        pass


for found in [
    Plain, Made, Made.make, OfDict, OfList, OfDict().get, OfDict.fromkeys, object, int, float, complex, list, tuple, set, str, type, range, dict, zip,
    len, abs, print, sorted, sum, iter, map, isinstance, compile, round, pow, input, open, divmod, getattr, max,
    str.split, "".join, "".__add__, str.encode, bytes.fromhex, b"".decode, dict.get, {}.pop, dict.fromkeys, [].append, list.sort, list.index,
    set().add, set.union, (1).__add__, float.__add__, int.to_bytes, int.from_bytes, float.hex, (1).bit_length,
    Plain().__init__, object.__init__, object.__new__, Plain.__eq__, Plain().__reduce_ex__, list.__getitem__, [].__len__,
    math.sin, math.gcd, math.isclose, math.log, itertools.chain, itertools.chain.from_iterable, itertools.count, itertools.product,
    collections.deque, collections.deque.append, functools.partial, functools.reduce,
    io.StringIO, io.StringIO().write, io.BytesIO.getvalue, time.sleep, time.time,
]:
    try:
        print(getattr(found, "__qualname__", found), inspect.signature(found))
    except ValueError as error:
        print(getattr(found, "__qualname__", found), "has none", "0x" in str(error))
print(len.__text_signature__, str.join.__text_signature__, int.__text_signature__, "".__add__.__text_signature__, Plain.__text_signature__)
print(inspect.signature(len).bind([1]).args, inspect.signature("".split).parameters["maxsplit"].default)
try:
    inspect.signature(sorted).bind()
except TypeError as error:
    print(error)
