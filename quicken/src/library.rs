//! Where the pure-Python modules of CPython 3.11 are: its `Lib` directory, and where their compiled forms are kept.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::UNIX_EPOCH;

/// The variable that names the directory.
const VARIABLE: &str = "QUICKEN_STDLIB";

/// The command that is asked for its directory.
const PYTHON: &str = "python3.11";

/// A file that is in every such directory.
const LANDMARK: &str = "importlib/_bootstrap_external.py";

/// The library's directory: the one given, that of the environment, or that of the `python3.11` on the path.
pub fn find(given: Option<PathBuf>) -> Option<PathBuf> {
    let named = given.or_else(|| std::env::var_os(VARIABLE).map(PathBuf::from));
    let directory = match named {
        // An empty name stands for no library.
        Some(directory) if directory.as_os_str().is_empty() => return None,
        Some(directory) => directory,
        None => ask_python()?,
    };
    let directory = std::path::absolute(directory).ok()?;
    is_library(&directory).then_some(directory)
}

/// Quicken's directory for what can be made again.
pub fn cache() -> Option<PathBuf> {
    let absolute = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let base = absolute("XDG_CACHE_HOME").or_else(|| Some(absolute("HOME")?.join(".cache")))?;
    Some(base.join("quicken"))
}

fn is_library(directory: &Path) -> bool {
    directory.join(LANDMARK).is_file()
}

/// Asks the `python3.11` on the path. It takes longer to start than most programs take to run, so that its answer is kept for as
/// long as it is the same file.
fn ask_python() -> Option<PathBuf> {
    let python = on_path(PYTHON)?;
    let metadata = python.metadata().ok()?;
    let modified = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?.as_nanos();
    // What is on the path may be a script that chooses among several by this variable.
    let version = std::env::var("PYENV_VERSION").unwrap_or_default();
    let key = format!("{}\t{}\t{modified}\t{version}", python.display(), metadata.len());
    let memory = cache().map(|cache| cache.join("library"));
    if let Some(text) = memory.as_ref().and_then(|memory| std::fs::read_to_string(memory).ok())
        && let Some((known, directory)) = text.split_once('\n')
        && known == key
        && is_library(Path::new(directory))
    {
        return Some(PathBuf::from(directory));
    }
    let output = Command::new(&python)
        .args(["-I", "-S", "-c", "import os; print(os.path.dirname(os.__file__), end='')"])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    let directory = PathBuf::from(String::from_utf8(output.stdout).ok()?);
    if let Some(memory) = memory
        && let Some(parent) = memory.parent()
        && std::fs::create_dir_all(parent).is_ok()
    {
        // If it cannot be kept, it is asked for again.
        let _ = std::fs::write(memory, format!("{key}\n{}", directory.display()));
    }
    Some(directory)
}

/// The first executable file of a name on the path.
fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_else(|| OsStr::new("/usr/bin:/bin").to_owned());
    std::env::split_paths(&path).map(|directory| directory.join(name)).find(|file| file.is_file())
}
