//! `__build_class__`: what a class statement calls.

use crate::Vm;
use crate::args::Args;
use crate::error::PyResult;
use crate::object::Gc;
use crate::objects::dict::Dict;
use crate::objects::function::{CellObject, Function};
use crate::objects::string::Str;
use crate::objects::tuple::Tuple;
use crate::objects::typeobj::Type;
use crate::objects::typeobj::class::calculate_metaclass;
use crate::spec::{Convention, MethodSpec, method};
use crate::value::Value;

/// The functions of this file.
pub const FUNCTIONS: &[MethodSpec] = &[method("__build_class__", build_class, Convention::FastKeywords)];

fn build_class(vm: &mut Vm, _receiver: Value, args: Args<'_>) -> PyResult {
    let [function, name, bases @ ..] = args.positionals() else {
        return Err(vm.type_error("__build_class__: not enough arguments"));
    };
    let Some(body) = function.cast::<Function>() else {
        return Err(vm.type_error("__build_class__: func must be a function"));
    };
    if name.cast::<Str>().is_none() {
        return Err(vm.type_error("__build_class__: name is not a string"));
    }
    let name = *name;
    let original_bases = vm.new_tuple(bases);
    let bases = resolve_bases(vm, original_bases)?;

    let mut keywords: Option<Gc<Dict>> = None;
    let mut metaclass = None;
    if args.keyword_count() != 0 {
        let dict = vm.new_dict();
        for (key, value) in args.keywords() {
            dict.set_str(vm, key, value);
        }
        let key = vm.names.metaclass;
        metaclass = dict.get_str(key);
        if metaclass.is_some() {
            dict.del_str(key);
        }
        keywords = Some(dict);
    }
    let mut metaclass = metaclass.unwrap_or_else(|| match bases.get(0) {
        Some(base) => vm.type_of(base).into(),
        None => vm.types.type_.into(),
    });
    let is_class = metaclass.cast::<Type>();
    if let Some(class) = is_class {
        metaclass = calculate_metaclass(vm, class, bases)?.into();
    }

    let prepare = vm.names.__prepare__;
    let namespace = match vm.lookup_attr(metaclass, prepare)? {
        Some(prepare) => vm.call_with_dict(prepare, &[name, bases.into()], keywords)?,
        None => vm.new_dict().into(),
    };
    if vm.type_of(namespace).slots().getitem.is_none() {
        let meta = match metaclass.cast::<Type>().filter(|_| is_class.is_some()) {
            Some(class) => class.display_name(),
            None => "<metaclass>".to_owned(),
        };
        let given = vm.type_name(namespace);
        return Err(vm.type_error(format!("{meta}.__prepare__() must return a mapping, not {given}")));
    }
    let cell = vm.call_function_with_locals(body, Args::EMPTY, namespace)?;
    if bases != original_bases {
        let key = vm.intern("__orig_bases__");
        vm.set_item(namespace, key.into(), original_bases.into())?;
    }
    let class = vm.call_with_dict(metaclass, &[name, bases.into(), namespace], keywords)?;
    if let (Some(_), Some(cell)) = (class.cast::<Type>(), cell.cast::<CellObject>()) {
        let held = cell.contents.get();
        if !held.is(class) {
            let (name, shown) = (vm.repr_text(name)?, vm.repr_text(class)?);
            return Err(if held.is_null() {
                vm.runtime_error(format!(
                    "__class__ not set defining {name} as {shown}. Was __classcell__ propagated to type.__new__?"
                ))
            } else {
                let held = vm.repr_text(held)?;
                vm.type_error(format!("__class__ set to {held} defining {name} as {shown}"))
            });
        }
    }
    Ok(class)
}

/// Replaces bases that are not classes by what their `__mro_entries__` answers (PEP 560).
fn resolve_bases(vm: &mut Vm, bases: Gc<Tuple>) -> PyResult<Gc<Tuple>> {
    if bases.items().iter().all(|base| base.cast::<Type>().is_some()) {
        return Ok(bases);
    }
    let mut resolved = vm.heap.temp_vec();
    let mut changed = false;
    let name = vm.names.__mro_entries__;
    for index in 0..bases.len() {
        let Some(base) = bases.get(index) else { continue };
        let method = if base.cast::<Type>().is_some() { None } else { vm.lookup_attr(base, name)? };
        let Some(method) = method else {
            resolved.push(base);
            continue;
        };
        let entries = vm.call_values(method, &[bases.into()])?;
        let Some(entries) = entries.cast::<Tuple>() else {
            return Err(vm.type_error("__mro_entries__ must return a tuple"));
        };
        changed = true;
        resolved.extend_from_slice(entries.items());
    }
    if changed { Ok(vm.new_tuple(&resolved)) } else { Ok(bases) }
}
