//! Structural pattern matching.

use crate::Vm;
use crate::error::PyResult;
use crate::object::Gc;
use crate::objects::string::Str;
use crate::objects::tuple::Tuple;
use crate::objects::typeobj::Type;
use crate::spec::PatternKind;
use crate::state::Flow;
use crate::value::Value;

slow_handlers! {
    MATCH_MAPPING => match_mapping,
    MATCH_SEQUENCE => match_sequence,
    MATCH_KEYS => match_keys,
    MATCH_CLASS => match_class,
}

fn match_mapping(vm: &mut Vm, _oparg: usize) -> PyResult<Flow> {
    let kind = vm.type_of(vm.state.peek(1)).pattern.get();
    vm.state.push(Value::bool(matches!(kind, PatternKind::Mapping | PatternKind::MappingMatchSelf)));
    Ok(Flow::Continue)
}

fn match_sequence(vm: &mut Vm, _oparg: usize) -> PyResult<Flow> {
    let kind = vm.type_of(vm.state.peek(1)).pattern.get();
    vm.state.push(Value::bool(matches!(kind, PatternKind::Sequence | PatternKind::SequenceMatchSelf)));
    Ok(Flow::Continue)
}

/// Stack: subject, keys. Pushes the tuple of values or None.
fn match_keys(vm: &mut Vm, _oparg: usize) -> PyResult<Flow> {
    let (subject, keys) = (vm.state.peek(2), vm.state.peek(1));
    let mut values = vm.heap.temp_vec();
    let keys_tuple = keys.cast::<Tuple>();
    let get = vm.intern("get");
    // `get` with a marker, so that a mapping's `__missing__` is not called; a type object serves as the marker.
    let marker: Value = vm.types.cell.into();
    let seen = vm.new_set();
    if let Some(keys) = keys_tuple {
        let getter = if keys.is_empty() { Value::NULL } else { vm.get_attr(subject, get)? };
        for index in 0..keys.len() {
            let Some(key) = keys.get(index) else { break };
            if seen.contains(vm, key)? {
                let key = vm.repr(key)?;
                let key = key.to_string_lossy();
                return Err(vm.value_error(format!("mapping pattern checks duplicate key ({key})")));
            }
            seen.add(vm, key)?;
            let value = vm.call_values(getter, &[key, marker])?;
            if value.is(marker) {
                vm.state.push(Value::NONE);
                return Ok(Flow::Continue);
            }
            values.push(value);
        }
    }
    let tuple = vm.new_tuple(&values);
    vm.state.push(tuple.into());
    Ok(Flow::Continue)
}

/// Stack: subject, class, names of the keyword patterns. The three become the tuple of attributes, or None.
fn match_class(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    let (subject, class, names) = (vm.state.peek(3), vm.state.peek(2), vm.state.peek(1));
    let result = class_attributes(vm, subject, class, names.cast::<Tuple>(), oparg)?;
    vm.state.shrink(2);
    vm.state.poke(1, result);
    Ok(Flow::Continue)
}

fn class_attributes(
    vm: &mut Vm,
    subject: Value,
    class: Value,
    names: Option<Gc<Tuple>>,
    positional: usize,
) -> PyResult {
    let Some(ty) = class.cast::<Type>() else {
        return Err(vm.type_error("called match pattern must be a type"));
    };
    if !vm.is_instance(subject, class)? {
        return Ok(Value::NONE);
    }
    let mut seen: Vec<String> = Vec::new();
    let mut attributes = vm.heap.temp_vec();
    let class_name = ty.name.get().to_string_lossy().into_owned();
    if positional > 0 {
        let match_args_name = vm.intern("__match_args__");
        let match_args = vm.lookup_attr(class, match_args_name)?;
        let match_self = match_args.is_none()
            && matches!(
                ty.pattern.get(),
                PatternKind::MatchSelf | PatternKind::SequenceMatchSelf | PatternKind::MappingMatchSelf
            );
        let match_args = match match_args {
            Some(args) => match args.cast::<Tuple>().filter(|_| args.is_exact(vm.types.tuple)) {
                Some(tuple) => Some(tuple),
                None => {
                    let got = vm.type_name(args);
                    return Err(vm.type_error(format!("{class_name}.__match_args__ must be a tuple (got {got})")));
                }
            },
            None => None,
        };
        let allowed = if match_self { 1 } else { match_args.map_or(0, |t| t.len()) };
        if allowed < positional {
            let plural = if allowed == 1 { "" } else { "s" };
            return Err(vm.type_error(format!(
                "{class_name}() accepts {allowed} positional sub-pattern{plural} ({positional} given)"
            )));
        }
        if match_self {
            attributes.push(subject);
        } else if let Some(args) = match_args {
            for index in 0..positional {
                let element = args.get(index).unwrap_or(Value::NULL);
                let Some(name) = element.cast::<Str>() else {
                    let got = vm.type_name(element);
                    return Err(vm.type_error(format!("__match_args__ elements must be strings (got {got})")));
                };
                match attribute(vm, subject, &class_name, name, &mut seen)? {
                    Some(value) => attributes.push(value),
                    None => return Ok(Value::NONE),
                }
            }
        }
    }
    if let Some(names) = names {
        for &name in names.items() {
            let Some(name) = name.cast::<Str>() else { continue };
            match attribute(vm, subject, &class_name, name, &mut seen)? {
                Some(value) => attributes.push(value),
                None => return Ok(Value::NONE),
            }
        }
    }
    Ok(vm.new_tuple(&attributes).into())
}

fn attribute(
    vm: &mut Vm,
    subject: Value,
    class: &str,
    name: Gc<Str>,
    seen: &mut Vec<String>,
) -> PyResult<Option<Value>> {
    let text = name.to_string_lossy().into_owned();
    if seen.contains(&text) {
        return Err(vm.type_error(format!("{class}() got multiple sub-patterns for attribute '{text}'")));
    }
    seen.push(text);
    vm.lookup_attr(subject, name)
}
