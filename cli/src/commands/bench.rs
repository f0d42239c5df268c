//! `quicken bench`: programs timed beside other Pythons.

use std::path::PathBuf;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use quicken_lab::compare::{Progress, compare};
use quicken_lab::{EngineSpec, Job};

use crate::Registry;
use crate::arguments::{BenchArguments, strategy};
use crate::failure::Failure;
use crate::output::Target;

/// Where the benchmark programs are, in this project's tree.
const PROGRAMS: &str = "benches/programs";

/// Times the programs; exit code 1 if one of them did not run everywhere.
pub fn run(arguments: &BenchArguments, registry: &Registry) -> Result<i32, Failure> {
    let strategy = strategy(arguments.strategy.as_deref());
    let _ = registry.create(&strategy).map_err(quicken::Error::from)?;
    let own = std::env::current_exe()
        .map_err(|error| Failure::Usage(format!("the system does not tell where this command is: {error}")))?;
    let mut engines = vec![EngineSpec::quicken(own.clone(), &strategy, false)];
    for name in &arguments.against {
        engines.push(EngineSpec::parse(name, &own).map_err(|error| Failure::Usage(error.to_string()))?);
    }
    let jobs = jobs(arguments)?;
    let mut bar = Bar::new(jobs.len() * engines.len() * arguments.runs.max(1));
    let comparison = compare(&engines, &jobs, arguments.runs, &mut bar);
    bar.0.finish_and_clear();
    let text = if arguments.json { comparison.to_json() } else { comparison.to_table() };
    Target::file_or(arguments.output.as_deref(), Target::Stdout).write(&text)?;
    Ok(i32::from(!comparison.is_complete()))
}

fn jobs(arguments: &BenchArguments) -> Result<Vec<Job>, Failure> {
    if let Some(code) = &arguments.code {
        return Ok(vec![Job::Code(code.clone())]);
    }
    let programs = if arguments.programs.is_empty() { standard_programs()? } else { arguments.programs.clone() };
    let scale: Vec<String> = arguments.scale.iter().map(u32::to_string).collect();
    programs
        .into_iter()
        .map(|path| match path.metadata() {
            Ok(_) => Ok(Job::File(path, scale.clone())),
            Err(source) => Err(quicken::Error::Read { path, source }.into()),
        })
        .collect()
}

fn standard_programs() -> Result<Vec<PathBuf>, Failure> {
    let missing = || Failure::Usage(format!("no programs in {PROGRAMS}; name some, or give one with -c"));
    let files = std::fs::read_dir(PROGRAMS).map_err(|_| missing())?;
    let mut programs: Vec<PathBuf> = files
        .filter_map(|file| Some(file.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "py"))
        .collect();
    programs.sort();
    if programs.is_empty() { Err(missing()) } else { Ok(programs) }
}

/// What a person at a terminal sees; nothing is drawn elsewhere.
struct Bar(ProgressBar);

impl Bar {
    fn new(runs: usize) -> Bar {
        let style = ProgressStyle::with_template("{wide_bar} {pos}/{len} {msg}");
        let bar = ProgressBar::new(runs as u64).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.enable_steady_tick(Duration::from_millis(200));
        Bar(bar)
    }
}

impl Progress for Bar {
    fn run(&mut self, program: &str, engine: &str) {
        self.0.set_message(format!("{program} on {engine}"));
        self.0.inc(1);
    }
}
