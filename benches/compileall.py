#!/usr/bin/env python3
"""Compiles the whole standard library, its tests included, by `quicken compileall` and by CPython's, side by side.

Usage: python3.11 benches/compileall.py [--quicken target/release/quicken] [--python python3.11] [--library DIR] [--folder DIR] [--runs 3]
           [--json]

Each compiles a copy of the library of its own, all of it, on one thread. Runs are interleaved, and of each the one with the least
processor time (user and system) counts.

The copies are made in --folder, or where temporary files are made. What a file system takes to create files may depend on what was
deleted there lately: ext4 passes over every inode that was free for less than some minutes, again for each new file. A folder in memory
(/dev/shm) has no such history.
"""
import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile


def processor_time(command, folder):
    """Seconds. The exit code says only that some of the files are no Python 3."""
    with open(os.devnull, "w") as nowhere:
        process = subprocess.Popen(command, cwd=folder, stdout=nowhere, stderr=nowhere)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        sys.exit(f"{command} ended with {process.returncode}")
    return usage.ru_utime + usage.ru_stime


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--quicken", default="target/release/quicken")
    parser.add_argument("--python", default="python3.11")
    parser.add_argument("--library", help="instead of that of --python, which a distribution may have without its tests")
    parser.add_argument("--folder", help="where the copies are made")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    quicken = str(pathlib.Path(arguments.quicken).resolve())
    ask = "import platform, sysconfig; print(platform.python_version(), sysconfig.get_path('stdlib'), sep='\\n')"
    asked = subprocess.run([arguments.python, "-c", ask], capture_output=True, text=True, check=True)
    version, library = asked.stdout.split("\n")[:2]
    library = arguments.library or library
    engines = {
        "quicken": [quicken, "compileall", "-q", "-f", "-j", "1", "."],
        "cpython": [arguments.python, "-m", "compileall", "-q", "-f", "-j", "1", "."],
    }
    times = {name: [] for name in engines}
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        ignored = shutil.ignore_patterns("__pycache__", "site-packages", "dist-packages", "*.so", "*.a", "config-*")
        for name in engines:
            shutil.copytree(library, os.path.join(folder, name), ignore=ignored, symlinks=True)
        files = len(list(pathlib.Path(folder, "quicken").rglob("*.py")))
        for _ in range(arguments.runs):
            for name, command in engines.items():
                times[name].append(processor_time(command, os.path.join(folder, name)))
        written = {name: len(list(pathlib.Path(folder, name).rglob("*.pyc"))) for name in engines}
    best = {name: min(runs) for name, runs in times.items()}
    result = {
        "python": version,
        "files": files,
        "written": written,
        "seconds": {name: [round(time, 3) for time in runs] for name, runs in times.items()},
        "ratio": round(best["cpython"] / best["quicken"], 2),
    }
    if arguments.json:
        print(json.dumps(result, indent=2))
    else:
        print(f"{files} files; .pyc files written: quicken {written['quicken']}, CPython {version} {written['cpython']}")
        print(f"quicken {best['quicken']:.2f} s, CPython {best['cpython']:.2f} s: {result['ratio']} times as fast")


main()
