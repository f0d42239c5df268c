//! `quicken dis`: a program's instructions, as compiled or as they stand after a run.

use std::sync::Arc;

use quicken::bytecode::CodeObject;
use quicken::bytecode::dis::{DisOptions, disassemble};
use quicken::{LiveCodes, Output};

use crate::Registry;
use crate::arguments::DisArguments;
use crate::failure::Failure;
use crate::output::Target;

/// Disassembles. With `--adaptive` the exit code is the program's.
pub fn run(arguments: &DisArguments, registry: Arc<Registry>) -> Result<i32, Failure> {
    let builder = arguments.engine.builder(registry);
    // A wrong strategy is told before a wrong program.
    let _ = builder.clone().build()?;
    if !arguments.adaptive {
        show(arguments, &*arguments.source.code()?, None)?;
        return Ok(0);
    }
    let program = arguments.source.load()?;
    let engine = builder.stdout(Output::Discard).live_code(true).arguments(arguments.arguments.clone()).build()?;
    let outcome = engine.run(&program)?;
    show(arguments, program.code(), Some(&outcome.live_code))?;
    Ok(outcome.exit_code)
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
