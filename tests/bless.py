#!/usr/bin/env python3.11
"""Bless the file tests of tests/python from CPython 3.11.7, or check that an interpreter does as blessed.

usage: bless.py [NAME ...]                      write what CPython prints
       bless.py --check [NAME ...]              compare CPython with what is written
       bless.py --with COMMAND [NAME ...]       compare another interpreter: --with 'target/release/quicken --strategy eager'

Every NAME.py is a program. Its first comment lines are directives, `# key: value`:

  # exit: 1             the exit code (0 if the line is absent)
  # args: a "b c"       program arguments
  # stdin: one\\ntwo    standard input, with Python's escapes (empty if the line is absent)

Beside it are NAME.out, what it prints, and NAME.err, what it writes to standard error; an absent NAME.err stands for nothing.
A program is run from within tests/python under its bare name, and that folder's path is taken out of what it writes, so that
tracebacks say `File "NAME.py"`; the environment has PYTHONHASHSEED=0 and UTF-8 standard streams. Blessing fails where the exit code is another than the directive's, and where a
second run does not print the same.

The interpreter is $PYTHON311 if set, else the one that runs this script; it has to be 3.11.7, because messages and tracebacks
differ between patch releases.
"""
import os
import shlex
import subprocess
import sys

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "python")


def directives(path):
    found = {}
    with open(path, encoding="utf-8") as source:
        for line in source:
            if not line.startswith("# ") or ": " not in line:
                break
            key, value = line[2:].rstrip("\n").split(": ", 1)
            if key not in ("exit", "args", "stdin"):
                break
            found[key] = value
    return found


def run(command, name):
    """What a program writes, and its exit code where that is not the one its directive asks for."""
    options = directives(os.path.join(HERE, name + ".py"))
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    environment.update(PYTHONHASHSEED="0", PYTHONIOENCODING="utf-8", PYTHONDONTWRITEBYTECODE="1")
    stdin = options.get("stdin", "").encode().decode("unicode_escape")
    done = subprocess.run([*command, name + ".py", *shlex.split(options.get("args", ""))], cwd=HERE, env=environment,
                          input=stdin.encode(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
    wanted = int(options.get("exit", "0"))
    code = None if done.returncode == wanted else f"exit code {done.returncode}, not {wanted}"
    # CPython makes the path of the main program absolute.
    here = (HERE + os.sep).encode()
    return {"out": done.stdout.replace(here, b""), "err": done.stderr.replace(here, b"")}, code


def read(path):
    try:
        with open(path, "rb") as f:
            return f.read()
    except FileNotFoundError:
        return b""


def blessed(name):
    return {kind: read(os.path.join(HERE, f"{name}.{kind}")) for kind in ("out", "err")}


def bless(python, names):
    changed = 0
    for name in names:
        (first, code), (second, _) = run([python], name), run([python], name)
        if code:
            raise SystemExit(f"{first['err'].decode()}{name}: {code}")
        if first != second:
            raise SystemExit(f"{name}: two runs differ")
        for kind, text in first.items():
            path = os.path.join(HERE, f"{name}.{kind}")
            if not text and kind == "err":
                if os.path.exists(path):
                    os.remove(path)
                    changed += 1
            elif read(path) != text or not os.path.exists(path):
                with open(path, "wb") as f:
                    f.write(text)
                changed += 1
                print(f"blessed: {name}.{kind}")
    print(f"{len(names)} programs, {changed} outputs written")


def compare(command, names):
    failed = 0
    for name in names:
        try:
            written, code = run(command, name)
            wrong = [kind for kind, text in blessed(name).items() if written[kind] != text] + ([code] if code else [])
        except subprocess.TimeoutExpired:
            wrong = ["does not end"]
        if wrong:
            failed += 1
            print(f"{name}: {', '.join(wrong)}")
    print(f"{len(names)} programs, {failed} differ")
    raise SystemExit(1 if failed else 0)


def main():
    arguments = sys.argv[1:]
    if arguments[:1] == ["--with"]:
        command = shlex.split(arguments[1])
        names = arguments[2:]
        if os.path.sep in command[0]:
            command[0] = os.path.abspath(command[0])
    else:
        command = None
        names = [a for a in arguments if a != "--check"]
        python = os.environ.get("PYTHON311", sys.executable)
        version = subprocess.run([python, "-c", "import platform; print(platform.python_version())"],
                                 capture_output=True, text=True, check=True).stdout.strip()
        if version != "3.11.7":
            raise SystemExit(f"{python} is {version}, not 3.11.7: set PYTHON311")
    files = os.listdir(HERE)
    for folder in ("stdlib", "library"):
        files += [os.path.join(folder, f) for f in os.listdir(os.path.join(HERE, folder))]
    names = names or sorted(f[:-3] for f in files if f.endswith(".py"))
    if command:
        compare(command, names)
    elif "--check" in arguments:
        compare([python], names)
    else:
        bless(python, names)


if __name__ == "__main__":
    main()
