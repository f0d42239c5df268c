//! `memoryview`: a one-dimensional view of the bytes of another object.

#![expect(unsafe_code, reason = "implementing the heap's contract")]

use std::cell::Cell;

use crate::Vm;
use crate::args::{Args, Parameters};
use crate::error::PyResult;
use crate::heap::Marker;
use crate::object::{Field, Gc, Header, HeapObject, LayoutKind};
use crate::objects::bytes::{self, ByteArray, Bytes};
use crate::objects::receiver;
use crate::objects::slice::{Slice, place};
use crate::objects::string::Str;
use crate::objects::typeobj::Type;
use crate::slots::{CompareOp, Slots};
use crate::spec::{Convention, GetSetSpec, MethodSpec, PatternKind, TypeSpec, getter, method};
use crate::value::Value;

/// A view. Offsets and strides are in bytes, as in CPython.
#[repr(C)]
pub struct MemoryView {
    header: Header,
    /// The object whose bytes these are, `NULL` once the view is released.
    owner: Field,
    offset: usize,
    /// The number of items.
    len: usize,
    stride: isize,
    format: Format,
    readonly: bool,
    hash: Cell<Option<i64>>,
}

// SAFETY: `repr(C)` with the header first; every reference is reported.
unsafe impl HeapObject for MemoryView {
    const LAYOUT: LayoutKind = LayoutKind::MemoryView;

    fn trace(&self, marker: &mut Marker) {
        marker.value(self.owner.get());
    }
}

/// What an item is (a character of the module `struct`, in the machine's own size and order).
#[derive(Clone, Copy, PartialEq, Eq)]
struct Format(u8);

impl Format {
    const BYTE: Format = Format(b'B');

    fn size(self) -> usize {
        match self.0 {
            b'h' | b'H' => 2,
            b'i' | b'I' | b'f' => 4,
            b'l' | b'L' | b'q' | b'Q' | b'n' | b'N' | b'd' | b'P' => 8,
            _ => 1,
        }
    }

    fn by_name(name: &str) -> Option<Format> {
        match name.strip_prefix('@').unwrap_or(name).as_bytes() {
            &[letter] if b"bBchHiIlLqQnNfd?P".contains(&letter) => Some(Format(letter)),
            _ => None,
        }
    }

    fn unpack(self, vm: &mut Vm, item: &[u8]) -> Value {
        let mut wide = [0; 8];
        wide[..item.len()].copy_from_slice(item);
        let unsigned = u64::from_le_bytes(wide);
        let shift = 64 - 8 * item.len() as u32;
        let signed = (unsigned << shift) as i64 >> shift;
        match self.0 {
            b'c' => vm.new_bytes(item).into(),
            b'?' => Value::bool(unsigned != 0),
            b'f' => vm.float(f64::from(f32::from_bits(unsigned as u32))),
            b'd' => vm.float(f64::from_bits(unsigned)),
            b'b' | b'h' | b'i' | b'l' | b'q' | b'n' => vm.int(signed),
            _ => vm.int_from_u64(unsigned),
        }
    }

    fn pack(self, vm: &mut Vm, value: Value) -> PyResult<Vec<u8>> {
        let size = self.size();
        let wrong_type = |vm: &mut Vm| {
            let letter = self.0 as char;
            vm.type_error(format!("memoryview: invalid type for format '{letter}'"))
        };
        match self.0 {
            b'c' => match value.cast::<Bytes>() {
                Some(bytes) if bytes.len() == 1 => Ok(bytes.as_slice().to_vec()),
                Some(_) => Err(vm.value_error("memoryview: invalid value for format 'c'")),
                None => Err(wrong_type(vm)),
            },
            b'?' => Ok(vec![u8::from(vm.is_true(value)?)]),
            b'f' => Ok((vm.to_f64(value)? as f32).to_le_bytes().to_vec()),
            b'd' => Ok(vm.to_f64(value)?.to_le_bytes().to_vec()),
            letter => {
                if !crate::objects::slice::is_index(vm, value) {
                    return Err(wrong_type(vm));
                }
                let number = vm.index_view(value)?.to_big();
                let number = i128::try_from(&number).unwrap_or(i128::MAX);
                let bits = 8 * size as u32;
                let range = if letter.is_ascii_lowercase() {
                    -(1i128 << (bits - 1))..1i128 << (bits - 1)
                } else {
                    0..1i128 << bits
                };
                if !range.contains(&number) {
                    let letter = letter as char;
                    return Err(vm.value_error(format!("memoryview: invalid value for format '{letter}'")));
                }
                Ok(number.to_le_bytes()[..size].to_vec())
            }
        }
    }
}

impl MemoryView {
    /// The bytes that the view shows, in its order; `None` once it is released.
    pub fn to_vec(&self) -> Option<Vec<u8>> {
        let size = self.format.size();
        with_bytes(self.owner.get(), |all| {
            let mut out = Vec::with_capacity(self.len * size);
            for index in 0..self.len {
                let at = self.byte_of(index);
                // The owner may have become shorter.
                out.extend_from_slice(all.get(at..at + size).unwrap_or(&[]));
            }
            out
        })
    }

    /// Stores bytes from the front of the view; answers how many there was room for.
    pub fn fill(&self, data: &[u8]) -> usize {
        let size = self.format.size();
        let Some(array) = self.owner.get().cast::<ByteArray>() else { return 0 };
        let count = data.len().min(self.len * size);
        array.with_mut(|all| {
            for (index, byte) in data[..count].iter().enumerate() {
                let at = self.byte_of(index / size) + index % size;
                if let Some(place) = all.get_mut(at) {
                    *place = *byte;
                }
            }
        });
        count
    }

    /// The number of bytes.
    pub fn byte_len(&self) -> usize {
        self.len * self.format.size()
    }

    /// Whether the bytes may be stored into.
    pub fn is_writable(&self) -> bool {
        !self.readonly && !self.owner.get().is_null()
    }

    fn byte_of(&self, index: usize) -> usize {
        self.offset.wrapping_add_signed(self.stride * index as isize)
    }

    fn is_contiguous(&self) -> bool {
        self.len < 2 || self.stride == self.format.size() as isize
    }
}

fn with_bytes<R>(owner: Value, f: impl FnOnce(&[u8]) -> R) -> Option<R> {
    match owner.cast::<Bytes>() {
        Some(bytes) => Some(f(bytes.as_slice())),
        None => owner.cast::<ByteArray>().map(|array| array.with(f)),
    }
}

/// `memoryview`.
pub static MEMORY_VIEW_TYPE: TypeSpec = TypeSpec {
    weak: true,
    pattern: PatternKind::Sequence,
    slots: Slots {
        new: Some(new),
        length: Some(|vm, own| Ok(live(vm, own)?.len)),
        getitem: Some(getitem),
        setitem: Some(setitem),
        hash: Some(hash),
        compare: Some(compare),
        repr: Some(repr),
        iter: Some(crate::objects::iter::iter_sequence),
        ..Slots::NONE
    },
    methods: METHODS,
    getset: ATTRIBUTES,
    doc: Some("Create a new memoryview object which references the given object."),
    ..TypeSpec::new("memoryview", LayoutKind::MemoryView)
};

const METHODS: &[MethodSpec] = &[
    method("tobytes", tobytes, Convention::FastKeywords),
    method("tolist", tolist, Convention::NoArgs),
    method("hex", hex, Convention::FastKeywords),
    method("cast", cast, Convention::FastKeywords),
    method("toreadonly", toreadonly, Convention::NoArgs),
    method("release", release, Convention::NoArgs),
    method("__enter__", |vm, own, _| live(vm, own).map(Value::from), Convention::NoArgs),
    method("__exit__", release, Convention::Varargs),
];

const ATTRIBUTES: &[GetSetSpec] = &[
    getter("obj", |vm, own| Ok(live(vm, own)?.owner.get())),
    getter("nbytes", |vm, own| Ok(Value::small_int(live(vm, own)?.byte_len() as i64))),
    getter("readonly", |vm, own| Ok(Value::bool(live(vm, own)?.readonly))),
    getter("itemsize", |vm, own| Ok(Value::small_int(live(vm, own)?.format.size() as i64))),
    getter("format", |vm, own| {
        let letter = live(vm, own)?.format.0;
        Ok(vm.latin1_str(letter).into())
    }),
    getter("ndim", |vm, own| live(vm, own).map(|_| Value::small_int(1))),
    getter("shape", |vm, own| {
        let len = live(vm, own)?.len as i64;
        Ok(vm.new_tuple(&[Value::small_int(len)]).into())
    }),
    getter("strides", |vm, own| {
        let stride = live(vm, own)?.stride as i64;
        Ok(vm.new_tuple(&[Value::small_int(stride)]).into())
    }),
    getter("suboffsets", |vm, own| {
        live(vm, own)?;
        Ok(vm.new_tuple(&[]).into())
    }),
    getter("contiguous", |vm, own| Ok(Value::bool(live(vm, own)?.is_contiguous()))),
    getter("c_contiguous", |vm, own| Ok(Value::bool(live(vm, own)?.is_contiguous()))),
    getter("f_contiguous", |vm, own| Ok(Value::bool(live(vm, own)?.is_contiguous()))),
];

impl Vm {
    /// A view of all bytes of a `bytes`, a `bytearray` or another view.
    ///
    /// # Errors
    /// `TypeError` for everything else.
    pub fn new_memoryview(&mut self, object: Value) -> PyResult<Gc<MemoryView>> {
        if object.cast::<MemoryView>().is_some() {
            let view = live(self, object)?;
            return Ok(self.derive(view, view.offset, view.len, view.stride, view.format, view.readonly));
        }
        let Some(len) = with_bytes(object, <[u8]>::len) else {
            let given = self.type_name(object);
            return Err(self.type_error(format!("memoryview: a bytes-like object is required, not '{given}'")));
        };
        let view = MemoryView {
            header: Header::new(self.types.memoryview),
            owner: Field::new(object),
            offset: 0,
            len,
            stride: 1,
            format: Format::BYTE,
            readonly: object.cast::<Bytes>().is_some(),
            hash: Cell::new(None),
        };
        Ok(self.heap.allocate(view))
    }

    fn derive(
        &mut self,
        view: Gc<MemoryView>,
        offset: usize,
        len: usize,
        stride: isize,
        format: Format,
        readonly: bool,
    ) -> Gc<MemoryView> {
        let header = Header::new(self.types.memoryview);
        let owner = Field::new(view.owner.get());
        self.heap.allocate(MemoryView { header, owner, offset, len, stride, format, readonly, hash: Cell::new(None) })
    }
}

fn new(vm: &mut Vm, _ty: Gc<Type>, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<1> =
        Parameters { names: ["object"], positional_only: 0, max_positional: 1, required: 1 };
    let [object] = args.bind(vm, "memoryview", &PARAMETERS)?;
    vm.new_memoryview(object).map(Value::from)
}

/// The view, unless it was released.
fn live(vm: &mut Vm, own: Value) -> PyResult<Gc<MemoryView>> {
    let view = receiver::<MemoryView>(vm, own)?;
    if view.owner.get().is_null() {
        return Err(vm.value_error("operation forbidden on released memoryview object"));
    }
    Ok(view)
}

fn getitem(vm: &mut Vm, own: Value, key: Value) -> PyResult {
    let view = live(vm, own)?;
    if let Some(slice) = key.cast::<Slice>() {
        let (start, step, count) = slice.indices(vm, view.len)?;
        let offset = view.offset.wrapping_add_signed(start as isize * view.stride);
        return Ok(vm.derive(view, offset, count, view.stride * step as isize, view.format, view.readonly).into());
    }
    let at = item_place(vm, view, key)?;
    let size = view.format.size();
    let item = with_bytes(view.owner.get(), |all| all.get(at..at + size).map(<[u8]>::to_vec)).flatten();
    match item {
        Some(item) => Ok(view.format.unpack(vm, &item)),
        None => Err(vm.index_error("index out of bounds on dimension 1")),
    }
}

/// The first byte of the item that a key means.
fn item_place(vm: &mut Vm, view: Gc<MemoryView>, key: Value) -> PyResult<usize> {
    if !crate::objects::slice::is_index(vm, key) {
        return Err(vm.type_error("memoryview: invalid slice key"));
    }
    let index = vm.index_position(key)?;
    match place(index, view.len) {
        Some(index) => Ok(view.byte_of(index)),
        None => Err(vm.index_error("index out of bounds on dimension 1")),
    }
}

fn setitem(vm: &mut Vm, own: Value, key: Value, value: Value) -> PyResult<()> {
    let view = live(vm, own)?;
    if view.readonly {
        return Err(vm.type_error("cannot modify read-only memory"));
    }
    if value.is_null() {
        return Err(vm.type_error("cannot delete memory"));
    }
    if let Some(slice) = key.cast::<Slice>() {
        let (start, step, count) = slice.indices(vm, view.len)?;
        let data = bytes::required(vm, value)?;
        let size = view.format.size();
        if data.len() != count * size {
            return Err(vm.value_error("memoryview assignment: lvalue and rvalue have different structures"));
        }
        let offset = view.offset.wrapping_add_signed(start as isize * view.stride);
        let target = vm.derive(view, offset, count, view.stride * step as isize, view.format, false);
        target.fill(&data);
        return Ok(());
    }
    let at = item_place(vm, view, key)?;
    let item = view.format.pack(vm, value)?;
    if let Some(array) = view.owner.get().cast::<ByteArray>() {
        array.with_mut(|all| {
            if let Some(target) = all.get_mut(at..at + item.len()) {
                target.copy_from_slice(&item);
            }
        });
    }
    Ok(())
}

fn tobytes(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let view = live(vm, own)?;
    let data = view.to_vec().unwrap_or_default();
    Ok(vm.new_bytes(&data).into())
}

fn tolist(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let view = live(vm, own)?;
    let data = view.to_vec().unwrap_or_default();
    let list = vm.new_list(&[]);
    for item in data.chunks_exact(view.format.size()) {
        let item = view.format.unpack(vm, item);
        list.push(vm, item);
    }
    Ok(list.into())
}

fn hex(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let bytes = tobytes(vm, own, Args::EMPTY)?;
    let name = vm.intern("hex");
    let method = vm.get_attr(bytes, name)?;
    vm.call(method, args)
}

fn cast(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<2> =
        Parameters { names: ["format", "shape"], positional_only: 0, max_positional: 2, required: 1 };
    let [format, shape] = args.bind(vm, "cast", &PARAMETERS)?;
    let view = live(vm, own)?;
    let Some(name) = format.cast::<Str>() else { return Err(vm.type_error("format argument must be a string")) };
    let Some(format) = Format::by_name(&name.to_string_lossy()) else {
        return Err(vm.value_error(
            "memoryview: destination format must be a native single character format prefixed with an optional '@'",
        ));
    };
    if !view.is_contiguous() {
        return Err(vm.type_error("memoryview: casts are restricted to C-contiguous views"));
    }
    if view.format.size() > 1 && format.size() > 1 {
        return Err(vm.type_error("memoryview: cannot cast between two non-byte formats"));
    }
    let bytes = view.byte_len();
    if bytes % format.size() != 0 {
        return Err(vm.type_error("memoryview: length is not a multiple of itemsize"));
    }
    if !shape.is_null() && vm.length(shape)? != 1 {
        return Err(vm.not_implemented_error("memoryview: views of several dimensions are not supported"));
    }
    let size = format.size();
    Ok(vm.derive(view, view.offset, bytes / size, size as isize, format, view.readonly).into())
}

fn toreadonly(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let view = live(vm, own)?;
    Ok(vm.derive(view, view.offset, view.len, view.stride, view.format, true).into())
}

fn release(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    receiver::<MemoryView>(vm, own)?.owner.set(Value::NULL);
    Ok(Value::NONE)
}

fn hash(vm: &mut Vm, own: Value) -> PyResult<i64> {
    let view = receiver::<MemoryView>(vm, own)?;
    if let Some(hash) = view.hash.get() {
        return Ok(hash);
    }
    live(vm, own)?;
    if !view.readonly {
        return Err(vm.value_error("cannot hash writable memoryview object"));
    }
    if view.format.size() > 1 {
        return Err(vm.value_error("memoryview: hashing is restricted to formats 'B', 'b' or 'c'"));
    }
    let hash = quicken_bytecode::hash::hash_bytes(&view.to_vec().unwrap_or_default());
    view.hash.set(Some(hash));
    Ok(hash)
}

fn compare(vm: &mut Vm, left: Value, right: Value, op: CompareOp) -> PyResult {
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let equal = if left.is(right) {
        true
    } else {
        let items = |vm: &mut Vm, value: Value| -> PyResult<Option<Value>> {
            match value.cast::<MemoryView>() {
                Some(view) if view.owner.get().is_null() => Ok(None),
                Some(_) => tolist(vm, value, Args::EMPTY).map(Some),
                None if with_bytes(value, |_| ()).is_some() => {
                    let view = vm.new_memoryview(value)?;
                    tolist(vm, view.into(), Args::EMPTY).map(Some)
                }
                None => Ok(None),
            }
        };
        if with_bytes(right, |_| ()).is_none() && right.cast::<MemoryView>().is_none() {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        match (items(vm, left)?, items(vm, right)?) {
            (Some(a), Some(b)) => vm.equals(a, b)?,
            _ => false,
        }
    };
    Ok(Value::bool(equal == (op == CompareOp::Eq)))
}

fn repr(vm: &mut Vm, own: Value) -> PyResult {
    let view = receiver::<MemoryView>(vm, own)?;
    let word = if view.owner.get().is_null() { "released memory" } else { "memory" };
    Ok(vm.new_str(&format!("<{word} at {:#x}>", view.address())).into())
}
