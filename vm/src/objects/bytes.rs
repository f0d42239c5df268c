//! `bytes` and `bytearray`: their layout and how they are made.

#![expect(unsafe_code, reason = "the bytes stand behind the structure, or in a buffer")]

use std::cell::Cell;

use crate::Vm;
use crate::error::PyResult;
use crate::heap::Marker;
use crate::object::{Field, Gc, Header, HeapObject, LayoutKind};
use crate::objects::array::Buffer;
use crate::objects::hashing;
use crate::objects::memoryview::MemoryView;
use crate::objects::string::memory_error;
use crate::objects::typeobj::Type;
use crate::value::Value;

pub use crate::objects::buffer::{required, to_vec};
pub use crate::objects::bytes_methods::type_spec::{BYTEARRAY_TYPE, BYTES_TYPE};

/// Immutable bytes. As with strings, they stand behind the structure or (instances of subclasses) belong to an owner.
#[repr(C)]
pub struct Bytes {
    header: Header,
    /// The hash, or −1 while it is not computed.
    hash: Cell<i64>,
    data: Cell<*const u8>,
    len: usize,
    /// Whose memory `data` points into, `NULL` when it is the object's own.
    owner: Field,
}

const _: () = assert!(size_of::<Bytes>() == 40);

// SAFETY: `repr(C)` with the header first; objects that refer to an owner are allocated as `SharedBytes`.
unsafe impl HeapObject for Bytes {
    const LAYOUT: LayoutKind = LayoutKind::Bytes;
    const TRACED: bool = false;

    fn trace(&self, marker: &mut Marker) {
        marker.value(self.owner.get());
    }
}

/// Bytes that belong to an owner: the same structure, in the traced family.
#[repr(transparent)]
struct SharedBytes(Bytes);

// SAFETY: as for `Bytes`, which it is.
unsafe impl HeapObject for SharedBytes {
    const LAYOUT: LayoutKind = LayoutKind::Bytes;

    fn trace(&self, marker: &mut Marker) {
        self.0.trace(marker);
    }
}

impl Bytes {
    /// The number of bytes.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The bytes. The slice does not keep the object alive.
    #[inline(always)]
    pub fn as_slice(&self) -> &[u8] {
        // SAFETY: `data` points to `len` bytes that the object or its owner keeps.
        unsafe { std::slice::from_raw_parts(self.data.get(), self.len) }
    }

    /// CPython's hash with the seed of this process.
    pub fn hash_value(&self) -> i64 {
        if self.hash.get() == -1 {
            self.hash.set(hashing::hash_bytes(self.as_slice()));
        }
        self.hash.get()
    }
}

/// Mutable bytes.
#[repr(C)]
pub struct ByteArray {
    header: Header,
    len: Cell<usize>,
    /// A [`Buffer`], or `NULL` while nothing was ever stored.
    buffer: Field,
    /// How many views of the bytes were made and not released, dead ones included.
    exports: Cell<usize>,
}

// SAFETY: `repr(C)` with the header first; the buffer is reported.
unsafe impl HeapObject for ByteArray {
    const LAYOUT: LayoutKind = LayoutKind::ByteArray;

    fn trace(&self, marker: &mut Marker) {
        marker.value(self.buffer.get());
    }
}

impl ByteArray {
    /// The number of bytes.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len.get()
    }

    /// Whether there are none.
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len.get() == 0
    }

    fn buffer(&self) -> Option<Gc<Buffer>> {
        // SAFETY: nothing but buffers is ever stored in the field.
        self.buffer.get().heap_address().map(|address| unsafe { Gc::from_raw(address as *mut Buffer) })
    }

    /// The bytes as they are now. The copy is the caller's: the array may change under a borrow.
    pub fn to_vec(&self) -> Vec<u8> {
        self.with(<[u8]>::to_vec)
    }

    /// Looks at the bytes; `f` gets no access to the VM, so that they cannot change meanwhile.
    #[inline]
    pub fn with<R>(&self, f: impl FnOnce(&[u8]) -> R) -> R {
        match self.buffer() {
            // SAFETY: the buffer holds at least `len` bytes.
            Some(buffer) => f(unsafe { std::slice::from_raw_parts(buffer.as_ptr(), self.len()) }),
            None => f(&[]),
        }
    }

    /// Changes bytes in place; as [`ByteArray::with`].
    pub fn with_mut<R>(&self, f: impl FnOnce(&mut [u8]) -> R) -> R {
        match self.buffer() {
            // SAFETY: the buffer holds at least `len` bytes, and no other borrow of them exists: both functions keep
            // theirs to themselves.
            Some(buffer) => f(unsafe { std::slice::from_raw_parts_mut(buffer.as_ptr(), self.len()) }),
            None => f(&mut []),
        }
    }

    /// The byte at `index`.
    #[inline]
    pub fn get(&self, index: usize) -> Option<u8> {
        self.with(|bytes| bytes.get(index).copied())
    }

    /// The number of bytes that there is room for.
    pub(crate) fn capacity(&self) -> usize {
        self.buffer().map_or(0, |buffer| buffer.len())
    }

    /// Notes a view of the bytes: while it shows them, their number must not change.
    pub(crate) fn add_export(&self) {
        self.exports.set(self.exports.get() + 1);
    }

    /// Notes that a view was released.
    pub(crate) fn end_export(&self) {
        self.exports.set(self.exports.get().saturating_sub(1));
    }

    /// Whether a view shows the bytes. Views that the program cannot reach any more do not count: when there may be such, the heap is
    /// looked through.
    pub fn is_exported(&self, vm: &mut Vm) -> bool {
        if self.exports.get() > 0 {
            let own = std::ptr::from_ref(self) as usize;
            self.exports.set(vm.heap.count_reachable::<MemoryView>(|view| view.shows(own)));
        }
        self.exports.get() > 0
    }

    fn check_resize(&self, vm: &mut Vm, len: usize) -> PyResult<()> {
        if len != self.len() && self.is_exported(vm) {
            return Err(vm.buffer_error("Existing exports of data: object cannot be re-sized"));
        }
        Ok(())
    }

    /// Makes the array `len` bytes long; new bytes are zero.
    ///
    /// # Errors
    /// `BufferError` while a view shows the bytes; `MemoryError`.
    pub fn resize(&self, vm: &mut Vm, len: usize) -> PyResult<()> {
        self.check_resize(vm, len)?;
        let old = self.len();
        let capacity = self.buffer().map_or(0, |buffer| buffer.len());
        if len > capacity {
            // CPython grows by an eighth as well.
            let capacity = if old == 0 { len } else { len + len / 8 + 8 };
            if !vm.heap.fits(capacity) {
                return Err(memory_error(vm));
            }
            let buffer = vm.heap.new_buffer(capacity);
            // SAFETY: the new buffer has room for what the old one holds.
            self.with(|bytes| unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), buffer.as_ptr(), bytes.len()) });
            self.buffer.set(Value::from_gc(buffer));
        }
        self.len.set(len);
        if len > old {
            self.with_mut(|bytes| bytes[old..].fill(0));
        }
        Ok(())
    }

    /// Replaces the bytes from `start` up to `end` by `new`.
    ///
    /// # Errors
    /// As [`ByteArray::resize`].
    pub fn splice(&self, vm: &mut Vm, start: usize, end: usize, new: &[u8]) -> PyResult<()> {
        let len = self.len();
        let tail = len - end;
        if new.len() > end - start {
            self.resize(vm, len + new.len() - (end - start))?;
        } else {
            self.check_resize(vm, start + new.len() + tail)?;
        }
        self.with_mut(|bytes| {
            bytes.copy_within(end..end + tail, start + new.len());
            bytes[start..start + new.len()].copy_from_slice(new);
        });
        self.len.set(start + new.len() + tail);
        Ok(())
    }
}

impl Vm {
    /// Immutable bytes with this content.
    pub fn new_bytes(&mut self, bytes: &[u8]) -> Gc<Bytes> {
        if let [byte] = bytes
            && let Some(known) = self.interned.single_bytes[*byte as usize]
        {
            return known;
        }
        if bytes.is_empty()
            && let Some(known) = self.interned.empty_bytes
        {
            return known;
        }
        let object = Bytes {
            header: Header::new(self.types.bytes),
            hash: Cell::new(-1),
            data: Cell::new(std::ptr::null()),
            len: bytes.len(),
            owner: Field::new(Value::NULL),
        };
        let object = self.heap.allocate_sized(object, size_of::<Bytes>() + bytes.len());
        // SAFETY: the cell has as many bytes behind the structure, and is new.
        unsafe {
            let data = object.pointer().cast::<u8>().add(size_of::<Bytes>());
            std::ptr::copy_nonoverlapping(bytes.as_ptr(), data, bytes.len());
            object.data.set(data);
        }
        match bytes {
            [] => self.interned.empty_bytes = Some(object),
            [byte] => self.interned.single_bytes[*byte as usize] = Some(object),
            _ => {}
        }
        object
    }

    /// An instance of a subclass of `bytes` with the content of `bytes`.
    pub(crate) fn new_bytes_instance(&mut self, ty: Gc<Type>, bytes: Gc<Bytes>) -> Gc<Bytes> {
        let owner = if bytes.owner.get().is_null() { Value::from_gc(bytes) } else { bytes.owner.get() };
        let object = SharedBytes(Bytes {
            header: Header::new(ty),
            hash: Cell::new(-1),
            data: Cell::new(bytes.data.get()),
            len: bytes.len,
            owner: Field::new(owner),
        });
        let object = self.allocate_object(ty, object);
        // SAFETY: a `SharedBytes` is a `Bytes`.
        unsafe { Gc::from_raw(object.pointer().cast()) }
    }

    /// A mutable array with this content.
    pub fn new_bytearray(&mut self, bytes: &[u8]) -> Gc<ByteArray> {
        let ty = self.types.bytearray;
        self.new_bytearray_of(ty, bytes)
    }

    /// The same as an instance of `ty`, a subclass of `bytearray` or `bytearray` itself.
    pub(crate) fn new_bytearray_of(&mut self, ty: Gc<Type>, bytes: &[u8]) -> Gc<ByteArray> {
        let array = ByteArray {
            header: Header::new(ty),
            len: Cell::new(0),
            buffer: Field::new(Value::NULL),
            exports: Cell::new(0),
        };
        let array = self.allocate_object(ty, array);
        if !bytes.is_empty() {
            let buffer = self.heap.new_buffer(bytes.len());
            // SAFETY: the buffer has room for so many bytes.
            unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), buffer.as_ptr(), bytes.len()) };
            array.buffer.set(Value::from_gc(buffer));
            array.len.set(bytes.len());
        }
        array
    }
}
