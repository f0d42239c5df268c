//! What every heap object begins with, and the pointers to them.
//!
//! A heap object is a `#[repr(C)]` structure whose first field is a [`Header`]. Its header names its type, and its type
//! names its [`LayoutKind`]: which Rust structure the memory starts with. Cells that no program can see (buffers, dict
//! keys) have no type; their header holds the layout itself.

#![expect(unsafe_code, reason = "objects are reached through pointers that the collector keeps valid")]

use std::cell::Cell;
use std::marker::PhantomData;
use std::ops::Deref;
use std::ptr::NonNull;

use crate::heap::Marker;
use crate::objects::typeobj::Type;
use crate::value::Value;

/// The first word of every cell: a pointer to the type, or `layout << 1 | 1` for cells without one.
#[repr(C)]
pub struct Header {
    word: Cell<usize>,
}

const _: () = assert!(size_of::<Header>() == 8);

impl Header {
    /// The header of an instance of `ty`.
    #[inline(always)]
    pub fn new(ty: Gc<Type>) -> Header {
        Header { word: Cell::new(ty.address()) }
    }

    /// The header of a cell that no program sees.
    #[inline(always)]
    pub const fn internal(layout: LayoutKind) -> Header {
        Header { word: Cell::new((layout as usize) << 1 | 1) }
    }

    /// The type. The object must be one that programs see (every object that a [`Value`] points to is).
    #[inline(always)]
    pub fn ty(&self) -> Gc<Type> {
        debug_assert!(self.word.get() & 1 == 0);
        // SAFETY: `new` stored the address of a type, and the collector keeps the types of live objects alive.
        unsafe { Gc::from_raw(self.word.get() as *mut Type) }
    }

    /// Changes the type (`obj.__class__ = …`); the layouts must be the same.
    pub fn set_type(&self, ty: Gc<Type>) {
        self.word.set(ty.address());
    }

    /// The layout of the cell.
    #[inline(always)]
    pub fn layout(&self) -> LayoutKind {
        let word = self.word.get();
        if word & 1 != 0 { LayoutKind::from_index(word >> 1) } else { self.ty().layout() }
    }

    /// The type, if programs see this object.
    #[inline(always)]
    pub fn visible_type(&self) -> Option<Gc<Type>> {
        if self.word.get() & 1 == 0 { Some(self.ty()) } else { None }
    }
}

/// A pointer to a heap object. Copying it is free; what it points to stays alive while the pointer is in a local
/// variable, on the VM stack or in another live heap object (see [`crate::heap`]), and only then.
#[repr(transparent)]
pub struct Gc<T> {
    pointer: NonNull<T>,
    marker: PhantomData<*mut T>,
}

impl<T> Gc<T> {
    /// A pointer to the object at this address.
    ///
    /// # Safety
    /// The address must be that of a live (or, until it is initialized, a fresh) cell laid out as `T`.
    #[inline(always)]
    pub const unsafe fn from_raw(pointer: *mut T) -> Gc<T> {
        // SAFETY: as the caller promises, and cells are never at address zero.
        Gc { pointer: unsafe { NonNull::new_unchecked(pointer) }, marker: PhantomData }
    }

    /// The address of the object.
    #[inline(always)]
    pub fn address(self) -> usize {
        self.pointer.as_ptr() as usize
    }

    /// The raw pointer. (Not `as_ptr`, which buffers and arrays have for what they hold.)
    #[inline(always)]
    pub fn pointer(self) -> *mut T {
        self.pointer.as_ptr()
    }
}

impl Gc<Header> {
    /// The value at a byte offset into the object: a slot, the dict word or an inline value.
    ///
    /// # Safety
    /// The offset must be a multiple of eight within the cell, at a word that holds a value; guards of the type's version
    /// see to that.
    #[inline(always)]
    pub unsafe fn value_at(self, offset: usize) -> Value {
        // SAFETY: as the caller promises.
        unsafe { *self.pointer().cast::<u8>().add(offset).cast::<Value>() }
    }

    /// Stores a value at a byte offset into the object.
    ///
    /// # Safety
    /// As for [`Gc::value_at`].
    #[inline(always)]
    pub unsafe fn set_value_at(self, offset: usize, value: Value) {
        // SAFETY: as the caller promises.
        unsafe { *self.pointer().cast::<u8>().add(offset).cast::<Value>() = value }
    }
}

impl<T> Clone for Gc<T> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Gc<T> {}
impl<T> PartialEq for Gc<T> {
    #[inline(always)]
    fn eq(&self, other: &Self) -> bool {
        self.pointer == other.pointer
    }
}
impl<T> Eq for Gc<T> {}

impl<T> Deref for Gc<T> {
    type Target = T;
    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: a `Gc` in reach of a root points to a live, initialized object; objects are changed only through
        // `Cell`s, so shared references to them are all that exists.
        unsafe { self.pointer.as_ref() }
    }
}

impl<T> std::fmt::Debug for Gc<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.pointer)
    }
}

/// A structure that a cell can hold.
///
/// # Safety
/// The implementor is `#[repr(C)]` with a [`Header`] first, `LAYOUT` belongs to no other type, and `trace` reports every
/// `Value` and `Gc` that the object holds.
pub unsafe trait HeapObject: Sized + 'static {
    /// Which layout this is.
    const LAYOUT: LayoutKind;
    /// Whether the object can hold references (an object that cannot is never looked into).
    const TRACED: bool = true;

    /// Reports what the object refers to. The header's type is reported by the collector itself.
    fn trace(&self, marker: &mut Marker);

    /// The bytes that the object owns outside the heap, as they were reported to `Heap::account_external`. Asked when the
    /// object is dropped; an object without a destructor owns nothing there.
    fn external_bytes(&self) -> usize {
        0
    }
}

/// A mutable field that holds a value. Every store into an object goes through one of these, so that a generational
/// barrier has one place to go.
#[repr(transparent)]
pub struct Field(Cell<Value>);

impl Field {
    /// A field with this value.
    #[inline(always)]
    pub const fn new(value: Value) -> Field {
        Field(Cell::new(value))
    }

    /// The value.
    #[inline(always)]
    pub fn get(&self) -> Value {
        self.0.get()
    }

    /// Stores a value.
    #[inline(always)]
    pub fn set(&self, value: Value) {
        self.0.set(value);
    }
}

macro_rules! layouts {
    ($($(#[$meta:meta])* $kind:ident => $ty:path;)*) => {
        /// Which Rust structure the memory of an object starts with.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(u8)]
        pub enum LayoutKind { $($(#[$meta])* $kind),* }

        impl LayoutKind {
            #[inline(always)]
            pub(crate) fn from_index(index: usize) -> LayoutKind {
                const ALL: &[LayoutKind] = &[$(LayoutKind::$kind),*];
                ALL[index]
            }
        }

        const _: () = { $(assert!(<$ty as HeapObject>::LAYOUT as u8 == LayoutKind::$kind as u8);)* };

        /// Reports what the object at `header` refers to, by its layout.
        ///
        /// # Safety
        /// `header` must be the start of a live, initialized cell of that layout.
        #[inline]
        pub(crate) unsafe fn trace_layout(kind: LayoutKind, header: *const Header, marker: &mut Marker) {
            match kind {
                // SAFETY: the layout says what the memory holds.
                $(LayoutKind::$kind => unsafe { (*header.cast::<$ty>()).trace(marker) },)*
            }
        }

        /// Runs the destructor of the object at `header`, by its layout.
        ///
        /// # Safety
        /// As for [`trace_layout`]; the cell is dead afterwards.
        pub(crate) unsafe fn drop_layout(kind: LayoutKind, header: *mut Header) {
            match kind {
                // SAFETY: the layout says what the memory holds; nothing refers to it any more.
                $(LayoutKind::$kind => unsafe { std::ptr::drop_in_place(header.cast::<$ty>()) },)*
            }
        }

        /// The bytes that the object at `header` owns outside the heap.
        ///
        /// # Safety
        /// As for [`trace_layout`].
        pub(crate) unsafe fn external_bytes(kind: LayoutKind, header: *const Header) -> usize {
            match kind {
                // SAFETY: the layout says what the memory holds.
                $(LayoutKind::$kind => unsafe { (*header.cast::<$ty>()).external_bytes() },)*
            }
        }

        /// The size of the layout's structure in bytes, without what follows it.
        pub const fn layout_size(kind: LayoutKind) -> usize {
            match kind { $(LayoutKind::$kind => size_of::<$ty>(),)* }
        }
    };
}

layouts! {
    // Cells that no program sees.
    /// A run of values: the buffer behind lists, argument lists, constants.
    Array => crate::objects::array::Array;
    /// A run of bytes without references.
    Buffer => crate::objects::array::Buffer;
    /// The keys (and for combined tables the values) of a dict.
    DictKeys => crate::objects::dictkeys::DictKeys;
    /// The same with an index of hashes.
    IndexedKeys => crate::objects::dictkeys::IndexedKeys;
    /// The slots of a set.
    SetTable => crate::objects::set::SetTable;

    // Objects.
    /// An instance of a class written in Python whose bases have no layout of their own.
    Instance => crate::objects::instance::Instance;
    /// A type.
    Type => crate::objects::typeobj::Type;
    /// An integer beyond 62 bits.
    Int => crate::objects::int::Int;
    /// A float that does not fit the word, or an instance of a subclass of float.
    Float => crate::objects::float::Float;
    /// A complex number.
    Complex => crate::objects::complex::Complex;
    /// A string.
    Str => crate::objects::string::Str;
    /// Immutable bytes.
    Bytes => crate::objects::bytes::Bytes;
    /// Mutable bytes.
    ByteArray => crate::objects::bytes::ByteArray;
    /// A list.
    List => crate::objects::list::List;
    /// A tuple.
    Tuple => crate::objects::tuple::Tuple;
    /// A dict.
    Dict => crate::objects::dict::Dict;
    /// A view of a dict's keys, values or items.
    DictView => crate::objects::dict::DictView;
    /// An iterator over a dict.
    DictIter => crate::objects::dict::DictIter;
    /// A set or frozenset.
    Set => crate::objects::set::Set;
    /// An iterator over a set.
    SetIter => crate::objects::set::SetIter;
    /// A range.
    Range => crate::objects::range::Range;
    /// An iterator over a range.
    RangeIter => crate::objects::range::RangeIter;
    /// A slice.
    Slice => crate::objects::slice::Slice;
    /// An iterator over a list, a tuple, a string or bytes, forwards or backwards.
    SequenceIter => crate::objects::iter::SequenceIter;
    /// `iter(callable, sentinel)`, `enumerate`, `zip`, `map`, `filter` and the like.
    Combinator => crate::objects::iter::Combinator;
    /// A function written in Python.
    Function => crate::objects::function::Function;
    /// A code object, with its live instructions.
    Code => crate::objects::code::Code;
    /// A function written in Rust, bound or not (`builtin_function_or_method`).
    NativeFunction => crate::objects::native::NativeFunction;
    /// A method or slot of a native type, unbound (`method_descriptor`, `wrapper_descriptor`, `classmethod_descriptor`).
    MethodDescriptor => crate::objects::native::MethodDescriptor;
    /// A computed attribute or a slot (`getset_descriptor`, `member_descriptor`).
    AttributeDescriptor => crate::objects::native::AttributeDescriptor;
    /// A bound method.
    BoundMethod => crate::objects::function::BoundMethod;
    /// `staticmethod` or `classmethod`.
    MethodWrapper => crate::objects::function::MethodWrapper;
    /// A property.
    Property => crate::objects::function::Property;
    /// A variable shared by closures.
    Cell => crate::objects::function::CellObject;
    /// A module.
    Module => crate::objects::module::Module;
    /// `super`.
    Super => crate::objects::superobj::Super;
    /// A read-only view of a mapping.
    MappingProxy => crate::objects::typeobj::MappingProxy;
    /// A frame as programs see it.
    Frame => crate::objects::frame_object::FrameObject;
    /// A generator or coroutine.
    Generator => crate::objects::generator::Generator;
    /// What the methods of an asynchronous generator give, to be awaited.
    AsyncAwaitable => crate::objects::async_generator::Awaitable;
    /// What an asynchronous generator yields to its consumer.
    AsyncWrapped => crate::objects::async_generator::Wrapped;
    /// An exception.
    Exception => crate::objects::exception::Exception;
    /// A traceback entry.
    Traceback => crate::objects::exception::Traceback;
    /// A view of the bytes of another object.
    MemoryView => crate::objects::memoryview::MemoryView;
    /// A weak reference or proxy.
    WeakRef => crate::objects::weakref::WeakRef;
    /// An object of a native module, behind a trait object.
    Opaque => crate::objects::opaque::Opaque;
}
