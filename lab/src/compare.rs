//! Times engines side by side: the runs are interleaved, so that what else the machine does strikes all of them alike, and
//! of each engine's runs the best counts, which is the one least disturbed.

use std::time::Duration;
use std::{fmt, io};

use serde::{Deserialize, Serialize};

use crate::engines::{EngineSpec, Job};
use crate::process::{self, Usage};

/// The value of [`Comparison::schema`].
pub const SCHEMA: &str = "quicken-comparison";

/// The version of the shape below.
pub const VERSION: u32 = 1;

/// Engines, timed over programs. The first engine is the one the others are compared with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// [`SCHEMA`]
    pub schema: String,
    /// [`VERSION`]
    pub version: u32,
    /// What it was made with.
    pub manifest: Manifest,
    /// The engines' names, in order.
    pub engines: Vec<String>,
    /// The programs, in order.
    pub programs: Vec<ProgramResult>,
    /// For each engine but the first: how many times faster the first is, geometric mean over the programs that both ran.
    pub geometric_means: Vec<Option<f64>>,
}

/// Everything that the numbers depend on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// How many runs each engine had of each program.
    pub runs: usize,
    /// What is timed.
    pub measure: String,
    /// The engines as they were started.
    pub engines: Vec<EngineManifest>,
    /// The operating system and architecture.
    pub system: String,
    /// The processor, as the system names it.
    pub processor: String,
    /// How many processors there are.
    pub processors: usize,
}

/// An engine as it was started.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EngineManifest {
    /// What the tables call it.
    pub name: String,
    /// The executable.
    pub executable: String,
    /// Arguments before the program.
    pub arguments: Vec<String>,
    /// What it says of its version.
    pub version: String,
}

/// One program on all engines.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProgramResult {
    /// The program's name.
    pub program: String,
    /// By engine, in order; what went wrong where it could not be timed.
    pub measurements: Vec<Result<Measurement, String>>,
}

/// One program on one engine.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measurement {
    /// The best processor time of the whole process, in seconds.
    pub seconds: f64,
    /// The worst.
    pub worst_seconds: f64,
    /// The least time that passed, in seconds.
    pub elapsed_seconds: f64,
    /// The least of the runs' peaks of resident memory, in bytes.
    pub peak_memory: Option<u64>,
}

/// What happens during a comparison, for whoever shows it.
pub trait Progress {
    /// A run begins.
    fn run(&mut self, program: &str, engine: &str);
}

/// Nobody looks.
impl Progress for () {
    fn run(&mut self, _: &str, _: &str) {}
}

/// Runs every program `runs` times on every engine.
///
/// Each engine must print what the first one to finish printed: a faster wrong answer is no result.
pub fn compare(engines: &[EngineSpec], jobs: &[Job], runs: usize, progress: &mut dyn Progress) -> Comparison {
    let programs: Vec<ProgramResult> = jobs.iter().map(|job| program(engines, job, runs, progress)).collect();
    let geometric_means = (1..engines.len()).map(|index| geometric_mean(&programs, index)).collect();
    Comparison {
        schema: SCHEMA.to_owned(),
        version: VERSION,
        manifest: Manifest::new(engines, runs),
        engines: engines.iter().map(|engine| engine.name.clone()).collect(),
        programs,
        geometric_means,
    }
}

fn program(engines: &[EngineSpec], job: &Job, runs: usize, progress: &mut dyn Progress) -> ProgramResult {
    let mut results: Vec<Result<Vec<Usage>, String>> = vec![Ok(Vec::new()); engines.len()];
    let mut printed: Option<Vec<u8>> = None;
    for _ in 0..runs.max(1) {
        for (engine, result) in engines.iter().zip(&mut results) {
            let Ok(usages) = result else { continue };
            progress.run(&job.name(), &engine.name);
            match check(process::run(&mut engine.command(job)), &mut printed) {
                Ok(usage) => usages.push(usage),
                Err(why) => *result = Err(why.to_string()),
            }
        }
    }
    let measurements = results.into_iter().map(|result| result.map(|usages| Measurement::best(&usages))).collect();
    ProgramResult { program: job.name(), measurements }
}

/// Why a run does not count.
enum Invalid {
    Io(io::Error),
    Exit(Option<i32>, String),
    Output,
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Invalid::Io(error) => write!(f, "could not be run: {error}"),
            Invalid::Exit(Some(code), last) => write!(f, "exit code {code}: {last}"),
            Invalid::Exit(None, last) => write!(f, "ended by a signal: {last}"),
            Invalid::Output => f.write_str("prints something else than the other engines"),
        }
    }
}

fn check(usage: io::Result<Usage>, printed: &mut Option<Vec<u8>>) -> Result<Usage, Invalid> {
    let usage = usage.map_err(Invalid::Io)?;
    if usage.exit_code != Some(0) {
        let stderr = String::from_utf8_lossy(&usage.stderr);
        return Err(Invalid::Exit(usage.exit_code, stderr.trim_end().lines().last().unwrap_or_default().to_owned()));
    }
    if *printed.get_or_insert_with(|| usage.stdout.clone()) != usage.stdout {
        return Err(Invalid::Output);
    }
    Ok(usage)
}

impl Measurement {
    fn best(usages: &[Usage]) -> Measurement {
        let times = || usages.iter().map(|usage| usage.cpu);
        let seconds = |time: Option<Duration>| time.unwrap_or_default().as_secs_f64();
        Measurement {
            seconds: seconds(times().min()),
            worst_seconds: seconds(times().max()),
            elapsed_seconds: seconds(usages.iter().map(|usage| usage.wall).min()),
            peak_memory: usages.iter().filter_map(|usage| usage.peak_memory).min(),
        }
    }
}

impl ProgramResult {
    /// How many times faster the first engine is than the one at `index`.
    #[must_use]
    pub fn ratio(&self, index: usize) -> Option<f64> {
        match (self.measurements.first()?, self.measurements.get(index)?) {
            (Ok(first), Ok(other)) if first.seconds > 0.0 => Some(other.seconds / first.seconds),
            _ => None,
        }
    }
}

fn geometric_mean(programs: &[ProgramResult], index: usize) -> Option<f64> {
    let logarithms: Vec<f64> = programs.iter().filter_map(|program| program.ratio(index)).map(f64::ln).collect();
    (!logarithms.is_empty()).then(|| (logarithms.iter().sum::<f64>() / logarithms.len() as f64).exp())
}

impl Comparison {
    /// The comparison as JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Strings, numbers and sequences of them: nothing in these types can fail to serialize.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// Whether every program ran on every engine.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.programs.iter().all(|program| program.measurements.iter().all(Result::is_ok))
    }
}

impl Manifest {
    fn new(engines: &[EngineSpec], runs: usize) -> Manifest {
        let engines = engines
            .iter()
            .map(|engine| EngineManifest {
                name: engine.name.clone(),
                executable: engine.executable.display().to_string(),
                arguments: engine.arguments.clone(),
                version: engine.version.clone(),
            })
            .collect();
        Manifest {
            runs,
            measure: if cfg!(unix) { "processor time of the process" } else { "elapsed time" }.to_owned(),
            engines,
            system: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
            processor: processor(),
            processors: std::thread::available_parallelism().map_or(1, usize::from),
        }
    }
}

fn processor() -> String {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = text.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    model.map_or_else(|| "unknown".to_owned(), |(_, name)| name.trim().to_owned())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(name: &str, script: &str) -> EngineSpec {
        let arguments = vec!["-c".to_owned(), script.to_owned()];
        EngineSpec { name: name.into(), executable: "/bin/sh".into(), arguments, version: String::new() }
    }

    #[test]
    fn wrong_answers_are_no_results() {
        let engines = [shell("a", "echo 1"), shell("b", "echo 2"), shell("c", "echo no >&2; exit 7")];
        let comparison = compare(&engines, &[Job::Code("x".into())], 2, &mut ());
        let results = &comparison.programs[0].measurements;
        assert!(results[0].is_ok());
        assert_eq!(results[1], Err("prints something else than the other engines".into()));
        assert_eq!(results[2], Err("exit code 7: no".into()));
        assert!(!comparison.is_complete());
        assert_eq!(comparison.geometric_means, [None, None]);
    }

    #[test]
    fn means_are_geometric() {
        let measured =
            |seconds| Ok(Measurement { seconds, worst_seconds: seconds, elapsed_seconds: seconds, peak_memory: None });
        let program = |a, b| ProgramResult { program: "p".into(), measurements: vec![measured(a), measured(b)] };
        let mean = geometric_mean(&[program(1.0, 4.0), program(1.0, 1.0)], 1).unwrap();
        assert!((mean - 2.0).abs() < 1e-12);
    }
}
