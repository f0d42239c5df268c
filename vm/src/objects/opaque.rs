//! Objects of native modules, behind a trait object: what a module outside this crate adds without a layout of its own.

use std::any::Any;
use std::cell::RefCell;

use crate::heap::Marker;
use crate::object::{Header, HeapObject, LayoutKind};
use crate::objects::buffer::Exported;

/// The data of an opaque object.
pub trait OpaqueData: Any {
    /// Reports the values that the data holds.
    fn trace(&self, marker: &mut Marker);
    /// The memory that the object shows to others, if it does.
    fn exported(&self) -> Option<Exported> {
        None
    }
    /// For downcasting.
    fn as_any_mut(&mut self) -> &mut dyn Any;
}

/// An object whose data only its own module understands.
#[repr(C)]
pub struct Opaque {
    header: Header,
    data: RefCell<Box<dyn OpaqueData>>,
}

// SAFETY: `repr(C)` with the header first; the data reports its references.
#[expect(unsafe_code, reason = "implementing the heap's contract")]
unsafe impl HeapObject for Opaque {
    const LAYOUT: LayoutKind = LayoutKind::Opaque;

    fn trace(&self, marker: &mut Marker) {
        // Collections do not run while `with` holds the borrow: its closure gets no access to the VM.
        if let Ok(data) = self.data.try_borrow() {
            data.trace(marker);
        }
    }
}

impl Opaque {
    /// An object with this data.
    pub fn new(header: Header, data: Box<dyn OpaqueData>) -> Opaque {
        Opaque { header, data: RefCell::new(data) }
    }

    /// Gives the object other data. Whoever makes an object does well to allocate it first, without data: values that are in a box already
    /// are out of the collector's sight.
    pub fn set(&self, data: Box<dyn OpaqueData>) {
        *self.data.borrow_mut() = data;
    }

    /// The memory that the object shows to others ([`OpaqueData::exported`]).
    pub fn exported(&self) -> Option<Exported> {
        self.data.try_borrow().ok()?.exported()
    }

    /// Works on the data, if it is of type `T`. The closure must not allocate on the Python heap.
    pub fn with<T: OpaqueData, R>(&self, f: impl FnOnce(&mut T) -> R) -> Option<R> {
        let mut data = self.data.try_borrow_mut().ok()?;
        data.as_any_mut().downcast_mut::<T>().map(f)
    }
}

impl crate::Vm {
    /// An object with this data, of a type that programs may derive from. The values that the data holds directly are safe meanwhile;
    /// those that it keeps on Rust's heap are not.
    pub fn new_opaque<T: OpaqueData>(&mut self, ty: crate::Gc<crate::objects::typeobj::Type>, data: T) -> crate::Value {
        let object = self.allocate_object(ty, Opaque::new(Header::new(ty), Box::new(NoData)));
        object.set(Box::new(data));
        object.into()
    }
}

/// No data yet.
pub struct NoData;

impl OpaqueData for NoData {
    fn trace(&self, _marker: &mut Marker) {}

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}
