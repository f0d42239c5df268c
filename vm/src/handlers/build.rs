//! Instructions that make and extend containers, strings and slices.

use crate::Vm;
use crate::error::{PyResult, Raise};
use crate::objects::dict::Dict;
use crate::objects::list::List;
use crate::objects::set::Set;
use crate::objects::string::{self, Str};
use crate::state::{Control, Flow};
use crate::value::Value;

slow_handlers! {
    BUILD_TUPLE => build_tuple,
    BUILD_LIST => build_list,
    BUILD_SET => build_set,
    BUILD_MAP => build_map,
    BUILD_CONST_KEY_MAP => build_const_key_map,
    BUILD_STRING => build_string,
    BUILD_SLICE => build_slice,
    FORMAT_VALUE => format_value,
    LIST_EXTEND => list_extend,
    LIST_TO_TUPLE => list_to_tuple,
    SET_ADD => set_add,
    SET_UPDATE => set_update,
    MAP_ADD => map_add,
    DICT_UPDATE => dict_update,
    DICT_MERGE => dict_merge,
}

/// Replaces the top `count` operands by `value`.
fn replace(vm: &mut Vm, count: usize, value: Value) -> PyResult<Flow> {
    vm.state.shrink(count);
    vm.state.push(value);
    Ok(Flow::Continue)
}

fn build_tuple(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    let tuple = vm.new_tuple(vm.state.top(oparg));
    replace(vm, oparg, tuple.into())
}

fn build_list(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    let list = vm.new_list(vm.state.top(oparg));
    replace(vm, oparg, list.into())
}

fn build_set(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    let set = vm.new_set();
    for &item in vm.state.top(oparg) {
        set.add(vm, item)?;
    }
    replace(vm, oparg, set.into())
}

fn build_map(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    let dict = vm.new_dict();
    for pair in vm.state.top(2 * oparg).chunks_exact(2) {
        dict.set_item(vm, pair[0], pair[1])?;
    }
    replace(vm, 2 * oparg, dict.into())
}

fn build_const_key_map(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    let keys = vm.state.peek(1);
    let dict = vm.new_dict();
    let values = &vm.state.top(oparg + 1)[..oparg];
    if let Some(keys) = keys.cast::<crate::objects::tuple::Tuple>() {
        for (index, &value) in values.iter().enumerate() {
            if let Some(key) = keys.get(index) {
                dict.set_item(vm, key, value)?;
            }
        }
    }
    replace(vm, oparg + 1, dict.into())
}

fn build_string(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    let empty = vm.empty_str();
    let text = string::join(vm, empty, vm.state.top(oparg))?;
    replace(vm, oparg, text.into())
}

fn build_slice(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    let operands = vm.state.top(oparg);
    let slice = vm.new_slice(operands[0], operands[1], operands.get(2).copied().unwrap_or(Value::NONE));
    replace(vm, oparg, slice.into())
}

/// The low two bits say how to convert first (`!s`, `!r`, `!a`), bit 2 whether a format spec is on the stack.
fn format_value(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    let has_spec = oparg & 4 != 0;
    let value = vm.state.peek(if has_spec { 2 } else { 1 });
    let converted: Value = match oparg & 3 {
        1 => vm.str_of(value)?.into(),
        2 => vm.repr(value)?.into(),
        3 => vm.ascii(value)?.into(),
        _ => value,
    };
    let result = if !has_spec && converted.is_exact(vm.types.str) {
        converted
    } else {
        let spec = if has_spec { vm.state.peek(1).cast::<Str>() } else { None };
        let spec = match spec {
            Some(spec) => spec,
            None => vm.new_str(""),
        };
        // What was converted is in no other place yet.
        if has_spec {
            vm.state.poke(2, converted);
        } else {
            vm.state.poke(1, converted);
        }
        vm.format(converted, spec)?.into()
    };
    replace(vm, 1 + usize::from(has_spec), result)
}

handler!(LIST_APPEND(s, vm, oparg) {
    let Some(list) = s.peek(oparg + 1).cast::<List>() else { return Control::Slow(list_append) };
    if list.len() == list.capacity() {
        return Control::Slow(list_append);
    }
    list.push(vm, s.peek(1));
    s.shrink(1);
    Control::Next
});

fn list_append(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    let item = vm.state.peek(1);
    if let Some(list) = vm.state.peek(oparg + 1).cast::<List>() {
        list.push(vm, item);
    }
    vm.state.shrink(1);
    Ok(Flow::Continue)
}

fn list_extend(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    let iterable = vm.state.peek(1);
    if let Some(list) = vm.state.peek(oparg + 1).cast::<List>() {
        match list.extend(vm, iterable) {
            Err(raise) if vm.is_raised(raise, vm.exc.TypeError) && !vm.is_iterable(iterable) => {
                let name = vm.type_name(iterable);
                return Err(vm.type_error(format!("Value after * must be an iterable, not {name}")));
            }
            other => other?,
        }
    }
    vm.state.shrink(1);
    Ok(Flow::Continue)
}

fn list_to_tuple(vm: &mut Vm, _oparg: usize) -> PyResult<Flow> {
    if let Some(list) = vm.state.peek(1).cast::<List>() {
        let tuple = list.to_tuple(vm);
        vm.state.poke(1, tuple.into());
    }
    Ok(Flow::Continue)
}

fn set_add(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    let item = vm.state.peek(1);
    if let Some(set) = vm.state.peek(oparg + 1).cast::<Set>() {
        set.add(vm, item)?;
    }
    vm.state.shrink(1);
    Ok(Flow::Continue)
}

fn set_update(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    let iterable = vm.state.peek(1);
    if let Some(set) = vm.state.peek(oparg + 1).cast::<Set>() {
        set.update(vm, iterable)?;
    }
    vm.state.shrink(1);
    Ok(Flow::Continue)
}

fn map_add(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    let (key, value) = (vm.state.peek(2), vm.state.peek(1));
    if let Some(dict) = vm.state.peek(oparg + 2).cast::<Dict>() {
        dict.set_item(vm, key, value)?;
    }
    vm.state.shrink(2);
    Ok(Flow::Continue)
}

fn dict_update(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    let update = vm.state.peek(1);
    if let Some(dict) = vm.state.peek(oparg + 1).cast::<Dict>() {
        match dict.update(vm, update) {
            Err(raise) if vm.is_raised(raise, vm.exc.AttributeError) => {
                let name = vm.type_name(update);
                return Err(vm.type_error(format!("'{name}' object is not a mapping")));
            }
            other => other?,
        }
    }
    vm.state.shrink(1);
    Ok(Flow::Continue)
}

/// As `DICT_UPDATE`, for `**kwargs` of a call: a key that is there already is an error, as is one that is no string.
fn dict_merge(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    let update = vm.state.peek(1);
    let function = vm.state.peek(oparg + 3);
    if let Some(dict) = vm.state.peek(oparg + 1).cast::<Dict>()
        && let Err(raise) = dict.merge_unique(vm, update)
    {
        return Err(merge_error(vm, raise, function, update)?);
    }
    vm.state.shrink(1);
    Ok(Flow::Continue)
}

fn merge_error(vm: &mut Vm, raise: Raise, function: Value, update: Value) -> PyResult<Raise> {
    let name = vm.function_text(function)?;
    if vm.is_raised(raise, vm.exc.AttributeError) {
        let ty = vm.type_name(update);
        return Ok(vm.type_error(format!("{name} argument after ** must be a mapping, not {ty}")));
    }
    if vm.is_raised(raise, vm.exc.KeyError) {
        let key = vm.exception_argument(raise, 0);
        return Ok(match key.and_then(|k| k.cast::<Str>()) {
            Some(key) => {
                let key = key.to_string_lossy().into_owned();
                vm.type_error(format!("{name} got multiple values for keyword argument '{key}'"))
            }
            None => {
                let key = match key {
                    Some(key) => vm.str_of(key)?.to_string_lossy().into_owned(),
                    None => String::new(),
                };
                vm.type_error(format!("{name} got multiple values for keyword argument '{key}'"))
            }
        });
    }
    Ok(raise)
}
