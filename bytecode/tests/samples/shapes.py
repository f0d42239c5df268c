"""Functions of every shape that the disassembler words differently."""
import os.path as path, sys
from collections import namedtuple as nt
from math import *


def closures(a, b=1, *args, c: int, d=2.5, **kwargs) -> "str":
    total = a

    def inner(x, /, y=total):
        nonlocal total
        total += x
        return lambda: (total, x, args, y)

    class Local:
        attribute: int = total
        values = [total for _ in kwargs]
        __slots__ = ("slot",)

        def method(self):
            return super().method() if self.attribute else __class__

    del b
    return inner, Local


def operators(a, b):
    a + b, a & b, a // b, a << b, a @ b, a * b, a % b, a | b, a ** b, a >> b, a - b, a / b, a ^ b
    a += b; a &= b; a //= b; a <<= b; a @= b; a *= b; a %= b; a |= b; a **= b; a >>= b; a -= b; a /= b; a ^= b
    return a < b, a <= b, a == b, a != b, a > b, a >= b, a is b, a is not b, a in b, a not in b, -a, +a, ~a, not a


def formats(value, width):
    return f"{value}{value!s}{value!r}{value!a}{value:>{width}}{value!r:^10}", f"{value=}", "%s %d" % (value, width)


def loops(items):
    global counter
    counter = 0
    for i, (first, *rest, last) in enumerate(items):
        if i and first is None:
            continue
        elif last is not None and rest:
            break
        while i:
            i -= 1
            if not i:
                break
        else:
            counter += 1
    else:
        return None
    items[0] = items[1:2]
    del items[0], items
    return {**first, "k": 1}, {*rest, 2}, [*last], {k: v for k, v in first.items() if v}
