//! `quicken dis`: a program's instructions, as compiled or as they stand after a run.

use std::path::Path;
use std::sync::Arc;

use quicken::bytecode::CodeObject;
use quicken::bytecode::dis::{DisOptions, disassemble};
use quicken::bytecode::pyc::read_pyc;
use quicken::{LiveCodes, Output};

use crate::Registry;
use crate::arguments::DisArguments;
use crate::failure::Failure;
use crate::output::Target;

/// Disassembles. With `--adaptive` the exit code is the program's.
pub fn run(arguments: &DisArguments, registry: Arc<Registry>) -> Result<i32, Failure> {
    let compiled = arguments.source.file().filter(|file| file.extension().is_some_and(|extension| extension == "pyc"));
    if let Some(file) = compiled.filter(|_| !arguments.adaptive) {
        return dis_compiled(arguments, file);
    }
    let builder = arguments.engine.builder(registry);
    let _ = builder.clone().build()?;
    let program = arguments.source.load()?;
    if !arguments.adaptive {
        show(arguments, program.code(), None)?;
        return Ok(0);
    }
    let engine = builder.stdout(Output::Discard).live_code(true).arguments(arguments.arguments.clone()).build()?;
    let outcome = engine.run(&program)?;
    show(arguments, program.code(), Some(&outcome.live_code))?;
    Ok(outcome.exit_code)
}

/// A `.pyc` file is shown as it is, verified or not; to be run it has to pass the verifier.
fn dis_compiled(arguments: &DisArguments, file: &Path) -> Result<i32, Failure> {
    let bytes = std::fs::read(file).map_err(|source| quicken::Error::Read { path: file.to_owned(), source })?;
    let (_, code) = read_pyc(&bytes).map_err(|source| quicken::Error::Pyc { path: file.to_owned(), source })?;
    show(arguments, &code, None)?;
    Ok(0)
}

fn show(arguments: &DisArguments, code: &CodeObject, live: Option<&LiveCodes>) -> Result<(), Failure> {
    let units = |code: &CodeObject| live.and_then(|live| live.units(code));
    let options = DisOptions { live_code: Some(&units), show_caches: arguments.show_caches, ..DisOptions::PLAIN };
    let disassembly = disassemble(code, &options);
    let text = if arguments.json {
        serde_json::to_string_pretty(&disassembly).unwrap_or_default()
    } else {
        let mut text = String::new();
        disassembly.write(&mut text, None);
        text
    };
    Target::Stdout.write(&text)
}
