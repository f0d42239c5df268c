//! The functions of `sys`.

use crate::Vm;
use crate::args::Args;
use crate::error::PyResult;
use crate::objects::exception::Exception;
use crate::objects::string::Str;
use crate::objects::tuple::Tuple;
use crate::spec::Convention::{Fast, FastKeywords, NoArgs, O, Varargs, VarargsKeywords};
use crate::spec::{MethodSpec, method};
use crate::tracing::Listener;
use crate::value::Value;

/// `sys.excepthook`: the end of a program looks whether it is still this one.
pub(crate) const EXCEPTHOOK: MethodSpec = method("excepthook", excepthook, Fast);

pub(super) const FUNCTIONS: &[MethodSpec] = &[
    EXCEPTHOOK,
    method("breakpointhook", breakpointhook, FastKeywords),
    method("displayhook", displayhook, O),
    method("unraisablehook", |_, _, _| Ok(Value::NONE), O),
    method("exit", exit, Fast),
    method("exc_info", exc_info, NoArgs),
    method("exception", exception, NoArgs),
    method("getrecursionlimit", getrecursionlimit, NoArgs),
    method("setrecursionlimit", setrecursionlimit, O),
    method("get_int_max_str_digits", get_int_max_str_digits, NoArgs),
    method("set_int_max_str_digits", set_int_max_str_digits, FastKeywords),
    method("intern", intern, O),
    method("getsizeof", super::sizes::getsizeof, VarargsKeywords),
    method("getrefcount", |_, _, _| Ok(Value::small_int(2)), O),
    method("_getframe", getframe, Fast),
    method("_current_frames", current_frames, NoArgs),
    method("_current_exceptions", current_exceptions, NoArgs),
    method("is_finalizing", |_, _, _| Ok(Value::FALSE), NoArgs),
    method("getdefaultencoding", |vm, _, _| Ok(vm.intern("utf-8").into()), NoArgs),
    method("getfilesystemencoding", |vm, _, _| Ok(vm.intern("utf-8").into()), NoArgs),
    method("getfilesystemencodeerrors", |vm, _, _| Ok(vm.intern("surrogateescape").into()), NoArgs),
    method("getswitchinterval", |vm, _, _| Ok(vm.float(0.005)), NoArgs),
    method("setswitchinterval", |_, _, _| Ok(Value::NONE), O),
    method("getallocatedblocks", |vm, _, _| Ok(vm.int(vm.heap.stats().cells_allocated as i64)), NoArgs),
    method("gettrace", |vm, _, _| Ok(vm.tracing.listener(Listener::Trace).unwrap_or(Value::NONE)), NoArgs),
    method("getprofile", |vm, _, _| Ok(vm.tracing.listener(Listener::Profile).unwrap_or(Value::NONE)), NoArgs),
    method("settrace", settrace, O),
    method("setprofile", setprofile, O),
    method("audit", |_, _, _| Ok(Value::NONE), Fast),
    method("_clear_type_cache", |_, _, _| Ok(Value::NONE), NoArgs),
    method("get_asyncgen_hooks", get_asyncgen_hooks, NoArgs),
    method("set_asyncgen_hooks", set_asyncgen_hooks, VarargsKeywords),
    method(
        "get_coroutine_origin_tracking_depth",
        |vm, _, _| Ok(Value::small_int(vm.coroutine_origin_depth as i64)),
        NoArgs,
    ),
    method("set_coroutine_origin_tracking_depth", set_coroutine_origin_tracking_depth, FastKeywords),
    method("call_tracing", call_tracing, Varargs),
];

fn excepthook(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [_, value, _] = args.exactly(vm, "excepthook")?;
    vm.print_exception(value);
    Ok(Value::NONE)
}

/// `sys.breakpointhook(*args, **kws)`: calls what `PYTHONBREAKPOINT` names, `pdb.set_trace` if it names nothing.
fn breakpointhook(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let path = environment_variable(vm, "PYTHONBREAKPOINT")?.filter(|path| !path.is_empty());
    let path = path.unwrap_or_else(|| "pdb.set_trace".to_owned());
    if path == "0" {
        return Ok(Value::NONE);
    }
    let (module, name) = path.rsplit_once('.').unwrap_or(("builtins", &path));
    let found = if module.is_empty() { None } else { import_attribute(vm, module, name)? };
    match found {
        Some(hook) => vm.call(hook, args),
        None => {
            let category = vm.exc.RuntimeWarning;
            vm.warn(category, &format!("Ignoring unimportable $PYTHONBREAKPOINT: \"{path}\""), 0)?;
            Ok(Value::NONE)
        }
    }
}

/// A variable of the environment as the program has it now: `os.environ` has what it changed.
fn environment_variable(vm: &mut Vm, name: &str) -> PyResult<Option<String>> {
    let (modules, os) = (vm.modules, vm.intern("os"));
    let Some(os) = modules.get_str(os) else { return Ok(std::env::var(name).ok()) };
    let environ = vm.intern("environ");
    let Some(environ) = vm.lookup_attr(os, environ)? else { return Ok(None) };
    let name = vm.new_str(name);
    let value = vm.call_method(environ, "get", &[name.into()])?;
    Ok(value.cast::<Str>().map(|value| value.to_string_lossy().into_owned()))
}

/// `module.name`, `None` if the module cannot be imported or has no such attribute.
fn import_attribute(vm: &mut Vm, module: &str, name: &str) -> PyResult<Option<Value>> {
    let import = vm.import_absolute(module);
    let Some(_) = vm.suppress(import, vm.exc.ImportError)? else { return Ok(None) };
    let modules = vm.modules;
    let key = vm.intern(module);
    let Some(found) = modules.get_str(key) else { return Ok(None) };
    let name = vm.intern(name);
    vm.lookup_attr(found, name)
}

fn displayhook(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [value] = args.exactly(vm, "displayhook")?;
    if value.is_none() {
        return Ok(value);
    }
    let name = vm.intern("_");
    let builtins = vm.builtins;
    builtins.set_str(vm, name, Value::NONE);
    let text = vm.repr_text(value)?;
    vm.write_stdout(&text)?;
    vm.write_stdout("\n")?;
    builtins.set_str(vm, name, value);
    Ok(Value::NONE)
}

fn exit(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "exit", 0, 1)?;
    let ty = vm.exc.SystemExit;
    let status = values.first().copied().unwrap_or(Value::NONE);
    // As `raise SystemExit, status`: a tuple is the arguments, `None` is no argument.
    Err(match status.cast::<crate::objects::tuple::Tuple>() {
        Some(arguments) => vm.raise_with(ty, arguments.items()),
        None if status.is_none() => vm.raise_with(ty, &[]),
        None => vm.raise_with(ty, &[status]),
    })
}

fn exc_info(vm: &mut Vm, _module: Value, _args: Args<'_>) -> PyResult {
    let handled = vm.topmost_handled();
    let (class, traceback) = match handled.cast::<Exception>() {
        Some(exception) => (vm.type_of(handled).into(), exception.traceback.get().or_none()),
        None => (Value::NONE, Value::NONE),
    };
    Ok(vm.new_tuple(&[class, handled, traceback]).into())
}

fn exception(vm: &mut Vm, _module: Value, _args: Args<'_>) -> PyResult {
    Ok(vm.topmost_handled())
}

fn getrecursionlimit(vm: &mut Vm, _module: Value, _args: Args<'_>) -> PyResult {
    Ok(vm.int(vm.recursion_limit() as i64))
}

fn setrecursionlimit(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [limit] = args.exactly(vm, "setrecursionlimit")?;
    let limit = vm.index_c(limit, "int")?;
    let Some(limit) = usize::try_from(limit).ok().filter(|limit| *limit >= 1) else {
        return Err(vm.value_error("recursion limit must be greater or equal than 1"));
    };
    let depth = vm.recursion_depth();
    if depth >= limit {
        let ty = vm.exc.RecursionError;
        return Err(vm.raise(
            ty,
            format!("cannot set the recursion limit to {limit} at the recursion depth {depth}: the limit is too low"),
        ));
    }
    vm.set_recursion_limit(limit);
    Ok(Value::NONE)
}

fn get_int_max_str_digits(vm: &mut Vm, _module: Value, _args: Args<'_>) -> PyResult {
    Ok(vm.int(vm.int_max_str_digits as i64))
}

fn set_int_max_str_digits(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    const PARAMETERS: crate::args::Parameters<1> =
        crate::args::Parameters { names: ["maxdigits"], positional_only: 0, max_positional: 1, required: 1 };
    let [digits] = args.bind(vm, "set_int_max_str_digits", &PARAMETERS)?;
    let digits = vm.index_c(digits, "int")?;
    match usize::try_from(digits) {
        Ok(digits) if digits == 0 || digits >= 640 => {
            vm.int_max_str_digits = digits;
            Ok(Value::NONE)
        }
        _ => Err(vm.value_error("maxdigits must be 0 or larger than 640")),
    }
}

fn set_coroutine_origin_tracking_depth(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    const PARAMETERS: crate::args::Parameters<1> =
        crate::args::Parameters { names: ["depth"], positional_only: 0, max_positional: 1, required: 1 };
    let [depth] = args.bind(vm, "set_coroutine_origin_tracking_depth", &PARAMETERS)?;
    let depth = vm.index_c(depth, "int")?;
    let Ok(depth) = usize::try_from(depth) else { return Err(vm.value_error("depth must be >= 0")) };
    vm.coroutine_origin_depth = depth;
    Ok(Value::NONE)
}

fn intern(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [text] = args.exactly(vm, "intern")?;
    match text.cast::<Str>() {
        Some(string) if vm.is_exact_str(string) => Ok(vm.intern_str(string).into()),
        Some(_) => {
            let given = vm.type_name(text);
            Err(vm.type_error(format!("can't intern {given}")))
        }
        None => {
            let given = vm.type_name(text);
            Err(vm.type_error(format!("intern() argument must be str, not {given}")))
        }
    }
}

fn getframe(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "_getframe", 0, 1)?;
    let depth = match values.first() {
        Some(depth) => vm.index_c(*depth, "int")?,
        None => 0,
    };
    // CPython takes a negative depth for zero.
    match usize::try_from(depth.max(0)).ok().and_then(|depth| vm.frame_object(depth)) {
        Some(frame) => Ok(frame.into()),
        None => Err(vm.value_error("call stack is not deep enough")),
    }
}

fn current_frames(vm: &mut Vm, _module: Value, _args: Args<'_>) -> PyResult {
    vm.of_each_thread(|vm| vm.frame_object(0).map(Value::from)).map(Value::from)
}

/// What `sys.exc_info` tells each thread.
fn current_exceptions(vm: &mut Vm, module: Value, args: Args<'_>) -> PyResult {
    vm.of_each_thread(|vm| exc_info(vm, module, args).ok()).map(Value::from)
}

fn settrace(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [function] = args.exactly(vm, "settrace")?;
    vm.set_listener(Listener::Trace, function)?;
    Ok(Value::NONE)
}

fn setprofile(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [function] = args.exactly(vm, "setprofile")?;
    vm.set_listener(Listener::Profile, function)?;
    Ok(Value::NONE)
}

fn call_tracing(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [function, arguments] = args.exactly(vm, "call_tracing")?;
    if arguments.cast::<Tuple>().is_none() {
        let given = vm.type_name(arguments);
        return Err(vm.type_error(format!("call_tracing() argument 2 must be tuple, not {given}")));
    }
    let mut values = vm.heap.temp_vec();
    vm.collect(arguments, &mut values)?;
    vm.call_traced(function, Args::positional(&values))
}

crate::struct_sequence! {
    ASYNCGEN_HOOKS = "sys" "asyncgen_hooks" [0 firstiter, 1 finalizer]
}

fn get_asyncgen_hooks(vm: &mut Vm, _module: Value, _args: Args<'_>) -> PyResult {
    let [first, finalizer] = &vm.asyncgen_hooks;
    let hooks = [first, finalizer].map(|hook| hook.as_ref().map_or(Value::NONE, |hook| hook.get()));
    let tuple = vm.types.tuple;
    let ty = vm.native_type(&ASYNCGEN_HOOKS, tuple);
    Ok(vm.new_tuple_of(ty, &hooks).into())
}

fn set_asyncgen_hooks(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    const PARAMETERS: crate::args::Parameters<2> = crate::args::Parameters {
        names: ["firstiter", "finalizer"],
        positional_only: 0,
        max_positional: 2,
        required: 0,
    };
    let hooks = args.bind(vm, "set_asyncgen_hooks", &PARAMETERS)?;
    for (index, hook) in hooks.into_iter().enumerate() {
        if hook.is_null() {
            continue;
        }
        if !hook.is_none() && !vm.is_callable(hook) {
            let (name, given) = (PARAMETERS.names[index], vm.type_name(hook));
            return Err(vm.type_error(format!("callable {name} expected, got {given}")));
        }
        vm.asyncgen_hooks[index] = if hook.is_none() { None } else { Some(vm.heap.root_value(hook)) };
    }
    Ok(Value::NONE)
}
