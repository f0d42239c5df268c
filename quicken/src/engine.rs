//! The engine: a configuration, and the running of programs under it.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use quicken_replay::Recording;
use quicken_specializer::strategies::Never;
use quicken_specializer::{Registry, Strategy, Tuning};
use quicken_stats::schema::Run;
use quicken_stats::{Counters, Statistics};
use quicken_vm::heap::{HeapConfig, HeapStats};
use quicken_vm::interactive::Prompt;
use quicken_vm::{LibrarySettings, Limits, PythonOptions, Raise, Vm, VmConfig, Watch};

use crate::compile::EngineCompiler;
use crate::error::Error;
use crate::library;
use crate::live::LiveCodes;
use crate::output::{Captured, Output};
use crate::program::Program;

/// What is recorded of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Nothing; the interpreter runs at full speed.
    Off,
    /// What CPython's `--enable-pystats` counts: executions, pairs, hits, misses, failures by kind, calls, objects.
    Counts,
    /// What a replay needs: the run is without specialization, whatever the strategy, and leaves an
    /// [`Outcome::recording`].
    Shapes {
        /// Whether the way of the run is recorded as well, which pairs of instructions need.
        flow: bool,
    },
    /// Whether the guards of specialized forms pass exactly when their pure statement
    /// ([`matches`](quicken_specializer::matches())) says so: a difference is an error in the interpreter, which the program gets
    /// as a `RuntimeError`, and stands in [`Outcome::guard_differences`].
    Guards,
}

/// The stack of the thread that a program runs on. Pages that no one touches cost nothing; native recursion (`repr` of
/// nested objects, say) is limited by Python's recursion limit long before this.
const NATIVE_STACK: usize = 256 << 20;

/// What the VM's checks leave untouched at the end of the native stack, for the deepest native code between two checks.
const NATIVE_RESERVE: usize = 1 << 20;

/// The part of the native stack that the checks leave untouched where the stack is small.
const RESERVED_PART: usize = 4;

/// Runs programs.
#[derive(Clone, Debug)]
pub struct Engine {
    settings: Builder,
    /// What the strategy calls itself: of one in a file, its name and its path.
    strategy: String,
    tuning: Tuning,
}

/// Makes an [`Engine`]. What is not set is as in CPython.
#[derive(Clone, Debug)]
pub struct Builder {
    strategy: String,
    registry: Arc<Registry>,
    level: Level,
    limits: Limits,
    heap: HeapConfig,
    arguments: Vec<String>,
    python_options: PythonOptions,
    stdout: Output,
    stderr: Output,
    live_code: bool,
    interrupts: bool,
    native_stack: usize,
    recursion_in_use: usize,
    teardown: bool,
    stdlib: Option<PathBuf>,
}

/// What a run left behind.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// CPython's exit code: 0, 1 after an uncaught exception, or what `SystemExit` says.
    pub exit_code: i32,
    /// The counters, at [`Level::Counts`].
    pub counters: Option<Counters>,
    /// What the program printed, with [`Output::Capture`].
    pub stdout: Vec<u8>,
    /// What it wrote to standard error, with [`Output::Capture`].
    pub stderr: Vec<u8>,
    /// What the heap did.
    pub heap: HeapStats,
    /// The live code, if [`Builder::live_code`] asked for it.
    pub live_code: LiveCodes,
    /// What was recorded, at [`Level::Shapes`].
    pub recording: Option<Recording>,
    /// At [`Level::Guards`], the guards that did not do what they should.
    pub guard_differences: Vec<String>,
    /// At [`Level::Guards`], how often a guard was compared.
    pub guards_compared: u64,
    run: Run,
}

impl Engine {
    /// An engine with CPython 3.11's own strategy, no statistics, and the streams of this process.
    #[must_use]
    pub fn builder() -> Builder {
        Builder {
            strategy: "cpython311".to_owned(),
            registry: Arc::new(Registry::builtin()),
            level: Level::Off,
            limits: Limits { native_stack: NATIVE_STACK - NATIVE_RESERVE, ..Limits::STANDARD },
            heap: HeapConfig::STANDARD,
            arguments: Vec::new(),
            python_options: PythonOptions::default(),
            stdout: Output::Inherit,
            stderr: Output::Inherit,
            live_code: false,
            interrupts: false,
            native_stack: NATIVE_STACK,
            recursion_in_use: 0,
            teardown: true,
            stdlib: None,
        }
    }

    /// Runs the program in a file.
    ///
    /// # Errors
    /// The file cannot be read or compiled. What the program raises is printed and gives [`Outcome::exit_code`].
    pub fn run_file(&self, path: impl AsRef<Path>) -> Result<Outcome, Error> {
        self.run(&Program::from_file(path.as_ref())?)
    }

    /// Runs a program given as text; `filename` is what tracebacks show.
    ///
    /// # Errors
    /// The text cannot be compiled.
    pub fn run_source(&self, source: &str, filename: &str) -> Result<Outcome, Error> {
        self.run(&Program::from_source(source, filename)?)
    }

    /// Runs a compiled program.
    ///
    /// # Errors
    /// [`Error::Stack`], [`Error::Panicked`].
    pub fn run(&self, program: &Program) -> Result<Outcome, Error> {
        self.on_own_thread(|| self.run_here(program, None))
    }

    fn on_own_thread(&self, run: impl FnOnce() -> Result<Outcome, Error> + Send) -> Result<Outcome, Error> {
        std::thread::scope(|scope| {
            let thread = std::thread::Builder::new()
                .name("quicken".to_owned())
                .stack_size(self.settings.native_stack)
                .spawn_scoped(scope, run)
                .map_err(Error::Stack)?;
            thread.join().unwrap_or_else(|panic| Err(Error::Panicked(panic_message(&*panic))))
        })
    }

    /// Runs what is typed at a prompt, statement by statement.
    ///
    /// # Errors
    /// As for [`Engine::run`].
    pub fn run_interactive(&self, prompt: &mut (dyn Prompt + Send)) -> Result<Outcome, Error> {
        let program = Program::interactive()?;
        self.on_own_thread(|| self.run_here(&program, Some(prompt)))
    }

    /// Runs a program on the calling thread, which must have as much stack as [`Builder::native_stack`] says: for measurements
    /// that follow one thread.
    ///
    /// # Errors
    /// As for [`Engine::run`].
    pub fn run_on_this_thread(&self, program: &Program) -> Result<Outcome, Error> {
        self.run_here(program, None)
    }

    /// The strategy's name; of one in a file, with the path.
    #[must_use]
    pub fn strategy(&self) -> &str {
        &self.strategy
    }

    fn run_here(&self, program: &Program, prompt: Option<&mut (dyn Prompt + Send)>) -> Result<Outcome, Error> {
        let settings = &self.settings;
        let (out, err) = (Captured::default(), Captured::default());
        let mut argv = vec![program.argv0().to_owned()];
        argv.extend(settings.arguments.iter().cloned());
        let mut vm = Vm::new(VmConfig {
            strategy: self.new_strategy()?,
            watch: match settings.level {
                Level::Off => Watch::Nothing,
                Level::Counts => Watch::Counts,
                Level::Shapes { flow } => Watch::Shapes { flow },
                Level::Guards => Watch::Guards,
            },
            limits: settings.limits,
            heap: settings.heap,
            stdout: settings.stdout.stdout(&out),
            stderr: settings.stderr.stderr(&err),
            compiler: Some(Box::new(EngineCompiler)),
            argv,
            python_options: settings.python_options.clone(),
            library: {
                let given = settings.stdlib.clone();
                LibrarySettings { find: Some(Box::new(|| library::find(given))), cache: library::cache() }
            },
        });
        for module in quicken_stdlib::MODULES {
            vm.add_native_module(module);
        }
        let _ = vm.write_stderr(program.warnings());
        if !vm.python_options.warnings.is_empty() {
            // Its filters are made of them. Without the library there are none.
            let _ = vm.import_absolute("warnings");
        }
        vm.reset_counters();
        vm.use_recursion(settings.recursion_in_use);
        let started = vm.heap.stats();
        let interrupts = settings.interrupts.then(|| quicken_vm::interrupt::watch(&vm.heap.eval_breaker));
        let result = match (prompt, program.module()) {
            (Some(prompt), _) => vm.run_interactive(prompt),
            (None, Some(module)) => vm.run_module(module),
            (None, None) => vm.run_main(program.code().clone(), program.filename()),
        };
        drop(interrupts);
        let mut exit_code = match result {
            Ok(()) => 0,
            Err(raised) => vm.report_uncaught(raised),
        };
        vm.finalize();
        let counters = (settings.level == Level::Counts).then(|| take_counters(&mut vm, &started));
        let live_code =
            if settings.live_code { LiveCodes::collect(&mut vm, program.code()) } else { LiveCodes::default() };
        if let Err(raised) = vm.flush() {
            exit_code = lost_output(&mut vm, raised);
        }
        let guards_compared = vm.guards_compared();
        let engine = format!("quicken {}", crate::VERSION);
        let recording =
            vm.take_recording().map(|recording| Recording { program: program.argv0().to_owned(), engine, ..recording });
        let guard_differences = std::mem::take(&mut vm.guard_differences);
        let heap = vm.heap.stats();
        if !settings.teardown {
            // The process ends soon and gives back everything at once.
            std::mem::forget(vm);
        }
        Ok(Outcome {
            exit_code,
            counters,
            stdout: out.take(),
            stderr: err.take(),
            heap,
            live_code,
            recording,
            guard_differences,
            guards_compared,
            run: self.describe(program),
        })
    }

    /// The strategy that runs; a recording is made without any, so that no instruction does the work of another.
    fn new_strategy(&self) -> Result<Box<dyn Strategy>, Error> {
        if let Level::Shapes { .. } = self.settings.level {
            return Ok(Box::new(Never));
        }
        Ok(self.settings.registry.create(&self.settings.strategy)?)
    }

    /// Everything that the counts depend on.
    fn describe(&self, program: &Program) -> Run {
        let Builder { limits, heap, .. } = &self.settings;
        let tuning = &self.tuning;
        let number = |number: Option<u64>| number.map_or_else(|| "none".to_owned(), |number| number.to_string());
        let configuration = [
            ("backoff", tuning.backoff.to_string()),
            ("deoptimized", format!("{:?}", tuning.deoptimized)),
            ("hash seed", "0".to_owned()),
            ("heap growth", heap.growth.to_string()),
            ("heap limit", number(heap.limit.map(|limit| limit as u64))),
            ("heap stress", number(heap.stress.map(u64::from))),
            ("heap threshold", heap.min_threshold.to_string()),
            ("initial", format!("{:?}", tuning.initial)),
            ("misses", format!("{:?}", tuning.misses)),
            ("recursion limit", limits.recursion.to_string()),
            ("warmup", number(tuning.warmup.map(u64::from))),
        ];
        Run {
            program: program.argv0().to_owned(),
            strategy: self.strategy.clone(),
            configuration: configuration.map(|(name, value)| (name.to_owned(), value)).into(),
            net: false,
            engine: format!("quicken {}", crate::VERSION),
        }
    }
}

impl Builder {
    /// The strategy's name, or the path of a strategy file, which ends in `.toml`. Default: `cpython311`.
    #[must_use]
    pub fn strategy(mut self, name: impl Into<String>) -> Self {
        self.strategy = name.into();
        self
    }

    /// The strategies to choose from. Default: those of `quicken-specializer`.
    #[must_use]
    pub fn registry(mut self, registry: Arc<Registry>) -> Self {
        self.registry = registry;
        self
    }

    /// What is recorded.
    #[must_use]
    pub fn statistics(mut self, level: Level) -> Self {
        self.level = level;
        self
    }

    /// The program's arguments, `sys.argv[1:]`.
    #[must_use]
    pub fn arguments(mut self, arguments: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.arguments = arguments.into_iter().map(Into::into).collect();
        self
    }

    /// Where standard output goes.
    #[must_use]
    pub fn stdout(mut self, output: Output) -> Self {
        self.stdout = output;
        self
    }

    /// Where standard error goes.
    #[must_use]
    pub fn stderr(mut self, output: Output) -> Self {
        self.stderr = output;
        self
    }

    /// `sys.getrecursionlimit()` at the start. Default: 1000.
    #[must_use]
    pub fn recursion_limit(mut self, frames: usize) -> Self {
        self.limits.recursion = frames;
        self
    }

    /// What a program is told of how the interpreter was called. Default: nothing.
    #[must_use]
    pub fn python_options(mut self, options: PythonOptions) -> Self {
        self.python_options = options;
        self
    }

    /// How much of the recursion limit is used up before the program begins, as when something else runs it. Default: nothing.
    #[must_use]
    pub fn recursion_in_use(mut self, levels: usize) -> Self {
        self.recursion_in_use = levels;
        self
    }

    /// The most bytes that the heap may use; beyond it the program gets a `MemoryError`. Default: no limit.
    #[must_use]
    pub fn max_memory(mut self, bytes: Option<usize>) -> Self {
        self.heap.limit = bytes;
        self
    }

    /// Collects garbage at every `n`-th allocation and poisons what is freed: how references that the collector does not
    /// see are found. Default: off.
    #[must_use]
    pub fn heap_stress(mut self, n: Option<u32>) -> Self {
        let HeapConfig { stress, poison, .. } = n.map_or(HeapConfig::STANDARD, HeapConfig::stressed);
        self.heap = HeapConfig { stress, poison, ..self.heap };
        self
    }

    /// Keeps the live instructions for [`Outcome::live_code`].
    #[must_use]
    pub fn live_code(mut self, keep: bool) -> Self {
        self.live_code = keep;
        self
    }

    /// The size of the native stack in bytes. Python code calling Python code needs none of it; what recurses in native
    /// code (comparisons, `repr`, sorting with a key) gets a `RecursionError` before its end. Default: 256 MiB, of which
    /// pages that no one touches cost nothing.
    #[must_use]
    pub fn native_stack(mut self, bytes: usize) -> Self {
        self.native_stack = bytes;
        self.limits.native_stack = bytes - NATIVE_RESERVE.min(bytes / RESERVED_PART);
        self
    }

    /// Whether Ctrl-C raises `KeyboardInterrupt` in the program. Default: no, since it takes the process's signal handler.
    #[must_use]
    pub fn interrupts(mut self, interrupts: bool) -> Self {
        self.interrupts = interrupts;
        self
    }

    /// Whether a run gives its memory back. A process that ends with the run need not take the time. Default: yes.
    #[must_use]
    pub fn teardown(mut self, teardown: bool) -> Self {
        self.teardown = teardown;
        self
    }

    /// The `Lib` directory of a CPython 3.11, for the modules that are written in Python; an empty path for none. Default: what
    /// `QUICKEN_STDLIB` names, else that of the `python3.11` on the path. It is looked for when a program needs it.
    #[must_use]
    pub fn stdlib(mut self, directory: Option<PathBuf>) -> Self {
        self.stdlib = directory;
        self
    }

    /// The engine.
    ///
    /// # Errors
    /// There is no such strategy, or its file is wrong.
    pub fn build(self) -> Result<Engine, Error> {
        let strategy = self.registry.create(&self.strategy)?;
        // A result names the strategy so that it can be asked for again; a path alone would not say what was in the file.
        let name = if Registry::is_file(&self.strategy) { strategy.name() } else { &self.strategy };
        Ok(Engine { strategy: name.to_owned(), tuning: strategy.tuning(), settings: self })
    }
}

impl Outcome {
    /// The counters in the form that is written to files; nothing is counted at [`Level::Off`].
    #[must_use]
    pub fn statistics(&self) -> Statistics {
        let names = quicken_specializer::failure::failure_name;
        match &self.counters {
            Some(counters) => Statistics::new(self.run.clone(), counters, names),
            None => Statistics::new(self.run.clone(), &Counters::new(), names),
        }
    }

    /// What ran, and everything that its counts depend on.
    #[must_use]
    pub fn run(&self) -> &Run {
        &self.run
    }

    /// The configuration of the run by name, as results carry it.
    #[must_use]
    pub fn configuration(&self) -> &BTreeMap<String, String> {
        &self.run.configuration
    }
}

/// The counters of a program, with what its heap did since it `started`.
fn take_counters(vm: &mut Vm, started: &HeapStats) -> Counters {
    let mut counters = std::mem::take(&mut vm.counters);
    let heap = vm.heap.stats();
    let objects = &mut counters.objects;
    objects.allocations = heap.cells_allocated - started.cells_allocated;
    objects.bytes_allocated = heap.bytes_allocated - started.bytes_allocated;
    objects.collections = heap.collections - started.collections;
    counters
}

/// The last of the output is lost, and the program can no longer be told. As CPython says it, with its exit code.
fn lost_output(vm: &mut Vm, raised: Raise) -> i32 {
    let class = vm.type_of(raised.0).display_name();
    let message = vm.str_of(raised.0).map(|text| text.to_string_lossy().into_owned()).unwrap_or_default();
    let stream = "<_io.TextIOWrapper name='<stdout>' mode='w' encoding='utf-8'>";
    let _ = writeln!(vm.stderr, "Exception ignored in: {stream}\n{class}: {message}");
    let _ = vm.stderr.flush();
    120
}

fn panic_message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "a panic without a message".to_owned())
}
