//! Making a class: `type.__new__`.

use crate::Vm;
use crate::args::Args;
use crate::error::{PyResult, Raise};
use crate::object::{Gc, Header};
use crate::objects::descriptors::MethodWrapper;
use crate::objects::dict::Dict;
use crate::objects::dictkeys::DictKeys;
use crate::objects::exception::Exception;
use crate::objects::function::{CellObject, Function};
use crate::objects::native::AttributeKind;
use crate::objects::slot_update::set_all_slots;
use crate::objects::string::Str;
use crate::objects::string_methods::encode::encode;
use crate::objects::tuple::Tuple;
use crate::objects::typeobj::layout::{best_base, has_dict, has_item_size, has_tail, lay_out};
use crate::objects::typeobj::mro::{add_to_bases, set_mro};
use crate::objects::typeobj::{Type, TypeFlags, TypeParts, dict_getset, weakref_getset};
use crate::slots::NewFn;
use crate::spec::{GetSetSpec, PatternKind};
use crate::value::Value;

static DICT_ATTRIBUTE: GetSetSpec = dict_getset();
static WEAKREF_ATTRIBUTE: GetSetSpec = weakref_getset();

/// `type.__new__(metatype, name, bases, namespace, **keywords)`.
pub(crate) fn type_new(vm: &mut Vm, metatype: Gc<Type>, args: Args<'_>) -> PyResult {
    let given = args.positionals();
    let [name, bases, namespace] = given else {
        let count = given.len();
        return Err(vm.type_error(format!("type.__new__() takes exactly 3 arguments ({count} given)")));
    };
    let wrong = |vm: &mut Vm, index: usize, wanted: &str, value: Value| {
        let ty = vm.type_name(value);
        vm.type_error(format!("type.__new__() argument {index} must be {wanted}, not {ty}"))
    };
    let Some(name) = name.cast::<Str>() else { return Err(wrong(vm, 1, "str", *name)) };
    let Some(bases) = bases.cast::<Tuple>() else { return Err(wrong(vm, 2, "tuple", *bases)) };
    let Some(namespace) = namespace.cast::<Dict>() else { return Err(wrong(vm, 3, "dict", *namespace)) };

    let mut metatype = metatype;
    let (base, bases) = if bases.is_empty() {
        let object = vm.types.object;
        (object, vm.new_tuple(&[object.into()]))
    } else {
        for index in 0..bases.len() {
            let Some(base) = bases.get(index) else { continue };
            let entries = vm.names.__mro_entries__;
            if base.cast::<Type>().is_none() && vm.lookup_attr(base, entries)?.is_some() {
                return Err(vm.type_error("type() doesn't support MRO entry resolution; use types.new_class()"));
            }
        }
        let winner = calculate_metaclass(vm, metatype, bases)?;
        if winner != metatype {
            if let Some(new) = winner.slots().new
                && !std::ptr::fn_addr_eq(new, type_new as NewFn)
            {
                return new(vm, winner, args);
            }
            metatype = winner;
        }
        (best_base(vm, bases)?, bases)
    };

    let dict = copy_namespace(vm, namespace)?;
    encode(vm, name, "utf-8", "strict")?;
    if let Some(doc) = dict.get_str(vm.names.__doc__).and_then(|doc| doc.cast::<Str>()) {
        encode(vm, doc, "utf-8", "strict")?;
    }
    if (0..name.len()).any(|index| name.char_at(index) == 0) {
        return Err(vm.value_error("type name must not contain null characters"));
    }
    let plan = plan_slots(vm, name, dict, base, bases)?;
    let ty = allocate(vm, metatype, name, bases, base, dict, &plan);
    set_attributes(vm, ty, &plan)?;
    set_mro(vm, ty)?;
    add_to_bases(vm, ty, ty.bases.get());
    inherit_flags(ty, base);
    set_all_slots(vm, ty);
    set_names(vm, ty)?;
    init_subclass(vm, ty, args)?;
    Ok(ty.into())
}

/// The most derived of the metaclasses of the bases.
pub(crate) fn calculate_metaclass(vm: &mut Vm, metatype: Gc<Type>, bases: Gc<Tuple>) -> PyResult<Gc<Type>> {
    let mut winner = metatype;
    for index in 0..bases.len() {
        let Some(base) = bases.get(index) else { continue };
        let candidate = vm.type_of(base);
        if winner.is_subtype(candidate) {
            continue;
        }
        if candidate.is_subtype(winner) {
            winner = candidate;
            continue;
        }
        return Err(vm.type_error(
            "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the metaclasses of \
             all its bases",
        ));
    }
    Ok(winner)
}

fn copy_namespace(vm: &mut Vm, namespace: Gc<Dict>) -> PyResult<Gc<Dict>> {
    let dict = vm.new_dict_sized(namespace.len(), true);
    if !namespace.iterates_plainly(vm) {
        // A subclass that goes through its keys in another order, such as `OrderedDict`.
        dict.update(vm, namespace.into())?;
        return Ok(dict);
    }
    let mut position = 0;
    while let Some(entry) = namespace.entry(position) {
        position += 1;
        if let Some((key, value)) = entry {
            dict.set_item(vm, key, value)?;
        }
    }
    Ok(dict)
}

/// What `__slots__` asks for.
struct Plan {
    /// The slots' names, mangled and sorted.
    names: Vec<Gc<Str>>,
    /// Keeps them alive.
    _held: Gc<Tuple>,
    add_dict: bool,
    add_weakref: bool,
}

fn plan_slots(vm: &mut Vm, class: Gc<Str>, dict: Gc<Dict>, base: Gc<Type>, bases: Gc<Tuple>) -> PyResult<Plan> {
    let may_add_dict = !has_dict(base);
    let may_add_weakref = !base.is(TypeFlags::WEAKREF) && !has_item_size(base.layout());
    let key = vm.names.__slots__;
    let Some(slots) = dict.get_str(key) else {
        let held = vm.new_tuple(&[]);
        return Ok(Plan { names: Vec::new(), _held: held, add_dict: may_add_dict, add_weakref: may_add_weakref });
    };
    let mut items = vm.heap.temp_vec();
    if slots.cast::<Str>().is_some() {
        items.push(slots);
    } else {
        vm.collect(slots, &mut items)?;
    }
    if !items.is_empty() && (has_item_size(base.layout()) || has_tail(base.layout())) {
        let name = base.display_name();
        return Err(vm.type_error(format!("nonempty __slots__ not supported for subtype of '{name}'")));
    }
    let (dict_name, weakref_name) = (vm.names.__dict__, vm.names.__weakref__);
    let (mut add_dict, mut add_weakref) = (false, false);
    for item in items.iter() {
        let Some(name) = item.cast::<Str>() else {
            let given = vm.type_name(*item);
            return Err(vm.type_error(format!("__slots__ items must be strings, not '{given}'")));
        };
        if !crate::objects::string::is_identifier(&name) {
            return Err(vm.type_error("__slots__ must be identifiers"));
        }
        if name.equals(dict_name) {
            if !may_add_dict || add_dict {
                return Err(vm.type_error("__dict__ slot disallowed: we already got one"));
            }
            add_dict = true;
        }
        if name.equals(weakref_name) {
            if !may_add_weakref || add_weakref {
                return Err(
                    vm.type_error("__weakref__ slot disallowed: either we already got one, or __itemsize__ != 0")
                );
            }
            add_weakref = true;
        }
    }
    let (qualname, classcell) = (vm.names.__qualname__, vm.names.__classcell__);
    let mut names = Vec::new();
    let mut held = vm.heap.temp_vec();
    for item in items.iter() {
        let Some(name) = item.cast::<Str>() else { continue };
        if (add_dict && name.equals(dict_name)) || (add_weakref && name.equals(weakref_name)) {
            continue;
        }
        let mangled = mangle(vm, class, name);
        if dict.get_str(mangled).is_some() && !mangled.equals(qualname) && !mangled.equals(classcell) {
            let text = vm.repr_text(mangled.into())?;
            return Err(vm.value_error(format!("{text} in __slots__ conflicts with class variable")));
        }
        held.push(mangled.into());
        names.push(mangled);
    }
    names.sort_by(|a, b| a.compare(b));
    // A secondary base may bring a dict or weak references.
    for index in 0..bases.len() {
        let Some(other) = bases.get(index).and_then(|b| b.cast::<Type>()) else { continue };
        if other != base {
            add_dict |= may_add_dict && has_dict(other);
            add_weakref |= may_add_weakref && other.is(TypeFlags::WEAKREF);
        }
    }
    let held = vm.new_tuple(&held);
    Ok(Plan { names, _held: held, add_dict, add_weakref })
}

/// `__name` in class `C` is `_C__name`.
fn mangle(vm: &mut Vm, class: Gc<Str>, name: Gc<Str>) -> Gc<Str> {
    let text = name.to_string_lossy();
    if !text.starts_with("__") || text.ends_with("__") || text.contains('.') {
        return vm.intern_str(name);
    }
    let class = class.to_string_lossy();
    let stripped = class.trim_start_matches('_');
    if stripped.is_empty() {
        return vm.intern_str(name);
    }
    let mangled = format!("_{stripped}{text}");
    vm.intern(&mangled)
}

fn allocate(
    vm: &mut Vm,
    metatype: Gc<Type>,
    name: Gc<Str>,
    bases: Gc<Tuple>,
    base: Gc<Type>,
    dict: Gc<Dict>,
    plan: &Plan,
) -> Gc<Type> {
    let layout = lay_out(base, plan.names.len(), plan.add_dict);
    let mut flags = layout.flags | TypeFlags::HEAP | TypeFlags::BASE;
    flags |= base.flags.get() & (TypeFlags::EXCEPTION | TypeFlags::TYPE_SUBCLASS | TypeFlags::WEAKREF);
    flags.set(TypeFlags::WEAKREF, flags.contains(TypeFlags::WEAKREF) || plan.add_weakref);
    let no_mro = vm.new_tuple(&[]);
    let parts = TypeParts {
        layout: base.layout(),
        flags,
        pattern: base.pattern.get(),
        fixed_size: layout.fixed_size,
        dict_offset: layout.dict_offset,
        name,
        qualname: name,
        dict,
        base: Some(base),
        bases,
        mro: no_mro,
    };
    let ty = vm.heap.allocate(Type::new(Header::new(metatype), parts));
    if flags.contains(TypeFlags::MANAGED_DICT) {
        let keys = DictKeys::new_shared(vm);
        ty.cached_keys.set(Some(keys));
    }
    ty
}

/// The attributes that every class has, the members of its slots, and what class bodies leave for `type.__new__`.
fn set_attributes(vm: &mut Vm, ty: Gc<Type>, plan: &Plan) -> PyResult<()> {
    let dict = ty.dict.get();
    let qualname = vm.names.__qualname__;
    if let Some(value) = dict.get_str(qualname) {
        let Some(text) = value.cast::<Str>() else {
            let given = vm.type_name(value);
            return Err(vm.type_error(format!("type __qualname__ must be a str, not {given}")));
        };
        ty.qualname.set(text);
        dict.del_str(qualname);
    }
    let module = vm.names.__module__;
    if dict.get_str(module).is_none() {
        let name = vm.names.__name__;
        let value = vm.current_frame().and_then(|frame| frame.globals.get_str(name));
        if let Some(value) = value {
            dict.set_str(vm, module, value);
        }
    }
    let function_type = vm.types.function;
    for (name, wrapper) in [
        (vm.names.__new__, vm.types.staticmethod),
        (vm.names.__init_subclass__, vm.types.classmethod),
        (vm.names.__class_getitem__, vm.types.classmethod),
    ] {
        let Some(value) = dict.get_str(name).filter(|v| v.is_exact(function_type)) else { continue };
        if value.cast::<Function>().is_some() {
            let header = Header::new(wrapper);
            let wrapped = vm.heap.allocate(MethodWrapper::new(header, value));
            dict.set_str(vm, name, wrapped.into());
        }
    }
    let classcell = vm.names.__classcell__;
    if let Some(value) = dict.get_str(classcell) {
        let Some(cell) = value.cast::<CellObject>() else {
            let given = vm.type_of(value);
            let text = vm.repr_text(given.into())?;
            return Err(vm.type_error(format!("__classcell__ must be a nonlocal cell, not {text}")));
        };
        cell.contents.set(ty.into());
        dict.del_str(classcell);
    }
    for (index, name) in plan.names.iter().enumerate() {
        let offset = ty.fixed_size.get() - 8 * (plan.names.len() - index) as u32;
        let member = vm.new_attribute_descriptor(ty, *name, AttributeKind::Slot { offset });
        if dict.get_str(*name).is_none() {
            dict.set_str(vm, *name, member);
        }
    }
    for (wanted, name, spec) in [
        (plan.add_dict, vm.names.__dict__, &DICT_ATTRIBUTE),
        (plan.add_weakref, vm.names.__weakref__, &WEAKREF_ATTRIBUTE),
    ] {
        if wanted && dict.get_str(name).is_none() {
            let attribute = vm.new_attribute_descriptor(ty, name, AttributeKind::GetSet(spec));
            dict.set_str(vm, name, attribute);
        }
    }
    let doc = vm.names.__doc__;
    if dict.get_str(doc).is_none() {
        dict.set_str(vm, doc, Value::NONE);
    }
    // A class that defines equality alone cannot be hashed.
    let (eq, hash) = (vm.names.__eq__, vm.names.__hash__);
    if dict.get_str(eq).is_some() && dict.get_str(hash).is_none() {
        dict.set_str(vm, hash, Value::NONE);
    }
    Ok(())
}

/// Flags that a class has from any of its bases.
fn inherit_flags(ty: Gc<Type>, base: Gc<Type>) {
    ty.set_flag(TypeFlags::FINALIZER, base.is(TypeFlags::FINALIZER));
    // Whether instances match as sequences or as mappings is what the first class says that says anything; whether a single
    // pattern takes the instance itself is up to the base whose layout it has.
    let first = ty.mro_types().skip(1).find_map(|class| class.pattern.get().collection());
    let matches_self = base.pattern.get().matches_self();
    ty.pattern.set(PatternKind::of(first, matches_self));
}

/// Tells every attribute with a `__set_name__` its name.
fn set_names(vm: &mut Vm, ty: Gc<Type>) -> PyResult<()> {
    let name = vm.names.__set_name__;
    let mut items = vm.heap.temp_vec();
    let dict = ty.dict.get();
    let mut position = 0;
    while let Some(entry) = dict.entry(position) {
        position += 1;
        if let Some((key, value)) = entry {
            items.push(key);
            items.push(value);
        }
    }
    let mut index = 0;
    while index + 1 < items.len() {
        let (key, value) = (items[index], items[index + 1]);
        index += 2;
        let Some(method) = vm.lookup_special(value, name)? else { continue };
        if let Err(cause) = vm.call_values(method, &[ty.into(), key]) {
            let (owner, class, key) = (vm.type_name(value), ty.display_name(), vm.repr_text(key)?);
            let text = format!("Error calling __set_name__ on '{owner}' instance {key} in '{class}'");
            let raise = vm.runtime_error(text);
            return Err(raise_from(raise, cause));
        }
    }
    Ok(())
}

/// Makes one exception the cause and context of another.
pub(crate) fn raise_from(raise: Raise, cause: Raise) -> Raise {
    if let Some(exception) = raise.0.cast::<Exception>() {
        exception.cause.set(cause.0);
        exception.context.set(cause.0);
        exception.suppress_context.set(true);
    }
    raise
}

/// Calls `super(ty, ty).__init_subclass__(**keywords)`.
fn init_subclass(vm: &mut Vm, ty: Gc<Type>, args: Args<'_>) -> PyResult<()> {
    let name = vm.names.__init_subclass__;
    if !ty.mro.get().items().iter().any(|class| class.is(ty.into())) {
        // A `mro` of the metaclass left the class itself out.
        return Err(vm.type_error("super(type, obj): obj must be an instance or subtype of type"));
    }
    let found = ty.mro_types().skip(1).find_map(|class| class.dict.get().get_str(name));
    let Some(found) = found else { return Ok(()) };
    let bound = match vm.type_of(found).slots().descr_get {
        Some(get) => get(vm, found, Value::NULL, ty.into())?,
        None => found,
    };
    let keywords = &args.values()[args.len()..];
    vm.call(bound, Args::new(keywords, args.names()))?;
    Ok(())
}
