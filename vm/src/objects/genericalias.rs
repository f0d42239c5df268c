//! `list[int]` (`types.GenericAlias`) and `int | str` (`types.UnionType`).
//!
//! Both are pairs of values and share the layout of bound methods: origin and arguments, or arguments alone.

use crate::Vm;
use crate::args::Args;
use crate::error::PyResult;
use crate::object::{Gc, Header, LayoutKind};
use crate::objects::function::BoundMethod;
use crate::objects::set::set_from;
use crate::objects::string::Str;
use crate::objects::tuple::Tuple;
use crate::objects::typeobj::Type;
use crate::protocol::generic_getattr;
use crate::slots::{BinaryOp, CompareOp, Slots};
use crate::spec::{Convention, TypeSpec, getter, member, method};
use crate::value::Value;

/// `origin[args]`.
pub fn new_alias(vm: &mut Vm, origin: Value, args: Value) -> PyResult {
    let ty = vm.types.generic_alias;
    Ok(alias_of(vm, ty, origin, args))
}

fn alias_of(vm: &mut Vm, ty: Gc<Type>, origin: Value, args: Value) -> Value {
    let args = if args.cast::<Tuple>().is_some() { args } else { vm.new_tuple(&[args]).into() };
    vm.allocate_object(ty, BoundMethod::new(Header::new(ty), origin, args)).into()
}

/// `*alias`.
fn unpacked(vm: &mut Vm, alias: Value) -> Value {
    let header = Header::new(vm.types.generic_alias);
    vm.heap.allocate(BoundMethod::new(header, alias, Value::NULL)).into()
}

/// Whether it is an alias, of whatever class (`_PyGenericAlias_Check`).
fn is_alias(vm: &Vm, value: Value) -> bool {
    vm.type_of(value).is_subtype(vm.types.generic_alias)
}

/// `__class_getitem__` of native types.
pub fn class_getitem(vm: &mut Vm, class: Value, args: Args<'_>) -> PyResult {
    new_alias(vm, class, args.values()[0])
}

/// Origin and arguments of an alias, or arguments and nothing of a union. An unpacked alias has the alias and `NULL`.
fn parts(value: Value) -> (Value, Value) {
    match value.cast::<BoundMethod>() {
        Some(pair) if pair.receiver.get().is_null() => parts(pair.function.get()),
        Some(pair) => (pair.function.get(), pair.receiver.get()),
        None => (Value::NONE, Value::NONE),
    }
}

/// Whether this is `*origin[args]` (PEP 646).
fn is_unpacked(value: Value) -> bool {
    value.cast::<BoundMethod>().is_some_and(|pair| pair.receiver.get().is_null())
}

/// The only item of an alias, so that `*` unpacks it: itself, unpacked.
fn alias_iter(vm: &mut Vm, alias: Value) -> PyResult {
    let (origin, args) = parts(alias);
    let plain = new_alias(vm, origin, args)?;
    let object = vm.types.object;
    let header = Header::new(vm.native_type(&ALIAS_ITERATOR_TYPE, object));
    Ok(vm.heap.allocate(BoundMethod::new(header, plain, Value::NONE)).into())
}

/// What `iter(alias)` gives: its first value is the alias that is to be unpacked, `NULL` at the end.
static ALIAS_ITERATOR_TYPE: TypeSpec = TypeSpec {
    slots: Slots { iter: Some(|_, own| Ok(own)), iternext: Some(next_of_alias), ..Slots::NONE },
    methods: &[method("__reduce__", reduce_iterator, Convention::NoArgs)],
    ..TypeSpec::new("generic_alias_iterator", LayoutKind::BoundMethod)
};

fn next_of_alias(vm: &mut Vm, own: Value) -> PyResult {
    let Some(pair) = own.cast::<BoundMethod>() else { return Ok(Value::NULL) };
    let alias = pair.function.get();
    if alias.is_null() {
        return Ok(Value::NULL);
    }
    pair.function.set(Value::NULL);
    Ok(unpacked(vm, alias))
}

fn reduce_iterator(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let iter = crate::objects::iter::maker(vm, "iter")?;
    let rest = match own.cast::<BoundMethod>().and_then(|pair| pair.function.get().non_null()) {
        Some(alias) => alias,
        None => vm.new_tuple(&[]).into(),
    };
    let arguments = vm.new_tuple(&[rest]);
    Ok(vm.new_pair(iter, arguments.into()).into())
}

fn alias_new(vm: &mut Vm, ty: Gc<Type>, args: Args<'_>) -> PyResult {
    let [origin, arguments] = args.exactly(vm, "GenericAlias")?;
    Ok(alias_of(vm, ty, origin, arguments))
}

/// A type as it stands in the brackets.
fn item_text(vm: &mut Vm, item: Value) -> PyResult<String> {
    if item.is(Value::ELLIPSIS) {
        return Ok("...".to_owned());
    }
    let (origin, args) = (vm.names.__origin__, vm.names.__args__);
    if vm.lookup_attr(item, origin)?.is_some() && vm.lookup_attr(item, args)?.is_some() {
        return vm.repr_text(item);
    }
    let (qualname, module) = (vm.names.__qualname__, vm.names.__module__);
    let Some(qualname) = vm.lookup_attr(item, qualname)? else { return vm.repr_text(item) };
    let Some(module) = vm.lookup_attr(item, module)?.filter(|m| !m.is_none()) else { return vm.repr_text(item) };
    let (qualname, module) = (vm.str_of(qualname)?, vm.str_of(module)?);
    Ok(match &*module.to_string_lossy() {
        "builtins" => qualname.to_string_lossy().into_owned(),
        module => format!("{module}.{}", qualname.to_string_lossy()),
    })
}

fn alias_repr(vm: &mut Vm, value: Value) -> PyResult {
    let (origin, args) = parts(value);
    let origin = item_text(vm, origin)?;
    let mut items = Vec::new();
    let args = args.cast::<Tuple>();
    for index in 0..args.map_or(0, |a| a.len()) {
        if let Some(item) = args.and_then(|a| a.get(index)) {
            items.push(item_text(vm, item)?);
        }
    }
    let items = if items.is_empty() { "()".to_owned() } else { items.join(", ") };
    let star = if is_unpacked(value) { "*" } else { "" };
    Ok(vm.new_str(&format!("{star}{origin}[{items}]")).into())
}

fn alias_call(vm: &mut Vm, callable: Value, args: Args<'_>) -> PyResult {
    let made = vm.call(parts(callable).0, args)?;
    let name = vm.intern("__orig_class__");
    match vm.set_attr(made, name, callable) {
        Err(raise) if !vm.is_raised(raise, vm.exc.AttributeError) && !vm.is_raised(raise, vm.exc.TypeError) => {
            Err(raise)
        }
        _ => Ok(made),
    }
}

fn alias_getattro(vm: &mut Vm, value: Value, name: Gc<Str>) -> PyResult {
    let own = matches!(
        &*name.to_string_lossy(),
        "__class__"
            | "__origin__"
            | "__args__"
            | "__unpacked__"
            | "__parameters__"
            | "__typing_unpacked_tuple_args__"
            | "__mro_entries__"
            | "__reduce_ex__"
            | "__reduce__"
            | "__copy__"
            | "__deepcopy__"
    );
    if own { generic_getattr(vm, value, name) } else { vm.get_attr(parts(value).0, name) }
}

fn alias_compare(vm: &mut Vm, a: Value, b: Value, op: CompareOp) -> PyResult {
    if !is_alias(vm, b) || !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let ((x, x_args), (y, y_args)) = (parts(a), parts(b));
    let equal = is_unpacked(a) == is_unpacked(b) && vm.equals(x, y)? && vm.equals(x_args, y_args)?;
    Ok(Value::bool(equal == (op == CompareOp::Eq)))
}

fn alias_hash(vm: &mut Vm, value: Value) -> PyResult<i64> {
    let (origin, args) = parts(value);
    let hash = vm.hash(origin)? ^ vm.hash(args)?;
    Ok(if hash == -1 { -2 } else { hash })
}

fn get_origin(_vm: &mut Vm, value: Value) -> PyResult {
    Ok(parts(value).0)
}

fn get_args(_vm: &mut Vm, value: Value) -> PyResult {
    Ok(parts(value).1)
}

fn get_parameters(vm: &mut Vm, value: Value) -> PyResult {
    type_parameters(vm, parts(value).1)
}

/// The type variables among the arguments of an alias or union.
fn type_parameters(vm: &mut Vm, args: Value) -> PyResult {
    let mut found = vm.heap.temp_vec();
    let args = args.cast::<Tuple>();
    let (substitute, parameters) = (vm.intern("__typing_subst__"), vm.names.__parameters__);
    for index in 0..args.map_or(0, |a| a.len()) {
        let Some(item) = args.and_then(|a| a.get(index)) else { continue };
        if item.cast::<Type>().is_some() {
            continue;
        }
        if vm.lookup_attr(item, substitute)?.is_some() {
            if !found.contains(&item) {
                found.push(item);
            }
        } else if let Some(inner) = vm.lookup_attr(item, parameters)?.and_then(|p| p.cast::<Tuple>()) {
            for &parameter in inner.items() {
                if !found.contains(&parameter) {
                    found.push(parameter);
                }
            }
        }
    }
    Ok(vm.new_tuple(&found).into())
}

/// `alias[…]`: the same with type variables replaced.
fn alias_getitem(vm: &mut Vm, alias: Value, item: Value) -> PyResult {
    let (origin, args) = parts(alias);
    let parameters = type_parameters(vm, args)?;
    let args = with_parameters(vm, alias, args, parameters, item)?;
    let result = new_alias(vm, origin, args)?;
    Ok(if is_unpacked(alias) { unpacked(vm, result) } else { result })
}

/// The arguments in the brackets, with those of an unpacked tuple of known length in its place (`_unpack_args`).
fn unpacked_items(vm: &mut Vm, item: Value) -> PyResult<Gc<Tuple>> {
    let name = vm.intern("__typing_unpacked_tuple_args__");
    let mut items = vm.heap.temp_vec();
    let given = match item.cast::<Tuple>() {
        Some(given) => given,
        None => vm.new_tuple(&[item]),
    };
    for &item in given.items() {
        let inner = match item.cast::<Type>() {
            Some(_) => None,
            None => vm.lookup_attr(item, name)?.and_then(|inner| inner.cast::<Tuple>()),
        };
        match inner.filter(|inner| !inner.items().last().is_some_and(|last| last.is(Value::ELLIPSIS))) {
            Some(inner) => items.extend_from_slice(inner.items()),
            None => items.push(item),
        }
    }
    Ok(vm.new_tuple(&items))
}

/// What an unpacked tuple stands for.
fn get_unpacked_tuple(vm: &mut Vm, value: Value) -> PyResult {
    let (origin, args) = parts(value);
    Ok(if is_unpacked(value) && origin.is(vm.types.tuple.into()) { args } else { Value::NONE })
}

/// What the arguments of an alias or union become where its type variables are replaced (`_Py_subs_parameters`).
fn with_parameters(vm: &mut Vm, alias: Value, args: Value, parameters: Value, item: Value) -> PyResult {
    let (Some(args), Some(parameters)) = (args.cast::<Tuple>(), parameters.cast::<Tuple>()) else { return Ok(args) };
    if parameters.is_empty() {
        let text = vm.repr_text(alias)?;
        return Err(vm.type_error(format!("{text} is not a generic class")));
    }
    let mut item = Value::from(unpacked_items(vm, item)?);
    let prepare_name = vm.intern("__typing_prepare_subst__");
    for &parameter in parameters.items() {
        if let Some(prepare) = vm.lookup_attr(parameter, prepare_name)?.filter(|prepare| !prepare.is_none()) {
            item = vm.call_values(prepare, &[alias, item])?;
        }
    }
    let given = item.cast::<Tuple>();
    let count = given.map_or(1, |given| given.len());
    let Some(given) = given.filter(|_| count == parameters.len()) else {
        let many = if count > parameters.len() { "many" } else { "few" };
        let (text, wanted) = (vm.repr_text(alias)?, parameters.len());
        let message = format!("Too {many} arguments for {text}; actual {count}, expected {wanted}");
        return Err(vm.type_error(message));
    };
    let (subst, unpacked) = (vm.intern("__typing_subst__"), vm.intern("__typing_is_unpacked_typevartuple__"));
    let mut new = vm.heap.temp_vec();
    for &arg in args.items() {
        if arg.cast::<Type>().is_some() {
            new.push(arg);
            continue;
        }
        let is_unpacked = match vm.lookup_attr(arg, unpacked)? {
            Some(answer) => vm.is_true(answer)?,
            None => false,
        };
        let place = parameters.items().iter().position(|parameter| parameter.is(arg));
        let replaced = match (vm.lookup_attr(arg, subst)?, place) {
            (Some(subst), Some(place)) => vm.call_values(subst, &[given.items()[place]])?,
            _ => replaced_inside(vm, arg, parameters, given)?,
        };
        match replaced.cast::<Tuple>().filter(|_| is_unpacked) {
            Some(several) => new.extend_from_slice(several.items()),
            None => new.push(replaced),
        }
    }
    Ok(vm.new_tuple(&new).into())
}

/// An argument that has type variables inside.
fn replaced_inside(vm: &mut Vm, arg: Value, parameters: Gc<Tuple>, given: Gc<Tuple>) -> PyResult {
    let name = vm.names.__parameters__;
    let inner = vm.lookup_attr(arg, name)?.and_then(|inner| inner.cast::<Tuple>());
    let Some(inner) = inner.filter(|inner| !inner.is_empty()) else { return Ok(arg) };
    let mut items = vm.heap.temp_vec();
    for &parameter in inner.items() {
        let place = parameters.items().iter().position(|known| known.is(parameter));
        let value = place.map_or(parameter, |place| given.items()[place]);
        match value.cast::<Tuple>().filter(|_| vm.type_of(parameter).slots().iter.is_some()) {
            // A variable that stands for several.
            Some(several) => items.extend_from_slice(several.items()),
            None => items.push(value),
        }
    }
    let items = vm.new_tuple(&items);
    vm.get_item(arg, items.into())
}

fn alias_reduce(vm: &mut Vm, alias: Value, _args: Args<'_>) -> PyResult {
    if is_unpacked(alias)
        && let Some(next) = crate::builtins::lookup(vm, "next")
    {
        let iterator = alias_iter(vm, alias)?;
        let call = vm.new_tuple(&[iterator]);
        return Ok(vm.new_pair(next, call.into()).into());
    }
    let (origin, args) = parts(alias);
    let call = vm.new_pair(origin, args);
    let class: Value = vm.type_of(alias).into();
    Ok(vm.new_pair(class, call.into()).into())
}

fn get_unpacked(_vm: &mut Vm, value: Value) -> PyResult {
    Ok(Value::bool(is_unpacked(value)))
}

fn mro_entries(vm: &mut Vm, value: Value, _args: Args<'_>) -> PyResult {
    Ok(vm.new_tuple(&[parts(value).0]).into())
}

fn alias_instance_check(vm: &mut Vm, _value: Value, _args: Args<'_>) -> PyResult {
    Err(vm.type_error("isinstance() argument 2 cannot be a parameterized generic"))
}

fn alias_subclass_check(vm: &mut Vm, _value: Value, _args: Args<'_>) -> PyResult {
    Err(vm.type_error("issubclass() argument 2 cannot be a parameterized generic"))
}

/// `types.GenericAlias`.
pub static GENERIC_ALIAS_TYPE: TypeSpec = TypeSpec {
    module: "types",
    subclassable: true,
    vectorcall: false,
    slots: Slots {
        new: Some(alias_new),
        repr: Some(alias_repr),
        call: Some(alias_call),
        getitem: Some(alias_getitem),
        iter: Some(alias_iter),
        getattro: Some(alias_getattro),
        compare: Some(alias_compare),
        hash: Some(alias_hash),
        ..Slots::NONE
    }
    .with_binary(BinaryOp::Or, union_or),
    methods: &[
        method("__mro_entries__", mro_entries, Convention::O),
        method("__reduce__", alias_reduce, Convention::NoArgs),
        method("__instancecheck__", alias_instance_check, Convention::O),
        method("__subclasscheck__", alias_subclass_check, Convention::O),
    ],
    getset: &[
        member("__origin__", get_origin),
        member("__args__", get_args),
        member("__unpacked__", get_unpacked),
        getter("__parameters__", get_parameters),
        getter("__typing_unpacked_tuple_args__", get_unpacked_tuple),
    ],
    ..TypeSpec::new("GenericAlias", LayoutKind::BoundMethod)
};

// ---- unions ----

/// What may stand beside `|` between types.
fn is_unionable(vm: &Vm, value: Value) -> bool {
    value.is_none() || value.cast::<Type>().is_some() || is_alias(vm, value) || value.is_exact(vm.types.union)
}

/// `left | right` for types.
pub fn union_or(vm: &mut Vm, left: Value, right: Value) -> PyResult {
    if !is_unionable(vm, left) || !is_unionable(vm, right) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let mut flat = vm.heap.temp_vec();
    for side in [left, right] {
        if side.is_exact(vm.types.union) {
            if let Some(args) = parts(side).0.cast::<Tuple>() {
                flat.extend_from_slice(args.items());
            }
        } else {
            flat.push(if side.is_none() { vm.types.none.into() } else { side });
        }
    }
    let mut distinct = vm.heap.temp_vec();
    for &item in flat.iter() {
        let mut known = false;
        for &other in distinct.iter() {
            known |= vm.equals(other, item)?;
        }
        if !known {
            distinct.push(item);
        }
    }
    if let [one] = distinct[..] {
        return Ok(one);
    }
    let args = vm.new_tuple(&distinct);
    let header = Header::new(vm.types.union);
    Ok(vm.heap.allocate(BoundMethod::new(header, args.into(), Value::NONE)).into())
}

/// The members of a union.
fn union_args(value: Value) -> Option<Gc<Tuple>> {
    parts(value).0.cast::<Tuple>()
}

/// `isinstance(value, union)`.
pub fn union_instance_check(vm: &mut Vm, union: Value, value: Value) -> PyResult<bool> {
    check_members(vm, union, "isinstance() argument 2 cannot be a parameterized generic", |vm, member| {
        vm.is_instance(value, member)
    })
}

/// `issubclass(derived, union)`.
pub fn union_subclass_check(vm: &mut Vm, union: Value, derived: Value) -> PyResult<bool> {
    if derived.cast::<Type>().is_none() {
        return Err(vm.type_error("issubclass() arg 1 must be a class"));
    }
    check_members(vm, union, "issubclass() argument 2 cannot be a parameterized generic", |vm, member| {
        vm.is_subclass(derived, member)
    })
}

fn check_members(
    vm: &mut Vm,
    union: Value,
    refused: &str,
    mut check: impl FnMut(&mut Vm, Value) -> PyResult<bool>,
) -> PyResult<bool> {
    let Some(args) = union_args(union) else { return Ok(false) };
    if args.items().iter().any(|a| is_alias(vm, *a)) {
        return Err(vm.type_error(refused));
    }
    for index in 0..args.len() {
        if let Some(member) = args.get(index)
            && member.cast::<Type>().is_some()
            && check(vm, member)?
        {
            return Ok(true);
        }
    }
    Ok(false)
}

fn union_repr(vm: &mut Vm, value: Value) -> PyResult {
    let mut texts = Vec::new();
    let args = union_args(value);
    for index in 0..args.map_or(0, |a| a.len()) {
        let Some(item) = args.and_then(|a| a.get(index)) else { continue };
        let none: Value = vm.types.none.into();
        texts.push(if item.is(none) { "None".to_owned() } else { item_text(vm, item)? });
    }
    Ok(vm.new_str(&texts.join(" | ")).into())
}

fn union_compare(vm: &mut Vm, a: Value, b: Value, op: CompareOp) -> PyResult {
    let ty = vm.types.union;
    let (Some(x), Some(y)) = (union_args(a), union_args(b)) else { return Ok(Value::NOT_IMPLEMENTED) };
    if !b.is_exact(ty) || !a.is_exact(ty) || !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    // The order does not matter.
    let mut equal = x.len() == y.len();
    for &item in x.items() {
        let mut found = false;
        for &other in y.items() {
            found |= vm.equals(item, other)?;
        }
        equal &= found;
    }
    Ok(Value::bool(equal == (op == CompareOp::Eq)))
}

fn union_hash(vm: &mut Vm, value: Value) -> PyResult<i64> {
    let class = vm.types.frozenset;
    let members = set_from(vm, class, parts(value).0)?;
    vm.hash(members.into())
}

/// `union[…]`: the union of its members with type variables replaced.
fn union_getitem(vm: &mut Vm, union: Value, item: Value) -> PyResult {
    let args = parts(union).0;
    let parameters = type_parameters(vm, args)?;
    let members = with_parameters(vm, union, args, parameters, item)?;
    let Some(members) = members.cast::<Tuple>() else { return Ok(union) };
    let mut result = members.get(0).unwrap_or(Value::NONE);
    for &member in members.items().iter().skip(1) {
        result = vm.binary_op(BinaryOp::Or, result, member)?;
    }
    Ok(result)
}

fn get_union_args(_vm: &mut Vm, value: Value) -> PyResult {
    Ok(parts(value).0)
}

fn get_union_parameters(vm: &mut Vm, value: Value) -> PyResult {
    type_parameters(vm, parts(value).0)
}

fn instance_check(vm: &mut Vm, value: Value, args: Args<'_>) -> PyResult {
    union_instance_check(vm, value, args.values()[0]).map(Value::bool)
}

fn subclass_check(vm: &mut Vm, value: Value, args: Args<'_>) -> PyResult {
    union_subclass_check(vm, value, args.values()[0]).map(Value::bool)
}

/// `types.UnionType`.
pub static UNION_TYPE: TypeSpec = TypeSpec {
    module: "types",
    slots: Slots {
        repr: Some(union_repr),
        compare: Some(union_compare),
        hash: Some(union_hash),
        getitem: Some(union_getitem),
        ..Slots::NONE
    }
    .with_binary(BinaryOp::Or, union_or),
    methods: &[
        method("__instancecheck__", instance_check, Convention::O),
        method("__subclasscheck__", subclass_check, Convention::O),
    ],
    getset: &[member("__args__", get_union_args), getter("__parameters__", get_union_parameters)],
    ..TypeSpec::new("UnionType", LayoutKind::BoundMethod)
};
