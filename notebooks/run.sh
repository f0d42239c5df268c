#!/bin/sh
# Executes the notebooks: makes a virtual environment under target/, installs requirements.txt into it, and writes each
# executed notebook, and the same as a web page, to target/notebooks/.
#
# usage: notebooks/run.sh [NAME.ipynb ...]        (all of them without arguments)
#
# PYTHON is the interpreter that makes the environment (python3 if unset); QUICKEN is the command to measure
# (target/release/quicken if unset).
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root=$(dirname -- "$here")
venv=$root/target/notebooks-venv
out=$root/target/notebooks

QUICKEN=${QUICKEN:-${CARGO_TARGET_DIR:-$root/target}/release/quicken}
if ! command -v "$QUICKEN" >/dev/null 2>&1; then
    echo "run.sh: no quicken command at $QUICKEN: run 'cargo build --release' first, or set QUICKEN" >&2
    exit 1
fi
export QUICKEN

if ! cmp -s "$here/requirements.txt" "$venv/installed.txt"; then
    "${PYTHON:-python3}" -m venv "$venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$here/requirements.txt"
    cp "$here/requirements.txt" "$venv/installed.txt"
fi

mkdir -p "$out"
cd "$here"
[ $# -gt 0 ] || set -- *.ipynb
for notebook in "$@"; do
    name=$(basename -- "$notebook")
    "$venv/bin/python" -m nbconvert --execute --to notebook --output-dir "$out" "$here/$name"
    "$venv/bin/python" -m nbconvert --to html --output-dir "$out" "$out/$name"
done
