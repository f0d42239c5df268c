//! `quicken compile`: a program to a `.pyc` file.

use std::path::{Path, PathBuf};

use quicken::bytecode::pyc::cache_path;
use serde_json::json;

use crate::arguments::CompileArguments;
use crate::failure::Failure;
use crate::output::Target;
use crate::pyc_file::{SourceFile, os_error};

/// Compiles a file, whether it changed or not.
pub fn run(arguments: &CompileArguments) -> Result<i32, Failure> {
    let levels = arguments.pyc.levels();
    let targets: Vec<PathBuf> = match (&arguments.output, &levels[..]) {
        (Some(_), [_, _, ..]) => {
            return Err(Failure::Usage("several levels of optimization need a file each; leave out --output".into()));
        }
        (Some(output), _) => vec![output.clone()],
        (None, levels) => levels.iter().map(|level| cache_path(&arguments.file, *level)).collect(),
    };
    let mode = arguments.pyc.invalidation();
    let source = SourceFile::open(&arguments.file, mode, None::<&[&Path]>)
        .map_err(|source| quicken::Error::Read { path: arguments.file.clone(), source })?;
    for (level, target) in levels.iter().zip(&targets) {
        let Some(source) = &source else { continue };
        let compiled = match source.compile(*level) {
            Ok(compiled) => compiled,
            Err(text) => return Err(quicken::Error::Syntax(text.trim_end().to_owned()).into()),
        };
        // The same warnings come at every level.
        if level == &levels[0] {
            Target::Stderr.write(&compiled.warnings)?;
        }
        source.write(target, &compiled.bytes).map_err(|error| Failure::Usage(os_error(&error, target)))?;
    }
    let names: Vec<String> = targets.iter().map(|target| target.to_string_lossy().into_owned()).collect();
    let text = match arguments.pyc.json {
        true => format!("{:#}", json!({ "file": arguments.file.to_string_lossy(), "outputs": names })),
        false => names.join("\n"),
    };
    Target::Stdout.write(&text)?;
    Ok(0)
}
