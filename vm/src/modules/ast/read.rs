//! From objects to plain data, with what CPython checks on the way (`obj2ast_…` of `Python/Python-ast.c`).

use quicken_bytecode::Constant;
use quicken_bytecode::tree::{Field, FieldSpec, Node, PLACE, Production, kind, production};

use super::class_of;
use crate::Vm;
use crate::error::PyResult;
use crate::object::Gc;
use crate::objects::bytes::Bytes;
use crate::objects::complex::Complex;
use crate::objects::int::{self, View};
use crate::objects::list::List;
use crate::objects::string::Str;
use crate::objects::tuple::Tuple;
use crate::objects::typeobj::Type;
use crate::value::Value;

/// The node for an object, which must be one of a kind.
pub(super) fn node(vm: &mut Vm, object: Value, kind_name: &'static str) -> PyResult<Field> {
    let Some(kind) = kind(kind_name) else { return Err(vm.system_error("unknown kind of nodes")) };
    if kind.product.is_some() {
        let Some(production) = production(kind.name) else { return Ok(Field::None) };
        let mut node = with_fields(vm, object, production)?;
        node.place = if kind.placed { Some(place(vm, object, kind.name)?) } else { None };
        return Ok(Field::Node(Box::new(node)));
    }
    // What has no fields is an enumeration to CPython, which has no place for nothing.
    let is_enumeration = kind.variants.iter().all(|variant| !variant.contains('('));
    if object.is_none() && (!is_enumeration || kind.placed) {
        return Ok(Field::None);
    }
    let place = if kind.placed { Some(place(vm, object, kind.name)?) } else { None };
    for text in kind.variants {
        let name = text.split('(').next().unwrap_or(text);
        let class = class_of(vm, name)?;
        if vm.is_instance(object, class.into())?
            && let Some(production) = production(name)
        {
            let node = with_fields(vm, object, production)?;
            return Ok(Field::Node(Box::new(Node { place, ..node })));
        }
    }
    let given = vm.repr_text(object)?;
    Err(vm.type_error(format!("expected some sort of {kind_name}, but got {given}")))
}

fn with_fields(vm: &mut Vm, object: Value, production: &'static Production) -> PyResult<Node> {
    let owner = production.name;
    let mut node = Node::new(owner, Vec::with_capacity(production.fields.len()));
    for spec in &production.fields {
        let name = vm.intern(spec.name);
        let value = match vm.lookup_attr(object, name)? {
            Some(value) => value,
            None if spec.optional => continue,
            None => return Err(vm.type_error(format!("required field \"{}\" missing from {owner}", spec.name))),
        };
        if spec.optional && value.is_none() {
            continue;
        }
        let field = if spec.list { list(vm, value, spec, owner)? } else { nested(vm, value, spec.kind, owner)? };
        node.fields.push((spec.name, field));
    }
    let missing = production.fields.iter().find(|spec| !spec.list && matches!(node.get(spec.name), Some(Field::None)));
    if let Some(spec) = missing {
        return Err(vm.value_error(format!("field '{}' is required for {owner}", spec.name)));
    }
    Ok(node)
}

fn list(vm: &mut Vm, value: Value, spec: &FieldSpec, owner: &str) -> PyResult<Field> {
    let Some(list) = value.cast::<List>() else {
        let (name, given) = (spec.name, vm.type_name(value));
        return Err(vm.type_error(format!("{owner} field \"{name}\" must be a list, not a {given}")));
    };
    let count = list.len();
    let mut fields = Vec::with_capacity(count);
    for index in 0..count {
        let item = list.get(index).unwrap_or(Value::NONE);
        fields.push(nested(vm, item, spec.kind, owner)?);
        if list.len() != count {
            let name = spec.name;
            return Err(vm.runtime_error(format!("{owner} field \"{name}\" changed size during iteration")));
        }
    }
    Ok(Field::List(fields))
}

/// What is in a field of a node of this name.
fn nested(vm: &mut Vm, value: Value, kind: &'static str, owner: &str) -> PyResult<Field> {
    vm.recursive(&format!(" while traversing '{owner}' node"), |vm| match kind {
        "identifier" | "string" if value.is_none() => Ok(Field::None),
        "identifier" | "string" => match value.cast::<Str>().filter(|_| value.is_exact(vm.types.str)) {
            Some(text) => Ok(Field::Str(text.to_py_string())),
            None => Err(vm.type_error(format!("AST {kind} must be of type str"))),
        },
        "int" => integer(vm, value).map(Field::Int),
        "constant" => constant(vm, value).map(|value| value.map_or_else(Field::NoConstant, Field::Constant)),
        kind => node(vm, value, kind),
    })
}

fn integer(vm: &mut Vm, value: Value) -> PyResult<i32> {
    match View::of(value) {
        Some(View::Small(number)) if i32::try_from(number).is_ok() => Ok(number as i32),
        Some(_) => Err(vm.overflow_error("Python int too large to convert to C int")),
        None => {
            let given = vm.repr_text(value)?;
            Err(vm.value_error(format!("invalid integer value: {given}")))
        }
    }
}

/// Where a node is. What lacks an end, ends where it starts, patterns aside.
fn place(vm: &mut Vm, object: Value, owner: &str) -> PyResult<[i32; 4]> {
    let mut place = [0; 4];
    for (index, name) in PLACE.iter().enumerate() {
        let key = vm.intern(name);
        let may_lack = index >= 2 && owner != "pattern";
        let value = vm.lookup_attr(object, key)?.filter(|value| !(may_lack && value.is_none()));
        place[index] = match value {
            Some(value) => vm.recursive(&format!(" while traversing '{owner}' node"), |vm| integer(vm, value))?,
            None if may_lack => place[index - 2],
            None => return Err(vm.type_error(format!("required field \"{name}\" missing from {owner}"))),
        };
    }
    Ok(place)
}

/// The constant that an object is; the name of its type if it can be none.
fn constant(vm: &mut Vm, value: Value) -> PyResult<Result<Constant, String>> {
    vm.check_native_stack(" during compilation")?;
    let types = &vm.types;
    let class = vm.type_of(value);
    let exactly = |wanted: Gc<Type>| Value::from(class).is(wanted.into());
    Ok(Ok(if value.is_none() {
        Constant::None
    } else if let Some(value) = value.as_bool() {
        Constant::bool(value)
    } else if value.is(Value::ELLIPSIS) {
        Constant::Ellipsis
    } else if let Some(number) = int::to_big(value).filter(|_| exactly(types.int)) {
        Constant::int(number)
    } else if let Some(number) = value.as_float().filter(|_| exactly(types.float)) {
        Constant::Float(number)
    } else if let Some(number) = value.cast::<Complex>().filter(|_| exactly(types.complex)) {
        Constant::Complex { re: number.value.re, im: number.value.im }
    } else if let Some(text) = value.cast::<Str>().filter(|_| exactly(types.str)) {
        Constant::Str(text.to_py_string())
    } else if let Some(bytes) = value.cast::<Bytes>().filter(|_| exactly(types.bytes)) {
        Constant::Bytes(bytes.as_slice().into())
    } else if exactly(types.tuple) || exactly(types.frozenset) {
        let mut items = vm.heap.temp_vec();
        vm.collect(value, &mut items)?;
        let mut constants = Vec::with_capacity(items.len());
        for item in items.iter() {
            match constant(vm, *item)? {
                Ok(item) => constants.push(item),
                Err(class) => return Ok(Err(class)),
            }
        }
        let constants = constants.into_boxed_slice();
        if value.cast::<Tuple>().is_some() { Constant::Tuple(constants) } else { Constant::FrozenSet(constants) }
    } else {
        return Ok(Err(vm.type_name(value)));
    }))
}
