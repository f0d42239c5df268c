//! Strategies in a file: thresholds, families, forms and superinstructions in TOML.
//!
//! ```
//! use quicken_specializer::Configuration;
//!
//! let text = "
//!     name = 'patient'
//!     [warmup]
//!     executions = 100
//!     [forms]
//!     off = ['LOAD_ATTR_SLOT']
//! ";
//! let patient = Configuration::parse(text, "patient.toml")?;
//! assert_eq!(patient.tuning.warmup, Some(100));
//!
//! let problems = Configuration::parse("name = 'x'\n[warmup]\nexecution = 1", "x.toml").unwrap_err();
//! assert_eq!(problems.to_string(), "x.toml:3:1: unknown key 'execution'; did you mean 'executions'?");
//! # Ok::<(), quicken_specializer::FileProblems>(())
//! ```

mod keys;
mod reader;

use std::fmt::{self, Write as _};

use quicken_bytecode::{Family, Opcode};

use crate::counter::{AdaptiveCounter, Backoff};
use crate::families::Build;
use crate::sets::FormSet;
use crate::strategy::{Quickening, Tuning};

/// Everything that a file can say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Configuration {
    /// What reports call the strategy.
    pub name: String,
    /// What it does, in one line.
    pub description: String,
    /// Whose decisions they are.
    pub rules: Rules,
    /// The thresholds.
    pub tuning: Tuning,
    /// Families, superinstructions and quick forms.
    pub quickening: Quickening,
    /// The forms that may be used; where the rules choose another one, the attempt fails.
    pub forms: FormSet,
}

/// Whose decisions a configured strategy makes, within its thresholds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rules {
    /// CPython 3.11's.
    Cpython311(Build),
    /// Random ones; nothing else of the configuration matters then.
    Random {
        /// Where the random numbers begin.
        seed: u64,
    },
}

impl Configuration {
    /// CPython 3.11's own.
    #[must_use]
    pub fn cpython311(name: &str, description: &str, build: Build) -> Self {
        Self {
            name: name.to_owned(),
            description: description.to_owned(),
            rules: Rules::Cpython311(build),
            tuning: Tuning::CPYTHON311,
            quickening: Quickening::ALL,
            forms: FormSet::ALL,
        }
    }

    /// Reads a file's text; `place` is the file's name in problems. What the file does not say is as in CPython 3.11.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it.
    pub fn parse(text: &str, place: &str) -> Result<Self, FileProblems> {
        keys::parse(text, place)
    }

    /// The file that says the same, in full.
    #[must_use]
    pub fn to_toml(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = self.write(&mut text);
        text
    }

    fn write(&self, out: &mut String) -> fmt::Result {
        writeln!(out, "name = {}", quoted(&self.name))?;
        writeln!(out, "description = {}", quoted(&self.description))?;
        let build = match self.rules {
            Rules::Cpython311(build) => build,
            Rules::Random { seed } => {
                return writeln!(
                    out,
                    "\n# Random decisions; thresholds and sets have no meaning with them.\nrules = \"random\"\nseed = {seed}"
                );
            }
        };
        let rules = match build {
            Build::Release => "cpython311",
            Build::Stats => "cpython311-pystats",
        };
        writeln!(
            out,
            "\n# Whose decisions: \"cpython311\" (a release build), \"cpython311-pystats\" or \"random\" (with `seed`)."
        )?;
        writeln!(out, "rules = \"{rules}\"")?;

        let tuning = &self.tuning;
        writeln!(
            out,
            "\n[warmup]\n# Executions of RESUME and JUMP_BACKWARD until code is quickened, 1 to 255, or \"never\"."
        )?;
        match tuning.warmup {
            Some(executions) => writeln!(out, "executions = {executions}")?,
            None => writeln!(out, "executions = \"never\"")?,
        }
        writeln!(
            out,
            "\n[counters]\n# What a site begins with, and begins again with when its form has missed too often:"
        )?;
        writeln!(out, "# executions to wait, 0 to 4095, and the exponent from which failures go on, 0 to 12.")?;
        writeln!(out, "initial = {}", counter(tuning.initial))?;
        writeln!(out, "deoptimized = {}", counter(tuning.deoptimized))?;
        writeln!(out, "# Misses that a form is allowed, 1 to 65535.\nmisses = {}", tuning.misses.0)?;

        writeln!(
            out,
            "\n[backoff]\n# After a failure: \"doubling\" (wait 2^exponent - 1, up to `max`), \"linear\" (`step` more each"
        )?;
        writeln!(out, "# time, twelve times) or \"constant\" (`wait`).")?;
        match tuning.backoff {
            Backoff::Doubling { max } => writeln!(out, "law = \"doubling\"\nmax = {max}")?,
            Backoff::Linear { step } => writeln!(out, "law = \"linear\"\nstep = {step}")?,
            Backoff::Constant { wait } => writeln!(out, "law = \"constant\"\nwait = {wait}")?,
        }

        writeln!(out, "\n# `on` names all that are on, or `off` all that are off.\n[families]")?;
        let off = Family::ALL.into_iter().filter(|family| !self.quickening.families.contains(*family));
        writeln!(out, "off = {}", list(off.map(|family| family.generic().name())))?;
        writeln!(out, "\n[forms]")?;
        let forms = Family::ALL.into_iter().flat_map(|family| family.forms().iter().copied());
        writeln!(out, "off = {}", list(forms.filter(|form| !self.forms.contains(*form)).map(Opcode::name)))?;
        writeln!(out, "\n[superinstructions]")?;
        writeln!(out, "on = {}", list(self.quickening.superinstructions.iter().map(Opcode::name)))?;

        writeln!(out, "\n[quick-forms]\n# RESUME_QUICK, JUMP_BACKWARD_QUICK and EXTENDED_ARG_QUICK.")?;
        writeln!(out, "on = {}", self.quickening.quick_forms)
    }
}

fn counter(counter: AdaptiveCounter) -> String {
    format!("{{ wait = {}, exponent = {} }}", counter.value(), counter.backoff())
}

fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<String> = names.map(|name| format!("\n    \"{name}\",")).collect();
    if names.is_empty() { "[]".to_owned() } else { format!("[{}\n]", names.concat()) }
}

/// A basic string of TOML.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => quoted.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// What is wrong with a file: all of it, in the order of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileProblems {
    /// The file's name.
    pub place: String,
    /// What is wrong.
    pub problems: Vec<Problem>,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
    /// What is wrong, and what would be right.
    pub message: String,
}

impl fmt::Display for FileProblems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, Problem { line, column, message }) in self.problems.iter().enumerate() {
            let end = if number + 1 < self.problems.len() { "\n" } else { "" };
            write!(f, "{}:{line}:{column}: {message}{end}", self.place)?;
        }
        Ok(())
    }
}

impl std::error::Error for FileProblems {}
