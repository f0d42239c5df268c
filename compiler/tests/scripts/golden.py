"""Writes what CPython 3.11.7 makes of the test sources.

Usage: python3.11 golden.py
"""
import ast
import json
import pathlib
import sys
import warnings

from compare import code

DATA = pathlib.Path(__file__).parent.parent / "data"


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
