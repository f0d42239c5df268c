//! Built-in functions that run code and look at namespaces: `compile`, `exec`, `eval`, `__import__`, `globals`, `locals`.

use quicken_bytecode::CodeFlags;

use crate::Vm;
use crate::args::{Args, Parameters};
use crate::error::PyResult;
use crate::object::Gc;
use crate::objects::bytes;
use crate::objects::code::Code;
use crate::objects::dict::Dict;
use crate::objects::function::CellObject;
use crate::objects::string::Str;
use crate::objects::string_methods::encode::encode;
use crate::objects::tuple::Tuple;
use crate::spec::Convention::{Fast, FastKeywords, NoArgs};
use crate::spec::{MethodSpec, method};
use crate::value::Value;
use crate::vm::{DecodedSource, SourceOptions};

/// `__import__`: the import instruction looks whether it is still this one.
pub(crate) const IMPORT: MethodSpec = method("__import__", import, FastKeywords);

/// The functions, for the module `builtins`.
pub const FUNCTIONS: &[MethodSpec] = &[
    IMPORT,
    method("compile", compile, FastKeywords),
    method("eval", eval, Fast),
    method("exec", exec, FastKeywords),
    method("globals", globals, NoArgs),
    method("locals", locals, NoArgs),
    method("open", open, FastKeywords),
];

fn import(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<5> = Parameters {
        names: ["name", "globals", "locals", "fromlist", "level"],
        positional_only: 0,
        max_positional: 5,
        required: 1,
    };
    let [name, globals, _, from_list, level] = args.bind(vm, "__import__", &PARAMETERS)?;
    let level = if level.is_null() { 0 } else { vm.index_c(level, "int")? };
    let Some(name) = name.cast::<Str>() else { return Err(vm.type_error("module name must be a string")) };
    let globals = match globals.or_none() {
        none if none.is_none() => None,
        value => match value.cast::<Dict>() {
            Some(dict) => Some(dict),
            None if level > 0 => return Err(vm.type_error("globals must be a dict")),
            None => None,
        },
    };
    vm.import_module_level(name, globals, from_list, level)
}

// ---- source ----

/// The text of source that a program hands over.
fn source_text(vm: &mut Vm, value: Value, function: &str, filename: &str, what: &str) -> PyResult<DecodedSource> {
    let mut byte_columns = false;
    let text = if let Some(text) = value.cast::<Str>() {
        match text.to_utf8() {
            Some(text) => text.into_owned(),
            None => match encode(vm, text, "utf-8", "strict") {
                Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
                Err(raise) => return Err(raise),
            },
        }
    } else if let Some(source) = bytes::to_vec(value) {
        let decoded = vm.decode_source(&source, filename)?;
        byte_columns = decoded.byte_columns;
        decoded.text
    } else {
        return Err(vm.type_error(format!("{function}() arg 1 must be a {what} object")));
    };
    if text.contains('\0') {
        let ty = vm.exc.SyntaxError;
        return Err(vm.raise(ty, "source code string cannot contain null bytes"));
    }
    Ok(DecodedSource { text, byte_columns })
}

/// A file name: a string, bytes or an object with `__fspath__`.
fn file_name(vm: &mut Vm, value: Value) -> PyResult<String> {
    if let Some(text) = value.cast::<Str>() {
        return Ok(text.to_string_lossy().into_owned());
    }
    if let Some(bytes) = bytes::to_vec(value) {
        if value.cast::<bytes::Bytes>().is_none() {
            let (category, given) = (vm.exc.DeprecationWarning, vm.type_name(value));
            vm.warn(category, &format!("path should be string, bytes, or os.PathLike, not {given}"), 1)?;
        }
        return Ok(String::from_utf8_lossy(&bytes).into_owned());
    }
    let name = vm.intern("__fspath__");
    match vm.call_special(value, name, &[])? {
        Some(path) if path.cast::<Str>().is_some() || bytes::to_vec(path).is_some() => file_name(vm, path),
        Some(path) => {
            let (class, given) = (vm.type_name(value), vm.type_name(path));
            Err(vm.type_error(format!("expected {class}.__fspath__() to return str or bytes, not {given}")))
        }
        None => {
            let given = vm.type_name(value);
            Err(vm.type_error(format!("expected str, bytes or os.PathLike object, not {given}")))
        }
    }
}

const ONLY_AST: i64 = 0x400;
const TOP_LEVEL_AWAIT: i64 = 0x2000;
/// `PyCF_DONT_IMPLY_DEDENT`
const DONT_IMPLY_DEDENT: i64 = 0x200;
/// `PyCF_ALLOW_INCOMPLETE_INPUT`
const ALLOW_INCOMPLETE_INPUT: i64 = 0x4000;
/// `PyCF_MASK`
const FUTURE_FLAGS: i64 = 0x1fe_0000;
/// Flags of `compile` that CPython knows: future statements, `CO_NESTED`, and its own.
const KNOWN_FLAGS: i64 =
    FUTURE_FLAGS | 0x10 | DONT_IMPLY_DEDENT | ONLY_AST | 0x1000 | TOP_LEVEL_AWAIT | ALLOW_INCOMPLETE_INPUT;

/// The `__future__` features of the code that calls (`PyEval_MergeCompilerFlags`).
fn inherited_features(vm: &Vm) -> CodeFlags {
    let flags = vm.current_frame().map_or(CodeFlags::empty(), |frame| frame.code.flags);
    flags & CodeFlags::from_bits_truncate(FUTURE_FLAGS as u32)
}

fn compile(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<7> = Parameters {
        names: ["source", "filename", "mode", "flags", "dont_inherit", "optimize", "_feature_version"],
        positional_only: 0,
        max_positional: 6,
        required: 3,
    };
    let [source, filename, mode, flags, dont_inherit, optimize, _] = args.bind(vm, "compile", &PARAMETERS)?;
    let filename = file_name(vm, filename)?;
    let Some(mode) = mode.cast::<Str>() else {
        let given = vm.type_name(mode);
        return Err(vm.type_error(format!("compile() argument 'mode' must be str, not {given}")));
    };
    let flags = if flags.is_null() { 0 } else { vm.index_c(flags, "int")? };
    let inherit = dont_inherit.is_null() || !vm.is_true(dont_inherit)?;
    let optimize = if optimize.is_null() { -1 } else { vm.index_c(optimize, "int")? };
    if flags & !KNOWN_FLAGS != 0 {
        return Err(vm.value_error("compile(): unrecognised flags"));
    }
    if !(-1..=2).contains(&optimize) {
        return Err(vm.value_error("compile(): invalid optimize value"));
    }
    let mode = mode.to_string_lossy().into_owned();
    match mode.as_str() {
        "exec" | "eval" | "single" => {}
        "func_type" if flags & ONLY_AST == 0 => {
            return Err(vm.value_error("compile() mode 'func_type' requires flag PyCF_ONLY_AST"));
        }
        _ if flags & ONLY_AST != 0 => {
            return Err(vm.value_error("compile() mode must be 'exec', 'eval', 'single' or 'func_type'"));
        }
        _ => return Err(vm.value_error("compile() mode must be 'exec', 'eval' or 'single'")),
    }
    let only_tree = flags & ONLY_AST != 0;
    if mode == "func_type" {
        return Err(vm.not_implemented_error("compile() does not parse the comments that give types"));
    }
    let inherited = if inherit { inherited_features(vm) } else { CodeFlags::empty() };
    let options = SourceOptions {
        // −1 is the level of the interpreter itself.
        optimize: u8::try_from(optimize).unwrap_or_else(|_| vm.optimization_level()),
        future: CodeFlags::from_bits_truncate((flags & FUTURE_FLAGS) as u32) | inherited,
        top_level_await: flags & TOP_LEVEL_AWAIT != 0,
        allow_incomplete_input: flags & ALLOW_INCOMPLETE_INPUT != 0,
        dont_imply_dedent: flags & DONT_IMPLY_DEDENT != 0,
        byte_columns: false,
    };
    if vm.is_syntax_node(source)? {
        if only_tree {
            return Ok(source);
        }
        let tree = vm.plain_syntax_tree(source, &mode)?;
        let object = vm.compile_tree(&tree, &filename, options)?;
        return vm.new_code(&object).map(Value::from);
    }
    let source = source_text(vm, source, "compile", &filename, "string, bytes or AST")?;
    let options = SourceOptions { byte_columns: source.byte_columns, ..options };
    if only_tree {
        let tree = vm.parse_source(&source.text, &filename, &mode, options)?;
        return vm.syntax_tree(&tree);
    }
    let object = vm.compile_source(&source.text, &filename, &mode, options)?;
    vm.new_code(&object).map(Value::from)
}

// ---- exec and eval ----

/// The namespaces in which `exec` and `eval` run code.
struct Namespaces {
    globals: Gc<Dict>,
    locals: Value,
}

/// The namespaces as they are given (`None` when not), or those of the caller.
fn namespaces(vm: &mut Vm, function: &str, globals: Value, locals: Value) -> PyResult<Namespaces> {
    let (globals, locals) = (globals.or_none(), locals.or_none());
    let is_mapping = |vm: &Vm, value: Value| value.is_none() || vm.type_of(value).slots().getitem.is_some();
    // The two functions check in different order, with different words.
    if function == "eval" && !is_mapping(vm, locals) {
        return Err(vm.type_error("locals must be a mapping"));
    }
    let (globals, locals) = if globals.is_none() {
        let Some(frame) = vm.current_frame() else {
            return Err(vm.system_error("globals and locals cannot be NULL"));
        };
        let own = Value::from(frame.globals);
        (own, if locals.is_none() { vm.locals_of_frame(0) } else { locals })
    } else {
        (globals, if locals.is_none() { globals } else { locals })
    };
    let Some(globals) = globals.cast::<Dict>() else {
        return Err(vm.type_error(match function {
            "exec" => format!("exec() globals must be a dict, not {}", vm.type_name(globals)),
            _ if is_mapping(vm, globals) => "globals must be a real dict; try eval(code, {}, mapping)".to_owned(),
            _ => "globals must be a dict".to_owned(),
        }));
    };
    if !is_mapping(vm, locals) {
        let given = vm.type_name(locals);
        return Err(vm.type_error(format!("locals must be a mapping or None, not {given}")));
    }
    let name = vm.names.__builtins__;
    if globals.get_str(name).is_none() {
        // The caller's builtins.
        let builtins = match vm.current_frame().map(|frame| frame.globals) {
            Some(outer) => match vm.unusual_builtins(outer) {
                Some(builtins) => builtins,
                None => vm.builtins_of(outer).into(),
            },
            None => vm.builtins.into(),
        };
        globals.set_str(vm, name, builtins);
    }
    Ok(Namespaces { globals, locals })
}

/// Runs code as the body of a module or class: names are looked up in `locals`, then in `globals`.
fn run(vm: &mut Vm, code: Gc<Code>, namespaces: &Namespaces, closure: Value) -> PyResult {
    let function = vm.new_function(code, namespaces.globals);
    function.closure.set(closure);
    vm.call_function_with_locals(function, Args::EMPTY, namespaces.locals)
}

fn exec(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<4> = Parameters {
        names: ["source", "globals", "locals", "closure"],
        positional_only: 3,
        max_positional: 3,
        required: 1,
    };
    let [source, globals, locals, closure] = args.bind(vm, "exec", &PARAMETERS)?;
    let namespaces = namespaces(vm, "exec", globals, locals)?;
    let closure = if closure.is_none() { Value::NULL } else { closure };
    let code = match source.cast::<Code>() {
        Some(code) => {
            check_closure(vm, code, closure)?;
            code
        }
        None => {
            if !closure.is_null() {
                return Err(vm.type_error("closure can only be used when source is a code object"));
            }
            let source = source_text(vm, source, "exec", "<string>", "string, bytes or code")?;
            let options = SourceOptions {
                future: inherited_features(vm),
                byte_columns: source.byte_columns,
                ..SourceOptions::at_level(vm.optimization_level())
            };
            let object = vm.compile_source(&source.text, "<string>", "exec", options)?;
            vm.new_code(&object)?
        }
    };
    run(vm, code, &namespaces, closure)?;
    Ok(Value::NONE)
}

fn check_closure(vm: &mut Vm, code: Gc<Code>, closure: Value) -> PyResult<()> {
    let free = code.object.nfreevars();
    if free == 0 {
        if closure.is_null() {
            return Ok(());
        }
        return Err(vm.type_error("cannot use a closure with this code object"));
    }
    let fits = closure
        .cast::<Tuple>()
        .is_some_and(|cells| cells.len() == free && cells.items().iter().all(|c| c.cast::<CellObject>().is_some()));
    if fits {
        return Ok(());
    }
    Err(vm.type_error(format!("code object requires a closure of exactly length {free}")))
}

fn eval(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "eval", 1, 3)?;
    let at = |index: usize| values.get(index).copied().unwrap_or(Value::NONE);
    let namespaces = namespaces(vm, "eval", at(1), at(2))?;
    let code = match values[0].cast::<Code>() {
        Some(code) if code.object.nfreevars() > 0 => {
            return Err(vm.type_error("code object passed to eval() may not contain free variables"));
        }
        Some(code) => code,
        None => {
            let source = source_text(vm, values[0], "eval", "<string>", "string, bytes or code")?;
            let options = SourceOptions {
                future: inherited_features(vm),
                byte_columns: source.byte_columns,
                ..SourceOptions::at_level(vm.optimization_level())
            };
            let object = vm.compile_source(source.text.trim_start_matches([' ', '\t']), "<string>", "eval", options)?;
            vm.new_code(&object)?
        }
    };
    run(vm, code, &namespaces, Value::NULL)
}

// ---- namespaces ----

fn globals(vm: &mut Vm, _module: Value, _args: Args<'_>) -> PyResult {
    Ok(vm.current_frame().map_or(Value::NONE, |frame| frame.globals.into()))
}

fn locals(vm: &mut Vm, _module: Value, _args: Args<'_>) -> PyResult {
    Ok(vm.locals_of_frame(0))
}

/// `open` until `_io` is there, which puts its own in place of this one.
fn open(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let io = vm.import_absolute("_io")?;
    let name = vm.intern("open");
    let open = vm.get_attr(io, name)?;
    vm.call(open, args)
}
