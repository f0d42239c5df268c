"""Compares the code objects of the `compare` example with CPython 3.11's.

Usage: python3.11 compare.py PATH_OF_EXAMPLE FILE_OR_DIRECTORY... [--errors] [--verbose N]

Prints the first difference of each file that differs, and counts.
"""
import argparse
import dis
import json
import pathlib
import struct
import subprocess
import sys
import tempfile
import warnings

sys.set_int_max_str_digits(0)


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


def sort_sets(value):
    """Puts the items of our sets in the order of `constant`."""
    if value[0] in ("tuple", "frozenset"):
        value[1] = [sort_sets(item) for item in value[1]]
        if value[0] == "frozenset":
            value[1].sort()
    elif value[0] == "code":
        value[1]["consts"] = [sort_sets(item) for item in value[1]["consts"]]
    return value


def first_difference(ours, theirs, path):
    """The innermost difference: nested code first, since it explains others least."""
    for mine, its in zip(ours["consts"], theirs["consts"]):
        if mine[0] == its[0] == "code":
            found = first_difference(mine[1], its[1], path + "/" + its[1]["name"])
            if found:
                return found
    for key in ("name", "qualname", "argcount", "posonlyargcount", "kwonlyargcount", "flags", "names", "localsplusnames",
                "localspluskinds", "firstlineno", "code", "consts", "stacksize", "exceptiontable", "linetable"):
        mine, its = ours[key], theirs[key]
        if key == "consts":
            mine = [c if c[0] != "code" else ["code", c[1]["name"]] for c in mine]
            its = [c if c[0] != "code" else ["code", c[1]["name"]] for c in its]
        if mine != its:
            return path, key, ours, theirs
    return None


def listing(co_code, linetable, firstlineno):
    """Instructions with their positions, as text."""
    raw = bytes.fromhex(co_code)
    proto = (lambda: 0).__code__
    positions = list(proto.replace(co_code=raw, co_linetable=bytes.fromhex(linetable), co_firstlineno=firstlineno).co_positions())
    lines = []
    for index in range(0, len(raw), 2):
        name = dis.opname[raw[index]]
        if name != "CACHE":
            lines.append(f"{name} {raw[index + 1]} {positions[index // 2]}")
    return lines


def describe(found):
    path, key, ours, theirs = found
    text = [f"  {path} (line {theirs['firstlineno']}): {key}"]
    if key in ("code", "linetable"):
        mine = listing(ours["code"], ours["linetable"], ours["firstlineno"])
        its = listing(theirs["code"], theirs["linetable"], theirs["firstlineno"])
        for index in range(max(len(mine), len(its))):
            a = mine[index] if index < len(mine) else "-"
            b = its[index] if index < len(its) else "-"
            if a != b:
                for near in range(max(0, index - 3), index):
                    text.append(f"        {its[near]}")
                text.append(f"    ours {a}")
                text.append(f"    cpy  {b}")
                for near in range(index + 1, min(index + 4, len(its))):
                    text.append(f"         {its[near]}  | ours {mine[near] if near < len(mine) else '-'}")
                break
        else:
            text.append(f"    ours {ours[key]}\n    cpy  {theirs[key]}")
    elif key == "consts":
        for index, (a, b) in enumerate(zip(ours[key] + [None] * 3, theirs[key] + [None] * 3)):
            if a != b and not (a and b and a[0] == b[0] == "code"):
                text.append(f"    [{index}] ours {str(a)[:300]}\n        cpy  {str(b)[:300]}")
                break
    else:
        text.append(f"    ours {str(ours[key])[:400]}\n    cpy  {str(theirs[key])[:400]}")
    return "\n".join(text)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("example")
    parser.add_argument("paths", nargs="+")
    parser.add_argument("--verbose", type=int, default=20)
    parser.add_argument("--errors", action="store_true", help="compare messages and places of errors, too")
    arguments = parser.parse_args()
    files = []
    for path in map(pathlib.Path, arguments.paths):
        files += sorted(path.rglob("*.py")) if path.is_dir() else [path]
    listing_file = tempfile.TemporaryFile("w+")
    listing_file.write("".join(f"{path}\n" for path in files))
    listing_file.seek(0)
    process = subprocess.Popen([arguments.example], stdin=listing_file, stdout=subprocess.PIPE, text=True)
    equal = different = shown = 0
    keys = {}
    for line in process.stdout:
        result = json.loads(line)
        path = result["file"]
        source = pathlib.Path(path).read_bytes()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                theirs = code(compile(source, path, "exec", dont_inherit=True))
            error = None
        except (SyntaxError, ValueError, RecursionError, MemoryError) as exception:
            error = exception
        if error is not None or "error" in result:
            same = error is not None and "error" in result
            if same and arguments.errors and isinstance(error, SyntaxError):
                expected = [type(error).__name__, error.msg, error.lineno or 0, error.offset or 0]
                same = result["error"][:4] == expected
            if same:
                equal += 1
                continue
            different += 1
            key = "error"
            if shown < arguments.verbose:
                shown += 1
                print(f"{path}\n  ours {result.get('error', 'compiled')}\n  cpy  {error!r}")
        else:
            found = first_difference(sort_sets(["code", result["code"]])[1], theirs, "")
            if not found:
                equal += 1
                continue
            different += 1
            key = found[1]
            if shown < arguments.verbose:
                shown += 1
                print(f"{path}\n{describe(found)}")
        keys[key] = keys.get(key, 0) + 1
    if process.wait():
        print("the example failed")
        different += 1
    print(f"equal {equal}, different {different}, of {len(files)}", keys or "")
    return different != 0


if __name__ == "__main__":
    sys.exit(main())
