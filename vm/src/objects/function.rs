//! Functions written in Python, and the cells that closures share.

use std::cell::Cell;

use crate::heap::Marker;
use crate::object::{Field, Gc, Header, HeapObject, LayoutKind};
use crate::objects::code::Code;
use crate::objects::dict::Dict;
use crate::objects::tuple::Tuple;
use crate::value::Value;

pub use crate::objects::descriptors::{BoundMethod, MethodWrapper, Property};

/// A function written in Python. What calls look at comes first.
#[repr(C)]
pub struct Function {
    header: Header,
    /// The version that guards of calls compare; 0 when none is assigned. It belongs to the function object.
    pub version: Cell<u32>,
    /// `__code__`.
    pub code: Cell<Gc<Code>>,
    /// `__globals__`.
    pub globals: Cell<Gc<Dict>>,
    /// The builtins, found in the globals when the function was made.
    pub builtins: Cell<Gc<Dict>>,
    /// `__defaults__`: a tuple or `NULL`.
    pub defaults: Field,
    /// `__kwdefaults__`: a dict or `NULL`.
    pub kwdefaults: Field,
    /// `__closure__`: a tuple of cells or `NULL`.
    pub closure: Field,
    /// `__name__`.
    pub name: Field,
    /// `__qualname__`.
    pub qualname: Field,
    /// `__doc__`.
    pub doc: Field,
    /// `__module__`.
    pub module: Field,
    /// `__annotations__`: a dict, a tuple of names and values as the compiler leaves it, or `NULL`.
    pub annotations: Field,
    /// `__dict__`: a dict or `NULL`.
    pub dict: Field,
}

// SAFETY: `repr(C)` with the header first; every reference is reported.
#[expect(unsafe_code, reason = "implementing the heap's contract")]
unsafe impl HeapObject for Function {
    const LAYOUT: LayoutKind = LayoutKind::Function;

    fn trace(&self, marker: &mut Marker) {
        marker.mark(self.code.get());
        marker.mark(self.globals.get());
        marker.mark(self.builtins.get());
        for field in [
            &self.defaults,
            &self.kwdefaults,
            &self.closure,
            &self.name,
            &self.qualname,
            &self.doc,
            &self.module,
            &self.annotations,
            &self.dict,
        ] {
            marker.value(field.get());
        }
    }
}

impl Function {
    /// A function of this code over these globals, without defaults or closure.
    pub fn new(header: Header, code: Gc<Code>, globals: Gc<Dict>, builtins: Gc<Dict>) -> Function {
        Function {
            header,
            version: Cell::new(0),
            code: Cell::new(code),
            globals: Cell::new(globals),
            builtins: Cell::new(builtins),
            defaults: Field::new(Value::NULL),
            kwdefaults: Field::new(Value::NULL),
            closure: Field::new(Value::NULL),
            name: Field::new(code.name.into()),
            qualname: Field::new(code.qualname.into()),
            doc: Field::new(Value::NONE),
            module: Field::new(Value::NONE),
            annotations: Field::new(Value::NULL),
            dict: Field::new(Value::NULL),
        }
    }

    /// The number of positional defaults.
    #[inline]
    pub fn default_count(&self) -> usize {
        self.defaults.get().cast::<Tuple>().map_or(0, |t| t.len())
    }
}

/// A variable shared by closures.
#[repr(C)]
pub struct CellObject {
    header: Header,
    /// What the variable holds; `NULL` when it is unbound.
    pub contents: Field,
}

// SAFETY: `repr(C)` with the header first; every reference is reported.
#[expect(unsafe_code, reason = "implementing the heap's contract")]
unsafe impl HeapObject for CellObject {
    const LAYOUT: LayoutKind = LayoutKind::Cell;

    fn trace(&self, marker: &mut Marker) {
        marker.value(self.contents.get());
    }
}

impl CellObject {
    /// A cell that holds `contents`.
    pub fn new(header: Header, contents: Value) -> CellObject {
        CellObject { header, contents: Field::new(contents) }
    }
}
