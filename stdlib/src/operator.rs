//! `_operator`: the operators as functions, and functions that fetch.

use std::any::Any;

use quicken_vm::heap::Marker;
use quicken_vm::object::{Gc, LayoutKind};
use quicken_vm::objects::bytes;
use quicken_vm::objects::dict::Dict;
use quicken_vm::objects::opaque::OpaqueData;
use quicken_vm::objects::string::Str;
use quicken_vm::objects::tuple::Tuple;
use quicken_vm::objects::typeobj::Type;
use quicken_vm::slots::{BinaryOp, CompareOp, Slots, UnaryOp};
use quicken_vm::spec::Convention::{self, NoArgs, O};
use quicken_vm::spec::{MethodSpec, ModuleSpec, TypeSpec, method};
use quicken_vm::{Args, PyResult, Value, Vm};

use crate::data::{make, native_type, with};

/// `_operator`.
pub static OPERATOR: ModuleSpec = ModuleSpec {
    name: "_operator",
    doc: Some(
        "Operator interface.\n\nThe functions of this module do what Python's operators do: operator.add(x, y) is x+y.\n",
    ),
    functions: FUNCTIONS,
    init: Some(|vm, module| {
        for spec in [&ITEM_GETTER, &ATTRIBUTE_GETTER, &METHOD_CALLER] {
            let ty = native_type(vm, spec);
            let name = ty.name.get();
            module.dict().set_str(vm, name, ty.into());
        }
        Ok(())
    }),
};

/// Functions of one operand, of two, comparisons, and assignments.
macro_rules! operators {
    (
        unary { $($unary:literal => $unary_op:ident;)* }
        binary { $($binary:literal => $binary_op:ident;)* }
        compare { $($compare:literal => $compare_op:ident;)* }
        inplace { $($inplace:literal => $inplace_op:ident;)* }
        others { $($other:literal => $function:expr, $convention:ident;)* }
    ) => {
        const FUNCTIONS: &[MethodSpec] = &[
            $(method($unary, |vm, _, args| {
                let [value] = args.exactly(vm, $unary)?;
                vm.unary_op(UnaryOp::$unary_op, value)
            }, O),)*
            $(method($binary, |vm, _, args| {
                let [left, right] = args.exactly(vm, $binary)?;
                vm.binary_op(BinaryOp::$binary_op, left, right)
            }, Convention::Fast),)*
            $(method($compare, |vm, _, args| {
                let [left, right] = args.exactly(vm, $compare)?;
                vm.compare(left, right, CompareOp::$compare_op)
            }, Convention::Fast),)*
            $(method($inplace, |vm, _, args| {
                let [left, right] = args.exactly(vm, $inplace)?;
                vm.inplace_op(BinaryOp::$inplace_op, left, right)
            }, Convention::Fast),)*
            $(method($other, $function, Convention::$convention),)*
        ];
    };
}

operators! {
    unary {
        "neg" => Negative;
        "pos" => Positive;
        "inv" => Invert;
        "invert" => Invert;
    }
    binary {
        "add" => Add;
        "sub" => Subtract;
        "mul" => Multiply;
        "matmul" => MatrixMultiply;
        "floordiv" => FloorDivide;
        "truediv" => TrueDivide;
        "mod" => Remainder;
        "lshift" => Lshift;
        "rshift" => Rshift;
        "and_" => And;
        "xor" => Xor;
        "or_" => Or;
        "pow" => Power;
    }
    compare {
        "lt" => Lt;
        "le" => Le;
        "eq" => Eq;
        "ne" => Ne;
        "gt" => Gt;
        "ge" => Ge;
    }
    inplace {
        "iadd" => Add;
        "isub" => Subtract;
        "imul" => Multiply;
        "imatmul" => MatrixMultiply;
        "ifloordiv" => FloorDivide;
        "itruediv" => TrueDivide;
        "imod" => Remainder;
        "ilshift" => Lshift;
        "irshift" => Rshift;
        "iand" => And;
        "ixor" => Xor;
        "ior" => Or;
        "ipow" => Power;
    }
    others {
        "truth" => |vm, _, args| {
            let [value] = args.exactly(vm, "truth")?;
            vm.is_true(value).map(Value::bool)
        }, O;
        "not_" => |vm, _, args| {
            let [value] = args.exactly(vm, "not_")?;
            vm.is_true(value).map(|truth| Value::bool(!truth))
        }, O;
        "is_" => |vm, _, args| args.exactly(vm, "is_").map(|[left, right]| Value::bool(left.is(right))), Fast;
        "is_not" => |vm, _, args| args.exactly(vm, "is_not").map(|[left, right]| Value::bool(!left.is(right))), Fast;
        "abs" => |vm, _, args| {
            let [value] = args.exactly(vm, "abs")?;
            vm.unary_op(UnaryOp::Absolute, value)
        }, O;
        "index" => |vm, _, args| {
            let [value] = args.exactly(vm, "index")?;
            let index = vm.index(value)?;
            if index.is_bool() { vm.binary_op(BinaryOp::Add, index, Value::small_int(0)) } else { Ok(index) }
        }, O;
        "contains" => |vm, _, args| {
            let [container, item] = args.exactly(vm, "contains")?;
            vm.contains(container, item).map(Value::bool)
        }, Fast;
        "getitem" => |vm, _, args| {
            let [container, key] = args.exactly(vm, "getitem")?;
            vm.get_item(container, key)
        }, Fast;
        "setitem" => |vm, _, args| {
            let [container, key, value] = args.exactly(vm, "setitem")?;
            vm.set_item(container, key, value).map(|()| Value::NONE)
        }, Fast;
        "delitem" => |vm, _, args| {
            let [container, key] = args.exactly(vm, "delitem")?;
            vm.del_item(container, key).map(|()| Value::NONE)
        }, Fast;
        "concat" => |vm, _, args| concat(vm, args, "concat", false), Fast;
        "iconcat" => |vm, _, args| concat(vm, args, "iconcat", true), Fast;
        "countOf" => count_of, Fast;
        "indexOf" => index_of, Fast;
        "length_hint" => length_hint, Fast;
        "call" => call, FastKeywords;
        "_compare_digest" => compare_digest, Fast;
    }
}

/// Adds sequences: what has no items cannot be concatenated.
fn concat(vm: &mut Vm, args: Args<'_>, name: &str, inplace: bool) -> PyResult {
    let [left, right] = args.exactly(vm, name)?;
    let has_items = |vm: &Vm, value: Value| {
        let slots = vm.type_of(value).slots();
        slots.getitem.is_some() && value.cast::<Dict>().is_none()
    };
    let slots = vm.type_of(left).slots();
    let (concat, inplace_concat) = (slots.concat, slots.inplace_concat);
    let function = if inplace { inplace_concat.or(concat) } else { concat };
    if let Some(function) = function {
        return function(vm, left, right);
    }
    if has_items(vm, left) && has_items(vm, right) {
        let result = match inplace {
            true => vm.inplace_op(BinaryOp::Add, left, right),
            false => vm.binary_op(BinaryOp::Add, left, right),
        };
        match result {
            Err(raise) if vm.is_raised(raise, vm.exc.TypeError) => {}
            result => return result,
        }
    }
    let given = vm.type_name(left);
    Err(vm.type_error(format!("'{given}' object can't be concatenated")))
}

/// An iterator over what is searched.
fn searched(vm: &mut Vm, container: Value) -> PyResult {
    match vm.iter(container) {
        Err(raise) if vm.is_raised(raise, vm.exc.TypeError) => {
            let given = vm.type_name(container);
            Err(vm.type_error(format!("argument of type '{given}' is not iterable")))
        }
        result => result,
    }
}

fn count_of(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [container, value] = args.exactly(vm, "countOf")?;
    let source = searched(vm, container)?;
    let mut count = 0;
    while let Some(item) = vm.next(source)? {
        count += i64::from(vm.equals(item, value)?);
    }
    Ok(vm.int(count))
}

fn index_of(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [container, value] = args.exactly(vm, "indexOf")?;
    let source = searched(vm, container)?;
    let mut index = 0;
    while let Some(item) = vm.next(source)? {
        if vm.equals(item, value)? {
            return Ok(vm.int(index));
        }
        index += 1;
    }
    Err(vm.value_error("sequence.index(x): x not in sequence"))
}

fn length_hint(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "length_hint", 1, 2)?;
    let default = match values.get(1) {
        Some(default) => vm.index_i64(*default)?,
        None => 0,
    };
    // A default that is no length is given all the same.
    let unknown = usize::MAX >> 1;
    let hint = vm.length_hint(values[0], unknown)?;
    Ok(vm.int(if hint == unknown { default } else { hint as i64 }))
}

fn call(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    match args.positionals().first() {
        Some(function) => vm.call(*function, args.skip_first()),
        None => Err(vm.type_error("call expected at least 1 argument, got 0")),
    }
}

/// Compares in a time that does not depend on where the difference is.
fn compare_digest(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [left, right] = args.exactly(vm, "_compare_digest")?;
    let (a, b) = match (left.cast::<Str>(), right.cast::<Str>()) {
        (Some(a), Some(b)) => match (a.as_ascii(), b.as_ascii()) {
            (Some(a), Some(b)) => (a.as_bytes().to_vec(), b.as_bytes().to_vec()),
            _ => return Err(vm.type_error("comparing strings with non-ASCII characters is not supported")),
        },
        _ if bytes::to_vec(left).is_none() && bytes::to_vec(right).is_none() => {
            let (a, b) = (vm.type_name(left), vm.type_name(right));
            return Err(vm.type_error(format!("unsupported operand types(s) or combination of types: '{a}' and '{b}'")));
        }
        _ => (bytes::required(vm, left)?, bytes::required(vm, right)?),
    };
    let differences = a.iter().zip(&b).fold(u8::from(a.len() != b.len()), |found, (a, b)| found | (a ^ b));
    Ok(Value::bool(differences == 0))
}

// ---- itemgetter, attrgetter, methodcaller ----

static ITEM_GETTER: TypeSpec = TypeSpec {
    module: "operator",
    vectorcall: true,
    slots: Slots { new: Some(new_item_getter), call: Some(get_items), repr: Some(repr), ..Slots::NONE },
    methods: &[method("__reduce__", reduce, NoArgs)],
    doc: Some("itemgetter(item, ...) --> itemgetter object\n\nFetches the items from its operand: several as a tuple."),
    ..TypeSpec::new("itemgetter", LayoutKind::Opaque)
};

static ATTRIBUTE_GETTER: TypeSpec = TypeSpec {
    module: "operator",
    vectorcall: true,
    slots: Slots { new: Some(new_attribute_getter), call: Some(get_attributes), repr: Some(repr), ..Slots::NONE },
    methods: &[method("__reduce__", reduce, NoArgs)],
    doc: Some(
        "attrgetter(attr, ...) --> attrgetter object\n\nFetches the attributes from its operand, dotted ones step by step: several as a \
         tuple.",
    ),
    ..TypeSpec::new("attrgetter", LayoutKind::Opaque)
};

static METHOD_CALLER: TypeSpec = TypeSpec {
    module: "operator",
    vectorcall: true,
    slots: Slots { new: Some(new_method_caller), call: Some(call_method), repr: Some(repr), ..Slots::NONE },
    methods: &[method("__reduce__", reduce, NoArgs)],
    doc: Some("methodcaller(name, ...) --> methodcaller object\n\nCalls the method of that name of its operand."),
    ..TypeSpec::new("methodcaller", LayoutKind::Opaque)
};

#[derive(Clone, Copy)]
struct Fetch {
    /// What was given: a tuple.
    given: Value,
    /// For attributes: a tuple with the tuple of names on the way to each; for methods: the keyword arguments, if there are any.
    other: Value,
}

impl OpaqueData for Fetch {
    fn trace(&self, marker: &mut Marker) {
        marker.value(self.given);
        marker.value(self.other);
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

fn fetch(vm: &mut Vm, own: Value) -> PyResult<Fetch> {
    with(vm, own, |fetch: &mut Fetch| *fetch)
}

fn items(value: Value) -> &'static [Value] {
    value.cast::<Tuple>().map_or(&[], Gc::items)
}

/// What is fetched: one thing as it is, several as a tuple.
fn collected(vm: &mut Vm, wanted: &[Value], mut each: impl FnMut(&mut Vm, Value) -> PyResult) -> PyResult {
    if let [only] = *wanted {
        return each(vm, only);
    }
    let mut found = vm.heap.temp_vec();
    for value in wanted {
        let value = each(vm, *value)?;
        found.push(value);
    }
    Ok(vm.new_tuple(&found).into())
}

fn operand(vm: &mut Vm, args: Args<'_>, name: &str) -> PyResult {
    args.exactly::<1>(vm, name).map(|[value]| value)
}

fn needs_one(vm: &mut Vm, args: Args<'_>, name: &str) -> PyResult<()> {
    args.no_keywords(vm, name)?;
    if args.is_empty() { Err(vm.type_error(format!("{name} expected 1 argument, got 0"))) } else { Ok(()) }
}

fn new_item_getter(vm: &mut Vm, ty: Gc<Type>, args: Args<'_>) -> PyResult {
    needs_one(vm, args, "itemgetter")?;
    let given = vm.new_tuple(args.positionals()).into();
    make(vm, ty, Fetch { given, other: Value::NULL })
}

fn get_items(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let object = operand(vm, args, "itemgetter")?;
    let Fetch { given, .. } = fetch(vm, own)?;
    collected(vm, items(given), |vm, key| vm.get_item(object, key))
}

fn new_attribute_getter(vm: &mut Vm, ty: Gc<Type>, args: Args<'_>) -> PyResult {
    needs_one(vm, args, "attrgetter")?;
    let mut ways = vm.heap.temp_vec();
    for name in args.positionals() {
        let Some(name) = name.cast::<Str>() else {
            return Err(vm.type_error("attribute name must be a string"));
        };
        let text = name.to_string_lossy().into_owned();
        let mut steps = vm.heap.temp_vec();
        for step in text.split('.') {
            let step = vm.intern(step);
            steps.push(step.into());
        }
        let way = vm.new_tuple(&steps);
        ways.push(way.into());
    }
    let given = vm.new_tuple(args.positionals()).into();
    let other = vm.new_tuple(&ways).into();
    make(vm, ty, Fetch { given, other })
}

fn get_attributes(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let object = operand(vm, args, "attrgetter")?;
    let Fetch { other: ways, .. } = fetch(vm, own)?;
    collected(vm, items(ways), |vm, way| {
        let mut value = object;
        for name in items(way).iter().filter_map(|name| name.cast::<Str>()) {
            value = vm.get_attr(value, name)?;
        }
        Ok(value)
    })
}

fn new_method_caller(vm: &mut Vm, ty: Gc<Type>, args: Args<'_>) -> PyResult {
    let Some(first) = args.positionals().first() else {
        return Err(vm.type_error("methodcaller needs at least one argument, the method name"));
    };
    if first.cast::<Str>().is_none() {
        return Err(vm.type_error("method name must be a string"));
    }
    let given = vm.new_tuple(args.positionals()).into();
    let mut other = Value::NULL;
    if args.keyword_count() > 0 {
        let keywords = vm.new_dict();
        for (name, value) in args.keywords() {
            keywords.set_item(vm, name.into(), value)?;
        }
        other = keywords.into();
    }
    make(vm, ty, Fetch { given, other })
}

fn call_method(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let object = operand(vm, args, "methodcaller")?;
    let Fetch { given, other } = fetch(vm, own)?;
    let Some((name, rest)) = items(given).split_first() else { return Ok(Value::NONE) };
    let Some(name) = name.cast::<Str>() else { return Ok(Value::NONE) };
    let function = vm.get_attr(object, name)?;
    vm.call_with_dict(function, rest, other.cast::<Dict>())
}

fn repr(vm: &mut Vm, own: Value) -> PyResult {
    let Fetch { given, other } = fetch(vm, own)?;
    let name = vm.type_of(own).name.get().to_string_lossy().into_owned();
    if !vm.enter_repr(own) {
        return Ok(vm.new_str(&format!("operator.{name}(...)")).into());
    }
    let parts = repr_of_parts(vm, given, other);
    vm.leave_repr();
    let parts = parts?.join(", ");
    Ok(vm.new_str(&format!("operator.{name}({parts})")).into())
}

fn repr_of_parts(vm: &mut Vm, given: Value, other: Value) -> PyResult<Vec<String>> {
    let mut parts = Vec::new();
    for value in items(given) {
        parts.push(vm.repr_text(*value)?);
    }
    if let Some(keywords) = other.cast::<Dict>() {
        let mut position = 0;
        while let Some((name, value)) = keywords.next_item(&mut position) {
            let name = vm.str_of(name)?.to_string_lossy().into_owned();
            parts.push(format!("{name}={}", vm.repr_text(value)?));
        }
    }
    Ok(parts)
}

fn reduce(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let Fetch { given, other } = fetch(vm, own)?;
    let class = vm.type_of(own);
    let Some(keywords) = other.cast::<Dict>() else {
        return Ok(vm.new_pair(class.into(), given).into());
    };
    // Keyword arguments go into a partial call of the class.
    let functools = vm.import_absolute("functools")?;
    let name = vm.intern("partial");
    let partial = vm.get_attr(functools, name)?;
    let Some((name, rest)) = items(given).split_first() else { return Ok(Value::NONE) };
    let constructor = vm.call_with_dict(partial, &[class.into(), *name], Some(keywords))?;
    let rest = vm.new_tuple(rest);
    Ok(vm.new_pair(constructor, rest.into()).into())
}
