//! What can be timed: this project's command under a strategy, and other Pythons.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fmt};

/// A program to time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Job {
    /// A file with arguments.
    File(PathBuf, Vec<String>),
    /// A program as text, as behind `-c`.
    Code(String),
}

impl Job {
    /// The short name: the file's, without directory and `.py`.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Job::File(path, _) => path.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
            Job::Code(code) => format!("-c {code}"),
        }
    }
}

/// An engine to time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EngineSpec {
    /// What the tables call it.
    pub name: String,
    /// The executable.
    pub executable: PathBuf,
    /// Arguments before the program.
    pub arguments: Vec<String>,
    /// What the executable says of its version.
    pub version: String,
}

/// Why an engine cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EngineError(String);

impl fmt::Display for EngineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for EngineError {}

impl EngineSpec {
    /// This project's command: `executable` under `strategy`, recording counts or not.
    #[must_use]
    pub fn quicken(executable: PathBuf, strategy: &str, counts: bool) -> EngineSpec {
        let mut arguments = vec![if counts { "stats" } else { "run" }.to_owned()];
        arguments.extend(["--strategy".to_owned(), strategy.to_owned()]);
        if counts {
            arguments.extend(["-o".to_owned(), if cfg!(windows) { "NUL" } else { "/dev/null" }.to_owned()]);
        }
        let counted = if counts { "+counts" } else { "" };
        let version = format!("quicken {}", quicken::VERSION);
        EngineSpec { name: format!("quicken:{strategy}{counted}"), executable, arguments, version }
    }

    /// An engine by what the command line calls it: `quicken:STRATEGY`, `quicken:STRATEGY+counts`, the name of a Python on
    /// the path, or the path of one. `own` is this project's executable.
    ///
    /// # Errors
    /// There is no such Python, or it does not tell its version.
    pub fn parse(text: &str, own: &Path) -> Result<EngineSpec, EngineError> {
        if let Some(strategy) = text.strip_prefix("quicken:") {
            let (strategy, counts) =
                strategy.strip_suffix("+counts").map_or((strategy, false), |strategy| (strategy, true));
            return Ok(EngineSpec::quicken(own.to_owned(), strategy, counts));
        }
        let executable = if text.contains(std::path::MAIN_SEPARATOR) {
            PathBuf::from(text)
        } else {
            find_on_path(text).ok_or_else(|| {
                EngineError(format!(
                    "no '{text}' on the path; give its path, or install it (Debian: apt-get install {text})"
                ))
            })?
        };
        let version = version(&executable)?;
        // Neither `site` nor the user's environment: start-up is part of what is timed, and it should be the engine's.
        let arguments = ["-I", "-S"].map(str::to_owned).into();
        Ok(EngineSpec { name: text.to_owned(), executable, arguments, version })
    }

    /// The command that runs a program.
    #[must_use]
    pub fn command(&self, job: &Job) -> Command {
        let mut command = Command::new(&self.executable);
        command.args(&self.arguments);
        match job {
            Job::File(path, arguments) => command.arg(path).args(arguments),
            Job::Code(code) => command.args(["-c", code]),
        };
        // As it is without the user's settings, and the same every time.
        command.env("PYTHONHASHSEED", "0").env("PYTHONDONTWRITEBYTECODE", "1").env_remove("QUICKEN_STRATEGY");
        command
    }
}

/// The first executable of this name on the path. Version managers' wrapper scripts are passed over: they would be timed
/// with what they start.
fn find_on_path(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let is_wrapper = |directory: &Path| {
        directory.components().any(|part| matches!(part.as_os_str().to_str(), Some(".pyenv" | "pyenv" | "shims")))
    };
    env::split_paths(&path)
        .filter(|directory| !is_wrapper(directory))
        .flat_map(|directory| [directory.join(name), directory.join(format!("{name}.exe"))])
        .find(|candidate| candidate.is_file())
}

fn version(executable: &Path) -> Result<String, EngineError> {
    const SCRIPT: &str = "import sys; print(sys.version.replace('\\n', ' '))";
    let output = Command::new(executable)
        .args(["-I", "-S", "-c", SCRIPT])
        .output()
        .map_err(|error| EngineError(format!("can't run '{}': {error}", executable.display())))?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if !output.status.success() || text.is_empty() {
        return Err(EngineError(format!("'{}' is no Python: it does not print its version", executable.display())));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_engines_by_name() {
        let spec = |text| EngineSpec::parse(text, Path::new("/bin/quicken")).unwrap();
        assert_eq!(spec("quicken:never").arguments, ["run", "--strategy", "never"]);
        assert_eq!(spec("quicken:eager+counts").arguments[..3], ["stats", "--strategy", "eager"]);
        assert_eq!(spec("quicken:eager+counts").name, "quicken:eager+counts");
    }

    #[test]
    fn an_unknown_python() {
        let error = EngineSpec::parse("python0.1", Path::new("/bin/quicken")).unwrap_err();
        assert!(error.to_string().starts_with("no 'python0.1' on the path"));
    }
}
