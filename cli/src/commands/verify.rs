//! `quicken verify`: whether code is safe to run, for files and whole trees.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use quicken::bytecode::CodeObject;
use quicken::bytecode::pyc::read_pyc;
use quicken::bytecode::verify::{Refusal, verify};
use quicken::{Error, Program};
use serde_json::{Value, json};

use crate::arguments::VerifyArguments;
use crate::failure::Failure;
use crate::output::Target;

/// Verifies. The exit code is 1 unless everything was verified.
pub fn run(arguments: &VerifyArguments) -> Result<i32, Failure> {
    let mut report = Report::default();
    for place in &arguments.places {
        report.place(place)?;
    }
    report.finish(arguments.json)
}

/// Why a file is not verified.
enum Trouble {
    /// Its code breaks a rule.
    Refused(Refusal),
    /// There is no code: it cannot be read or compiled.
    Failed(Error),
}

/// The code objects in a file, if all of them are verified.
fn verify_file(path: &Path) -> Result<usize, Trouble> {
    let failed = Trouble::Failed;
    let bytes = std::fs::read(path).map_err(|source| failed(Error::Read { path: path.to_owned(), source }))?;
    let code = if Program::is_pyc(path, &bytes) {
        let (_, code) = read_pyc(&bytes).map_err(|source| failed(Error::Pyc { path: path.to_owned(), source }))?;
        code
    } else {
        Program::from_file(path).map_err(failed)?.code().clone()
    };
    verify(&code).map_err(Trouble::Refused)?;
    Ok(count(&code))
}

/// A code object and those nested in it, no deeper than the verifier allows.
fn count(code: &CodeObject) -> usize {
    1 + code.nested().map(|nested| count(nested)).sum::<usize>()
}

/// What was found.
#[derive(Default)]
struct Report {
    verified: usize,
    code_objects: usize,
    refused: Vec<Value>,
    failed: Vec<Value>,
}

impl Report {
    /// A file, or the programs and compiled programs in a directory and below, in the order of their names.
    fn place(&mut self, place: &Path) -> Result<(), Failure> {
        if !place.is_dir() {
            return self.file(place);
        }
        let entries = std::fs::read_dir(place).and_then(|entries| entries.collect::<Result<Vec<_>, _>>());
        let mut entries = match entries {
            Ok(entries) => entries,
            Err(source) => return self.failed(place, &Error::Read { path: place.to_owned(), source }),
        };
        entries.sort_by_key(std::fs::DirEntry::file_name);
        for entry in entries {
            let path: PathBuf = place.join(entry.file_name());
            // Links to directories are not followed: they could lead around in circles.
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                self.place(&path)?;
            } else if matches!(path.extension().and_then(OsStr::to_str), Some("py" | "pyc")) && path.is_file() {
                self.file(&path)?;
            }
        }
        Ok(())
    }

    fn file(&mut self, path: &Path) -> Result<(), Failure> {
        match verify_file(path) {
            Ok(code_objects) => {
                self.verified += 1;
                self.code_objects += code_objects;
                Ok(())
            }
            Err(Trouble::Refused(refusal)) => {
                let Refusal { code, offset, rule, reason } = &refusal;
                let file = path.to_string_lossy();
                self.refused.push(
                    json!({ "file": file, "code": code, "offset": offset, "rule": rule.name(), "reason": reason }),
                );
                Target::Stderr.write(&format!("{file}: {refusal}"))
            }
            Err(Trouble::Failed(error)) => self.failed(path, &error),
        }
    }

    fn failed(&mut self, path: &Path, error: &Error) -> Result<(), Failure> {
        let file = path.to_string_lossy();
        self.failed.push(json!({ "file": file, "error": error.to_string() }));
        Target::Stderr.write(&format!("{file}: {error}"))
    }

    fn finish(self, as_json: bool) -> Result<i32, Failure> {
        let Report { verified, code_objects, refused, failed } = self;
        let exit_code = i32::from(!refused.is_empty() || !failed.is_empty());
        let text = if as_json {
            let report =
                json!({ "verified": verified, "code_objects": code_objects, "refused": refused, "failed": failed });
            format!("{report:#}")
        } else {
            let (refused, failed) = (refused.len(), failed.len());
            format!("verified {verified} ({code_objects} code objects), refused {refused}, failed {failed}")
        };
        Target::Stdout.write(&text)?;
        Ok(exit_code)
    }
}
