//! The command line.

use std::ffi::{OsStr, OsString};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use quicken::bytecode::CodeObject;
use quicken::bytecode::pyc::read_pyc;
use quicken::{Builder, Engine, Program, PythonOptions};
use std::sync::Arc;

use crate::Registry;
use crate::failure::Failure;

/// The variable that names the strategy where the command line does not.
pub const STRATEGY_VARIABLE: &str = "QUICKEN_STRATEGY";

/// A CPython 3.11 virtual machine for the study of adaptive specialization.
#[derive(Debug, Parser)]
#[command(
    name = "quicken",
    version,
    subcommand_required = true,
    arg_required_else_help = true,
    max_term_width = 100,
    override_usage = "quicken [OPTIONS] FILE [ARGUMENTS]\n       quicken COMMAND [OPTIONS] …",
    after_help = "\
Examples:
  quicken program.py one two               run a program
  quicken -c 'print(6 * 7)'                run a line
  quicken -m unittest test_module          run a module
  quicken stats program.py                 run it and show what was specialized
  quicken stats --json -o run.json program.py
  quicken dis --adaptive program.py        the instructions as they stand after the run
  quicken --strategy never program.py      without specialization
  quicken compileall src                   .pyc files for python3.11
  quicken record -o run.qrec program.py    record a run, to try strategies on
  quicken replay run.qrec --strategy eager,cpython311 --best
  quicken bench --against python3.11       the benchmark programs, timed beside CPython

Environment:
  QUICKEN_STDLIB     the Lib directory of a CPython 3.11 where --stdlib does not name one
  QUICKEN_STRATEGY   the strategy where --strategy does not name one
  QUICKEN_LOG        events on standard error: specialize=debug, or specialize=trace for misses too"
)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run a program
    Run(RunArguments),
    /// Run a program and show what happened, opcode by opcode
    Stats(StatsArguments),
    /// Show a program's instructions
    Dis(DisArguments),
    /// Show the attributes of a program's code objects
    Code(CodeArguments),
    /// Compile a program to a .pyc file
    Compile(CompileArguments),
    /// Compile all programs of a directory, as python3.11 -m compileall
    Compileall(CompileallArguments),
    /// Check that compiled programs are safe to run
    Verify(VerifyArguments),
    /// Show a program's tokens, as python3.11 -m tokenize
    Tokens(TokensArguments),
    /// Show a program's syntax tree, as ast.dump
    Ast(AstArguments),
    /// List the strategies, show one as a file, check files
    Strategies(StrategiesArguments),
    /// List the instructions, or show some of them in full
    Opcodes(OpcodesArguments),
    /// Record a program's counters in the form of the recordings of CPython, or compare with one
    Oracle(OracleArguments),
    /// Run a program and record what specialization depends on
    Record(RecordArguments),
    /// Show what strategies would have made of a recorded run
    Replay(ReplayArguments),
    /// Time programs beside other Pythons
    Bench(BenchArguments),
}

/// How a program runs.
#[derive(Args, Debug)]
#[command(next_help_heading = "Engine")]
pub struct EngineArguments {
    /// The strategy, or a file that ends in .toml [default: $QUICKEN_STRATEGY, else cpython311]
    #[arg(long, value_name = "NAME|FILE")]
    pub strategy: Option<String>,
    /// The most memory that the program's objects may take, in bytes, or with K, M or G
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub max_memory: Option<usize>,
    /// How many calls may be nested
    #[arg(long, value_name = "N")]
    pub recursion_limit: Option<usize>,
    /// The Lib directory of a CPython 3.11, for the modules written in Python [default: $QUICKEN_STDLIB, else that of the python3.11
    /// on the path]
    #[arg(long, value_name = "DIR")]
    pub stdlib: Option<PathBuf>,
    /// Collect garbage at every n-th allocation and poison what is freed, to find errors of the collector
    #[arg(long, value_name = "N", hide_short_help = true)]
    pub heap_stress: Option<u32>,
}

/// What `python3.11` takes before the program. Programs that start their own interpreter (`sys.executable`) count on it.
#[derive(Args, Debug)]
#[command(next_help_heading = "As python3.11")]
pub struct PythonArguments {
    /// Isolated: neither the program's directory nor the user's modules are searched (as -E -P -s)
    #[arg(short = 'I')]
    pub isolated: bool,
    /// Ignore the environment's PYTHON variables
    #[arg(short = 'E')]
    pub ignore_environment: bool,
    /// Leave the user's own site directory out
    #[arg(short = 's')]
    pub no_user_site: bool,
    /// Do not import site (which is never done)
    #[arg(short = 'S')]
    pub no_site: bool,
    /// Leave the program's directory out of sys.path
    #[arg(short = 'P')]
    pub safe_path: bool,
    /// Write no .pyc files beside the sources (which is never done)
    #[arg(short = 'B')]
    pub no_bytecode: bool,
    /// Write output at once
    #[arg(short = 'u')]
    pub unbuffered: bool,
    /// No greeting
    #[arg(short = 'q')]
    pub quiet: bool,
    /// Warn where bytes and str are compared; twice: an error
    #[arg(short = 'b', action = clap::ArgAction::Count)]
    pub bytes_warning: u8,
    /// Leave assertions out, __debug__ is False; twice: docstrings too
    #[arg(short = 'O', action = clap::ArgAction::Count)]
    pub optimize: u8,
    /// Say more (sys.flags.verbose)
    #[arg(short = 'v', action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// An option of the implementation (sys._xoptions)
    #[arg(short = 'X', value_name = "OPTION", allow_hyphen_values = true)]
    pub implementation: Vec<String>,
    /// A filter for warnings, as action:message:category:module:line
    #[arg(short = 'W', value_name = "FILTER", allow_hyphen_values = true)]
    pub warnings: Vec<String>,
}

impl PythonArguments {
    /// The seed that text and bytes are hashed with: `PYTHONHASHSEED`, a number or `random`. Without it every run has the same, unlike
    /// CPython.
    pub fn hash_seed(&self) -> Result<u32, Failure> {
        let given = std::env::var("PYTHONHASHSEED").ok().filter(|seed| !seed.is_empty());
        match given.filter(|_| !(self.ignore_environment || self.isolated)).as_deref() {
            None => Ok(0),
            Some("random") => Ok(RandomState::new().build_hasher().finish() as u32),
            Some(seed) => seed.parse().map_err(|_| {
                let problem = "PYTHONHASHSEED must be \"random\" or an integer in range [0; 4294967295]";
                Failure::Usage(problem.to_owned())
            }),
        }
    }

    /// As the engine takes them.
    pub fn options(&self) -> PythonOptions {
        PythonOptions {
            isolated: self.isolated,
            ignore_environment: self.ignore_environment,
            no_user_site: self.no_user_site,
            no_site: self.no_site,
            safe_path: self.safe_path,
            quiet: self.quiet,
            bytes_warning: self.bytes_warning,
            verbose: self.verbose,
            optimize: self.optimize.min(2),
            implementation: self.implementation.clone(),
            warnings: self.warnings.clone(),
        }
    }
}

/// A program and its arguments.
#[derive(Args, Debug)]
#[command(next_help_heading = "Program")]
pub struct ProgramArguments {
    /// The program as text; what follows are its arguments
    #[arg(short = 'c', value_name = "CODE", allow_hyphen_values = true)]
    pub code: Option<String>,
    /// A module that is found as imports are; what follow are its arguments
    #[arg(short = 'm', value_name = "MODULE", conflicts_with = "code")]
    pub module: Option<String>,
    /// The program's file ('-' or none: standard input), and its arguments
    #[arg(value_name = "FILE] [ARGUMENTS", trailing_var_arg = true, allow_hyphen_values = true)]
    pub rest: Vec<OsString>,
}

/// A program without arguments.
#[derive(Args, Debug)]
#[command(next_help_heading = "Program")]
pub struct SourceArguments {
    /// The program as text
    #[arg(short = 'c', value_name = "CODE", allow_hyphen_values = true, conflicts_with = "file")]
    pub code: Option<String>,
    /// The program's file; '-' or none: standard input
    pub file: Option<PathBuf>,
}

/// `run`
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  quicken run program.py one two
  quicken run -c 'import sys; print(sys.argv)' one two
  echo 'print(1)' | quicken run
  quicken run --max-memory 100M program.py

The exit code is CPython's: 0, 1 after an uncaught exception, 2 if the command line is wrong, or what SystemExit says.")]
pub struct RunArguments {
    #[command(flatten)]
    pub engine: EngineArguments,
    #[command(flatten)]
    pub python: PythonArguments,
    #[command(flatten)]
    pub program: ProgramArguments,
}

/// How statistics are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Tables for a person
    Text,
    /// JSON with a versioned schema
    Json,
    /// CPython 3.11's own text, for its summarize_stats.py
    Pystats,
}

/// `stats`
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  quicken stats program.py                          tables, on standard error
  quicken stats --json -o run.json program.py
  quicken stats --format pystats -o run.txt program.py
  quicken stats --strategy eager -c 'print(sum(range(100)))'

The program's own output stays on standard output. The statistics are written also when the program raises.")]
pub struct StatsArguments {
    /// How to write them
    #[arg(long, value_enum, default_value = "text")]
    pub format: Format,
    /// The same as --format json
    #[arg(long, conflicts_with = "format")]
    pub json: bool,
    /// Write them to a file instead of standard error
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// How many instructions and pairs the tables show; 0 for all
    #[arg(long, value_name = "N", default_value = "30")]
    pub limit: usize,
    #[command(flatten)]
    pub engine: EngineArguments,
    #[command(flatten)]
    pub program: ProgramArguments,
}

/// `dis`
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  quicken dis program.py
  quicken dis -c 'print(a + b)'
  quicken dis module.cpython-311.pyc
  quicken dis --adaptive --show-caches program.py -- one two

With --adaptive the program is run first; its output is discarded, what it raises is shown.")]
pub struct DisArguments {
    /// Run the program, then show its instructions as they stand: specialized
    #[arg(long)]
    pub adaptive: bool,
    /// Show inline caches
    #[arg(long)]
    pub show_caches: bool,
    /// Write JSON instead of dis's layout
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub engine: EngineArguments,
    #[command(flatten)]
    pub source: SourceArguments,
    /// The program's arguments, for --adaptive
    #[arg(last = true, requires = "adaptive")]
    pub arguments: Vec<String>,
}

/// How importing finds out whether a `.pyc` file fits its source (PEP 552).
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum InvalidationMode {
    /// By the source's time of modification and size
    Timestamp,
    /// By a hash of the source, compared at every import
    CheckedHash,
    /// By nothing; a hash of the source is there for tools
    UncheckedHash,
}

/// What a `.pyc` file contains.
#[derive(Args, Debug)]
pub struct PycArguments {
    /// Leave out asserts (1), docstrings too (2); several, as in 0,1,2, for a file each
    #[arg(long, value_name = "LEVEL", value_delimiter = ',', default_value = "0",
          value_parser = clap::value_parser!(u8).range(0..=2))]
    pub optimize: Vec<u8>,
    /// How the file is checked against its source [default: timestamp; checked-hash if $SOURCE_DATE_EPOCH is set]
    #[arg(long, value_enum, value_name = "MODE")]
    pub invalidation_mode: Option<InvalidationMode>,
    /// Write what was done as JSON
    #[arg(long)]
    pub json: bool,
}

/// `compile`
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  quicken compile module.py                       writes __pycache__/module.cpython-311.pyc
  quicken compile module.py -o module.pyc
  quicken compile --optimize 2 --invalidation-mode checked-hash module.py

Prints the name of the file. It holds what python3.11 would write; either reads the other's.")]
pub struct CompileArguments {
    #[command(flatten)]
    pub pyc: PycArguments,
    /// The file to write [default: as import expects it, in __pycache__ beside the source]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// The program's file
    pub file: PathBuf,
}

/// `compileall`
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  quicken compileall src
  quicken compileall -f -j 4 --optimize 0,1,2 src tools/script.py
  quicken compileall -q --json src > compiled.json

Compiles what is stale: whose .pyc file has another time, size or hash in its header than the source. A file that cannot be
compiled is listed, the rest goes on, and the exit code is 1. A file that cannot be written whole leaves the old one in place.")]
pub struct CompileallArguments {
    #[command(flatten)]
    pub pyc: PycArguments,
    /// Directories, and files
    #[arg(required = true, value_name = "DIR|FILE")]
    pub places: Vec<PathBuf>,
    /// Compile what is up to date, too
    #[arg(short, long)]
    pub force: bool,
    /// Say only what went wrong; twice: nothing
    #[arg(short, long, action = clap::ArgAction::Count)]
    pub quiet: u8,
    /// How many files to compile at a time; 0: as many as there are processors
    #[arg(short = 'j', long, value_name = "N", default_value = "0")]
    pub workers: usize,
    /// How many levels of directories to go down; 0: none
    #[arg(short, long, value_name = "LEVELS")]
    pub recursion: Option<usize>,
}

/// `verify`
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  quicken verify module.cpython-311.pyc
  quicken verify --json src > verified.json

Of a directory all .pyc files are verified, and all .py files, which are compiled first. Each refusal, on standard error, names
the code object, the offset and the rule. The exit code is 1 unless everything was verified. A .pyc file that is run is
verified as well.")]
pub struct VerifyArguments {
    /// Compiled programs, programs, and directories
    #[arg(required = true, value_name = "DIR|FILE")]
    pub places: Vec<PathBuf>,
    /// Write JSON instead of a line
    #[arg(long)]
    pub json: bool,
}

/// `code`
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  quicken code program.py
  quicken code --json module.cpython-311.pyc
  quicken code -c 'lambda x: x + 1'")]
pub struct CodeArguments {
    /// Write JSON instead of text
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub source: SourceArguments,
}

/// `tokens`
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  quicken tokens program.py
  quicken tokens --exact -c 'a += 1'")]
pub struct TokensArguments {
    /// Name each operator (PLUSEQUAL) instead of OP
    #[arg(short, long)]
    pub exact: bool,
    #[command(flatten)]
    pub source: SourceArguments,
}

/// `ast`
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  quicken ast program.py
  quicken ast --indent 2 -c 'print(a + b)'
  quicken ast --mode eval --attributes -c 'a + b'")]
pub struct AstArguments {
    /// Put every field on a line of its own, indented by so many spaces
    #[arg(short, long, value_name = "N")]
    pub indent: Option<usize>,
    /// Show lines and columns
    #[arg(short, long)]
    pub attributes: bool,
    /// What the source is
    #[arg(short, long, value_enum, default_value = "exec")]
    pub mode: SourceMode,
    #[command(flatten)]
    pub source: SourceArguments,
}

/// The modes of Python's `compile`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SourceMode {
    /// A file
    Exec,
    /// An expression
    Eval,
    /// A statement of the interactive prompt
    Single,
}

/// `strategies`
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  quicken strategies                               all of them
  quicken strategies show cpython311 > mine.toml   a file to begin with
  quicken strategies check mine.toml               what is wrong with it
  quicken --strategy mine.toml program.py          a program under it")]
pub struct StrategiesArguments {
    #[command(subcommand)]
    pub command: Option<StrategiesCommand>,
    /// Write JSON instead of a table
    #[arg(long)]
    pub json: bool,
}

/// What else can be done with strategies.
#[derive(Subcommand, Debug)]
pub enum StrategiesCommand {
    /// Print a strategy as the file that says the same, in full
    Show {
        /// A strategy, or a file
        #[arg(value_name = "NAME|FILE")]
        name: String,
    },
    /// Say what is wrong with strategy files; the exit code is 1 if anything is
    Check {
        /// The files
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
}

/// `opcodes`
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  quicken opcodes                        all of them
  quicken opcodes BINARY_ADD_INT         one, by either name
  quicken opcodes --family load_attr     a family
  quicken opcodes --json")]
pub struct OpcodesArguments {
    /// Names of instructions, CPython's or the short ones
    pub names: Vec<String>,
    /// Only those of a family
    #[arg(long, value_name = "NAME")]
    pub family: Option<String>,
    /// Write JSON instead of a table
    #[arg(long)]
    pub json: bool,
}

/// `oracle`
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  quicken oracle tests/oracle/programs/calls.py
  quicken oracle tests/oracle/programs/calls.py --against tests/oracle/cpython311/calls.json

Counters are of a run under cpython311-pystats, less what an empty program counts; 'adaptive' is of a second run, under
cpython311. With --against only what differs is printed, and the exit code is 1 if anything does.")]
pub struct OracleArguments {
    /// The program
    pub program: PathBuf,
    /// A recording to compare with
    #[arg(long, value_name = "RECORD.json")]
    pub against: Option<PathBuf>,
}

/// `record`
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  quicken record -o run.qrec program.py one two
  quicken record -o run.qrec -c 'print(sum(range(100)))'

The program runs without specialization. The recording is written when it has ended, by whatever it ended, and replaces an older
one only when it is complete; the exit code is the program's.")]
pub struct RecordArguments {
    /// The file to write
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Record the way of the run as well, so that a replay can count pairs of instructions
    #[arg(long)]
    pub control_flow: bool,
    /// Do not say what was recorded
    #[arg(short, long)]
    pub quiet: bool,
    #[command(flatten)]
    pub engine: EngineArguments,
    #[command(flatten)]
    pub program: ProgramArguments,
}

/// `replay`
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  quicken replay run.qrec
  quicken replay run.qrec --strategy cpython311,eager,mine.toml --best
  quicken replay run.qrec --best --costs costs.json --sites 20 --json -o replayed.json

The counters are those that a live run under the strategy would give. With --best comes the bound that no strategy of the same
forms can pass, by a table of costs: JSON with hit, miss, generic and attempt, and families with hit, miss and generic of their own.")]
pub struct ReplayArguments {
    /// What `quicken record` wrote
    #[arg(value_name = "RECORDING")]
    pub recording: PathBuf,
    /// Strategies, or files that end in .toml [default: $QUICKEN_STRATEGY, else cpython311]
    #[arg(long, value_name = "NAME|FILE", value_delimiter = ',')]
    pub strategy: Vec<String>,
    /// Compute the bound of all strategies
    #[arg(long)]
    pub best: bool,
    /// A table of costs
    #[arg(long, value_name = "FILE")]
    pub costs: Option<PathBuf>,
    /// How many sites to show, with the shapes they saw
    #[arg(long, value_name = "N", default_value = "10")]
    pub sites: usize,
    /// Write JSON instead of tables
    #[arg(long)]
    pub json: bool,
    /// Write to a file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// `bench`
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  quicken bench                                          benches/programs beside python3.11
  quicken bench benches/programs/nbody.py --runs 10
  quicken bench --against python3.11,quicken:never
  quicken bench --against quicken:cpython311+counts      what recording costs
  quicken bench -c pass --runs 20                        start-up

An engine is a Python on the path or by its path, or quicken:STRATEGY, with +counts if it is to record. Runs are
interleaved; of each engine's runs the one with the least processor time counts.")]
pub struct BenchArguments {
    /// The programs [default: benches/programs/*.py]
    pub programs: Vec<PathBuf>,
    /// A program as text
    #[arg(short = 'c', value_name = "CODE", conflicts_with = "programs")]
    pub code: Option<String>,
    /// What to compare with
    #[arg(long, value_name = "ENGINE", value_delimiter = ',', default_value = "python3.11")]
    pub against: Vec<String>,
    /// How often each engine runs each program
    #[arg(long, value_name = "N", default_value = "5")]
    pub runs: usize,
    /// Give this argument to every program: a smaller or larger size
    #[arg(long, value_name = "N")]
    pub scale: Option<u32>,
    /// The strategy, or a file that ends in .toml [default: $QUICKEN_STRATEGY, else cpython311]
    #[arg(long, value_name = "NAME|FILE")]
    pub strategy: Option<String>,
    /// Write JSON instead of a table
    #[arg(long)]
    pub json: bool,
    /// Write to a file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// The name of the strategy to use.
pub fn strategy(given: Option<&str>) -> String {
    let from_environment = || std::env::var(STRATEGY_VARIABLE).ok().filter(|name| !name.is_empty());
    given.map(str::to_owned).or_else(from_environment).unwrap_or_else(|| "cpython311".to_owned())
}

impl EngineArguments {
    /// An engine as it is asked for here. It is for this process's one run.
    pub fn builder(&self, registry: Arc<Registry>) -> Builder {
        let builder = Engine::builder()
            .registry(registry)
            .strategy(strategy(self.strategy.as_deref()))
            .max_memory(self.max_memory)
            .heap_stress(self.heap_stress)
            .stdlib(self.stdlib.clone())
            .interrupts(true)
            .teardown(false);
        match self.recursion_limit {
            Some(limit) => builder.recursion_limit(limit),
            None => builder,
        }
    }
}

impl ProgramArguments {
    /// Whether no program is given and somebody sits at a terminal.
    pub fn is_typed(&self) -> bool {
        let given = self.code.is_some() || self.module.is_some() || !self.rest.is_empty();
        !given && std::io::IsTerminal::is_terminal(&std::io::stdin())
    }

    /// The program, compiled at a level of optimization, and its arguments.
    pub fn load(&self, optimize: u8) -> Result<(Program, Vec<String>), Failure> {
        let strings = |arguments: &[OsString]| arguments.iter().map(|a| a.to_string_lossy().into_owned()).collect();
        if let Some(code) = &self.code {
            return Ok((Program::from_command_at(code, optimize)?, strings(&self.rest)));
        }
        if let Some(module) = &self.module {
            return Ok((Program::from_module(module)?, strings(&self.rest)));
        }
        match self.rest.split_first() {
            Some((file, arguments)) if file != "-" => {
                Ok((Program::from_file_at(file.as_ref(), optimize)?, strings(arguments)))
            }
            rest => Ok((Program::from_stdin_at(optimize)?, strings(rest.map_or(&[], |(_, arguments)| arguments)))),
        }
    }
}

impl SourceArguments {
    /// The file, unless the program is given in another way.
    pub fn file(&self) -> Option<&PathBuf> {
        self.file.as_ref().filter(|file| *file != OsStr::new("-") && self.code.is_none())
    }

    /// The program's text and the name that its errors show.
    pub fn text(&self) -> Result<(String, String), Failure> {
        Ok(match (&self.code, self.file()) {
            (Some(code), _) => (code.clone(), "<string>".to_owned()),
            (None, Some(file)) => (Program::file_text(file)?, file.to_string_lossy().into_owned()),
            (None, None) => (Program::stdin_text()?, "<stdin>".to_owned()),
        })
    }

    /// The program's code, to be shown: that of a `.pyc` file as it is, verified or not.
    pub fn code(&self) -> Result<Arc<CodeObject>, Failure> {
        match self.file().filter(|file| file.extension().is_some_and(|extension| extension == "pyc")) {
            Some(file) => {
                let read = |source| quicken::Error::Read { path: file.clone(), source };
                let pyc = |source| quicken::Error::Pyc { path: file.clone(), source };
                Ok(read_pyc(&std::fs::read(file).map_err(read)?).map_err(pyc)?.1)
            }
            None => Ok(self.load()?.code().clone()),
        }
    }

    /// The program, compiled, or loaded from a `.pyc` file that the verifier passed.
    pub fn load(&self) -> Result<Program, Failure> {
        Ok(match (&self.code, self.file()) {
            (Some(code), _) => Program::from_command(code)?,
            (None, Some(file)) => Program::from_file(file)?,
            (None, None) => Program::from_stdin()?,
        })
    }
}

/// Options with a value of their own, as far as they can stand before a program.
const WITH_VALUE: &[&str] = &[
    "--strategy",
    "--max-memory",
    "--recursion-limit",
    "--heap-stress",
    "--stdlib",
    "--format",
    "--output",
    "-o",
    "-X",
    "-W",
    "--limit",
];

/// Brings the command line into the form that the parser knows: `quicken FILE` becomes `quicken run FILE`, and what
/// follows `-c CODE` or `-m MODULE` is closed off with `--`, since it belongs to the program, as in CPython.
pub fn normalize(mut arguments: Vec<OsString>) -> Vec<OsString> {
    use clap::CommandFactory;
    let is_own = |argument: &OsStr| {
        let text = argument.to_string_lossy();
        matches!(&*text, "help" | "-h" | "--help" | "-V" | "--version")
            || Cli::command().get_subcommands().any(|command| command.get_name() == text)
    };
    match arguments.get(1) {
        Some(first) if is_own(first) => {}
        _ => arguments.insert(1.min(arguments.len()), "run".into()),
    }
    if arguments.get(1).is_some_and(|command| command == "run" || command == "stats" || command == "record") {
        let mut index = 2;
        while let Some(argument) = arguments.get(index) {
            let text = argument.to_string_lossy();
            if text == "-c" || text == "-m" {
                arguments.insert((index + 2).min(arguments.len()), "--".into());
                break;
            } else if let Some((option, value)) =
                ["-c", "-m"].iter().find_map(|option| Some((*option, text.strip_prefix(option)?)))
            {
                let separate = [option.into(), value.into(), "--".into()];
                arguments.splice(index..=index, separate);
                break;
            } else if text == "-" || text == "--" || !text.starts_with('-') {
                break;
            }
            // The parser would take `-Wd` for a file, since there is no option `d`.
            if let Some((option, value)) =
                ["-X", "-W"].iter().find_map(|option| Some((*option, text.strip_prefix(option)?)))
                && !value.is_empty()
            {
                let separate = [option.into(), value.into()];
                arguments.splice(index..=index, separate);
                continue;
            }
            // Several letters may stand together, and the last may be one of these: `-Ic CODE`, `-Em MODULE`.
            if let Some((letters, option)) = joined_program(&text) {
                let separate = [letters.into(), option.into()];
                arguments.splice(index..=index, separate);
                continue;
            }
            index += if WITH_VALUE.contains(&&*text) { 2 } else { 1 };
        }
    }
    arguments
}

/// What stands in one argument with the `-c` or `-m` that ends it, and that.
fn joined_program(text: &str) -> Option<(String, &'static str)> {
    let letters = text.strip_prefix('-').filter(|rest| rest.len() > 1 && !rest.starts_with(['-', 'X', 'W']))?;
    let (flags, option) = [("c", "-c"), ("m", "-m")]
        .iter()
        .find_map(|(letter, option)| Some((letters.strip_suffix(letter)?, *option)))?;
    flags.chars().all(|flag| "IEsSPBuqbvO".contains(flag)).then(|| (format!("-{flags}"), option))
}

/// Bytes: a number with an optional K, M or G.
fn size(text: &str) -> Result<usize, String> {
    let lower = text.to_lowercase();
    let digits = lower.trim_end_matches("ib").trim_end_matches('b');
    let (digits, shift) = match digits.char_indices().last() {
        Some((at, 'k')) => (&digits[..at], 10),
        Some((at, 'm')) => (&digits[..at], 20),
        Some((at, 'g')) => (&digits[..at], 30),
        _ => (digits, 0),
    };
    let number: usize =
        digits.trim().parse().map_err(|_| "write a number of bytes, such as 500000, 64M or 2G".to_owned())?;
    number.checked_mul(1 << shift).ok_or_else(|| "more than this machine can address".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Cli {
        let arguments = line.split(' ').map(OsString::from).collect();
        Cli::try_parse_from(normalize(arguments)).unwrap()
    }

    fn run(line: &str) -> (Option<String>, Option<String>, Vec<String>) {
        match parsed(line).command {
            Command::Run(RunArguments { engine, program, .. }) => {
                let rest = program.rest.iter().map(|a| a.to_string_lossy().into_owned()).collect();
                (engine.strategy, program.code, rest)
            }
            other => panic!("{other:?}"),
        }
    }

    fn strings(list: &[&str]) -> Vec<String> {
        list.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn the_command_line_is_consistent() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
    }

    #[test]
    fn what_follows_the_program_is_the_programs() {
        let all = strings(&["x.py", "-a", "--strategy", "b", "--", "c", "-c"]);
        assert_eq!(run("quicken x.py -a --strategy b -- c -c"), (None, None, all.clone()));
        assert_eq!(run("quicken run x.py -a --strategy b -- c -c"), (None, None, all));
        let (strategy, code, rest) = run("quicken --strategy never -c pass -x --json -c d");
        assert_eq!((strategy.as_deref(), code.as_deref()), (Some("never"), Some("pass")));
        assert_eq!(rest, strings(&["-x", "--json", "-c", "d"]));
        assert_eq!(run("quicken -cpass a"), (None, Some("pass".into()), strings(&["a"])));
        assert_eq!(run("quicken - a"), (None, None, strings(&["-", "a"])));
    }

    #[test]
    fn what_python_takes() {
        let line = "quicken -X faulthandler -Xdev -I -W error -OO -sbbEc pass -E";
        match parsed(line).command {
            Command::Run(RunArguments { python, program, .. }) => {
                assert_eq!((program.code.as_deref(), program.rest), (Some("pass"), vec!["-E".into()]));
                let options = python.options();
                assert_eq!(options.implementation, ["faulthandler", "dev"]);
                assert_eq!(options.warnings, ["error"]);
                assert!(options.isolated && options.no_user_site && options.ignore_environment);
                assert_eq!((options.bytes_warning, options.optimize), (2, 2));
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn options_before_the_program_are_the_commands() {
        match parsed("quicken stats --json -o f x.py --json").command {
            Command::Stats(arguments) => {
                assert!(arguments.json);
                assert_eq!(arguments.output, Some("f".into()));
                assert_eq!(arguments.program.rest, ["x.py", "--json"]);
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn sizes() {
        assert_eq!(
            (size("100"), size("2k"), size("64M"), size("1GiB")),
            (Ok(100), Ok(2048), Ok(64 << 20), Ok(1 << 30))
        );
        assert!(size("much").is_err() && size("99999999999G").is_err());
    }
}
