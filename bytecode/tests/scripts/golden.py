"""Makes the golden files of the disassembler from the sample programs: run with CPython 3.11.7 and PYTHONHASHSEED=0.

For each `samples/NAME.py`: `golden/NAME.pyc` (hash-based with a zero hash, so that it does not change with the clock), `NAME.dis` and
`NAME.caches.dis` (what `dis` prints for the code read back from it, addresses replaced), `NAME.tables.json` (positions, lines, exception
table and other derived fields of every code object). For `samples/live.py` also the live code of its functions after a run.
"""

import contextlib
import dis
import importlib._bootstrap_external as bootstrap
import io
import json
import marshal
import os
import pathlib
import re
import sys

TESTS = pathlib.Path(__file__).resolve().parent.parent
ADDRESS = re.compile(r" at 0x[0-9a-f]+, file")
PLACEHOLDER = " at 0x7f0000000000, file"


def text(code, **options):
    out = io.StringIO()
    dis.dis(code, file=out, **options)
    return ADDRESS.sub(PLACEHOLDER, out.getvalue())


def walk(code):
    yield code
    for constant in code.co_consts:
        if hasattr(constant, "co_code"):
            yield from walk(constant)


def tables(code):
    return {
        "qualname": code.co_qualname,
        "code": code.co_code.hex(),
        "varnames": code.co_varnames,
        "cellvars": code.co_cellvars,
        "freevars": code.co_freevars,
        "nlocals": code.co_nlocals,
        "lines": list(code.co_lines()),
        "positions": list(code.co_positions()),
        "linetable": code.co_linetable.hex(),
        "exceptiontable": code.co_exceptiontable.hex(),
        "handlers": dis._parse_exception_table(code),
    }


def pyc(source, filename):
    code = compile(source, filename, "exec", dont_inherit=True)
    return bytes(bootstrap._code_to_hash_pyc(code, bytes(8), False))


def live(code):
    namespace = {"__name__": "live"}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(code, namespace)
    functions = [value for value in namespace.values() if hasattr(value, "__code__")]
    return [
        {
            "name": function.__name__,
            "live": function.__code__._co_code_adaptive.hex(),
            "dis": text(function.__code__, adaptive=True),
            "caches": text(function.__code__, adaptive=True, show_caches=True),
        }
        for function in functions
    ]


def stack_effects():
    """(opcode, operand, effect when falling through, effect when jumping) for all generic instructions."""
    operands = [*range(12), 15, 16, 255, 256, 0x1FF, 0x302, 0xFFFF]
    rows = []
    for name, number in dis.opmap.items():
        for operand in operands if number >= dis.HAVE_ARGUMENT else [None]:
            effects = [dis.stack_effect(number, operand, jump=jump) for jump in (False, True)]
            rows.append([name, operand or 0, *effects])
    return rows


def values():
    """Numbers, strings and nests of them, whose hash and `repr` are compared."""
    random = __import__("random").Random(311)
    numbers = [0, 1, -1, -2, 2**61 - 1, 2**61, -(2**61), 2**61 - 2, 2**63, -(2**63), 10**50, -(10**50)]
    numbers += [random.randrange(-(2**bits), 2**bits) for bits in range(1, 200, 7)]
    numbers += [0.0, -0.0, 0.5, 1e16, 1e-5, 1e22, 5e-324, float("inf"), -float("inf"), 2.0**61, -1.0, 1e308, 9007199254740993.0]
    numbers += [random.choice([-1, 1]) * random.random() * 10.0 ** random.randrange(-320, 309) for _ in range(400)]
    numbers += [2.0**exponent for exponent in range(-1074, 1024, 5)]
    numbers += [round(random.random() * 1000, digits) for digits in range(6) for _ in range(10)]
    numbers += [complex(a, b) for a in (0.0, -0.0, 1.5, 1e20) for b in (0.0, -0.0, -2.5, float("inf"))]
    strings = ["", "a", "abc", "abcdefgh", "abcdefghi" * 9, "\xe9", "\u65e5\u672c", "x\U0001f600", "\ud800"]
    strings += ["".join(map(chr, random.sample(range(0xD800), 4))) for _ in range(200)]
    strings += [bytes(random.randrange(256) for _ in range(length)) for length in range(20)]
    nests = [(), (1,), (1, 2, ("a", b"b")), frozenset(), frozenset({1, 2, "x"}), (frozenset({(1,), 2.5}), True, False)]
    return (*numbers, *strings, *nests)


def main():
    assert sys.version_info[:3] == (3, 11, 7) and os.environ.get("PYTHONHASHSEED") == "0", __doc__
    golden = TESTS / "golden"
    golden.mkdir(exist_ok=True)
    (golden / "stack_effects.json").write_text(json.dumps(stack_effects(), separators=(",", ":")) + "\n")
    data = values()
    (golden / "values.marshal").write_bytes(marshal.dumps(data))
    rows = [[repr(value), hash(value)] for value in marshal.loads(marshal.dumps(data))]
    (golden / "values.json").write_text(json.dumps(rows, indent=0) + "\n")
    for path in sorted((TESTS / "samples").glob("*.py")):
        data = pyc(path.read_bytes(), path.name)
        code = marshal.loads(data[16:])
        (golden / f"{path.stem}.pyc").write_bytes(data)
        (golden / f"{path.stem}.dis").write_text(text(code), "utf-8", "surrogatepass")
        if path.stem == "wide":
            continue  # Its point is the width; the rest would only be large.
        (golden / f"{path.stem}.caches.dis").write_text(text(code, show_caches=True), "utf-8", "surrogatepass")
        everything = [tables(nested) for nested in walk(code)]
        (golden / f"{path.stem}.tables.json").write_text(json.dumps(everything, separators=(",", ":")) + "\n")
        if path.stem == "live":
            (golden / "live.json").write_text(json.dumps(live(code), indent=1) + "\n")


main()
