"""Writes what CPython 3.11.7 makes of the test sources.

Usage: python3.11 golden.py
"""
import ast
import json
import pathlib
import struct
import sys
import warnings

DATA = pathlib.Path(__file__).parent.parent / "data"


def constant(value):
    if value is None or value is True or value is False or value is ...:
        return [repr(value)]
    kind = type(value).__name__
    if kind == "int":
        return [kind, str(value)]
    if kind == "float":
        return [kind, struct.pack(">d", value).hex()]
    if kind == "complex":
        return [kind, struct.pack(">dd", value.real, value.imag).hex()]
    if kind == "str":
        return [kind, value.encode("utf-8", "surrogatepass").hex()]
    if kind == "bytes":
        return [kind, value.hex()]
    if kind == "tuple":
        return [kind, [constant(item) for item in value]]
    if kind == "frozenset":
        # In no order: CPython's depends on which strings the process happens to have interned.
        return [kind, sorted(constant(item) for item in value)]
    return [kind, code(value)]


def code(co):
    kinds = bytearray()
    names = list(co.co_varnames)
    cells = set(co.co_cellvars)
    for name in co.co_varnames:
        kinds.append(0x20 | (0x40 if name in cells else 0))
    for name in co.co_cellvars:
        if name not in co.co_varnames:
            names.append(name)
            kinds.append(0x40)
    for name in co.co_freevars:
        names.append(name)
        kinds.append(0x80)
    return {
        "name": co.co_name,
        "qualname": co.co_qualname,
        "argcount": co.co_argcount,
        "posonlyargcount": co.co_posonlyargcount,
        "kwonlyargcount": co.co_kwonlyargcount,
        "stacksize": co.co_stacksize,
        "flags": co.co_flags,
        "code": co.co_code.hex(),
        "names": list(co.co_names),
        "localsplusnames": names,
        "localspluskinds": kinds.hex(),
        "firstlineno": co.co_firstlineno,
        "linetable": co.co_linetable.hex(),
        "exceptiontable": co.co_exceptiontable.hex(),
        "consts": [constant(value) for value in co.co_consts],
    }


def code_objects():
    for path in sorted(DATA.glob("*.py")):
        source = path.read_text()
        words = source.split("\n", 1)[0].removeprefix("# compile:").split() if source.startswith("# compile:") else []
        mode, optimize, flags = "exec", 0, 0
        for word in words:
            if word.startswith("optimize="):
                optimize = int(word.removeprefix("optimize="))
            elif word == "top_level_await":
                flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
            else:
                mode = word
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            compiled = compile(source, path.name, mode, flags=flags, dont_inherit=True, optimize=optimize)
        messages = [[warning.lineno, str(warning.message)] for warning in caught]
        path.with_suffix(".json").write_text(json.dumps({"code": code(compiled), "warnings": messages}, indent=None) + "\n")


if __name__ == "__main__":
    if sys.version_info[:3] != (3, 11, 7):
        sys.exit("the reference is CPython 3.11.7")
    code_objects()
