"""Writes the signatures that CPython 3.11.7's built-in functions, methods and types tell (`__text_signature__`), a line each:

    OWNER NAME SIGNATURE

OWNER is a module, or MODULE.TYPE; NAME is `-` for the type itself; OWNER is `*` for the methods that stand for slots, which are the same in
every type. A line break within a signature is written as `\\n`, a backslash as two. What is a method of its own where others have a slot is there
even without a signature.

    python3.11 vm/scripts/signatures.py names > NAMES     what there is; run by Quicken, what has to be in the table
    python3.11 vm/scripts/signatures.py NAMES > vm/src/objects/signatures.txt
"""

import sys
import types

MODULES = """_abc _bisect _codecs _collections _contextvars _csv _functools _heapq _imp _io _json _operator _random _signal _sre _struct _thread
_warnings _weakref array atexit binascii builtins cmath errno gc itertools marshal math posix select sys time unicodedata zlib""".split()

SLOT = type(object.__init__)
METHODS = (type(str.join), types.BuiltinFunctionType, type(dict.__dict__["fromkeys"]))


def native_types():
    waiting, seen = [object], {object}
    while waiting:
        found = waiting.pop()
        if any(isinstance(value, types.FunctionType) for value in vars(found).values()):
            continue
        yield found
        subclasses = type.__subclasses__(found)
        waiting += [each for each in subclasses if each not in seen]
        seen.update(subclasses)


def signatures():
    for name in MODULES:
        try:
            module = __import__(name)
        except ImportError:
            continue
        for key, value in vars(module).items():
            if isinstance(value, types.BuiltinFunctionType) and value.__name__ == key:
                yield name, key, value
    for found in native_types():
        owner = f"{found.__module__}.{found.__qualname__}"
        yield owner, "-", found
        for key, value in vars(found).items():
            if isinstance(value, SLOT) or key == "__new__":
                yield "*", key, value
            elif isinstance(value, METHODS):
                yield owner, key, value
            elif isinstance(value, staticmethod):
                yield owner, key, value.__func__


def main():
    found = {}
    for owner, name, value in signatures():
        found.setdefault((owner, name), value)
    if sys.argv[1] == "names":
        for owner, name in sorted(found):
            print(owner, name)
        return
    with open(sys.argv[1], encoding="utf-8") as names:
        wanted = {tuple(line.split()) for line in names}
    for (owner, name), value in sorted(found.items()):
        signature = getattr(value, "__text_signature__", None)
        if signature is None and ("*", name) in found and owner != "*":
            print(owner, name, "")
        elif isinstance(signature, str) and (owner, name) in wanted:
            print(owner, name, signature.replace("\\", "\\\\").replace("\n", "\\n"))


main()
