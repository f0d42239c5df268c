//! The module `_contextvars` (PEP 567).

use std::any::Any;

use crate::Vm;
use crate::args::{Args, Parameters};
use crate::error::PyResult;
use crate::heap::Marker;
use crate::object::{Gc, Header, LayoutKind};
use crate::objects::dict::Dict;
use crate::objects::opaque::{Opaque, OpaqueData};
use crate::objects::string::Str;
use crate::objects::typeobj::Type;
use crate::protocol::hash_identity;
use crate::slots::{CompareOp, Slots};
use crate::spec::Convention::{Fast, FastKeywords, NoArgs, O};
use crate::spec::{MethodSpec, ModuleSpec, TypeSpec, class_method, getter, member, method};
use crate::value::Value;

/// `_contextvars`.
pub(super) static MODULE: ModuleSpec = ModuleSpec {
    name: "_contextvars",
    doc: Some("Context Variables"),
    functions: &[method("copy_context", copy_current, NoArgs)],
    init: Some(|vm, module| {
        let object = vm.types.object;
        for (name, spec) in [("ContextVar", &VARIABLE), ("Context", &CONTEXT), ("Token", &TOKEN)] {
            let ty = vm.native_type(spec, object);
            let name = vm.intern(name);
            module.dict().set_str(vm, name, ty.into());
        }
        // What an unset variable had before.
        let (missing, token) = (vm.native_type(&MISSING, object), vm.native_type(&TOKEN, object));
        let missing = vm.allocate_object(missing, Opaque::new(Header::new(missing), Box::new(Missing)));
        let name = vm.intern("MISSING");
        token.dict.get().set_str(vm, name, missing.into());
        Ok(())
    }),
};

struct Missing;

struct Variable {
    name: Value,
    default: Value,
}

struct Context {
    /// A dict from variables to values.
    values: Value,
    /// The context that runs when this one ends, `NULL` while it does not run.
    previous: Value,
}

struct Token {
    context: Value,
    variable: Value,
    old: Value,
    used: bool,
}

macro_rules! opaque {
    ($($ty:ident: $($field:ident)*;)*) => { $(impl OpaqueData for $ty {
        fn trace(&self, _marker: &mut Marker) {
            $(_marker.value(self.$field);)*
        }

        fn as_any_mut(&mut self) -> &mut dyn Any {
            self
        }
    })* };
}

opaque! {
    Missing: ;
    Variable: name default;
    Context: values previous;
    Token: context variable old;
}

static MISSING: TypeSpec = TypeSpec {
    slots: Slots { repr: Some(|vm, _| Ok(vm.new_str("<Token.MISSING>").into())), ..Slots::NONE },
    ..TypeSpec::new("Token.MISSING", LayoutKind::Opaque)
};

static VARIABLE: TypeSpec = TypeSpec {
    module: "_contextvars",
    slots: Slots { new: Some(new_variable), repr: Some(variable_repr), hash: Some(hash_identity), ..Slots::NONE },
    methods: &[
        method("get", get, Fast),
        method("set", set, O),
        method("reset", reset, O),
        class_method("__class_getitem__", crate::objects::genericalias::class_getitem, O),
    ],
    getset: &[member("name", |vm, own| with(vm, own, |variable: &mut Variable| variable.name))],
    ..TypeSpec::new("ContextVar", LayoutKind::Opaque)
};

static TOKEN: TypeSpec = TypeSpec {
    module: "_contextvars",
    slots: Slots { repr: Some(token_repr), ..Slots::NONE },
    methods: &[class_method("__class_getitem__", crate::objects::genericalias::class_getitem, O)],
    getset: &[
        getter("var", |vm, own| with(vm, own, |token: &mut Token| token.variable)),
        getter("old_value", |vm, own| match with(vm, own, |token: &mut Token| token.old)? {
            old if old.is_null() => {
                let (object, name) = (vm.types.object, vm.intern("MISSING"));
                let token = vm.native_type(&TOKEN, object);
                vm.get_attr(token.into(), name)
            }
            old => Ok(old),
        }),
    ],
    ..TypeSpec::new("Token", LayoutKind::Opaque)
};

static CONTEXT: TypeSpec = TypeSpec {
    module: "_contextvars",
    weak: true,
    slots: Slots {
        new: Some(|vm, _, args| {
            if !args.values().is_empty() {
                return Err(vm.type_error("Context() does not accept any arguments"));
            }
            let values = vm.new_dict();
            Ok(new_context(vm, values))
        }),
        length: Some(|vm, own| Ok(values_of(vm, own)?.len())),
        getitem: Some(|vm, own, key| {
            let values = values_of(vm, own)?;
            check_variable(vm, key)?;
            match values.get_item(vm, key)? {
                Some(value) => Ok(value),
                None => Err(vm.key_error(key)),
            }
        }),
        contains: Some(|vm, own, key| {
            let values = values_of(vm, own)?;
            check_variable(vm, key)?;
            values.contains(vm, key)
        }),
        iter: Some(|vm, own| {
            let values = values_of(vm, own)?;
            vm.iter(values.into())
        }),
        compare: Some(compare_contexts),
        ..Slots::NONE
    },
    methods: CONTEXT_METHODS,
    ..TypeSpec::new("Context", LayoutKind::Opaque)
};

const CONTEXT_METHODS: &[MethodSpec] = &[
    method("run", run, FastKeywords),
    method(
        "copy",
        |vm, own, _| {
            let values = values_of(vm, own)?.copy(vm)?;
            Ok(new_context(vm, values))
        },
        NoArgs,
    ),
    method(
        "get",
        |vm, own, args| {
            let values = args.between(vm, "get", 1, 2)?;
            check_variable(vm, values[0])?;
            let found = values_of(vm, own)?.get_item(vm, values[0])?;
            Ok(found.unwrap_or(values.get(1).copied().unwrap_or(Value::NONE)))
        },
        Fast,
    ),
    method("keys", |vm, own, _| dict_method(vm, own, "keys"), NoArgs),
    method("values", |vm, own, _| dict_method(vm, own, "values"), NoArgs),
    method("items", |vm, own, _| dict_method(vm, own, "items"), NoArgs),
];

fn with<T: OpaqueData, R>(vm: &mut Vm, own: Value, f: impl FnOnce(&mut T) -> R) -> PyResult<R> {
    match own.cast::<Opaque>().and_then(|object| object.with(f)) {
        Some(result) => Ok(result),
        None => {
            let given = vm.type_name(own);
            Err(vm.type_error(format!("an object of another type was expected, got '{given}'")))
        }
    }
}

/// Contexts are equal if all variables have equal values in both.
fn compare_contexts(vm: &mut Vm, own: Value, other: Value, op: CompareOp) -> PyResult {
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) || vm.type_of(own) != vm.type_of(other) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let (own, other) = (values_of(vm, own)?, values_of(vm, other)?);
    let equal = vm.equals(own.into(), other.into())?;
    Ok(Value::bool(equal == (op == CompareOp::Eq)))
}

fn check_variable(vm: &mut Vm, key: Value) -> PyResult<()> {
    let is_variable = key.cast::<Opaque>().is_some_and(|object| object.with(|_: &mut Variable| ()).is_some());
    if is_variable {
        return Ok(());
    }
    let text = vm.repr_text(key)?;
    Err(vm.type_error(format!("a ContextVar key was expected, got {text}")))
}

fn dict_method(vm: &mut Vm, own: Value, name: &'static str) -> PyResult {
    let values = values_of(vm, own)?;
    vm.call_method(values.into(), name, &[])
}

fn values_of(vm: &mut Vm, context: Value) -> PyResult<Gc<Dict>> {
    match with(vm, context, |context: &mut Context| context.values)?.cast::<Dict>() {
        Some(values) => Ok(values),
        None => Err(vm.system_error("a context without values")),
    }
}

fn new_context(vm: &mut Vm, values: Gc<Dict>) -> Value {
    let object = vm.types.object;
    let ty = vm.native_type(&CONTEXT, object);
    // What only the data of an object that is not there yet refers to, nobody would see.
    let kept = vm.heap.root(values);
    let data = Context { values: kept.get().into(), previous: Value::NULL };
    vm.new_opaque(ty, data)
}

/// The context that runs, made when somebody asks first.
fn current(vm: &mut Vm) -> Value {
    if let Some(context) = &vm.context {
        return context.get();
    }
    let values = vm.new_dict();
    let context = new_context(vm, values);
    vm.context = Some(vm.heap.root_value(context));
    context
}

fn copy_current(vm: &mut Vm, _module: Value, _args: Args<'_>) -> PyResult {
    let context = current(vm);
    let values = values_of(vm, context)?.copy(vm)?;
    Ok(new_context(vm, values))
}

fn run(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let Some(function) = args.get(0) else {
        return Err(vm.type_error("run() missing 1 required positional argument"));
    };
    if !with(vm, own, |context: &mut Context| context.previous.is_null())? {
        let text = vm.repr_text(own)?;
        return Err(vm.runtime_error(format!("cannot enter context: {text} is already entered")));
    }
    let previous = current(vm);
    with(vm, own, |context: &mut Context| context.previous = previous)?;
    vm.context = Some(vm.heap.root_value(own));
    let result = vm.call(function, args.skip_first());
    vm.context = Some(vm.heap.root_value(previous));
    with(vm, own, |context: &mut Context| context.previous = Value::NULL)?;
    result
}

fn new_variable(vm: &mut Vm, ty: Gc<Type>, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<2> =
        Parameters { names: ["name", "default"], positional_only: 1, max_positional: 1, required: 1 };
    let [name, default] = args.bind(vm, "ContextVar", &PARAMETERS)?;
    if name.cast::<Str>().is_none() {
        return Err(vm.type_error("context variable name must be a str"));
    }
    Ok(vm.new_opaque(ty, Variable { name, default }))
}

fn get(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "get", 0, 1)?;
    let context = current(vm);
    if let Some(value) = values_of(vm, context)?.get_item(vm, own)? {
        return Ok(value);
    }
    if let Some(default) = values.first() {
        return Ok(*default);
    }
    let default = with(vm, own, |variable: &mut Variable| variable.default)?;
    if default.is_null() {
        let ty = vm.exc.LookupError;
        return Err(vm.raise_with(ty, &[own]));
    }
    Ok(default)
}

fn set(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [value] = args.exactly(vm, "set")?;
    let context = current(vm);
    let values = values_of(vm, context)?;
    let old = values.get_item(vm, own)?.unwrap_or(Value::NULL);
    values.set_item(vm, own, value)?;
    let object = vm.types.object;
    let ty = vm.native_type(&TOKEN, object);
    let token = Token { context, variable: own, old, used: false };
    Ok(vm.new_opaque(ty, token))
}

fn reset(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [token] = args.exactly(vm, "reset")?;
    let state = token
        .cast::<Opaque>()
        .and_then(|object| object.with(|token: &mut Token| (token.context, token.variable, token.old, token.used)));
    let Some((context, variable, old, used)) = state else {
        let text = vm.repr_text(token)?;
        return Err(vm.type_error(format!("expected an instance of Token, got {text}")));
    };
    let text = vm.repr_text(token)?;
    if used {
        return Err(vm.runtime_error(format!("{text} has already been used once")));
    }
    if !variable.is(own) {
        return Err(vm.value_error(format!("{text} was created by a different ContextVar")));
    }
    let here = current(vm);
    if !context.is(here) {
        return Err(vm.value_error(format!("{text} was created in a different Context")));
    }
    with(vm, token, |token: &mut Token| token.used = true)?;
    let values = values_of(vm, here)?;
    if old.is_null() {
        values.del_item(vm, own)?;
    } else {
        values.set_item(vm, own, old)?;
    }
    Ok(Value::NONE)
}

fn variable_repr(vm: &mut Vm, own: Value) -> PyResult {
    let (name, default) = with(vm, own, |variable: &mut Variable| (variable.name, variable.default))?;
    let name = vm.repr_text(name)?;
    let default = if default.is_null() { String::new() } else { format!(" default={}", vm.repr_text(default)?) };
    let address = own.heap_address().unwrap_or(0);
    Ok(vm.new_str(&format!("<ContextVar name={name}{default} at {address:#x}>")).into())
}

fn token_repr(vm: &mut Vm, own: Value) -> PyResult {
    let (variable, used) = with(vm, own, |token: &mut Token| (token.variable, token.used))?;
    let variable = vm.repr_text(variable)?;
    let used = if used { " used" } else { "" };
    let address = own.heap_address().unwrap_or(0);
    Ok(vm.new_str(&format!("<Token{used} var={variable} at {address:#x}>")).into())
}
