//! The CPython that the live tests compare with. `QUICKEN_CPYTHON` names another interpreter than the first fitting one.

use std::path::PathBuf;
use std::process::Command;

/// An interpreter that is exactly 3.11.7.
pub fn reference_python() -> Option<PathBuf> {
    let named = std::env::var_os("QUICKEN_CPYTHON").map(PathBuf::from);
    let pyenv = std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".pyenv/versions/3.11.7/bin/python3.11"));
    let candidates = named.into_iter().chain(pyenv).chain([PathBuf::from("python3.11")]);
    candidates.into_iter().find(|python| {
        let version = Command::new(python).args(["-c", "import sys; print(*sys.version_info[:3])"]).output();
        version.is_ok_and(|output| output.stdout.trim_ascii() == b"3 11 7")
    })
}
