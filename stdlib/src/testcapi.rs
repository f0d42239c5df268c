//! `_testcapi`, as far as it is about calls: functions of every calling convention, calls from native code, and exceptions that
//! native code raises and prints. CPython's own tests of these look for it under this name. What is about CPython's memory and C API
//! alone is not here.

use quicken_vm::args::Args;
use quicken_vm::error::PyResult;
use quicken_vm::heap::Marker;
use quicken_vm::object::{Gc, LayoutKind};
use quicken_vm::objects::dict::Dict;
use quicken_vm::objects::opaque::{Opaque, OpaqueData};
use quicken_vm::objects::string::Str;
use quicken_vm::objects::tuple::Tuple;
use quicken_vm::objects::typeobj::{Type, new_native_type};
use quicken_vm::slots::Slots;
use quicken_vm::spec::Convention::{Fast, FastKeywords, NoArgs, O, Varargs, VarargsKeywords};
use quicken_vm::spec::{MethodSpec, ModuleSpec, TypeSpec, class_method, method, static_method};
use quicken_vm::{Value, Vm};

use crate::set_attribute;

/// `_testcapi`.
pub static TESTCAPI: ModuleSpec = ModuleSpec {
    name: "_testcapi",
    doc: Some("Native code for tests to call, and to be called by."),
    functions: &[
        method("meth_varargs", |vm, _, args| of_module(vm).and_then(|own| positional(vm, own, args)), Varargs),
        method(
            "meth_varargs_keywords",
            |vm, _, args| of_module(vm).and_then(|own| keywords(vm, own, args)),
            VarargsKeywords,
        ),
        method("meth_o", |vm, _, args| of_module(vm).and_then(|own| one(vm, own, args)), O),
        method("meth_noargs", |vm, _, _| of_module(vm), NoArgs),
        method("meth_fastcall", |vm, _, args| of_module(vm).and_then(|own| positional(vm, own, args)), Fast),
        method(
            "meth_fastcall_keywords",
            |vm, _, args| of_module(vm).and_then(|own| keywords(vm, own, args)),
            FastKeywords,
        ),
        method("pyobject_fastcall", fastcall, Varargs),
        method("pyobject_fastcalldict", fastcalldict, Varargs),
        method("pyobject_vectorcall", vectorcall, Varargs),
        method("pyvectorcall_call", fastcalldict, Varargs),
        method("raise_exception", raise_exception, Varargs),
        method("raise_memoryerror", raise_memoryerror, NoArgs),
        method("exception_print", exception_print, Varargs),
        method("traceback_print", traceback_print, Varargs),
        method("make_exception_with_doc", make_exception_with_doc, VarargsKeywords),
        method("float_pack", float_pack, Varargs),
        method("float_unpack", float_unpack, Varargs),
        method("getbuffer_with_null_view", getbuffer_with_null_view, O),
        method("sequence_getitem", sequence_getitem, Varargs),
        method("sequence_setitem", sequence_setitem, Varargs),
        method("dict_getitem_knownhash", dict_getitem_knownhash, Varargs),
    ],
    init: Some(|vm, module| {
        let object = vm.types.object;
        for spec in [&INSTANCE, &CLASS, &STATIC, &AWAIT] {
            let ty = new_native_type(vm, spec, object);
            set_attribute(vm, module, spec.name, ty.into());
        }
        for (name, number) in LIMITS {
            let number = vm.int(*number);
            set_attribute(vm, module, name, number);
        }
        for (name, number) in [
            ("FLT_MAX", f64::from(f32::MAX)),
            ("FLT_MIN", f64::from(f32::MIN_POSITIVE)),
            ("DBL_MAX", f64::MAX),
            ("DBL_MIN", f64::MIN_POSITIVE),
        ] {
            let number = vm.float(number);
            set_attribute(vm, module, name, number);
        }
        Ok(())
    }),
};

const LIMITS: &[(&str, i64)] = &[
    ("CHAR_MAX", i8::MAX as i64),
    ("CHAR_MIN", i8::MIN as i64),
    ("UCHAR_MAX", u8::MAX as i64),
    ("SHRT_MAX", i16::MAX as i64),
    ("SHRT_MIN", i16::MIN as i64),
    ("USHRT_MAX", u16::MAX as i64),
    ("INT_MAX", i32::MAX as i64),
    ("INT_MIN", i32::MIN as i64),
    ("UINT_MAX", u32::MAX as i64),
    ("LONG_MAX", i64::MAX),
    ("LONG_MIN", i64::MIN),
    ("LLONG_MAX", i64::MAX),
    ("LLONG_MIN", i64::MIN),
    ("PY_SSIZE_T_MAX", i64::MAX),
    ("PY_SSIZE_T_MIN", i64::MIN),
    ("SIZEOF_TIME_T", 8),
    ("SIZEOF_WCHAR_T", 4),
];

// ---- functions of each convention: they tell what they got ----

static INSTANCE: TypeSpec = TypeSpec {
    module: "_testcapi",
    subclassable: true,
    slots: Slots { new: Some(|vm, ty, _| Ok(vm.new_instance(ty).into())), ..Slots::NONE },
    methods: &[
        method("meth_varargs", positional, Varargs),
        method("meth_varargs_keywords", keywords, VarargsKeywords),
        method("meth_o", one, O),
        method("meth_noargs", |_, own, _| Ok(own), NoArgs),
        method("meth_fastcall", positional, Fast),
        method("meth_fastcall_keywords", keywords, FastKeywords),
    ],
    ..TypeSpec::new("MethInstance", LayoutKind::Instance)
};

static CLASS: TypeSpec = TypeSpec {
    module: "_testcapi",
    subclassable: true,
    slots: Slots { new: Some(|vm, ty, _| Ok(vm.new_instance(ty).into())), ..Slots::NONE },
    methods: &[
        class_method("meth_varargs", positional, Varargs),
        class_method("meth_varargs_keywords", keywords, VarargsKeywords),
        class_method("meth_o", one, O),
        class_method("meth_noargs", |_, own, _| Ok(own), NoArgs),
        class_method("meth_fastcall", positional, Fast),
        class_method("meth_fastcall_keywords", keywords, FastKeywords),
    ],
    ..TypeSpec::new("MethClass", LayoutKind::Instance)
};

static STATIC: TypeSpec = TypeSpec {
    module: "_testcapi",
    subclassable: true,
    slots: Slots { new: Some(|vm, ty, _| Ok(vm.new_instance(ty).into())), ..Slots::NONE },
    methods: STATIC_METHODS,
    ..TypeSpec::new("MethStatic", LayoutKind::Instance)
};

const STATIC_METHODS: &[MethodSpec] = &[
    static_method("meth_varargs", |vm, _, args| positional(vm, Value::NONE, args), Varargs),
    static_method("meth_varargs_keywords", |vm, _, args| keywords(vm, Value::NONE, args), VarargsKeywords),
    static_method("meth_o", |vm, _, args| one(vm, Value::NONE, args), O),
    static_method("meth_noargs", |_, _, _| Ok(Value::NONE), NoArgs),
    static_method("meth_fastcall", |vm, _, args| positional(vm, Value::NONE, args), Fast),
    static_method("meth_fastcall_keywords", |vm, _, args| keywords(vm, Value::NONE, args), FastKeywords),
];

/// What functions of the module are bound to.
fn of_module(vm: &mut Vm) -> PyResult {
    vm.import_absolute("_testcapi")
}

fn positional(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let given = vm.new_tuple(args.positionals());
    Ok(vm.new_pair(own, given.into()).into())
}

fn one(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    Ok(vm.new_pair(own, args.get(0).unwrap_or(Value::NONE)).into())
}

fn keywords(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let given: Value = vm.new_tuple(args.positionals()).into();
    let named = if args.keyword_count() > 0 {
        let dict = vm.new_dict();
        for (name, value) in args.keywords() {
            dict.set_str(vm, name, value);
        }
        dict.into()
    } else {
        Value::NONE
    };
    Ok(vm.new_tuple(&[own, given, named]).into())
}

// ---- awaiting ----

/// What `__await__` of a native type answers.
struct Awaited(Value);

impl OpaqueData for Awaited {
    fn trace(&self, marker: &mut Marker) {
        marker.value(self.0);
    }

    fn as_any_mut(&mut self) -> &mut dyn std::any::Any {
        self
    }
}

static AWAIT: TypeSpec = TypeSpec {
    module: "_testcapi",
    subclassable: true,
    slots: Slots {
        new: Some(|vm, ty, args| {
            let [iterator] = args.exactly(vm, "awaitType")?;
            Ok(vm.new_opaque(ty, Awaited(iterator)))
        }),
        await_: Some(|_, own| {
            let awaited = own.cast::<Opaque>().and_then(|object| object.with(|Awaited(value): &mut Awaited| *value));
            Ok(awaited.unwrap_or(Value::NONE))
        }),
        ..Slots::NONE
    },
    ..TypeSpec::new("awaitType", LayoutKind::Opaque)
};

// ---- calls from here ----

/// A tuple of positional arguments, or `None` for none.
fn call_arguments(vm: &mut Vm, value: Value) -> PyResult<Vec<Value>> {
    match value.cast::<Tuple>() {
        Some(tuple) => Ok(tuple.items().to_vec()),
        None if value.is_none() => Ok(Vec::new()),
        None => Err(vm.type_error("args must be None or a tuple")),
    }
}

fn fastcall(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [function, arguments] = args.exactly(vm, "pyobject_fastcall")?;
    let arguments = call_arguments(vm, arguments)?;
    vm.call_values(function, &arguments)
}

fn fastcalldict(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let given = args.between(vm, "pyobject_fastcalldict", 2, 3)?;
    let mut values = call_arguments(vm, given[1])?;
    let mut names = Vec::new();
    if let Some(named) = given.get(2).and_then(|named| named.cast::<Dict>()) {
        for (name, value) in named.items(vm).iter() {
            names.push(*name);
            values.push(*value);
        }
    }
    let names = if names.is_empty() { None } else { Some(vm.new_tuple(&names)) };
    vm.call(given[0], Args::new(&values, names))
}

fn vectorcall(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [function, arguments, names] = args.exactly(vm, "pyobject_vectorcall")?;
    let values = call_arguments(vm, arguments)?;
    let names = names.cast::<Tuple>().filter(|names| !names.is_empty());
    if names.is_some_and(|names| names.len() > values.len()) {
        return Err(vm.value_error("kwnames longer than args"));
    }
    vm.call(function, Args::new(&values, names))
}

// ---- exceptions ----

/// Raises a class with the numbers from 0 on as its arguments.
fn raise_exception(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [class, count] = args.exactly(vm, "raise_exception")?;
    let count = vm.index_i64(count)?;
    let numbers: Vec<Value> = (0..count.clamp(0, 1000)).map(Value::small_int).collect();
    let instance = vm.call_values(class, &numbers)?;
    Err(vm.raise_exception(instance))
}

fn raise_memoryerror(vm: &mut Vm, _module: Value, _args: Args<'_>) -> PyResult {
    let ty = vm.exc.MemoryError;
    Err(vm.raise_with(ty, &[]))
}

/// Prints an exception to `sys.stderr` as if nobody had caught it.
fn exception_print(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let given = args.between(vm, "exception_print", 1, 2)?;
    let text = if vm.type_of(given[0]).is_subtype(vm.exc.BaseException) {
        vm.format_exception(given[0])
    } else {
        format!("TypeError: print_exception(): Exception expected for value, {} found\n", vm.type_name(given[0]))
    };
    let text = vm.new_str(&text);
    let sys = vm.import_absolute("sys")?;
    let name = vm.intern("stderr");
    let stream = vm.get_attr(sys, name)?;
    vm.call_method(stream, "write", &[text.into()])?;
    Ok(Value::NONE)
}

/// Writes a traceback to a file object.
fn traceback_print(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [traceback, file] = args.exactly(vm, "traceback_print")?;
    let text = vm.format_traceback(traceback);
    let text = vm.new_str(&text);
    vm.call_method(file, "write", &[text.into()])?;
    Ok(Value::NONE)
}

/// `PyErr_NewExceptionWithDoc`
fn make_exception_with_doc(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    const PARAMETERS: quicken_vm::args::Parameters<4> = quicken_vm::args::Parameters {
        names: ["name", "doc", "base", "dict"],
        positional_only: 0,
        max_positional: 4,
        required: 1,
    };
    let [name, doc, base, dict] = args.bind(vm, "make_exception_with_doc", &PARAMETERS)?;
    let Some(whole) = name.cast::<Str>().map(|name| name.to_string_lossy().into_owned()) else {
        return Err(vm.type_error("name must be a string"));
    };
    let Some((module, own_name)) = whole.rsplit_once('.') else {
        return Err(vm.system_error("PyErr_NewException: name must be module.class"));
    };
    let bases = match base.non_null() {
        None => {
            let exception = vm.exc.Exception;
            vm.new_tuple(&[exception.into()])
        }
        Some(base) => match base.cast::<Tuple>() {
            Some(bases) => bases,
            None => vm.new_tuple(&[base]),
        },
    };
    let namespace = match dict.cast::<Dict>() {
        Some(dict) => dict,
        None => vm.new_dict(),
    };
    if let Some(doc) = doc.non_null() {
        let key = vm.intern("__doc__");
        namespace.set_str(vm, key, doc);
    }
    let key = vm.intern("__module__");
    if namespace.get_str(key).is_none() {
        let module = vm.new_str(module);
        namespace.set_str(vm, key, module.into());
    }
    let (metaclass, own_name): (quicken_vm::Gc<Type>, _) = (vm.types.type_, vm.new_str(own_name));
    vm.call_values(metaclass.into(), &[own_name.into(), bases.into(), namespace.into()])
}

// ---- numbers, sequences, dicts ----

/// The format of `_struct` for a float of a size, in one of the two orders.
fn float_format(vm: &mut Vm, size: i64, little: Value) -> PyResult<Gc<Str>> {
    let order = if vm.is_true(little)? { '<' } else { '>' };
    let letter = match size {
        2 => 'e',
        4 => 'f',
        8 => 'd',
        _ => return Err(vm.value_error("size must 2, 4 or 8")),
    };
    Ok(vm.new_str(&format!("{order}{letter}")))
}

/// `PyFloat_Pack2`, `PyFloat_Pack4`, `PyFloat_Pack8`.
fn float_pack(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [size, number, little] = args.exactly(vm, "float_pack")?;
    let size = vm.index_i64(size)?;
    let format = float_format(vm, size, little)?;
    let structures = vm.import_absolute("_struct")?;
    vm.call_method(structures, "pack", &[format.into(), number])
}

/// `PyFloat_Unpack2`, `PyFloat_Unpack4`, `PyFloat_Unpack8`.
fn float_unpack(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [data, little] = args.exactly(vm, "float_unpack")?;
    let size = vm.length(data)? as i64;
    let format = float_format(vm, size, little)?;
    let structures = vm.import_absolute("_struct")?;
    let numbers = vm.call_method(structures, "unpack", &[format.into(), data])?;
    vm.get_item(numbers, Value::small_int(0))
}

/// Asks for a buffer without saying where to describe it, which nobody grants.
fn getbuffer_with_null_view(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [object] = args.exactly(vm, "getbuffer_with_null_view")?;
    vm.new_memoryview(object)?.release();
    Err(vm.buffer_error("PyBuffer_FillInfo: view==NULL argument is obsolete"))
}

/// An index of `PySequence_GetItem`: a negative one counts from the end, once.
fn sequence_index(vm: &mut Vm, sequence: Value, index: Value) -> PyResult {
    let mut index = vm.index_i64(index)?;
    if index < 0 {
        index += vm.length(sequence)? as i64;
    }
    if index < 0 {
        return Err(vm.index_error("index out of range"));
    }
    Ok(vm.int(index))
}

fn sequence_getitem(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [sequence, index] = args.exactly(vm, "sequence_getitem")?;
    let index = sequence_index(vm, sequence, index)?;
    vm.get_item(sequence, index)
}

fn sequence_setitem(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [sequence, index, value] = args.exactly(vm, "sequence_setitem")?;
    let index = sequence_index(vm, sequence, index)?;
    vm.set_item(sequence, index, value)?;
    Ok(Value::NONE)
}

/// `_PyDict_GetItem_KnownHash`.
fn dict_getitem_knownhash(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [dict, key, hash] = args.exactly(vm, "dict_getitem_knownhash")?;
    let hash = vm.index_i64(hash)?;
    let Some(dict) = dict.cast::<Dict>() else { return Err(vm.system_error("bad argument to internal function")) };
    match dict.get_item_hashed(vm, key, hash)? {
        Some(value) => Ok(value),
        None => Err(vm.key_error(key)),
    }
}
