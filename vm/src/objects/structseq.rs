//! Tuples whose items have names (`PyStructSequence`): `sys.version_info`, `time.struct_time` and the like.
//!
//! Some have fields besides their items (`tm_zone`). Those lie in a dict behind the tuple.

use crate::Vm;
use crate::args::{Args, Parameters};
use crate::error::PyResult;
use crate::object::Gc;
use crate::objects::dict::Dict;
use crate::objects::tuple::Tuple;
use crate::objects::typeobj::{Type, full_name};
use crate::objects::{instance, receiver};
use crate::value::Value;

/// The names of a struct sequence's fields.
pub struct Fields {
    /// Of the items.
    pub visible: &'static [&'static str],
    /// Of those that are no items.
    pub hidden: &'static [&'static str],
}

/// The item at an index, for the members of a struct sequence.
///
/// # Errors
/// `TypeError` when `own` is no tuple.
pub fn field<const INDEX: usize>(vm: &mut Vm, own: Value) -> PyResult {
    Ok(receiver::<Tuple>(vm, own)?.get(INDEX).unwrap_or(Value::NONE))
}

/// A field that is no item.
///
/// # Errors
/// `TypeError` when `own` is no tuple.
pub fn hidden_field(vm: &mut Vm, own: Value, name: &str) -> PyResult {
    receiver::<Tuple>(vm, own)?;
    let name = vm.intern(name);
    Ok(instance::get_own(vm, own, name).unwrap_or(Value::NONE))
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

/// The constructor: a sequence of the items, and of fields behind them as far as there are any; the others come from a dict, or are
/// `None`.
///
/// # Errors
/// `TypeError` for what is no sequence, or has too few or too many items.
pub fn new(vm: &mut Vm, ty: Gc<Type>, args: Args<'_>, fields: &Fields) -> PyResult {
    let name = full_name(vm, ty);
    const PARAMETERS: Parameters<2> =
        Parameters { names: ["sequence", "dict"], positional_only: 0, max_positional: 2, required: 1 };
    let [sequence, dict] = args.bind(vm, "structseq", &PARAMETERS)?;
    if vm.type_of(sequence).slots().iter.is_none() && vm.type_of(sequence).slots().getitem.is_none() {
        return Err(vm.type_error("constructor requires a sequence"));
    }
    let sequence = vm.tuple_from(sequence)?;
    let dict = match dict.non_null().filter(|dict| !dict.is_none()) {
        None => None,
        Some(dict) => match dict.cast::<Dict>() {
            Some(dict) => Some(dict),
            None => return Err(vm.type_error(format!("{name}() takes a dict as second arg, if any"))),
        },
    };
    let (least, given) = (fields.visible.len(), sequence.len());
    let most = least + fields.hidden.len();
    if !(least..=most).contains(&given) {
        let (word, limit) = match (given < least, least == most) {
            (_, true) => ("a", least),
            (true, false) => ("an at least", least),
            (false, false) => ("an at most", most),
        };
        return Err(vm.type_error(format!("{name}() takes {word} {limit}-sequence ({given}-sequence given)")));
    }
    let (items, rest) = sequence.items().split_at(least);
    let result = Value::from(vm.new_tuple_of(ty, items));
    for (index, name) in fields.hidden.iter().enumerate() {
        let name = vm.intern(name);
        let value = match rest.get(index) {
            Some(value) => *value,
            None => match dict {
                Some(dict) => dict.get_item(vm, name.into())?.unwrap_or(Value::NONE),
                None => Value::NONE,
            },
        };
        instance::set_own(vm, result, name, value)?;
    }
    Ok(result)
}

/// `__reduce__`: the class, the items, and a dict of the other fields.
///
/// # Errors
/// `TypeError` when `own` is no tuple.
pub fn reduce(vm: &mut Vm, own: Value, fields: &Fields) -> PyResult {
    let items = receiver::<Tuple>(vm, own)?.items();
    let items = vm.new_tuple(items);
    let dict = vm.new_dict();
    for name in fields.hidden {
        let name = vm.intern(name);
        let value = instance::get_own(vm, own, name).unwrap_or(Value::NONE);
        dict.set_str(vm, name, value);
    }
    let arguments = vm.new_pair(items.into(), dict.into());
    let class = vm.type_of(own);
    Ok(vm.new_pair(class.into(), arguments.into()).into())
}

/// States the type of a struct sequence: its name, its module, its fields with their numbers, and after `+` those that are no items.
#[macro_export]
macro_rules! struct_sequence {
    (
        $(#[$meta:meta])* $visibility:vis $spec:ident = $module:literal $name:literal
        [$($index:literal $field:ident),* $(,)?] $(+ [$($hidden:ident),* $(,)?])?
    ) => {
        $(#[$meta])*
        $visibility static $spec: $crate::spec::TypeSpec = {
            const FIELDS: $crate::objects::structseq::Fields = $crate::objects::structseq::Fields {
                visible: &[$(stringify!($field)),*],
                hidden: &[$($(stringify!($hidden)),*)?],
            };
            const fn number(count: usize) -> $crate::Value {
                $crate::Value::small_int(count as i64)
            }
            $crate::spec::TypeSpec {
                module: $module,
                has_dict: !FIELDS.hidden.is_empty(),
                slots: $crate::slots::Slots {
                    new: Some(|vm, ty, args| $crate::objects::structseq::new(vm, ty, args, &FIELDS)),
                    repr: Some(|vm, own| $crate::objects::structseq::repr(vm, own, FIELDS.visible)),
                    ..$crate::slots::Slots::NONE
                },
                methods: &[$crate::spec::method(
                    "__reduce__",
                    |vm, own, _| $crate::objects::structseq::reduce(vm, own, &FIELDS),
                    $crate::spec::Convention::NoArgs,
                )],
                getset: &[
                    $($crate::spec::member(stringify!($field), $crate::objects::structseq::field::<$index>),)*
                    $($($crate::spec::member(
                        stringify!($hidden),
                        |vm, own| $crate::objects::structseq::hidden_field(vm, own, stringify!($hidden)),
                    ),)*)?
                    $crate::spec::member("n_sequence_fields", |_, _| Ok(number(FIELDS.visible.len()))),
                    $crate::spec::member("n_fields", |_, _| Ok(number(FIELDS.visible.len() + FIELDS.hidden.len()))),
                    $crate::spec::member("n_unnamed_fields", |_, _| Ok(number(0))),
                ],
                ..$crate::spec::TypeSpec::new($name, $crate::object::LayoutKind::Tuple)
            }
        };
    };
}
