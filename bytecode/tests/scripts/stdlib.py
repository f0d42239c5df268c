"""Two sides of the live comparison: `stdlib.py dump DIRECTORY COUNT` and `stdlib.py check DIRECTORY`.

`dump` compiles COUNT modules of the standard library (0: all) and writes `N.pyc` and `N.dis`. `check` reads `N.out.pyc`, which the Rust side
wrote from them, and prints the numbers of those whose code objects differ.
"""

import contextlib
import dis
import io
import marshal
import pathlib
import re
import sys
import warnings

warnings.simplefilter("ignore")
ADDRESS = re.compile(r" at 0x[0-9a-f]+, file")


def dump(directory, count):
    library = pathlib.Path(dis.__file__).parent
    paths = [path for path in sorted(library.rglob("*.py")) if "site-packages" not in path.parts]
    paths = paths[:: max(1, len(paths) // count)] if count else paths
    for number, path in enumerate(paths):
        try:
            code = compile(path.read_bytes(), str(path), "exec", dont_inherit=True)
        except (SyntaxError, ValueError):
            continue
        data = marshal.dumps(code)
        code = marshal.loads(data)
        out = io.StringIO()
        dis.dis(code, file=out)
        text = ADDRESS.sub(" at 0x7f0000000000, file", out.getvalue())
        (directory / f"{number}.pyc").write_bytes(b"\xa7\r\r\n" + bytes(12) + data)
        (directory / f"{number}.dis").write_text(text, "utf-8", "surrogatepass")


def fields(code):
    simple = [getattr(code, name) for name in sorted(dir(code)) if name.startswith("co_") and not callable(getattr(code, name))]
    constants = [fields(constant) if hasattr(constant, "co_code") else (type(constant), repr(constant)) for constant in code.co_consts]
    simple.remove(code.co_consts)
    return simple, constants


def check(directory):
    for path in directory.glob("*.out.pyc"):
        ours = marshal.loads(path.read_bytes()[16:])
        theirs = marshal.loads(path.with_name(path.name.replace(".out", "")).read_bytes()[16:])
        if fields(ours) != fields(theirs):
            print(path.name)


if sys.argv[1] == "dump":
    dump(pathlib.Path(sys.argv[2]), int(sys.argv[3]))
else:
    check(pathlib.Path(sys.argv[2]))
