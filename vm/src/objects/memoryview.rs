//! `memoryview`: a view of the items in the memory of another object, of any number of dimensions.

#![expect(unsafe_code, reason = "implementing the heap's contract")]

use std::cell::Cell;

use crate::Vm;
use crate::args::{Args, Parameters};
use crate::error::PyResult;
use crate::heap::Marker;
use crate::object::{Field, Gc, Header, HeapObject, LayoutKind};
use crate::objects::buffer::{Exported, Format, exported, with_storage};
use crate::objects::bytes::{ByteArray, Bytes};
use crate::objects::list::List;
use crate::objects::receiver;
use crate::objects::slice::{Slice, is_index, place};
use crate::objects::string::Str;
use crate::objects::tuple::Tuple;
use crate::objects::typeobj::Type;
use crate::slots::{CompareOp, Slots};
use crate::spec::{Convention, GetSetSpec, MethodSpec, PatternKind, TypeSpec, getter, method};
use crate::value::Value;

/// The most dimensions that a view may have (`PyBUF_MAX_NDIM`).
const MAX_DIMENSIONS: usize = 64;

/// A view. Offsets and strides are in bytes, as in CPython.
#[repr(C)]
pub struct MemoryView {
    header: Header,
    /// The object that exports the memory, `NULL` once the view is released.
    owner: Field,
    /// Where the memory lies: a `bytes` or a `bytearray`.
    storage: Field,
    /// `NULL` for a view of one dimension. Otherwise a tuple: the lengths of all dimensions, then all strides.
    dimensions: Field,
    offset: usize,
    /// The number of items of the only dimension; of all together, where there are several.
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
        marker.value(self.storage.get());
        marker.value(self.dimensions.get());
    }
}

/// The length and the stride of each dimension.
type Dimensions = Vec<(usize, isize)>;

impl MemoryView {
    /// The bytes that the view shows, in its order; `None` once it is released.
    pub fn to_vec(&self) -> Option<Vec<u8>> {
        if self.owner.get().is_null() {
            return None;
        }
        self.gather(&self.dimensions())
    }

    /// The bytes of the items with these dimensions, the last of them changing fastest.
    fn gather(&self, dimensions: &[(usize, isize)]) -> Option<Vec<u8>> {
        let size = self.format.size();
        with_storage(self.storage.get(), |all| {
            let mut out = Vec::with_capacity(self.byte_len());
            each_place(self.offset, dimensions, &mut |at| out.extend_from_slice(&all[at..at + size]));
            out
        })
    }

    /// Stores bytes into the view, from a byte of it on; as many as there is room for.
    pub fn store(&self, start: usize, data: &[u8]) {
        let size = self.format.size();
        let Some(array) = self.storage.get().cast::<ByteArray>() else { return };
        let (mut at_byte, end) = (0, start.saturating_add(data.len()));
        array.with_mut(|all| {
            each_place(self.offset, &self.dimensions(), &mut |at| {
                for byte in 0..size {
                    if (start..end).contains(&at_byte) {
                        all[at + byte] = data[at_byte - start];
                    }
                    at_byte += 1;
                }
            });
        });
    }

    /// The number of bytes.
    pub fn byte_len(&self) -> usize {
        self.len * self.format.size()
    }

    /// The size of an item in bytes.
    pub fn item_size(&self) -> usize {
        self.format.size()
    }

    /// Whether the bytes may be stored into.
    pub fn is_writable(&self) -> bool {
        !self.readonly && !self.owner.get().is_null()
    }

    /// Whether the items lie one behind the other, the last dimension changing fastest.
    pub fn is_c_contiguous(&self) -> bool {
        contiguous(self.format.size(), self.dimensions().iter().rev())
    }

    fn is_f_contiguous(&self) -> bool {
        contiguous(self.format.size(), self.dimensions().iter())
    }

    /// Gives the view up: the memory may change its size again as far as it is concerned.
    pub fn release(&self) {
        if let Some(array) = self.storage.get().cast::<ByteArray>() {
            array.end_export();
        }
        self.owner.set(Value::NULL);
        self.storage.set(Value::NULL);
    }

    /// Refuses a view that was released.
    ///
    /// # Errors
    /// `ValueError`.
    pub fn check_live(&self, vm: &mut Vm) -> PyResult<()> {
        if self.owner.get().is_null() {
            return Err(vm.value_error("operation forbidden on released memoryview object"));
        }
        Ok(())
    }

    /// Whether it shows the memory of the object at this address still.
    pub(crate) fn shows(&self, storage: usize) -> bool {
        self.storage.get().heap_address() == Some(storage)
    }

    fn dimensions(&self) -> Dimensions {
        let Some(all) = self.dimensions.get().cast::<Tuple>() else { return vec![(self.len, self.stride)] };
        let number = |value: &Value| value.as_small_int().unwrap_or(0);
        let (lengths, strides) = all.items().split_at(all.len() / 2);
        lengths.iter().zip(strides).map(|(length, stride)| (number(length) as usize, number(stride) as isize)).collect()
    }

    /// The number of dimensions.
    fn count(&self) -> usize {
        self.dimensions.get().cast::<Tuple>().map_or(1, |all| all.len() / 2)
    }

    fn item(&self, vm: &mut Vm, at: usize) -> Value {
        let size = self.format.size();
        let mut item = [0; 8];
        with_storage(self.storage.get(), |all| item[..size].copy_from_slice(&all[at..at + size]));
        self.format.unpack(vm, &item[..size])
    }
}

/// Whether dimensions, the one that changes fastest first, leave no gap.
fn contiguous<'a>(size: usize, dimensions: impl Iterator<Item = &'a (usize, isize)> + Clone) -> bool {
    let mut expected = size;
    dimensions.clone().any(|(length, _)| *length == 0)
        || dimensions.fold(true, |so_far, (length, stride)| {
            let fits = *length == 1 || *stride == expected as isize;
            expected *= length;
            so_far && fits
        })
}

/// The byte at which each item begins.
fn each_place(offset: usize, dimensions: &[(usize, isize)], f: &mut impl FnMut(usize)) {
    match dimensions {
        [] => f(offset),
        [(length, stride), rest @ ..] => {
            for index in 0..*length {
                each_place(offset.wrapping_add_signed(stride * index as isize), rest, f);
            }
        }
    }
}

/// `memoryview`.
pub static MEMORY_VIEW_TYPE: TypeSpec = TypeSpec {
    weak: true,
    pattern: PatternKind::Sequence,
    slots: Slots {
        new: Some(new),
        length: Some(|vm, own| Ok(live(vm, own)?.dimensions().first().map_or(1, |(length, _)| *length))),
        getitem: Some(getitem),
        setitem: Some(setitem),
        hash: Some(hash),
        compare: Some(compare),
        repr: Some(repr),
        iter: Some(iter),
        ..Slots::NONE
    },
    methods: METHODS,
    getset: ATTRIBUTES,
    doc: Some("Create a new memoryview object which references the given object."),
    ..TypeSpec::new("memoryview", LayoutKind::MemoryView)
};

const METHODS: &[MethodSpec] = &[
    method("release", release, Convention::NoArgs),
    method("tobytes", tobytes, Convention::FastKeywords),
    method("hex", hex, Convention::FastKeywords),
    method("tolist", tolist, Convention::NoArgs),
    method("cast", cast, Convention::FastKeywords),
    method("toreadonly", toreadonly, Convention::NoArgs),
    method("__enter__", |vm, own, _| live(vm, own).map(Value::from), Convention::NoArgs),
    method("__exit__", release, Convention::Varargs),
];

const ATTRIBUTES: &[GetSetSpec] = &[
    getter("obj", |vm, own| Ok(live(vm, own)?.owner.get())),
    getter("nbytes", |vm, own| Ok(Value::small_int(live(vm, own)?.byte_len() as i64))),
    getter("readonly", |vm, own| Ok(Value::bool(live(vm, own)?.readonly))),
    getter("itemsize", |vm, own| Ok(Value::small_int(live(vm, own)?.format.size() as i64))),
    getter("format", |vm, own| {
        let name = live(vm, own)?.format.name();
        Ok(vm.new_str(&name).into())
    }),
    getter("ndim", |vm, own| Ok(Value::small_int(live(vm, own)?.count() as i64))),
    getter("shape", |vm, own| {
        let shape = live(vm, own)?.dimensions().into_iter().map(|(length, _)| Value::small_int(length as i64));
        let shape: Vec<Value> = shape.collect();
        Ok(vm.new_tuple(&shape).into())
    }),
    getter("strides", |vm, own| {
        let strides = live(vm, own)?.dimensions().into_iter().map(|(_, stride)| Value::small_int(stride as i64));
        let strides: Vec<Value> = strides.collect();
        Ok(vm.new_tuple(&strides).into())
    }),
    getter("suboffsets", |vm, own| {
        live(vm, own)?;
        Ok(vm.new_tuple(&[]).into())
    }),
    getter("c_contiguous", |vm, own| Ok(Value::bool(live(vm, own)?.is_c_contiguous()))),
    getter("f_contiguous", |vm, own| Ok(Value::bool(live(vm, own)?.is_f_contiguous()))),
    getter("contiguous", |vm, own| {
        let view = live(vm, own)?;
        Ok(Value::bool(view.is_c_contiguous() || view.is_f_contiguous()))
    }),
];

/// Which part of a storage a view shows.
struct Part {
    offset: usize,
    dimensions: Dimensions,
    format: Format,
    readonly: bool,
}

impl Vm {
    /// A view of all that an object exports: a `bytes`, a `bytearray`, another view, an object of a native module.
    ///
    /// # Errors
    /// `TypeError` for everything else.
    pub fn new_memoryview(&mut self, object: Value) -> PyResult<Gc<MemoryView>> {
        if let Some(view) = object.cast::<MemoryView>() {
            view.check_live(self)?;
            return Ok(self.derive(view, Part { ..part_of(view) }));
        }
        let Some(Exported { storage, format }) = exported(object) else {
            let given = self.type_name(object);
            return Err(self.type_error(format!("memoryview: a bytes-like object is required, not '{given}'")));
        };
        let size = format.size();
        let len = with_storage(storage, <[u8]>::len).unwrap_or(0) / size;
        let readonly = storage.cast::<Bytes>().is_some();
        let part = Part { offset: 0, dimensions: vec![(len, size as isize)], format, readonly };
        Ok(self.view(object, storage, part))
    }

    fn derive(&mut self, view: Gc<MemoryView>, part: Part) -> Gc<MemoryView> {
        self.view(view.owner.get(), view.storage.get(), part)
    }

    fn view(&mut self, owner: Value, storage: Value, part: Part) -> Gc<MemoryView> {
        let (len, stride, dimensions) = match *part.dimensions {
            [(length, stride)] => (length, stride, Value::NULL),
            ref all => {
                let lengths = all.iter().map(|(length, _)| Value::small_int(*length as i64));
                let strides = all.iter().map(|(_, stride)| Value::small_int(*stride as i64));
                let numbers: Vec<Value> = lengths.chain(strides).collect();
                let len = all.iter().map(|(length, _)| length).product();
                (len, 0, self.new_tuple(&numbers).into())
            }
        };
        if let Some(array) = storage.cast::<ByteArray>() {
            array.add_export();
        }
        self.heap.allocate(MemoryView {
            header: Header::new(self.types.memoryview),
            owner: Field::new(owner),
            storage: Field::new(storage),
            dimensions: Field::new(dimensions),
            offset: part.offset,
            len,
            stride,
            format: part.format,
            readonly: part.readonly,
            hash: Cell::new(None),
        })
    }
}

/// What a view shows, to be changed.
fn part_of(view: Gc<MemoryView>) -> Part {
    Part { offset: view.offset, dimensions: view.dimensions(), format: view.format, readonly: view.readonly }
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
    view.check_live(vm)?;
    Ok(view)
}

/// What an index or a tuple of indices picks: the byte where the item begins.
enum Pick {
    /// An item.
    Item(usize),
    /// The items of a slice.
    Part(Part),
    /// `view[...]` where there is no dimension.
    All,
}

fn is_tuple_of(key: Value, of: impl Fn(Value) -> bool) -> Option<Gc<Tuple>> {
    key.cast::<Tuple>().filter(|tuple| tuple.items().iter().all(|item| of(*item)))
}

fn pick(vm: &mut Vm, own: Value, key: Value, to_store: bool) -> PyResult<Pick> {
    let view = live(vm, own)?;
    let count = view.count();
    if count == 0 {
        return match key.cast::<Tuple>() {
            Some(tuple) if tuple.is_empty() => Ok(Pick::Item(view.offset)),
            _ if key.is(Value::ELLIPSIS) => Ok(if to_store { Pick::Item(view.offset) } else { Pick::All }),
            _ => Err(vm.type_error("invalid indexing of 0-dim memory")),
        };
    }
    if is_index(vm, key) {
        let index = vm.index_position(key)?;
        if count > 1 {
            return Err(vm.not_implemented_error(if to_store {
                "sub-views are not implemented"
            } else {
                "multi-dimensional sub-views are not implemented"
            }));
        }
        return item_place(vm, own, &[index]).map(Pick::Item);
    }
    if let Some(slice) = key.cast::<Slice>().filter(|_| count == 1 || !to_store) {
        let mut part = part_of(view);
        let (length, stride) = part.dimensions[0];
        let (start, step, chosen) = slice.indices(vm, length)?;
        if to_store {
            view.check_live(vm)?;
        }
        part.offset = part.offset.wrapping_add_signed(start as isize * stride);
        part.dimensions[0] = (chosen, stride.wrapping_mul(step as isize));
        return Ok(Pick::Part(part));
    }
    if let Some(tuple) = is_tuple_of(key, |item| is_index(vm, item)) {
        if tuple.len() < count {
            return Err(vm.not_implemented_error("sub-views are not implemented"));
        }
        if tuple.len() > count {
            let given = tuple.len();
            return Err(vm.type_error(format!("cannot index {count}-dimension view with {given}-element tuple")));
        }
        let mut indices = Vec::new();
        for item in tuple.items() {
            indices.push(vm.index_position(*item)?);
        }
        return item_place(vm, own, &indices).map(Pick::Item);
    }
    let slices = key.cast::<Slice>().is_some()
        || is_tuple_of(key, |item| item.cast::<Slice>().is_some()).is_some_and(|tuple| !tuple.is_empty());
    Err(match (slices, to_store) {
        (true, true) => vm.not_implemented_error("memoryview slice assignments are currently restricted to ndim = 1"),
        (true, false) => vm.not_implemented_error("multi-dimensional slicing is not implemented"),
        _ => vm.type_error("memoryview: invalid slice key"),
    })
}

/// The first byte of the item at these indices. Finding out what they are may have released the view.
fn item_place(vm: &mut Vm, own: Value, indices: &[i64]) -> PyResult<usize> {
    let view = live(vm, own)?;
    let mut at = view.offset;
    for (number, (index, (length, stride))) in indices.iter().zip(view.dimensions()).enumerate() {
        match place(*index, length) {
            Some(index) => at = at.wrapping_add_signed(stride * index as isize),
            None => return Err(vm.index_error(format!("index out of bounds on dimension {}", number + 1))),
        }
    }
    Ok(at)
}

/// The view, if its items can be taken out one by one.
fn with_items(vm: &mut Vm, own: Value) -> PyResult<Gc<MemoryView>> {
    let view = live(vm, own)?;
    if !view.format.is_native() {
        let name = view.format.name();
        return Err(vm.not_implemented_error(format!("memoryview: format {name} not supported")));
    }
    Ok(view)
}

fn getitem(vm: &mut Vm, own: Value, key: Value) -> PyResult {
    let view = live(vm, own)?;
    // A part is made of what there was, even if finding out which has released the view.
    let (owner, storage) = (view.owner.get(), view.storage.get());
    match pick(vm, own, key, false)? {
        Pick::Item(at) => {
            with_items(vm, own)?;
            Ok(view.item(vm, at))
        }
        Pick::Part(part) => Ok(vm.view(owner, storage, part).into()),
        Pick::All => Ok(own),
    }
}

fn setitem(vm: &mut Vm, own: Value, key: Value, value: Value) -> PyResult<()> {
    let view = with_items(vm, own)?;
    if view.readonly {
        return Err(vm.type_error("cannot modify read-only memory"));
    }
    if value.is_null() {
        return Err(vm.type_error("cannot delete memory"));
    }
    match pick(vm, own, key, true)? {
        Pick::Item(at) => {
            let item = view.format.pack(vm, value)?;
            view.check_live(vm)?;
            if let Some(array) = view.storage.get().cast::<ByteArray>() {
                array.with_mut(|all| all[at..at + item.len()].copy_from_slice(&item));
            }
        }
        Pick::Part(part) => {
            let source = match value.cast::<MemoryView>() {
                Some(source) => source,
                None if exported(value).is_some() => vm.new_memoryview(value)?,
                None => {
                    let given = vm.type_name(value);
                    return Err(vm.type_error(format!("a bytes-like object is required, not '{given}'")));
                }
            };
            source.check_live(vm)?;
            let same = source.format.letter == view.format.letter
                && source.count() == 1
                && source.dimensions()[0].0 == part.dimensions[0].0;
            let data = source.to_vec().unwrap_or_default();
            if value.cast::<MemoryView>().is_none() {
                source.release();
            }
            if !same {
                return Err(vm.value_error("memoryview assignment: lvalue and rvalue have different structures"));
            }
            let target = vm.derive(view, part);
            target.store(0, &data);
            target.release();
        }
        Pick::All => {}
    }
    Ok(())
}

fn tobytes(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<1> =
        Parameters { names: ["order"], positional_only: 0, max_positional: 1, required: 0 };
    let [order] = args.bind(vm, "tobytes", &PARAMETERS)?;
    let order = if order.or_none().is_none() {
        "C".to_owned()
    } else {
        let Some(name) = order.cast::<Str>() else {
            let given = vm.type_name(order);
            return Err(vm.type_error(format!("tobytes() argument 'order' must be str or None, not {given}")));
        };
        name.to_string_lossy().into_owned()
    };
    let view = live(vm, own)?;
    let by_columns = match order.as_str() {
        "C" => false,
        "F" => true,
        "A" => view.is_f_contiguous() && !view.is_c_contiguous(),
        _ => return Err(vm.value_error("order must be 'C', 'F' or 'A'")),
    };
    let data = if by_columns { by_column(view) } else { view.to_vec() };
    Ok(vm.new_bytes(&data.unwrap_or_default()).into())
}

/// The bytes with the first dimension changing fastest.
fn by_column(view: Gc<MemoryView>) -> Option<Vec<u8>> {
    let mut dimensions = view.dimensions();
    dimensions.reverse();
    view.gather(&dimensions)
}

fn tolist(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let view = with_items(vm, own)?;
    list_of(vm, view, view.offset, &view.dimensions())
}

fn list_of(vm: &mut Vm, view: Gc<MemoryView>, offset: usize, dimensions: &[(usize, isize)]) -> PyResult {
    let [(length, stride), rest @ ..] = dimensions else { return Ok(view.item(vm, offset)) };
    let list = vm.new_list(&[]);
    for index in 0..*length {
        let item = list_of(vm, view, offset.wrapping_add_signed(stride * index as isize), rest)?;
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
    let Some(name) = format.cast::<Str>() else {
        let given = if format.is_none() { "None".to_owned() } else { vm.type_name(format) };
        return Err(vm.type_error(format!("cast() argument 'format' must be str, not {given}")));
    };
    let view = live(vm, own)?;
    if !view.is_c_contiguous() {
        return Err(vm.type_error("memoryview: casts are restricted to C-contiguous views"));
    }
    if (!shape.is_null() || view.count() != 1) && view.dimensions().iter().any(|(length, _)| *length == 0) {
        return Err(vm.type_error("memoryview: cannot cast view with zeros in shape or strides"));
    }
    let shape = match shape.is_null() {
        true => None,
        false => {
            let items =
                shape.cast::<List>().map(|list| list.as_cells().iter().map(|item| item.get()).collect::<Vec<_>>());
            let items = items.or_else(|| shape.cast::<Tuple>().map(|tuple| tuple.items().to_vec()));
            let Some(items) = items else { return Err(vm.type_error("shape must be a list or a tuple")) };
            if items.len() > MAX_DIMENSIONS {
                return Err(
                    vm.value_error(format!("memoryview: number of dimensions must not exceed {MAX_DIMENSIONS}"))
                );
            }
            if view.count() != 1 && items.len() != 1 {
                return Err(vm.type_error("memoryview: cast must be 1D -> ND or ND -> 1D"));
            }
            Some(items)
        }
    };
    let wrong = |which| {
        format!("memoryview: {which} format must be a native single character format prefixed with an optional '@'")
    };
    if !view.format.is_native() {
        return Err(vm.value_error(wrong("source")));
    }
    let Some(format) = Format::by_name(&name.to_string_lossy()) else {
        return Err(vm.value_error(wrong("destination")));
    };
    if !view.format.is_byte() && !format.is_byte() {
        return Err(vm.type_error("memoryview: cannot cast between two non-byte formats"));
    }
    let (bytes, size) = (view.byte_len(), format.size());
    if !bytes.is_multiple_of(size) {
        return Err(vm.type_error("memoryview: length is not a multiple of itemsize"));
    }
    let dimensions = match shape {
        None => vec![(bytes / size, size as isize)],
        Some(shape) => {
            let lengths = lengths(vm, &shape, size)?;
            if lengths.iter().product::<usize>() * size != bytes {
                return Err(vm.type_error("memoryview: product(shape) * itemsize != buffer size"));
            }
            let strides = (0..lengths.len()).map(|at| lengths[at + 1..].iter().product::<usize>() * size);
            lengths.iter().copied().zip(strides.map(|stride| stride as isize)).collect()
        }
    };
    let part = Part { dimensions, format, ..part_of(view) };
    Ok(vm.derive(view, part).into())
}

/// The lengths that a program asks for. Their product is a number of bytes.
fn lengths(vm: &mut Vm, shape: &[Value], size: usize) -> PyResult<Vec<usize>> {
    let mut lengths = Vec::with_capacity(shape.len());
    let mut total = size;
    for length in shape {
        if crate::objects::int::View::of(*length).is_none() {
            return Err(vm.type_error("memoryview.cast(): elements of shape must be integers"));
        }
        let length = match usize::try_from(vm.index_i64(*length)?) {
            Ok(length) if length > 0 => length,
            _ => return Err(vm.value_error("memoryview.cast(): elements of shape must be integers > 0")),
        };
        total = match total.checked_mul(length) {
            Some(total) if total <= isize::MAX as usize => total,
            _ => return Err(vm.value_error("memoryview.cast(): product(shape) > SSIZE_MAX")),
        };
        lengths.push(length);
    }
    Ok(lengths)
}

fn toreadonly(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let view = live(vm, own)?;
    Ok(vm.derive(view, Part { readonly: true, ..part_of(view) }).into())
}

fn release(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let view = receiver::<MemoryView>(vm, own)?;
    if !view.owner.get().is_null() {
        view.release();
    }
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
    if !view.format.is_byte() {
        return Err(vm.value_error("memoryview: hashing is restricted to formats 'B', 'b' or 'c'"));
    }
    // The object itself must be one that can be hashed.
    vm.hash(view.owner.get())?;
    let hash = crate::objects::hashing::hash_bytes(&view.to_vec().unwrap_or_default());
    view.hash.set(Some(hash));
    Ok(hash)
}

fn compare(vm: &mut Vm, left: Value, right: Value, op: CompareOp) -> PyResult {
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let view = receiver::<MemoryView>(vm, left)?;
    let other = match right.cast::<MemoryView>() {
        Some(other) => other,
        None if exported(right).is_some() => vm.new_memoryview(right)?,
        None => return Ok(Value::NOT_IMPLEMENTED),
    };
    let equal = if view.owner.get().is_null() || other.owner.get().is_null() {
        left.is(right)
    } else {
        same_items(vm, view, other)?
    };
    if right.cast::<MemoryView>().is_none() {
        other.release();
    }
    Ok(Value::bool(equal == (op == CompareOp::Eq)))
}

/// Whether two views have the same shape and equal items.
fn same_items(vm: &mut Vm, left: Gc<MemoryView>, right: Gc<MemoryView>) -> PyResult<bool> {
    let (shape, other_shape) = (left.dimensions(), right.dimensions());
    if shape.len() != other_shape.len() {
        return Ok(false);
    }
    for ((length, _), (other, _)) in shape.iter().zip(&other_shape) {
        if length != other {
            return Ok(false);
        }
        if *length == 0 {
            return Ok(true);
        }
    }
    if !left.format.is_native() || !right.format.is_native() {
        return Ok(false);
    }
    if left.format.letter == right.format.letter && !b"fd?".contains(&left.format.letter) {
        return Ok(left.to_vec() == right.to_vec());
    }
    let (mut places, mut others) = (Vec::new(), Vec::new());
    each_place(left.offset, &shape, &mut |at| places.push(at));
    each_place(right.offset, &other_shape, &mut |at| others.push(at));
    for (at, other) in places.into_iter().zip(others) {
        let (a, b) = (left.item(vm, at), right.item(vm, other));
        let answer = vm.compare(a, b, CompareOp::Eq)?;
        if !vm.is_true(answer)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn repr(vm: &mut Vm, own: Value) -> PyResult {
    let view = receiver::<MemoryView>(vm, own)?;
    let word = if view.owner.get().is_null() { "released memory" } else { "memory" };
    Ok(vm.new_str(&format!("<{word} at {:#x}>", view.address())).into())
}

fn iter(vm: &mut Vm, own: Value) -> PyResult {
    let view = live(vm, own)?;
    match view.count() {
        0 => return Err(vm.type_error("invalid indexing of 0-dim memory")),
        1 => with_items(vm, own)?,
        _ => return Err(vm.not_implemented_error("multi-dimensional sub-views are not implemented")),
    };
    crate::objects::iter::iter_sequence(vm, own)
}

/// The item at an index, for the iterator; `None` at the end.
pub(crate) fn item_at(vm: &mut Vm, own: Gc<MemoryView>, index: usize) -> PyResult<Option<Value>> {
    own.check_live(vm)?;
    if index >= own.len {
        return Ok(None);
    }
    let at = own.offset.wrapping_add_signed(own.stride * index as isize);
    Ok(Some(own.item(vm, at)))
}
