//! `quicken oracle`: what a program does, in the form of the recordings of real CPythons.

use std::sync::Arc;

use quicken::Program;
use quicken::stats::oracle::differences;
use quicken_lab::oracle;

use crate::Registry;
use crate::arguments::OracleArguments;
use crate::failure::Failure;
use crate::output::Target;

/// Records, or compares with a record: exit code 1 if anything differs.
pub fn run(arguments: &OracleArguments, registry: &Arc<Registry>) -> Result<i32, Failure> {
    let expected = arguments.against.as_deref().map(oracle::read).transpose().map_err(Failure::Usage)?;
    let program = Program::from_file(&arguments.program)?;
    let actual = oracle::record(&program, registry)?;
    let Some(expected) = expected else {
        Target::Stdout.write(&actual.to_json())?;
        return Ok(0);
    };
    let found = differences(&expected, &actual);
    let text: String = found.iter().map(|difference| format!("{difference}\n")).collect();
    Target::Stdout.write(&text)?;
    Ok(i32::from(!found.is_empty()))
}
