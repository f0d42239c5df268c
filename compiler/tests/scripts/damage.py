"""Damages programs and compares what is wrong with them then: our compiler against CPython 3.11.7.

Usage: python3.11 damage.py PATH_OF_EXAMPLE [--seed N] [--count N] [--length N] [--shown N] [FILE_OR_DIRECTORY...]

PATH_OF_EXAMPLE is `syntax_errors`, from the examples of this crate. Each program is a file with one or two tokens or characters deleted,
inserted, replaced or moved; the standard library's files if none are named. Type, message, place and text of the error have to be equal,
and the warnings before it. Prints what differs, and counts.
"""
import argparse
import io
import json
import pathlib
import random
import subprocess
import sys
import sysconfig
import tokenize
import warnings

PIECES = (
    "( ) [ ] { } , : ; = == := . ... -> * ** / // @ + - ~ ! $ ? <> != += -= if else elif for in is not and or lambda yield await "
    "async def class return with as try except finally raise from import global nonlocal del pass break continue assert while match "
    "case None True False print exec x 1 1.5 0x 09 1_ \"s\" 's' f\"{x}\" f\"{x!z}\" f\"{\" f\"}\" b\"é\" \"\\x\" \\ # \t é €"
).split(" ")
CHARACTERS = "()[]{}'\"\\\n\t :,#=é.*"


class Program:
    """A file and where its tokens are."""

    def __init__(self, path):
        self.path = path
        with tokenize.open(path) as file:
            self.text = file.read()
        starts = [0]
        for line in self.text.splitlines(True):
            starts.append(starts[-1] + len(line))
        self.tokens = []
        for token in tokenize.generate_tokens(io.StringIO(self.text).readline):
            start, end = starts[token.start[0] - 1] + token.start[1], starts[token.end[0] - 1] + token.end[1]
            if token.string.strip() and self.text[start:end] == token.string:
                self.tokens.append((start, end))

    def damaged(self, random):
        text = self.text
        for _ in range(random.choice((1, 1, 1, 2))):
            start, end = (min(at, len(text)) for at in random.choice(self.tokens))
            at = random.randrange(len(text) + 1)
            other = random.choice(self.tokens)
            newline = text.find("\n", start) + 1
            text = random.choice((
                lambda: text[:start] + text[end:],
                lambda: f"{text[:start]} {random.choice(PIECES)} {text[start:]}",
                lambda: text[:start] + random.choice(PIECES) + text[end:],
                lambda: f"{text[:start]}{self.text[slice(*other)]} {text[start:]}",
                lambda: text[:at] + text[at + 1:],
                lambda: text[:at] + random.choice(CHARACTERS) + text[at:],
                lambda: text[:newline] + random.choice((" ", "  ", "\t", "    ")) + text[newline:],
            ))()
        return text


def programs(paths, random, length):
    files = []
    for path in map(pathlib.Path, paths):
        files += sorted(path.rglob("*.py")) if path.is_dir() else [path]
    files = [path for path in files if "site-packages" not in path.parts and path.stat().st_size <= length]
    known = {}
    while files:
        path = random.choice(files)
        if path not in known:
            try:
                known[path] = Program(path)
            except (SyntaxError, UnicodeError, tokenize.TokenError):
                files.remove(path)
                continue
        if known[path].tokens:
            yield path, known[path].damaged(random)


def cpython(text):
    refused = None
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        try:
            compile(text, "<damaged>", "exec", dont_inherit=True)
        except SyntaxError as error:
            place = [error.lineno, error.offset, error.end_lineno, error.end_offset]
            refused = [type(error).__name__, error.msg, place, error.text]
        except (RecursionError, MemoryError) as error:
            refused = [type(error).__name__, str(error), None, None]
    return [refused, [[warning.lineno, str(warning.message)] for warning in found]]


def ours(line):
    error, found = json.loads(line)
    if error is not None:
        *error, stage = error
        if stage == "Source":
            error[2:] = None, None
        elif stage == "Compiler":
            # Of a file that is not there no line can be shown, and what is not known is `None`.
            error[3] = None
            error[2] = [column if column >= 0 else None for column in error[2]]
    return [error, found]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("example")
    parser.add_argument("--seed", type=int, default=311)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--length", type=int, default=60_000, help="leave out longer files")
    parser.add_argument("--shown", type=int, default=20)
    parser.add_argument("paths", nargs="*", default=[sysconfig.get_path("stdlib")])
    arguments = parser.parse_intermixed_args()
    source = programs(arguments.paths, random.Random(arguments.seed), arguments.length)
    cases = [case for _, case in zip(range(arguments.count), source)]
    lines = "".join(json.dumps(["exec", "<damaged>", text]) + "\n" for _, text in cases)
    run = subprocess.run([arguments.example], input=lines, capture_output=True, text=True, check=True)
    equal = refused = 0
    different = []
    for (path, text), line in zip(cases, run.stdout.split("\n")):
        mine, theirs = ours(line), cpython(text)
        refused += theirs[0] is not None
        if mine == theirs:
            equal += 1
        else:
            different.append((path, text, mine, theirs))
    for path, text, mine, theirs in different[:arguments.shown]:
        error = theirs[0] or mine[0]
        line = error[2][0] if error and error[2] else 1
        around = text.split("\n")[max(0, line - 3):line + 2]
        print(path, *around, f"  ours    {mine}", f"  CPython {theirs}", sep="\n")
    accepted = sum((mine[0] is None) != (theirs[0] is None) for _, _, mine, theirs in different)
    counts = f"{equal} equal, {len(different)} different, {accepted} of those accepted by one of the two"
    print(f"{len(cases)} programs, {refused} of them refused by CPython: {counts}")
    return bool(different)


if __name__ == "__main__":
    sys.exit(main())
