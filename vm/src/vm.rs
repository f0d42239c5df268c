//! The virtual machine's state.

#![expect(unsafe_code, reason = "the VM owns the stack that the interpreter's registers point into")]

use std::io::Write;
use std::sync::Arc;

use quicken_bytecode::tree::Node;
use quicken_bytecode::{CodeFlags, CodeObject};
use quicken_specializer::{Strategy, Tuning};
use quicken_stats::{Counters, Counts, Off, Shapes};

use crate::dispatch::{self, RunLoop};
use crate::error::{PyResult, Raise};
use crate::frame::Frame;
use crate::heap::{Heap, HeapConfig, Marker};
use crate::import::{Library, LibrarySettings};
use crate::object::Gc;
use crate::objects::array::Array;
use crate::objects::dict::Dict;
use crate::objects::string::Interned;
use crate::state::State;
use crate::tracing::Tracing;
use crate::types::{Exceptions, Names, Types};
use crate::value::Value;
use crate::watch::{Watch, Watcher};

/// Room at the end of the VM stack that the limit checks do not see: native calls push a few arguments without asking.
pub(crate) const STACK_RESERVE: usize = 4096;

/// Limits on what a program may use.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// `sys.getrecursionlimit()` at the start.
    pub recursion: usize,
    /// The size of the VM stack in values.
    pub stack_values: usize,
    /// The most frames, whatever the recursion limit is set to.
    pub frames: usize,
    /// How far the native stack may grow, in bytes, before a `RecursionError`.
    pub native_stack: usize,
}

impl Limits {
    /// CPython's recursion limit, and room for a hundred thousand frames where it is raised.
    pub const STANDARD: Limits =
        Limits { recursion: 1000, stack_values: 1 << 23, frames: 200_000, native_stack: 4 << 20 };
}

/// Compiles source text for `compile`, `exec`, `eval` and imports. The engine fills it in, so that this crate need not
/// know the compiler.
pub trait SourceCompiler {
    /// Compiles `source` in mode `"exec"`, `"eval"` or `"single"`.
    ///
    /// # Errors
    /// A syntax error, with what a `SyntaxError` object needs.
    fn compile(
        &self,
        source: &str,
        filename: &str,
        mode: &str,
        options: SourceOptions,
    ) -> Result<CompiledSource, CompileError>;

    /// The syntax tree of a source.
    ///
    /// # Errors
    /// As for [`SourceCompiler::compile`].
    fn parse(
        &self,
        source: &str,
        filename: &str,
        mode: &str,
        options: SourceOptions,
    ) -> Result<ParsedSource, CompileError>;

    /// Compiles a syntax tree.
    ///
    /// # Errors
    /// As for [`SourceCompiler::compile`]; a `ValueError` or `TypeError` for a tree that stands for no program.
    fn compile_tree(&self, tree: &Node, filename: &str, options: SourceOptions)
    -> Result<CompiledSource, CompileError>;

    /// Decodes source, by its byte order mark or by the encoding that it declares.
    ///
    /// # Errors
    /// A syntax error.
    fn decode(&self, source: &[u8], filename: &str) -> Result<DecodedSource, CompileError>;
}

/// Source that was bytes.
#[derive(Clone, Debug)]
pub struct DecodedSource {
    /// The text.
    pub text: String,
    /// For [`SourceOptions::byte_columns`].
    pub byte_columns: bool,
}

/// What `compile` takes besides source, name and mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SourceOptions {
    /// The optimization level: 0 to 2.
    pub optimize: u8,
    /// The `__future__` features that are on from the start (`PyCF_MASK`).
    pub future: CodeFlags,
    /// `PyCF_ALLOW_TOP_LEVEL_AWAIT`
    pub top_level_await: bool,
    /// `PyCF_ALLOW_INCOMPLETE_INPUT`: what is cut off is told apart from what is wrong, as a prompt needs it.
    pub allow_incomplete_input: bool,
    /// `PyCF_DONT_IMPLY_DEDENT`: where the source ends in a block, the block has not ended.
    pub dont_imply_dedent: bool,
    /// Whether columns of errors count bytes and not characters: the source was bytes, and did not say in which encoding.
    pub byte_columns: bool,
}

impl SourceOptions {
    /// Nothing special, at a level of optimization.
    #[must_use]
    pub const fn at_level(optimize: u8) -> SourceOptions {
        SourceOptions {
            optimize,
            future: CodeFlags::empty(),
            top_level_await: false,
            allow_incomplete_input: false,
            dont_imply_dedent: false,
            byte_columns: false,
        }
    }
}

/// A source that could be compiled.
#[derive(Clone, Debug)]
pub struct CompiledSource {
    /// Its code.
    pub code: Arc<CodeObject>,
    /// What the compiler warns of.
    pub warnings: CompileWarnings,
}

/// A source that could be parsed.
#[derive(Clone, Debug)]
pub struct ParsedSource {
    /// Its tree.
    pub tree: Node,
    /// What the parser warns of.
    pub warnings: CompileWarnings,
}

/// What the compiler warns of.
#[derive(Clone, Debug, Default)]
pub struct CompileWarnings {
    /// What CPython's default filters write to standard error of it.
    pub text: String,
    /// All of it: category, message and line.
    pub all: Vec<(&'static str, String, i32)>,
}

/// A source that cannot be compiled, on its way to becoming an exception.
#[derive(Clone, Debug)]
pub struct CompileError {
    /// `SyntaxError`, `IndentationError` or `TabError`; `RecursionError`, `MemoryError`, `ValueError`, `TypeError`.
    pub kind: &'static str,
    /// What is wrong.
    pub message: String,
    /// Where; none if the source as a whole is refused.
    pub place: Option<Box<CompileErrorPlace>>,
    /// What the compiler warned of before.
    pub warnings: CompileWarnings,
}

/// The attributes of a `SyntaxError` that say where it is, with CPython's conventions: lines and columns from 1, 0 or −1 for "none".
#[derive(Clone, Debug)]
pub struct CompileErrorPlace {
    /// `filename`
    pub filename: String,
    /// `lineno`
    pub line: i32,
    /// `offset`
    pub column: i32,
    /// `end_lineno`
    pub end_line: i32,
    /// `end_offset`
    pub end_column: Option<i32>,
    /// `text`
    pub text: Option<String>,
}

/// What `python3.11` takes on its command line about itself, as far as programs see it: in `sys.flags`, `sys.path`,
/// `sys.warnoptions` and `sys._xoptions`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PythonOptions {
    /// `-I`
    pub isolated: bool,
    /// `-E`
    pub ignore_environment: bool,
    /// `-s`
    pub no_user_site: bool,
    /// `-S`
    pub no_site: bool,
    /// `-P`
    pub safe_path: bool,
    /// `-q`
    pub quiet: bool,
    /// `-b`, how often
    pub bytes_warning: u8,
    /// `-v`, how often
    pub verbose: u8,
    /// `-O`, how often: the level at which sources are compiled where nothing else is said, at most 2
    pub optimize: u8,
    /// `-X`
    pub implementation: Vec<String>,
    /// `-W`
    pub warnings: Vec<String>,
}

impl PythonOptions {
    /// The value of an option that was given by `-X`: an empty one where it has none.
    #[must_use]
    pub fn implementation_option(&self, name: &str) -> Option<&str> {
        self.implementation.iter().rev().find_map(|option| match option.split_once('=') {
            Some((given, value)) => (given == name).then_some(value),
            None => (option == name).then_some(""),
        })
    }
}

/// How a VM is made.
pub struct VmConfig {
    /// The policy.
    pub strategy: Box<dyn Strategy>,
    /// What is watched while it runs.
    pub watch: Watch,
    /// Limits.
    pub limits: Limits,
    /// The heap's parameters.
    pub heap: HeapConfig,
    /// Where the program's output goes.
    pub stdout: Box<dyn Write>,
    /// Where its errors go.
    pub stderr: Box<dyn Write>,
    /// Compiles source at run time.
    pub compiler: Option<Box<dyn SourceCompiler>>,
    /// `sys.argv`.
    pub argv: Vec<String>,
    /// What was said about the interpreter itself.
    pub python_options: PythonOptions,
    /// Where the modules of CPython's library are to be found.
    pub library: LibrarySettings,
}

/// A virtual machine. It does not move: the heap and the interpreter keep pointers to it.
pub struct Vm {
    // What the interpreter touches all the time comes first.
    /// The registers of the interrupted loop while native code runs.
    pub(crate) state: State,
    /// The frame that runs.
    pub(crate) frame: *mut Frame,
    /// One past the last frame that may be pushed.
    pub(crate) frame_limit: *mut Frame,
    /// One past the last value that may be pushed.
    pub(crate) stack_limit: *mut Value,
    /// The instruction that called the slow function that runs.
    pub(crate) instruction: *const u16,
    /// Its word, with the complete operand.
    pub(crate) word: u32,
    /// The keyword names that `KW_NAMES` left for the next call, or `NULL`.
    pub(crate) keyword_names: Value,
    /// The exception being handled at this level (`exc_info->exc_value`), or `None`.
    pub(crate) handled: Value,
    /// The types.
    pub types: Types,
    /// The exception types.
    pub exc: Exceptions,
    /// The heap.
    pub heap: Heap,
    /// The counters; only a recording loop writes into them.
    pub counters: Counters,
    /// Whether the loop counts.
    pub(crate) recording: bool,
    /// Whether the beginnings and ends of evaluations are recorded.
    pub(crate) follows_flow: bool,
    /// Whether the guards of specialized forms are compared with their pure statement.
    pub(crate) compares_guards: bool,
    /// What watches the shapes that instructions find, if anything does.
    pub(crate) watcher: Option<Box<Watcher>>,
    /// Guards that did not do what they should, where that is compared.
    pub guard_differences: Vec<String>,
    run_loop: RunLoop,
    /// The loop that runs instead while the program traces itself.
    traced_loop: RunLoop,
    /// What the program traces.
    pub(crate) tracing: Tracing,
    /// How the last entry frame was left.
    pub(crate) outcome: PyResult,

    /// Interned strings.
    pub interned: Interned,
    /// Names that the VM itself uses, interned.
    pub names: Names,
    /// The dict of the module `builtins`.
    pub builtins: Gc<Dict>,
    /// `sys.modules`.
    pub modules: Gc<Dict>,
    /// `()`, once it was asked for.
    pub(crate) empty_tuple: Option<Gc<crate::objects::tuple::Tuple>>,
    /// The policy.
    pub(crate) strategy: Box<dyn Strategy>,
    /// Its thresholds.
    pub(crate) tuning: Tuning,
    /// What is wrong with one of its answers, where it could not be raised at once.
    pub(crate) refused: Option<String>,
    /// The next type version tag.
    pub next_type_version: u32,
    /// The next function version.
    pub next_function_version: u32,
    /// The next version of dict keys.
    pub next_dict_version: u32,
    /// The number of code objects made.
    pub(crate) code_serial: u32,
    /// Where the program's output goes.
    pub stdout: Box<dyn Write>,
    /// Where its errors go.
    pub stderr: Box<dyn Write>,
    /// Compiles source at run time.
    pub compiler: Option<Box<dyn SourceCompiler>>,
    /// `sys.argv`.
    pub argv: Vec<String>,
    /// What was said about the interpreter itself.
    pub python_options: PythonOptions,
    /// Native modules by name.
    pub native_modules: Vec<&'static crate::spec::ModuleSpec>,
    /// Types of native modules by their specs' addresses.
    pub(crate) native_types: hashbrown::HashMap<usize, Gc<crate::objects::typeobj::Type>>,
    /// How often a class was registered with an abstract one.
    pub(crate) abc_token: crate::modules::abc::Token,
    /// What the program registered for its end: functions with their arguments.
    /// Those that were taken back have left their places.
    pub(crate) exit_functions: Vec<Option<crate::heap::Root<crate::objects::tuple::Tuple>>>,
    /// The handlers of signals by number, once `_signal` was imported.
    pub(crate) signal_handlers: Option<crate::heap::Root<crate::objects::list::List>>,
    /// The filters of warnings, once one was looked for.
    pub(crate) warning_defaults: Option<crate::modules::WarningDefaults>,
    /// What `sys.set_asyncgen_hooks` set.
    pub(crate) asyncgen_hooks: [Option<crate::heap::RootValue>; 2],
    /// How many callers a coroutine remembers (`sys.set_coroutine_origin_tracking_depth`).
    pub(crate) coroutine_origin_depth: usize,
    /// The context of `contextvars` that runs, once somebody asked for it.
    pub(crate) context: Option<crate::heap::RootValue>,
    /// Codecs and error handlers, once somebody asked for one.
    pub(crate) codecs: Option<crate::modules::CodecRegistry>,
    /// The threads, once there were several.
    pub(crate) threads: Option<Box<crate::threads::Threads>>,
    /// What `_thread.stack_size` was set to.
    pub(crate) thread_stack_size: usize,
    /// Weak references to the objects whose attributes each thread has for itself, once there is one.
    pub(crate) locals_of_threads: Option<crate::heap::Root<crate::objects::list::List>>,
    /// The classes of syntax trees, once they are needed.
    pub(crate) syntax_classes: crate::modules::SyntaxClasses,
    /// CPython's own import system, once it is needed.
    pub(crate) library: Library,
    pub(crate) recursion_limit: usize,
    /// The most decimal digits of an integer that is converted from or to text; 0 is no limit
    /// (`sys.set_int_max_str_digits`).
    pub int_max_str_digits: usize,
    /// What a program said of faults.
    pub(crate) faults: crate::modules::Faults,
    /// What a program said of the collector.
    pub(crate) gc: crate::modules::GcSettings,
    /// What `gc.isenabled` answers.
    pub(crate) gc_enabled: bool,
    /// How many loops run one inside the other: only the outermost (1) collects, with exact roots.
    pub(crate) native_depth: usize,
    /// The builtin `len`, for the guard of its form (`callable_cache.len`).
    pub(crate) len_function: Value,
    /// The function `__import__`, whatever the program puts in its place.
    pub(crate) import_function: Value,
    /// The builtin `isinstance`.
    pub(crate) isinstance_function: Value,
    /// `list.append`.
    pub(crate) list_append_descriptor: Value,
    pub(crate) limits: Limits,
    /// The lowest address that native code may reach.
    pub(crate) native_limit: usize,
    pub(crate) stack: Box<[Value]>,
    pub(crate) frames: Box<[std::mem::MaybeUninit<Frame>]>,
    /// Whether the method cache and friends may be used (set once the types exist).
    pub(crate) method_cache: crate::protocol::MethodCache,
    /// Objects whose `repr` is being made, to stop at cycles.
    pub(crate) repr_stack: Vec<Value>,
    /// Code objects in the order in which they were made, for `dis --adaptive` and the like.
    pub code_objects: Gc<Array>,
}

impl Vm {
    /// Makes a VM with its types, builtins and no modules.
    ///
    /// # Panics
    /// When the operating system has no memory for the stack.
    pub fn new(config: VmConfig) -> Box<Vm> {
        let tuning = config.strategy.tuning();
        let limits = config.limits;
        let here = 0u8;
        let mut vm = Box::new(Vm {
            state: State::UNSET,
            frame: std::ptr::null_mut(),
            frame_limit: std::ptr::null_mut(),
            stack_limit: std::ptr::null_mut(),
            instruction: std::ptr::null(),
            word: 0,
            keyword_names: Value::NULL,
            handled: Value::NONE,
            types: Types::unset(),
            exc: Exceptions::unset(),
            heap: Heap::new(config.heap),
            counters: Counters::new(),
            recording: config.watch == Watch::Counts,
            follows_flow: matches!(config.watch, Watch::Shapes { .. }),
            compares_guards: config.watch == Watch::Guards,
            watcher: Watcher::new(config.watch).map(Box::new),
            guard_differences: Vec::new(),
            run_loop: match config.watch {
                Watch::Nothing => dispatch::run_loop::<Off>(),
                Watch::Counts => dispatch::run_loop::<Counts>(),
                Watch::Shapes { .. } | Watch::Guards => dispatch::run_loop::<Shapes>(),
            },
            traced_loop: match config.watch {
                Watch::Counts => dispatch::traced_loop::<Counts>(),
                _ => dispatch::traced_loop::<Off>(),
            },
            tracing: Tracing::default(),
            outcome: Ok(Value::NULL),
            interned: Interned::new(),
            names: Names::unset(),
            // SAFETY: dangling until the types exist, a few lines below; nothing looks at them before.
            builtins: unsafe { Gc::from_raw(std::ptr::dangling_mut()) },
            // SAFETY: as above.
            modules: unsafe { Gc::from_raw(std::ptr::dangling_mut()) },
            // SAFETY: as above.
            code_objects: unsafe { Gc::from_raw(std::ptr::dangling_mut()) },
            empty_tuple: None,
            strategy: config.strategy,
            tuning,
            refused: None,
            next_type_version: 1,
            next_function_version: 1,
            next_dict_version: 2,
            code_serial: 0,
            stdout: config.stdout,
            stderr: config.stderr,
            compiler: config.compiler,
            argv: config.argv,
            native_modules: Vec::new(),
            native_types: hashbrown::HashMap::new(),
            abc_token: crate::modules::abc::Token::new(0),
            exit_functions: Vec::new(),
            signal_handlers: None,
            warning_defaults: None,
            asyncgen_hooks: [None, None],
            coroutine_origin_depth: 0,
            python_options: config.python_options,
            context: None,
            codecs: None,
            threads: None,
            thread_stack_size: 0,
            locals_of_threads: None,
            syntax_classes: None,
            library: Library::Unasked(config.library),
            recursion_limit: limits.recursion,
            int_max_str_digits: 4300,
            faults: crate::modules::Faults::default(),
            gc: crate::modules::GcSettings::STANDARD,
            gc_enabled: true,
            native_depth: 0,
            len_function: Value::NULL,
            import_function: Value::NULL,
            isinstance_function: Value::NULL,
            list_append_descriptor: Value::NULL,
            limits,
            native_limit: (std::ptr::addr_of!(here) as usize).saturating_sub(limits.native_stack),
            stack: zeroed_stack(limits.stack_values),
            frames: Box::new_uninit_slice(limits.frames + 2),
            method_cache: crate::protocol::MethodCache::new(),
            repr_stack: Vec::new(),
        });
        vm.state.sp = vm.stack.as_mut_ptr();
        vm.state.fp = vm.state.sp;
        vm.stack_limit = vm.stack.as_mut_ptr_range().end.wrapping_sub(STACK_RESERVE);
        vm.frame = vm.frames.as_mut_ptr().cast();
        vm.frame_limit = vm.frame_limit_without_natives();
        crate::types::bootstrap(&mut vm);
        vm.builtins = vm.new_dict();
        vm.modules = vm.new_dict();
        vm.code_objects = vm.heap.new_array(16);
        let context: *mut Vm = &mut *vm;
        vm.heap.set_roots(context.cast(), mark_roots);
        crate::builtins::install(&mut vm);
        vm
    }

    /// The stacks of another thread.
    pub(crate) fn new_stacks(&self) -> (Box<[Value]>, Box<[std::mem::MaybeUninit<Frame>]>) {
        (zeroed_stack(self.limits.stack_values), Box::new_uninit_slice(self.limits.frames + 2))
    }

    /// Makes the counters those of the program alone: what happened so far is the VM's own start-up.
    pub fn reset_counters(&mut self) {
        self.counters = Counters::new();
    }

    /// The number of frames on the stack.
    pub fn depth(&self) -> usize {
        (self.frame as usize - self.frames.as_ptr() as usize) / size_of::<Frame>()
    }

    /// The running frame, if any.
    pub fn current_frame(&self) -> Option<&Frame> {
        // SAFETY: above the sentinel every place up to `frame` holds a frame.
        if self.depth() == 0 { None } else { Some(unsafe { &*self.frame }) }
    }

    /// The frame `n` below the running one (0 is the running one).
    pub fn frame_below(&self, n: usize) -> Option<&Frame> {
        // SAFETY: as for `current_frame`.
        if n >= self.depth() { None } else { Some(unsafe { &*self.frame.sub(n) }) }
    }

    /// Runs the loop from the saved registers until the entry frame on top is left.
    #[inline]
    pub(crate) fn run_loop(&mut self) -> PyResult {
        self.tracing.in_loop = false;
        if self.tracing.wanted {
            self.tracing.in_loop = true;
            (self.traced_loop)(self);
        } else {
            (self.run_loop)(self);
        }
        while self.tracing.switching {
            self.tracing.switching = false;
            self.tracing.in_loop = self.tracing.wanted;
            let run = if self.tracing.wanted { self.traced_loop } else { self.run_loop };
            run(self);
        }
        std::mem::replace(&mut self.outcome, Ok(Value::NULL))
    }

    /// The policy's name.
    pub fn strategy_name(&self) -> &str {
        self.strategy.name()
    }
}

/// A stack of `NULL`s that the operating system hands out page by page. The memory is zeroed; nothing reads a value that
/// was not written before.
fn zeroed_stack(values: usize) -> Box<[Value]> {
    // SAFETY: a word of zeros is a valid `Value` (the integer 0).
    unsafe { Box::<[Value]>::new_zeroed_slice(values).assume_init() }
}

/// Reports everything that is alive whatever the native stack holds.
fn mark_roots(context: *mut (), marker: &mut Marker) {
    // SAFETY: `Vm::new` registered the box's address, which does not change.
    let vm = unsafe { &*context.cast::<Vm>() };
    let base = vm.stack.as_ptr();
    let used = (vm.state.sp as usize - base as usize) / size_of::<Value>();
    marker.values(&vm.stack[..used]);
    for n in 0..vm.depth() {
        let Some(frame) = vm.frame_below(n) else { break };
        frame.trace(marker);
    }
    marker.value(vm.len_function);
    marker.value(vm.import_function);
    marker.value(vm.isinstance_function);
    marker.value(vm.list_append_descriptor);
    marker.value(vm.keyword_names);
    marker.value(vm.handled);
    match vm.outcome {
        Ok(value) | Err(Raise(value)) => marker.value(value),
    }
    marker.values(&vm.repr_stack);
    vm.interned.trace(marker);
    vm.types.trace(marker);
    vm.exc.trace(marker);
    vm.names.trace(marker);
    vm.method_cache.trace(marker);
    marker.mark(vm.builtins);
    marker.mark(vm.modules);
    if let Some(tuple) = vm.empty_tuple {
        marker.mark(tuple);
    }
    marker.mark(vm.code_objects);
    if let Some(threads) = &vm.threads {
        threads.trace(marker);
    }
    if let Some(codecs) = &vm.codecs {
        codecs.trace(marker);
    }
    for ty in vm.native_types.values() {
        marker.mark(*ty);
    }
}
