//! `quicken compileall`: the programs of directories to `.pyc` files, those that are stale.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use quicken::bytecode::pyc::{CACHE_DIRECTORY, cache_path};
use serde_json::{Value, json};

use crate::arena::in_arena;
use crate::arguments::{CompileallArguments, InvalidationMode};
use crate::failure::Failure;
use crate::output::Target;
use crate::pyc_file::{SourceFile, os_error};

/// What the compiler may count on where a source is not deeply nested.
const WORKER_STACK: usize = 16 << 20;

/// Compiles. The exit code is 1 if anything could not be.
pub fn run(arguments: &CompileallArguments) -> Result<i32, Failure> {
    let mut listing = Listing::default();
    for place in &arguments.places {
        if place.is_file() {
            listing.files.push(place.clone());
        } else {
            listing.walk(place, arguments.recursion.unwrap_or(usize::MAX));
        }
    }
    listing.files.retain(|file| file.as_os_str().as_encoded_bytes().ends_with(b".py"));
    let job = Job { levels: arguments.pyc.levels(), mode: arguments.pyc.invalidation(), force: arguments.force };
    let mut report = Report { quiet: arguments.quiet, json: arguments.pyc.json, ..Report::default() };
    for directory in listing.unreadable {
        report.error(&format!("Can't list '{}'\n", directory.display()))?;
        report.failed += 1;
    }
    compile_files(&listing.files, &job, arguments.workers, &mut report)?;
    report.finish()
}

/// The files below the directories, in the order in which `compileall` takes them.
#[derive(Default)]
struct Listing {
    files: Vec<PathBuf>,
    unreadable: Vec<PathBuf>,
}

impl Listing {
    fn walk(&mut self, directory: &Path, levels: usize) {
        let entries = std::fs::read_dir(directory).and_then(|entries| entries.collect::<Result<Vec<_>, _>>());
        let Ok(mut entries) = entries else {
            self.unreadable.push(directory.to_owned());
            return;
        };
        entries.sort_by_key(std::fs::DirEntry::file_name);
        for entry in entries.into_iter().filter(|entry| entry.file_name() != CACHE_DIRECTORY) {
            let path = directory.join(entry.file_name());
            // Links to directories are not followed: they could lead around in circles.
            match entry.file_type() {
                Ok(kind) if kind.is_dir() && levels > 0 => self.walk(&path, levels - 1),
                _ if path.is_file() => self.files.push(path),
                _ => {}
            }
        }
    }
}

/// What to make of every file.
struct Job {
    levels: Vec<u8>,
    mode: InvalidationMode,
    force: bool,
}

/// What became of a file.
enum Outcome {
    UpToDate,
    Compiled {
        warnings: String,
    },
    /// As `compileall` prints it.
    Failed(String),
}

impl Job {
    fn targets(&self, file: &Path) -> Vec<PathBuf> {
        self.levels.iter().map(|level| cache_path(file, *level)).collect()
    }

    fn compile(&self, file: &Path) -> Outcome {
        let targets = self.targets(file);
        let source = match SourceFile::open(file, self.mode, (!self.force).then_some(&targets[..])) {
            Ok(Some(source)) => source,
            Ok(None) => return Outcome::UpToDate,
            Err(error) => return Outcome::Failed(os_error(&error, file) + "\n"),
        };
        let mut warnings = String::new();
        for (level, target) in self.levels.iter().zip(&targets) {
            let compiled = match source.compile(*level) {
                Ok(compiled) => compiled,
                Err(text) => return Outcome::Failed(text + "\n"),
            };
            if let Err(error) = source.write(target, &compiled.bytes) {
                return Outcome::Failed(os_error(&error, target) + "\n");
            }
            // The same warnings come at every level.
            warnings = compiled.warnings;
        }
        Outcome::Compiled { warnings }
    }
}

/// Compiles on so many threads; reports in the order of the files.
fn compile_files(files: &[PathBuf], job: &Job, workers: usize, report: &mut Report) -> Result<(), Failure> {
    let workers = match workers {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        workers => workers,
    };
    let bar = bar(files.len(), report);
    if workers == 1 {
        return compile_on_one_thread(files, job, &bar, report);
    }
    let next = AtomicUsize::new(0);
    let (sender, receiver) = mpsc::channel();
    std::thread::scope(|scope| {
        for _ in 0..workers.min(files.len()) {
            let (sender, next) = (sender.clone(), &next);
            let work = move || {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(file) = files.get(index) else { break };
                    // If nobody receives any more, writing the report has failed, and there is nothing to go on for.
                    if sender.send((index, in_arena(|| job.compile(file)))).is_err() {
                        break;
                    }
                }
            };
            let thread = std::thread::Builder::new().stack_size(WORKER_STACK).spawn_scoped(scope, work);
            thread.map_err(quicken::Error::Stack)?;
        }
        drop(sender);
        let mut waiting = BTreeMap::new();
        let mut reported = 0;
        for (index, outcome) in receiver {
            bar.inc(1);
            waiting.insert(index, outcome);
            while let Some(outcome) = waiting.remove(&reported) {
                let file = &files[reported];
                bar.suspend(|| report.file(file, || job.targets(file), outcome))?;
                reported += 1;
            }
        }
        bar.finish_and_clear();
        Ok(())
    })
}

/// The same on a thread that also reports: nobody has to be woken up for each file.
fn compile_on_one_thread(files: &[PathBuf], job: &Job, bar: &ProgressBar, report: &mut Report) -> Result<(), Failure> {
    let work = || {
        for file in files {
            let outcome = in_arena(|| job.compile(file));
            bar.inc(1);
            bar.suspend(|| report.file(file, || job.targets(file), outcome))?;
        }
        bar.finish_and_clear();
        Ok(())
    };
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(WORKER_STACK).spawn_scoped(scope, work);
        let result = thread.map_err(quicken::Error::Stack)?.join();
        result.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// What a person at a terminal sees; nothing is drawn elsewhere.
fn bar(files: usize, report: &Report) -> ProgressBar {
    if report.quiet > 0 {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{wide_bar} {pos}/{len} files, {eta} left");
    let bar = ProgressBar::new(files as u64).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

/// What is told of the run.
#[derive(Default)]
struct Report {
    quiet: u8,
    json: bool,
    compiled: usize,
    up_to_date: usize,
    failed: usize,
    files: Vec<Value>,
}

impl Report {
    fn file(&mut self, file: &Path, targets: impl Fn() -> Vec<PathBuf>, outcome: Outcome) -> Result<(), Failure> {
        let (status, error) = match outcome {
            Outcome::UpToDate => {
                self.up_to_date += 1;
                ("up to date", None)
            }
            Outcome::Compiled { warnings } => {
                self.compiled += 1;
                if self.quiet < 2 {
                    Target::Stderr.write(&warnings)?;
                }
                ("compiled", None)
            }
            Outcome::Failed(text) => {
                self.failed += 1;
                self.error(&format!("*** Error compiling '{}'...\n{text}", file.display()))?;
                ("failed", Some(text.trim_end().to_owned()))
            }
        };
        if self.json {
            let outputs: Vec<_> = targets().iter().map(|target| target.to_string_lossy().into_owned()).collect();
            let mut entry = json!({ "file": file.to_string_lossy(), "outputs": outputs, "status": status });
            if let Some(error) = error {
                entry["error"] = error.into();
            }
            self.files.push(entry);
        }
        Ok(())
    }

    /// Errors go where the list of what was compiled goes, unless that is JSON.
    fn error(&self, text: &str) -> Result<(), Failure> {
        match (self.quiet, self.json) {
            (2.., _) => Ok(()),
            (_, true) => Target::Stderr.write(text),
            (_, false) => Target::Stdout.write(text),
        }
    }

    fn finish(self) -> Result<i32, Failure> {
        let Report { compiled, up_to_date, failed, .. } = self;
        if self.json {
            let summary =
                json!({ "compiled": compiled, "up_to_date": up_to_date, "failed": failed, "files": self.files });
            Target::Stdout.write(&format!("{summary:#}"))?;
        } else if self.quiet == 0 {
            Target::Stdout.write(&format!("compiled {compiled}, up to date {up_to_date}, failed {failed}"))?;
        }
        Ok(i32::from(failed > 0))
    }
}
