#!/usr/bin/env bash
# Installs what `cargo bench -p quicken-benches` needs: valgrind, and the iai-callgrind runner of the library's version.
set -euo pipefail
cd "$(dirname "$0")"
version=$(sed -n 's/^iai-callgrind = "=\(.*\)"$/\1/p' Cargo.toml)
if ! command -v valgrind >/dev/null; then
    if command -v apt-get >/dev/null; then
        apt-get update -qq && apt-get install -y -qq valgrind
    else
        echo "install.sh: install valgrind with this system's package manager, then run this again" >&2
        exit 1
    fi
fi
if [ "$(iai-callgrind-runner --version 2>/dev/null | awk '{print $2}')" != "$version" ]; then
    cargo install --quiet --version "$version" iai-callgrind-runner
fi
echo "valgrind and iai-callgrind-runner $version are there: cargo bench -p quicken-benches"
