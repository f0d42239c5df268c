//! Exception groups and what `except*` does with them (PEP 654).

use crate::Vm;
use crate::args::Args;
use crate::error::PyResult;
use crate::object::Gc;
use crate::objects::exception::{Exception, base};
use crate::objects::function::Function;
use crate::objects::list::List;
use crate::objects::string::Str;
use crate::objects::tuple::Tuple;
use crate::objects::typeobj::Type;
use crate::slots::Slots;
use crate::spec::{Binding, Convention, GetSetSpec, MethodSpec, getset, getter, method};
use crate::value::Value;

/// The group's exceptions.
const EXCEPTIONS: usize = 0;

/// Gives `ExceptionGroup` its second base: it is a `BaseExceptionGroup` and an `Exception`.
pub(crate) fn install_exception_group(vm: &mut Vm) {
    let (group, base, exception) = (vm.exc.ExceptionGroup, vm.exc.BaseExceptionGroup, vm.exc.Exception);
    let bases = vm.new_tuple(&[base.into(), exception.into()]);
    group.bases.set(bases);
    let root = vm.exc.BaseException;
    let mro = [group, base, exception, root, vm.types.object].map(Value::from_gc);
    let mro = vm.new_tuple(&mro);
    group.mro.set(mro);
    if let Some(subclasses) = exception.subclasses.get().cast::<List>() {
        subclasses.push(vm, group.into());
    }
}

/// The exceptions of a group, if the exception is one.
pub(super) fn exceptions_of(vm: &Vm, exception: Gc<Exception>) -> Option<Gc<Tuple>> {
    if !vm.type_of(exception.into()).is_subtype(vm.exc.BaseExceptionGroup) {
        return None;
    }
    exception.member(EXCEPTIONS).cast::<Tuple>()
}

fn new(vm: &mut Vm, ty: Gc<Type>, args: Args<'_>) -> PyResult {
    let [message, exceptions] = args.positionals() else {
        let given = args.len();
        return Err(vm.type_error(format!("BaseExceptionGroup.__new__() takes exactly 2 arguments ({given} given)")));
    };
    if message.cast::<Str>().is_none() {
        let given = vm.type_name(*message);
        return Err(vm.type_error(format!("BaseExceptionGroup.__new__() argument 1 must be str, not {given}")));
    }
    let slots = vm.type_of(*exceptions).slots();
    if slots.getitem.is_none() || vm.type_of(*exceptions).is_subtype(vm.types.dict) {
        return Err(vm.type_error("second argument (exceptions) must be a sequence"));
    }
    let mut items = vm.heap.temp_vec();
    vm.collect(*exceptions, &mut items)?;
    if items.is_empty() {
        return Err(vm.value_error("second argument (exceptions) must be a non-empty sequence"));
    }
    let exception_type = vm.exc.Exception;
    let mut nested_base = false;
    for (index, item) in items.iter().enumerate() {
        if item.cast::<Exception>().is_none() {
            return Err(vm.value_error(format!("Item {index} of second argument (exceptions) is not an exception")));
        }
        nested_base |= !vm.type_of(*item).is_subtype(exception_type);
    }
    let mut class = ty;
    if ty == vm.exc.ExceptionGroup {
        if nested_base {
            return Err(vm.type_error("Cannot nest BaseExceptions in an ExceptionGroup"));
        }
    } else if ty == vm.exc.BaseExceptionGroup {
        if !nested_base {
            class = vm.exc.ExceptionGroup;
        }
    } else if nested_base && ty.is_subtype(exception_type) {
        let name = ty.display_name();
        return Err(vm.type_error(format!("Cannot nest BaseExceptions in '{name}'")));
    }
    let kept = vm.new_tuple(&items);
    let value = base::new(vm, class, args)?;
    if let Some(group) = value.cast::<Exception>() {
        group.value.set(*message);
        group.set_member(vm, EXCEPTIONS, kept.into());
    }
    Ok(value)
}

fn str(vm: &mut Vm, value: Value) -> PyResult {
    let Some(group) = value.cast::<Exception>() else { return Ok(Value::NONE) };
    let message = vm.str_of(group.value.get().or_none())?.to_string_lossy().into_owned();
    let count = exceptions_of(vm, group).map_or(0, |e| e.len());
    let plural = if count > 1 { "s" } else { "" };
    Ok(vm.new_str(&format!("{message} ({count} sub-exception{plural})")).into())
}

fn get_message(_vm: &mut Vm, value: Value) -> PyResult {
    Ok(value.cast::<Exception>().map_or(Value::NONE, |g| g.value.get().or_none()))
}

fn set_message(vm: &mut Vm, _value: Value, _message: Value) -> PyResult<()> {
    Err(vm.attribute_error("readonly attribute"))
}

fn get_exceptions(_vm: &mut Vm, value: Value) -> PyResult {
    Ok(value.cast::<Exception>().map_or(Value::NONE, |g| g.member(EXCEPTIONS).or_none()))
}

fn derive(vm: &mut Vm, value: Value, args: Args<'_>) -> PyResult {
    let [exceptions] = args.exactly(vm, "derive")?;
    let class = vm.exc.BaseExceptionGroup;
    let message = get_message(vm, value)?;
    vm.call_values(class.into(), &[message, exceptions])
}

/// What a `split` looks for.
#[derive(Clone, Copy)]
enum Matcher {
    /// A type or a tuple of types.
    Types(Value),
    Predicate(Value),
    /// The very exceptions in these groups.
    LeavesOf(Gc<List>),
}

fn matcher(vm: &mut Vm, value: Value) -> PyResult<Matcher> {
    if value.cast::<Function>().is_some() {
        return Ok(Matcher::Predicate(value));
    }
    let root = vm.exc.BaseException;
    let is_class = |v: Value| v.cast::<Type>().is_some_and(|t| t.is_subtype(root));
    let good = match value.cast::<Tuple>() {
        Some(tuple) => tuple.items().iter().all(|&v| is_class(v)),
        None => is_class(value),
    };
    if good {
        Ok(Matcher::Types(value))
    } else {
        Err(vm.type_error("expected a function, exception type or tuple of exception types"))
    }
}

fn matches_types(vm: &Vm, exception: Value, types: Value) -> bool {
    let class = vm.type_of(exception);
    let matches = |v: Value| v.cast::<Type>().is_some_and(|t| class.is_subtype(t));
    match types.cast::<Tuple>() {
        Some(tuple) => tuple.items().iter().any(|&v| matches(v)),
        None => matches(types),
    }
}

fn contains_leaf(vm: &Vm, tree: Value, leaf: Value) -> bool {
    let Some(exception) = tree.cast::<Exception>() else { return false };
    match exceptions_of(vm, exception) {
        Some(parts) => parts.items().iter().any(|&part| contains_leaf(vm, part, leaf)),
        None => tree.is(leaf),
    }
}

/// The part of an exception that matches and the rest; either may be `None`.
fn split_exception(vm: &mut Vm, value: Value, matcher: Matcher) -> PyResult<(Value, Value)> {
    let Some(exception) = value.cast::<Exception>() else { return Ok((Value::NONE, Value::NONE)) };
    let parts = exceptions_of(vm, exception);
    let matches = match matcher {
        Matcher::Types(types) => matches_types(vm, value, types),
        Matcher::Predicate(predicate) => {
            let answer = vm.call_values(predicate, &[value])?;
            vm.is_true(answer)?
        }
        Matcher::LeavesOf(groups) => {
            parts.is_none() && (0..groups.len()).any(|i| groups.get(i).is_some_and(|g| contains_leaf(vm, g, value)))
        }
    };
    if matches {
        return Ok((value, Value::NONE));
    }
    let Some(parts) = parts else { return Ok((Value::NONE, value)) };
    let (matched, rest) = (vm.new_list(&[]), vm.new_list(&[]));
    for index in 0..parts.len() {
        let Some(part) = parts.get(index) else { continue };
        let (inner, other) =
            vm.recursive(" in exceptiongroup_split_recursive", |vm| split_exception(vm, part, matcher))?;
        if !inner.is_none() {
            matched.push(vm, inner);
        }
        if !other.is_none() {
            rest.push(vm, other);
        }
    }
    Ok((subset(vm, exception, matched)?, subset(vm, exception, rest)?))
}

/// A group like the original of some of its exceptions, `None` for none.
fn subset(vm: &mut Vm, original: Gc<Exception>, exceptions: Gc<List>) -> PyResult {
    if exceptions.is_empty() {
        return Ok(Value::NONE);
    }
    let value = vm.call_method(original.into(), "derive", &[exceptions.into()])?;
    let Some(group) = value.cast::<Exception>().filter(|g| exceptions_of(vm, *g).is_some()) else {
        return Err(vm.type_error("derive must return an instance of BaseExceptionGroup"));
    };
    group.traceback.set(original.traceback.get());
    group.context.set(original.context.get());
    group.cause.set(original.cause.get());
    group.suppress_context.set(original.suppress_context.get());
    let name = vm.names.__notes__;
    if let Some(notes) = vm.lookup_attr(original.into(), name)?
        && notes.cast::<List>().is_some()
    {
        let mut items = vm.heap.temp_vec();
        vm.collect(notes, &mut items)?;
        let copy = vm.new_list(&items);
        vm.set_attr(value, name, copy.into())?;
    }
    Ok(value)
}

fn split(vm: &mut Vm, value: Value, args: Args<'_>) -> PyResult {
    let [wanted] = args.exactly(vm, "split")?;
    let matcher = matcher(vm, wanted)?;
    let (matched, rest) = split_exception(vm, value, matcher)?;
    Ok(vm.new_pair(matched, rest).into())
}

fn subgroup(vm: &mut Vm, value: Value, args: Args<'_>) -> PyResult {
    let [wanted] = args.exactly(vm, "subgroup")?;
    let matcher = matcher(vm, wanted)?;
    Ok(split_exception(vm, value, matcher)?.0)
}

impl Vm {
    /// What `except* ty` takes of an exception, and what it leaves (`CHECK_EG_MATCH`).
    pub(crate) fn exception_group_match(&mut self, exception: Value, ty: Value) -> PyResult<(Value, Value)> {
        let Some(raised) = exception.cast::<Exception>() else { return Ok((Value::NONE, Value::NONE)) };
        let is_group = exceptions_of(self, raised).is_some();
        if matches_types(self, exception, ty) {
            if is_group {
                return Ok((exception, Value::NONE));
            }
            let parts = self.new_tuple(&[exception]);
            let group = self.group_of(parts.into(), &[exception])?;
            return Ok((group, Value::NONE));
        }
        if is_group {
            return split_exception(self, exception, Matcher::Types(ty));
        }
        Ok((Value::NONE, Value::NONE))
    }

    /// A group without a message; `sequence` is what becomes its second argument.
    fn group_of(&mut self, sequence: Value, exceptions: &[Value]) -> PyResult {
        let class = self.exc.ExceptionGroup;
        let class = if exceptions.iter().all(|e| self.type_of(*e).is_subtype(self.exc.Exception)) {
            class
        } else {
            self.exc.BaseExceptionGroup
        };
        let message: Value = self.empty_str().into();
        self.call_values(class.into(), &[message, sequence])
    }

    /// What is left to raise after all `except*` clauses (`PREP_RERAISE_STAR`).
    pub(crate) fn prepare_reraise_star(&mut self, original: Value, list: Value) -> PyResult {
        let (Some(raised), Some(list)) = (original.cast::<Exception>(), list.cast::<List>()) else {
            return Ok(Value::NONE);
        };
        if list.is_empty() {
            return Ok(Value::NONE);
        }
        if exceptions_of(self, raised).is_none() {
            return Ok(list.get(0).unwrap_or(Value::NONE));
        }
        // Exceptions with the original's circumstances were reraised, others were raised by the handlers.
        let (fresh, again) = (self.new_list(&[]), self.new_list(&[]));
        for index in 0..list.len() {
            let Some(exception) = list.get(index).and_then(|e| e.cast::<Exception>()) else { continue };
            let same = exception.traceback.get().is(raised.traceback.get())
                && exception.cause.get().is(raised.cause.get())
                && exception.context.get().is(raised.context.get());
            let target = if same { again } else { fresh };
            target.push(self, exception.into());
        }
        let (reraised, _) = split_exception(self, original, Matcher::LeavesOf(again))?;
        if fresh.is_empty() {
            return Ok(reraised);
        }
        if !reraised.is_none() {
            fresh.push(self, reraised);
        }
        if let (1, Some(only)) = (fresh.len(), fresh.get(0)) {
            return Ok(only);
        }
        let mut parts = self.heap.temp_vec();
        self.collect(fresh.into(), &mut parts)?;
        self.group_of(fresh.into(), &parts)
    }
}

/// The slots of `BaseExceptionGroup`.
pub(super) const SLOTS: Slots = Slots { new: Some(new), str: Some(str), ..base::SLOTS };
/// Its attributes.
pub(super) const ATTRIBUTES: &[GetSetSpec] = &[
    GetSetSpec { member: true, ..getset("message", get_message, set_message) },
    GetSetSpec { member: true, ..getter("exceptions", get_exceptions) },
];
/// Its methods.
pub(super) const METHODS: &[MethodSpec] = &[
    MethodSpec {
        binding: Binding::Class,
        ..method("__class_getitem__", crate::objects::genericalias::class_getitem, Convention::O)
    },
    method("derive", derive, Convention::Varargs),
    method("split", split, Convention::Varargs),
    method("subgroup", subgroup, Convention::Varargs),
];
