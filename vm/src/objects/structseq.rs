//! Tuples whose items have names (`PyStructSequence`): `sys.version_info`, `time.struct_time` and the like.

use crate::Vm;
use crate::error::PyResult;
use crate::objects::receiver;
use crate::objects::tuple::Tuple;
use crate::objects::typeobj::full_name;
use crate::value::Value;

/// The item at an index, for the members of a struct sequence.
///
/// # Errors
/// `TypeError` when `own` is no tuple.
pub fn field<const INDEX: usize>(vm: &mut Vm, own: Value) -> PyResult {
    Ok(receiver::<Tuple>(vm, own)?.get(INDEX).unwrap_or(Value::NONE))
}

/// `module.name(field=value, …)`.
///
/// # Errors
/// What the items' `__repr__` raises.
pub fn repr(vm: &mut Vm, own: Value, fields: &[&str]) -> PyResult {
    let tuple = receiver::<Tuple>(vm, own)?;
    let ty = vm.type_of(own);
    let mut text = format!("{}(", full_name(vm, ty));
    for (index, name) in fields.iter().enumerate() {
        if index > 0 {
            text.push_str(", ");
        }
        let item = tuple.get(index).unwrap_or(Value::NONE);
        text.push_str(&format!("{name}={}", vm.repr_text(item)?));
    }
    text.push(')');
    Ok(vm.new_str(&text).into())
}

/// States the type of a struct sequence: its name, its module, and its fields with their numbers.
#[macro_export]
macro_rules! struct_sequence {
    ($(#[$meta:meta])* $visibility:vis $spec:ident = $module:literal $name:literal [$($index:literal $field:ident),* $(,)?]) => {
        $(#[$meta])*
        $visibility static $spec: $crate::spec::TypeSpec = $crate::spec::TypeSpec {
            module: $module,
            slots: $crate::slots::Slots {
                repr: Some(|vm, own| $crate::objects::structseq::repr(vm, own, &[$(stringify!($field)),*])),
                ..$crate::slots::Slots::NONE
            },
            getset: &[$($crate::spec::member(stringify!($field), $crate::objects::structseq::field::<$index>)),*],
            ..$crate::spec::TypeSpec::new($name, $crate::object::LayoutKind::Tuple)
        };
    };
}
