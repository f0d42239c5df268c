"""Compares tokens and syntax trees of the `show` example with CPython 3.11's.

Usage: python3.11 compare_text.py PATH_OF_EXAMPLE tokens|tree|attributes FILE_OR_DIRECTORY...
"""
import ast
import contextlib
import io
import pathlib
import subprocess
import sys
import tempfile
import tokenize
import warnings

sys.set_int_max_str_digits(0)
warnings.simplefilter("ignore")


def tokens(path):
    with open(path, "rb") as file:
        lines = []
        for token in tokenize.tokenize(file.readline):
            token_range = "%d,%d-%d,%d:" % (token.start + token.end)
            name = tokenize.tok_name[token.exact_type]
            text = "" if token.type in (tokenize.DEDENT, tokenize.ENDMARKER) else token.string
            lines.append("%-20s%-15s%-15r" % (token_range, name, text))
        return "\n".join(lines)


def tree(path):
    return ast.dump(ast.parse(path.read_bytes()), indent=2)


def attributes(path):
    return ast.dump(ast.parse(path.read_bytes()), include_attributes=True)


def main():
    example, what, *paths = sys.argv[1:]
    expected = {"tokens": tokens, "tree": tree, "attributes": attributes}[what]
    files = []
    for path in map(pathlib.Path, paths):
        files += sorted(path.rglob("*.py")) if path.is_dir() else [path]
    with tempfile.TemporaryFile("w+") as listing:
        listing.write("".join(f"{path}\n" for path in files))
        listing.seek(0)
        run = subprocess.run([example, what], stdin=listing, capture_output=True)
    equal = different = 0
    for part in run.stdout.decode("utf-8", "surrogatepass").split("\x01")[1:]:
        name, ours = part.split("\n", 1)
        ours = ours[:-1]
        try:
            theirs = expected(pathlib.Path(name))
        except (SyntaxError, tokenize.TokenError, ValueError):
            continue
        if [line.rstrip() for line in ours.split("\n")] == [line.rstrip() for line in theirs.split("\n")]:
            equal += 1
            continue
        different += 1
        if different <= 15:
            print(name)
            a, b = ours.split("\n"), theirs.split("\n")
            if len(a) == len(b) == 1:
                at = next((i for i, (x, y) in enumerate(zip(a[0], b[0])) if x != y), min(len(a[0]), len(b[0])))
                print("   ours", a[0][max(0, at - 200):at + 100])
                print("   cpy ", b[0][max(0, at - 200):at + 100])
                continue
            for index, (mine, its) in enumerate(zip(a + ["-"], b + ["-"])):
                if mine.rstrip() != its.rstrip():
                    print("   ours", mine)
                    print("   cpy ", its)
                    break
    print(f"equal {equal}, different {different}")
    return different != 0


if __name__ == "__main__":
    sys.exit(main())
