#!/usr/bin/env python3.11
"""Bless the file tests of tests/python from CPython 3.11.7, or check that they are as blessed.

usage: bless.py [--check] [NAME ...]

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


def run(python, name):
    options = directives(os.path.join(HERE, name + ".py"))
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    environment.update(PYTHONHASHSEED="0", PYTHONIOENCODING="utf-8", PYTHONDONTWRITEBYTECODE="1")
    stdin = options.get("stdin", "").encode().decode("unicode_escape")
    done = subprocess.run([python, name + ".py", *shlex.split(options.get("args", ""))], cwd=HERE, env=environment,
                          input=stdin.encode(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
    wanted = int(options.get("exit", "0"))
    if done.returncode != wanted:
        sys.stderr.write(done.stderr.decode())
        raise SystemExit(f"{name}: exit code {done.returncode}, the directive says {wanted}")
    # CPython makes the path of the main program absolute.
    here = (HERE + os.sep).encode()
    return {"out": done.stdout.replace(here, b""), "err": done.stderr.replace(here, b"")}


def read(path):
    try:
        with open(path, "rb") as f:
            return f.read()
    except FileNotFoundError:
        return b""


def main():
    check = "--check" in sys.argv[1:]
    names = [a for a in sys.argv[1:] if a != "--check"]
    python = os.environ.get("PYTHON311", sys.executable)
    version = subprocess.run([python, "-c", "import platform; print(platform.python_version())"],
                             capture_output=True, text=True, check=True).stdout.strip()
    if version != "3.11.7":
        raise SystemExit(f"{python} is {version}, not 3.11.7: set PYTHON311")
    names = names or sorted(f[:-3] for f in os.listdir(HERE) if f.endswith(".py"))
    changed = 0
    for name in names:
        first, second = run(python, name), run(python, name)
        if first != second:
            raise SystemExit(f"{name}: two runs differ")
        for kind, text in first.items():
            path = os.path.join(HERE, f"{name}.{kind}")
            if read(path) == text and (text or kind == "err" or os.path.exists(path)):
                continue
            changed += 1
            print(("differs: " if check else "blessed: ") + f"{name}.{kind}")
            if check:
                continue
            if text or kind == "out":
                with open(path, "wb") as f:
                    f.write(text)
            else:
                os.remove(path)
    print(f"{len(names)} programs, {changed} outputs {'differ' if check else 'written'}")
    if check and changed:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
