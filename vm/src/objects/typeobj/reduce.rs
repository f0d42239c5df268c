//! `object.__reduce_ex__` and `object.__getstate__`: what copying and pickling take an object apart by.

use crate::Vm;
use crate::args::Args;
use crate::error::PyResult;
use crate::object::LayoutKind;
use crate::objects::dict::Dict;
use crate::objects::instance;
use crate::objects::list::List;
use crate::objects::native::{AttributeDescriptor, AttributeKind};
use crate::objects::string::Str;
use crate::objects::tuple::Tuple;
use crate::value::Value;

/// `__getstate__`: the object's dict, with the values of its slots beside it where it has some.
pub(super) fn getstate(vm: &mut Vm, value: Value, _args: Args<'_>) -> PyResult {
    let state = match value.header() {
        Some(header) if !instance::is_dict_empty(header) => {
            instance::make_dict(vm, header).map_or(Value::NONE, Value::from_gc)
        }
        _ => Value::NONE,
    };
    let slots = vm.new_dict();
    let ty = vm.type_of(value);
    let name = vm.intern("__slotnames__");
    if let Some(names) = ty.dict.get().get_str(name).and_then(|names| names.cast::<List>()) {
        // As `copyreg` noted them; the list may change while attributes are asked for.
        let names = names.slice(vm, 0, names.len());
        let mut index = 0;
        while let Some(name) = names.get(index) {
            index += 1;
            if let Some(text) = name.cast::<Str>()
                && let Some(held) = vm.lookup_attr(value, text)?
            {
                slots.set_item(vm, name, held)?;
            }
        }
        return Ok(if slots.is_empty() { state } else { vm.new_pair(state, slots.into()).into() });
    }
    for class in ty.mro_types() {
        let dict = class.dict.get();
        let mut position = 0;
        while let Some(entry) = dict.entry(position) {
            position += 1;
            let Some((key, member)) = entry else { continue };
            let Some(attribute) = member.cast::<AttributeDescriptor>() else { continue };
            if let AttributeKind::Slot { .. } = attribute.kind
                && let Some(name) = key.cast::<Str>()
                && let Some(held) = vm.lookup_attr(value, name)?
            {
                slots.set_str(vm, name, held);
            }
        }
    }
    if slots.is_empty() {
        return Ok(state);
    }
    Ok(vm.new_pair(state, slots.into()).into())
}

/// `__reduce__`, which knows no protocol.
pub(super) fn reduce(vm: &mut Vm, value: Value, _args: Args<'_>) -> PyResult {
    reduce_by_protocol(vm, value, 0)
}

/// `__reduce_ex__`: a class's own `__reduce__` comes first.
pub(super) fn reduce_ex(vm: &mut Vm, value: Value, args: Args<'_>) -> PyResult {
    let protocol = vm.index_i64(args.values()[0])?;
    let name = vm.names.__reduce__;
    let (ty, object_type) = (vm.type_of(value), vm.types.object);
    if vm.lookup(ty, name) != vm.lookup(object_type, name)
        && let Some(reduce) = vm.lookup_attr(value, name)?
    {
        return vm.call_values(reduce, &[]);
    }
    reduce_by_protocol(vm, value, protocol)
}

fn reduce_by_protocol(vm: &mut Vm, value: Value, protocol: i64) -> PyResult {
    if protocol >= 2 {
        return reduce_with_new(vm, value);
    }
    let module = vm.import_absolute("copyreg")?;
    let function = vm.intern("_reduce_ex");
    let function = vm.get_attr(module, function)?;
    vm.call_values(function, &[value, Value::small_int(protocol)])
}

/// Arguments for `__new__`: positional ones and keyword ones, where the class names any.
type NewArguments = (Option<crate::Gc<Tuple>>, Option<crate::Gc<Dict>>);

/// The arguments for `__new__` that the object's class names, with keyword arguments.
fn new_arguments(vm: &mut Vm, value: Value) -> PyResult<NewArguments> {
    let name = vm.intern("__getnewargs_ex__");
    if let Some(both) = vm.call_special(value, name, &[])? {
        let Some(pair) = both.cast::<Tuple>() else {
            let given = vm.type_name(both);
            return Err(vm.type_error(format!("__getnewargs_ex__ should return a tuple, not '{given}'")));
        };
        let &[args, keywords] = pair.items() else {
            let count = pair.len();
            return Err(vm.value_error(format!("__getnewargs_ex__ should return a tuple of length 2, not {count}")));
        };
        let what = "item of the tuple returned by __getnewargs_ex__ must be a";
        let Some(args) = args.cast::<Tuple>() else {
            let given = vm.type_name(args);
            return Err(vm.type_error(format!("first {what} tuple, not '{given}'")));
        };
        let Some(keywords) = keywords.cast::<Dict>() else {
            let given = vm.type_name(keywords);
            return Err(vm.type_error(format!("second {what} dict, not '{given}'")));
        };
        return Ok((Some(args), Some(keywords)));
    }
    let name = vm.intern("__getnewargs__");
    let Some(args) = vm.call_special(value, name, &[])? else { return Ok((None, None)) };
    match args.cast::<Tuple>() {
        Some(args) => Ok((Some(args), None)),
        None => {
            let given = vm.type_name(args);
            Err(vm.type_error(format!("__getnewargs__ should return a tuple, not '{given}'")))
        }
    }
}

/// Protocol 2: a call of `cls.__new__`, then the state and the items.
fn reduce_with_new(vm: &mut Vm, value: Value) -> PyResult {
    let ty = vm.type_of(value);
    if ty.slots().new.is_none() {
        let name = ty.display_name();
        return Err(vm.type_error(format!("cannot pickle '{name}' object")));
    }
    let (args, keywords) = new_arguments(vm, value)?;
    let module = vm.import_absolute("copyreg")?;
    let (function, new_args) = match (args, keywords.filter(|k| !k.is_empty())) {
        (Some(args), Some(keywords)) => ("__newobj_ex__", vm.new_tuple(&[ty.into(), args.into(), keywords.into()])),
        _ => {
            let mut items = vm.heap.temp_vec();
            items.push(ty.into());
            if let Some(args) = args {
                items.extend_from_slice(args.items());
            }
            ("__newobj__", vm.new_tuple(&items))
        }
    };
    let function = vm.intern(function);
    let function = vm.get_attr(module, function)?;
    let name = vm.names.__getstate__;
    // The state that `object` knows of says nothing of what a native type holds: without arguments for `__new__` it would be lost.
    let (own, default) = (vm.lookup(ty, name), vm.lookup(vm.types.object, name));
    let holds_more = !matches!(ty.layout(), LayoutKind::Instance | LayoutKind::List | LayoutKind::Dict);
    if args.is_none() && holds_more && own == default {
        let name = ty.display_name();
        return Err(vm.type_error(format!("cannot pickle '{name}' object")));
    }
    let state = vm.call_method_named(value, name, &[])?;
    let mut parts = [function, new_args.into(), state, Value::NONE, Value::NONE];
    if value.cast::<List>().is_some() {
        parts[3] = vm.iter(value)?;
    }
    if value.cast::<Dict>().is_some() {
        let name = vm.names.items;
        let items = vm.call_method_named(value, name, &[])?;
        parts[4] = vm.iter(items)?;
    }
    Ok(vm.new_tuple(&parts).into())
}
