//! Weak references: `weakref.ref`. The proxies are in `weakref_proxy`.

#![expect(unsafe_code, reason = "implementing the heap's contract")]

use std::cell::Cell;

use crate::Vm;
use crate::args::Args;
use crate::error::PyResult;
use crate::heap::Marker;
use crate::object::{Field, Gc, Header, HeapObject, LayoutKind};
use crate::objects::receiver;
use crate::objects::string::Str;
use crate::objects::typeobj::{Type, TypeFlags};
use crate::slots::{CompareOp, Slots};
use crate::spec::{Convention, TypeSpec, class_method, member};
use crate::value::Value;

pub use crate::objects::weakref_proxy::{CALLABLE_PROXY_TYPE, PROXY_TYPE};

/// A weak reference or a proxy: both refer to an object without keeping it alive.
#[repr(C)]
pub struct WeakRef {
    header: Header,
    /// What it refers to, or `NULL` once that has died. Not reported to the collector, which clears it.
    referent: Cell<Value>,
    /// What is called with the reference when the referent has died, or `NULL`.
    pub callback: Field,
    /// The referent's hash, once it was asked for while the referent was alive.
    hash: Cell<Option<i64>>,
}

// SAFETY: `repr(C)` with the header first; every reference is reported but the weak one, which the heap knows of.
unsafe impl HeapObject for WeakRef {
    const LAYOUT: LayoutKind = LayoutKind::WeakRef;

    fn trace(&self, marker: &mut Marker) {
        marker.value(self.callback.get());
    }
}

impl WeakRef {
    /// The object, or `NULL` when it has died.
    pub fn referent(&self) -> Value {
        self.referent.get()
    }

    pub(crate) fn clear(&self) {
        self.referent.set(Value::NULL);
    }
}

/// `weakref.ref`.
pub static REFERENCE_TYPE: TypeSpec = TypeSpec {
    module: "weakref",
    subclassable: true,
    vectorcall: true,
    slots: Slots {
        new: Some(new),
        init: Some(init),
        call: Some(call),
        hash: Some(hash),
        compare: Some(compare),
        repr: Some(repr),
        ..Slots::NONE
    },
    methods: &[class_method("__class_getitem__", crate::objects::genericalias::class_getitem, Convention::O)],
    getset: &[member("__callback__", |vm, own| {
        // A reference to something dead has none any more, even where the callback has not been called yet.
        let weak = receiver::<WeakRef>(vm, own)?;
        Ok(if weak.referent().is_null() { Value::NONE } else { weak.callback.get().or_none() })
    })],
    ..TypeSpec::new("ReferenceType", LayoutKind::WeakRef)
};

impl Vm {
    /// A weak reference of the built-in type to a value; without a callback the same one each time.
    ///
    /// # Errors
    /// `TypeError` when objects of the value's type cannot be referred to weakly.
    pub fn new_weakref(&mut self, referent: Value, callback: Option<Value>) -> PyResult<Gc<WeakRef>> {
        let ty = self.types.weakref;
        self.new_weak(ty, referent, callback.unwrap_or(Value::NONE))
    }

    /// A weak reference or proxy of a type; `callback` may be `None`.
    pub(crate) fn new_weak(&mut self, ty: Gc<Type>, referent: Value, callback: Value) -> PyResult<Gc<WeakRef>> {
        let class = self.type_of(referent);
        if !class.is(TypeFlags::WEAKREF) || !referent.is_heap() {
            let name = class.display_name();
            return Err(self.type_error(format!("cannot create weak reference to '{name}' object")));
        }
        let callback = if callback.is_none() { Value::NULL } else { callback };
        let is_proxy = ty == self.types.weakproxy || ty == self.types.weakcallableproxy;
        // The plain reference stands first, the plain proxy behind it, then the others, the newest first.
        let mut place = 0;
        for existing in self.heap.weak_references(referent) {
            let kind = Value::from(*existing).header_unchecked().ty();
            let plain_reference = kind == self.types.weakref && existing.callback.get().is_null();
            let plain_proxy = kind.slots().new.is_none() && existing.callback.get().is_null();
            if !plain_reference && !plain_proxy {
                break;
            }
            if callback.is_null() && kind == ty {
                return Ok(*existing);
            }
            if callback.is_null() && ty == self.types.weakref && plain_proxy {
                break;
            }
            place += 1;
        }
        debug_assert!(!is_proxy || ty.slots().new.is_none());
        let weak = WeakRef {
            header: Header::new(ty),
            referent: Cell::new(referent),
            callback: Field::new(callback),
            hash: Cell::new(None),
        };
        let weak = self.allocate_object(ty, weak);
        self.heap.add_weak(referent, weak, place);
        Ok(weak)
    }
}

fn new(vm: &mut Vm, ty: Gc<Type>, args: Args<'_>) -> PyResult {
    // Keyword arguments are for the `__init__` of subclasses.
    if ty == vm.types.weakref {
        args.no_keywords(vm, "ref")?;
    }
    let values = Args::positional(args.positionals()).between(vm, "__new__", 1, 2)?;
    let callback = values.get(1).copied().unwrap_or(Value::NONE);
    vm.new_weak(ty, values[0], callback).map(Value::from)
}

fn init(vm: &mut Vm, _own: Value, args: Args<'_>) -> PyResult<()> {
    args.between(vm, "__init__", 1, 2).map(drop)
}

fn call(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    args.no_keywords(vm, "ReferenceType")?;
    args.exactly::<0>(vm, "ReferenceType")?;
    Ok(receiver::<WeakRef>(vm, own)?.referent().or_none())
}

fn hash(vm: &mut Vm, own: Value) -> PyResult<i64> {
    let weak = receiver::<WeakRef>(vm, own)?;
    if let Some(hash) = weak.hash.get() {
        return Ok(hash);
    }
    let referent = weak.referent();
    if referent.is_null() {
        return Err(vm.type_error("weak object has gone away"));
    }
    let hash = vm.hash(referent)?;
    weak.hash.set(Some(hash));
    Ok(hash)
}

fn compare(vm: &mut Vm, left: Value, right: Value, op: CompareOp) -> PyResult {
    let (Some(a), Some(b)) = (left.cast::<WeakRef>(), right.cast::<WeakRef>()) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let (one, other) = (a.referent(), b.referent());
    if one.is_null() || other.is_null() {
        return Ok(Value::bool(left.is(right) == (op == CompareOp::Eq)));
    }
    vm.compare(one, other, op)
}

fn repr(vm: &mut Vm, own: Value) -> PyResult {
    let weak = receiver::<WeakRef>(vm, own)?;
    let (address, referent) = (weak.address(), weak.referent());
    if referent.is_null() {
        return Ok(vm.new_str(&format!("<weakref at {address:#x}; dead>")).into());
    }
    let class = vm.type_of(referent).display_name();
    let at = referent.heap_address().unwrap_or(0);
    let name = vm.names.__name__;
    // The object's own attributes are not asked: that could run anything.
    let name = vm.lookup_special(referent, name)?.and_then(|name| name.cast::<Str>());
    let text = match name {
        Some(name) => {
            let name = name.to_string_lossy();
            format!("<weakref at {address:#x}; to '{class}' at {at:#x} ({name})>")
        }
        None => format!("<weakref at {address:#x}; to '{class}' at {at:#x}>"),
    };
    Ok(vm.new_str(&text).into())
}
