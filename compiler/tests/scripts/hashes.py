"""Writes hashes of the code objects that CPython 3.11.7 makes of `data/constructs.txt` and of programs of the tree.

Usage: python3.11 hashes.py, which writes `data/hashes.txt`: a line for each source with the hashes at optimization 0, 1 and 2, or the name
of the exception. A hash is of the marshalled bytes, which are the same here. Nothing is imported that is not needed: what other modules
intern changes those bytes.
"""
import hashlib
import marshal
import os
import sys
import warnings

PROGRAMS = ["compiler/tests/data", "benches/programs", "tests/oracle/programs"]


def hashes(source, filename):
    words = []
    for optimize in range(3):
        try:
            # The variable is an owner, as in importlib: an object with a single one is marshalled in another way.
            code = compile(source, filename, "exec", dont_inherit=True, optimize=optimize)
        except SyntaxError as error:
            words.append(type(error).__name__)
        else:
            words.append(hashlib.sha256(marshal.dumps(code)).hexdigest()[:32])
    return words


def main():
    if sys.version_info[:3] != (3, 11, 7):
        sys.exit("the reference is CPython 3.11.7")
    warnings.simplefilter("ignore")
    data = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "data")
    root = os.path.dirname(os.path.dirname(os.path.dirname(data)))
    lines = []
    with open(os.path.join(data, "constructs.txt"), encoding="utf-8") as file:
        for number, source in enumerate(file.read().split("---\n")):
            name = f"construct{number}.py"
            lines.append(" ".join([name, *hashes(source, name)]))
    for directory in PROGRAMS:
        for name in sorted(os.listdir(os.path.join(root, directory))):
            if name.endswith(".py"):
                path = f"{directory}/{name}"
                with open(os.path.join(root, path), "rb") as file:
                    lines.append(" ".join([path, *hashes(file.read(), path)]))
    with open(os.path.join(data, "hashes.txt"), "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


main()
