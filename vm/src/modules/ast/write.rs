//! From plain data to objects.

use quicken_bytecode::tree::{Field, Node, PLACE, production};

use super::{class_of, classes};
use crate::Vm;
use crate::error::PyResult;
use crate::value::Value;

/// The object for a node, with all below it. Fields come first in its `__dict__`, then its place.
pub(super) fn node(vm: &mut Vm, node: &Node) -> PyResult {
    vm.check_native_stack(" during ast construction")?;
    let Some(production) = production(node.name) else {
        return Err(vm.system_error("a production of syntax trees is missing"));
    };
    if production.fields.is_empty() && !production.kind.placed {
        return only_node(vm, node.name);
    }
    let class = class_of(vm, node.name)?;
    let object = vm.new_instance(class).into();
    for spec in &production.fields {
        let value = match node.get(spec.name) {
            Some(field) => value(vm, field)?,
            None => Value::NONE,
        };
        let name = vm.intern(spec.name);
        vm.set_attr(object, name, value)?;
    }
    for (name, number) in PLACE.iter().zip(node.place.iter().flatten()) {
        let name = vm.intern(name);
        vm.set_attr(object, name, Value::small_int(i64::from(*number)))?;
    }
    Ok(object)
}

fn value(vm: &mut Vm, field: &Field) -> PyResult {
    match field {
        Field::None | Field::NoConstant(_) => Ok(Value::NONE),
        Field::Node(inner) => node(vm, inner),
        Field::List(items) => {
            let list = vm.new_list_sized(items.len());
            for item in items {
                let item = value(vm, item)?;
                list.push(vm, item);
            }
            Ok(list.into())
        }
        Field::Int(number) => Ok(Value::small_int(i64::from(*number))),
        Field::Str(text) => match text.as_str() {
            Some(text) => Ok(vm.intern(text).into()),
            None => Ok(vm.str_from_py_string(text).into()),
        },
        Field::Constant(constant) => vm.constant(constant),
    }
}

/// The node of a class whose nodes are all the same: operators and contexts.
fn only_node(vm: &mut Vm, name: &str) -> PyResult {
    let (classes, key) = (classes(vm)?, vm.intern(&format!("{name}()")));
    if let Some(object) = classes.get_str(key) {
        return Ok(object);
    }
    let class = class_of(vm, name)?;
    let object = vm.new_instance(class).into();
    classes.set_str(vm, key, object);
    Ok(object)
}
