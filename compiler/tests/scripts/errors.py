"""Writes what CPython 3.11.7 says of the invalid programs in `tests/errors`.

Usage: python3.11 errors.py [--check]

`NAME.txt` holds programs, separated by lines of three hyphens; `NAME.json` an error for each: type, message, line, offset, end line, end
offset, text, or type and message where there is no place. `eval.txt` and `single.txt` are compiled in these modes, and their programs end
before the newline of their last line. `warnings.txt` and `warnings_and_errors.txt` hold programs with lists of warnings: line, category,
message. With `--check`, nothing is written, and a difference fails.
"""
import contextlib
import json
import pathlib
import sys
import warnings

ERRORS = pathlib.Path(__file__).parent.parent / "errors"


def programs(path):
    text = path.read_text()
    if path.stem in ("eval", "single"):
        return text.removesuffix("\n").split("\n---\n")
    return text.split("---\n")


def mode(path):
    return path.stem if path.stem in ("eval", "single") else "exec"


def error(source, mode):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(source, "case.py", mode, dont_inherit=True)
        except SyntaxError as found:
            place = [found.lineno, found.offset, found.end_lineno, found.end_offset, found.text]
            return [type(found).__name__, found.msg, *place]
        except (RecursionError, MemoryError) as found:
            return [type(found).__name__, str(found)]
    return None


def given_warnings(source, mode):
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        with contextlib.suppress(SyntaxError):
            compile(source, "case.py", mode, dont_inherit=True)
    return [[warning.lineno, warning.category.__name__, str(warning.message)] for warning in found]


def main():
    if sys.version_info[:3] != (3, 11, 7):
        sys.exit("the reference is CPython 3.11.7")
    stale = []
    for path in sorted(ERRORS.glob("*.txt")):
        if path.stem == "differences":
            continue
        find = given_warnings if path.stem.startswith("warnings") else error
        lines = ",\n".join(json.dumps(find(source, mode(path))) for source in programs(path))
        text = f"[\n{lines}\n]\n"
        golden = path.with_suffix(".json")
        if "--check" in sys.argv:
            if not golden.exists() or golden.read_text() != text:
                stale.append(golden.name)
        else:
            golden.write_text(text)
    if stale:
        sys.exit(f"not what this CPython says: {', '.join(stale)}")


if __name__ == "__main__":
    main()
