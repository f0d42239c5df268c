//! Code objects as they run: the compiler's code object, its constants as values, and the live instructions.

#![expect(unsafe_code, reason = "live code is patched in place")]

use std::cell::Cell;
use std::sync::Arc;

use quicken_bytecode::location::ExceptionEntry;
use quicken_bytecode::{CodeFlags, CodeObject};

use crate::heap::Marker;
use crate::object::{Gc, Header, HeapObject, LayoutKind};
use crate::objects::array::{Array, Buffer};
use crate::objects::string::Str;
use crate::value::Value;

/// A code object with its live instructions.
#[repr(C)]
pub struct Code {
    header: Header,
    /// The live code units, inside [`Code::buffer`].
    pub units: *mut u16,
    /// The constants, inside [`Code::consts`].
    pub constants: *const Value,
    /// Locals, cells and free variables.
    pub nlocalsplus: u32,
    /// [`Code::nlocalsplus`] plus the operand stack.
    pub frame_size: u32,
    /// `co_argcount`.
    pub argcount: u32,
    /// `co_flags`.
    pub flags: CodeFlags,
    /// Counts from −8 up to 0, where the code is quickened; positive once it is (`co_warmup`).
    pub warmup: Cell<i32>,
    /// How often the strategy was asked whether the code is warm.
    pub asked: Cell<u32>,
    /// A number that is the same in every run: the order in which code objects were made.
    pub serial: u32,
    buffer: Gc<Buffer>,
    /// The constants.
    pub consts: Gc<Array>,
    /// The names, interned.
    pub names: Gc<Array>,
    /// The names of locals, cells and free variables, interned.
    pub local_names: Gc<Array>,
    /// `co_name`.
    pub name: Gc<Str>,
    /// `co_qualname`.
    pub qualname: Gc<Str>,
    /// `co_filename`.
    pub filename: Gc<Str>,
    /// What the compiler made.
    pub object: Arc<CodeObject>,
    /// The exception table, decoded.
    pub handlers: Box<[ExceptionEntry]>,
}

// SAFETY: `repr(C)` with the header first; every reference is reported.
unsafe impl HeapObject for Code {
    const LAYOUT: LayoutKind = LayoutKind::Code;

    fn trace(&self, marker: &mut Marker) {
        marker.mark(self.buffer);
        marker.mark(self.consts);
        marker.mark(self.names);
        marker.mark(self.local_names);
        marker.mark(self.name);
        marker.mark(self.qualname);
        marker.mark(self.filename);
    }
}

/// The parts of a code object that need the heap, made by the VM before the object itself.
pub struct CodeParts {
    /// A buffer of the code's size in bytes.
    pub buffer: Gc<Buffer>,
    /// The constants.
    pub consts: Gc<Array>,
    /// The names.
    pub names: Gc<Array>,
    /// The names of locals, cells and free variables.
    pub local_names: Gc<Array>,
    /// `co_name`.
    pub name: Gc<Str>,
    /// `co_qualname`.
    pub qualname: Gc<Str>,
    /// `co_filename`.
    pub filename: Gc<Str>,
    /// The order number.
    pub serial: u32,
}

impl Code {
    /// A code object, with its live instructions in the generic form.
    pub fn new(header: Header, object: Arc<CodeObject>, parts: CodeParts, warmup: i32) -> Code {
        let units = parts.buffer.as_ptr().cast::<u16>();
        // SAFETY: the buffer was made for this many bytes.
        unsafe { std::ptr::copy_nonoverlapping(object.code.as_ptr().cast::<u16>(), units, object.code.len()) };
        let nlocalsplus = object.localsplusnames.len() as u32;
        Code {
            header,
            units,
            constants: parts.consts.as_cells().as_ptr().cast(),
            nlocalsplus,
            frame_size: nlocalsplus + object.stacksize,
            argcount: object.argcount,
            flags: object.flags,
            warmup: Cell::new(warmup),
            asked: Cell::new(0),
            serial: parts.serial,
            buffer: parts.buffer,
            consts: parts.consts,
            names: parts.names,
            local_names: parts.local_names,
            name: parts.name,
            qualname: parts.qualname,
            filename: parts.filename,
            handlers: object.exception_table().collect(),
            object,
        }
    }

    /// The number of code units.
    #[inline]
    pub fn len(&self) -> usize {
        self.object.code.len()
    }

    /// Whether there is no code at all.
    pub fn is_empty(&self) -> bool {
        self.object.code.is_empty()
    }

    /// The live code unit at `index`.
    #[inline]
    pub fn unit(&self, index: usize) -> u16 {
        assert!(index < self.len());
        // SAFETY: checked above.
        unsafe { *self.units.add(index) }
    }

    /// Replaces the live code unit at `index`.
    #[inline]
    pub fn set_unit(&self, index: usize, unit: u16) {
        assert!(index < self.len());
        // SAFETY: checked above; live code is written only by the thread that runs it.
        unsafe { *self.units.add(index) = unit }
    }

    /// The live code units.
    pub fn live_units(&self) -> Vec<u16> {
        (0..self.len()).map(|i| self.unit(i)).collect()
    }

    /// The number of the code unit that `pc` points to.
    #[inline]
    pub fn unit_index(&self, pc: *const u16) -> usize {
        (pc as usize).wrapping_sub(self.units as usize) / 2
    }

    /// A pointer to the live code unit at `index`.
    #[inline]
    pub fn unit_pointer(&self, index: usize) -> *const u16 {
        debug_assert!(index <= self.len());
        // SAFETY: within the buffer or one past it.
        unsafe { self.units.add(index) }
    }

    /// The name at `index` (`co_names`).
    #[inline]
    pub fn name_at(&self, index: usize) -> Gc<Str> {
        // SAFETY: `names` holds strings alone.
        unsafe { self.names.get(index).cast_unchecked::<Str>() }
    }

    /// The name of the local, cell or free variable at `index`.
    pub fn local_name(&self, index: usize) -> Gc<Str> {
        // SAFETY: `local_names` holds strings alone.
        unsafe { self.local_names.get(index).cast_unchecked::<Str>() }
    }

    /// Whether a flag is set.
    #[inline]
    pub fn is(&self, flag: CodeFlags) -> bool {
        self.flags.contains(flag)
    }

    /// The handler that covers the code unit, the innermost one.
    pub fn handler_at(&self, unit: usize) -> Option<&ExceptionEntry> {
        let offset = (unit * 2) as u32;
        // Entries are sorted by start and do not overlap (nesting is flattened by the assembler).
        let index = self.handlers.partition_point(|e| e.start <= offset);
        self.handlers[..index].last().filter(|e| offset < e.end)
    }
}
