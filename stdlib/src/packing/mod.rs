//! `_struct`: values as bytes in the layout of C's structures.

mod layout;
mod values;

use std::any::Any;
use std::rc::Rc;

use quicken_vm::args::Parameters;
use quicken_vm::heap::Marker;
use quicken_vm::object::{Gc, LayoutKind};
use quicken_vm::objects::opaque::OpaqueData;
use quicken_vm::objects::string::Str;
use quicken_vm::objects::typeobj::Type;
use quicken_vm::objects::{buffer, bytes};
use quicken_vm::slots::Slots;
use quicken_vm::spec::Convention::{Fast, FastKeywords, NoArgs, O};
use quicken_vm::spec::{ModuleSpec, TypeSpec, getter, method};
use quicken_vm::{Args, PyResult, Raise, Value, Vm};

use layout::{Layout, Rules};

use crate::data::{make, module_error, native_type, new_exception, with};
use crate::set_attribute;

/// `_struct`.
pub static STRUCT: ModuleSpec = ModuleSpec {
    name: "_struct",
    doc: Some("Functions to convert between Python values and C structs represented\nas Python bytes objects.\n"),
    functions: &[
        method("_clearcache", |_, _, _| Ok(Value::NONE), NoArgs),
        method("calcsize", calcsize, O),
        method("iter_unpack", module_iter_unpack, Fast),
        method("pack", module_pack, Fast),
        method("pack_into", module_pack_into, Fast),
        method("unpack", module_unpack, Fast),
        method("unpack_from", module_unpack_from, FastKeywords),
    ],
    init: Some(|vm, module| {
        let base = vm.exc.Exception;
        let class = new_exception(vm, "struct", "error", base)?;
        set_attribute(vm, module, "error", class);
        let ty = native_type(vm, &STRUCT_TYPE);
        set_attribute(vm, module, "Struct", ty.into());
        Ok(())
    }),
};

static STRUCT_TYPE: TypeSpec = TypeSpec {
    module: "_struct",
    subclassable: true,
    weak: true,
    slots: Slots { new: Some(new), init: Some(init), ..Slots::NONE },
    methods: &[
        method(
            "iter_unpack",
            |vm, own, args| {
                let [data] = args.exactly(vm, "iter_unpack")?;
                let layout = layout_of(vm, own)?;
                iter_unpack(vm, layout, data)
            },
            O,
        ),
        method(
            "pack",
            |vm, own, args| {
                let layout = layout_of(vm, own)?;
                pack(vm, &layout, args)
            },
            Fast,
        ),
        method(
            "pack_into",
            |vm, own, args| {
                let layout = layout_of(vm, own)?;
                pack_into(vm, &layout, args)
            },
            Fast,
        ),
        method(
            "unpack",
            |vm, own, args| {
                let [data] = args.exactly(vm, "unpack")?;
                let layout = layout_of(vm, own)?;
                unpack(vm, &layout, data)
            },
            O,
        ),
        method(
            "unpack_from",
            |vm, own, args| {
                const PARAMETERS: Parameters<2> =
                    Parameters { names: ["buffer", "offset"], positional_only: 0, max_positional: 2, required: 1 };
                let [data, offset] = args.bind(vm, "unpack_from", &PARAMETERS)?;
                let layout = layout_of(vm, own)?;
                unpack_from(vm, &layout, data, offset)
            },
            FastKeywords,
        ),
    ],
    getset: &[
        getter("format", |vm, own| with(vm, own, |own: &mut Struct| own.format.or_none())),
        getter("size", |vm, own| {
            let size = with(vm, own, |own: &mut Struct| own.layout.as_ref().map(|layout| layout.size))?;
            Ok(size.map_or(Value::small_int(-1), |size| vm.int(size as i64)))
        }),
    ],
    doc: Some("Struct(fmt) --> compiled struct object"),
    ..TypeSpec::new("Struct", LayoutKind::Opaque)
};

/// A compiled format.
struct Struct {
    format: Value,
    /// None before `__init__`.
    layout: Option<Rc<Layout>>,
}

impl OpaqueData for Struct {
    fn trace(&self, marker: &mut Marker) {
        marker.value(self.format);
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

/// A `struct.error`.
fn error(vm: &mut Vm, message: &str) -> Raise {
    module_error(vm, "_struct", "error", message)
}

/// The rules that say the order of this machine.
fn native_order() -> Rules {
    if cfg!(target_endian = "little") { Rules::Little } else { Rules::Big }
}

/// A format given as text or bytes.
fn format_bytes(vm: &mut Vm, format: Value) -> PyResult<Vec<u8>> {
    let format = if let Some(text) = format.cast::<Str>() {
        match text.as_ascii() {
            Some(text) => return Ok(text.as_bytes().to_vec()),
            None => {
                let name = vm.intern("ascii");
                vm.call_method(format, "encode", &[name.into()])?
            }
        }
    } else {
        format
    };
    match format.cast::<bytes::Bytes>() {
        Some(data) => Ok(data.as_slice().to_vec()),
        None => {
            let given = vm.type_name(format);
            Err(vm.type_error(format!("Struct() argument 1 must be a str or bytes object, not {given}")))
        }
    }
}

fn parse(vm: &mut Vm, format: Value) -> PyResult<Rc<Layout>> {
    let format = format_bytes(vm, format)?;
    match layout::parse(&format) {
        Ok(layout) => Ok(Rc::new(layout)),
        Err(message) => Err(error(vm, message)),
    }
}

fn new(vm: &mut Vm, ty: Gc<Type>, _args: Args<'_>) -> PyResult {
    make(vm, ty, Struct { format: Value::NULL, layout: None })
}

fn init(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult<()> {
    const PARAMETERS: Parameters<1> =
        Parameters { names: ["format"], positional_only: 0, max_positional: 1, required: 1 };
    let [format] = args.bind(vm, "Struct", &PARAMETERS)?;
    let text = format_bytes(vm, format)?;
    let layout = parse(vm, format)?;
    let format = vm.new_str(&String::from_utf8_lossy(&text)).into();
    with(vm, own, |own: &mut Struct| *own = Struct { format, layout: Some(layout) })
}

fn layout_of(vm: &mut Vm, own: Value) -> PyResult<Rc<Layout>> {
    match with(vm, own, |own: &mut Struct| own.layout.clone())? {
        Some(layout) => Ok(layout),
        None => Err(vm.runtime_error("Struct object is not initialized")),
    }
}

// ---- the module's functions: those of a `Struct` with the format first ----

fn format_first<'a>(vm: &mut Vm, args: Args<'a>) -> PyResult<(Rc<Layout>, Args<'a>)> {
    let Some(format) = args.positionals().first() else { return Err(vm.type_error("missing format argument")) };
    let layout = parse(vm, *format)?;
    Ok((layout, args.skip_first()))
}

fn calcsize(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [format] = args.exactly(vm, "calcsize")?;
    let layout = parse(vm, format)?;
    Ok(vm.int(layout.size as i64))
}

fn module_pack(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let (layout, args) = format_first(vm, args)?;
    pack(vm, &layout, args)
}

fn module_pack_into(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let (layout, args) = format_first(vm, args)?;
    pack_into(vm, &layout, args)
}

fn module_unpack(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [format, data] = args.exactly(vm, "unpack")?;
    let layout = parse(vm, format)?;
    unpack(vm, &layout, data)
}

fn module_unpack_from(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<3> =
        Parameters { names: ["format", "buffer", "offset"], positional_only: 1, max_positional: 3, required: 2 };
    let [format, data, offset] = args.bind(vm, "unpack_from", &PARAMETERS)?;
    let layout = parse(vm, format)?;
    unpack_from(vm, &layout, data, offset)
}

fn module_iter_unpack(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [format, data] = args.exactly(vm, "iter_unpack")?;
    let layout = parse(vm, format)?;
    iter_unpack(vm, layout, data)
}

// ---- packing ----

fn packed(vm: &mut Vm, layout: &Layout, values: &[Value]) -> PyResult<Vec<u8>> {
    let mut data = vec![0; layout.size];
    let mut values = values.iter();
    for field in &layout.fields {
        for (index, value) in values.by_ref().take(field.repeat).enumerate() {
            let start = field.offset + index * field.size;
            values::pack(vm, field, *value, &mut data[start..start + field.size])?;
        }
    }
    Ok(data)
}

fn wrong_count(vm: &mut Vm, name: &str, layout: &Layout, given: usize) -> Raise {
    error(vm, &format!("{name} expected {} items for packing (got {given})", layout.count))
}

fn pack(vm: &mut Vm, layout: &Layout, args: Args<'_>) -> PyResult {
    args.no_keywords(vm, "pack")?;
    let values = args.positionals();
    if values.len() != layout.count {
        return Err(wrong_count(vm, "pack", layout, values.len()));
    }
    let data = packed(vm, layout, values)?;
    Ok(vm.new_bytes(&data).into())
}

/// Where bytes of a size begin in a buffer, for an offset that counts from the end if it is negative.
fn place(vm: &mut Vm, size: usize, offset: i64, length: usize, words: [&str; 3]) -> PyResult<usize> {
    let [lack, function, action] = words;
    let mut start = offset;
    if offset < 0 {
        if offset + size as i64 > 0 {
            return Err(error(vm, &format!("{lack} {size} bytes at offset {offset}")));
        }
        start += length as i64;
        if start < 0 {
            return Err(error(vm, &format!("offset {offset} out of range for {length}-byte buffer")));
        }
    }
    if (length as i64).checked_sub(start).is_none_or(|room| room < size as i64) {
        let needed = size as u64 + start as u64;
        return Err(error(
            vm,
            &format!(
                "{function} requires a buffer of at least {needed} bytes for {action} {size} bytes at offset {start} (actual buffer \
                 size is {length})"
            ),
        ));
    }
    Ok(start as usize)
}

fn pack_into(vm: &mut Vm, layout: &Layout, args: Args<'_>) -> PyResult {
    args.no_keywords(vm, "pack_into")?;
    let (target, offset, values) = match args.positionals() {
        [target, offset, values @ ..] if values.len() == layout.count => (*target, *offset, values),
        [] => return Err(error(vm, "pack_into expected buffer argument")),
        [_] => return Err(error(vm, "pack_into expected offset argument")),
        [_, _, values @ ..] => return Err(wrong_count(vm, "pack_into", layout, values.len())),
    };
    buffer::check_contiguous(vm, target)?;
    let Some(length) = buffer::writable_len(target) else {
        let given = vm.type_name(target);
        return Err(vm.type_error(format!("argument must be read-write bytes-like object, not {given}")));
    };
    let offset = vm.index_position(offset)?;
    let start = place(vm, layout.size, offset, length, ["no space to pack", "pack_into", "packing"])?;
    let data = packed(vm, layout, values)?;
    buffer::store(target, start, &data);
    Ok(Value::NONE)
}

// ---- unpacking ----

fn unpacked(vm: &mut Vm, layout: &Layout, data: &[u8]) -> Value {
    let mut found = vm.heap.temp_vec();
    for field in &layout.fields {
        for index in 0..field.repeat {
            let start = field.offset + index * field.size;
            let value = values::unpack(vm, field, &data[start..start + field.size]);
            found.push(value);
        }
    }
    vm.new_tuple(&found).into()
}

fn unpack(vm: &mut Vm, layout: &Layout, data: Value) -> PyResult {
    let data = bytes::required(vm, data)?;
    if data.len() != layout.size {
        return Err(error(vm, &format!("unpack requires a buffer of {} bytes", layout.size)));
    }
    Ok(unpacked(vm, layout, &data))
}

fn unpack_from(vm: &mut Vm, layout: &Layout, data: Value, offset: Value) -> PyResult {
    let data = bytes::required(vm, data)?;
    let offset = if offset.is_null() { 0 } else { vm.index_i64(offset)? };
    let words = ["not enough data to unpack", "unpack_from", "unpacking"];
    let start = place(vm, layout.size, offset, data.len(), words)?;
    Ok(unpacked(vm, layout, &data[start..start + layout.size]))
}

static ITERATOR: TypeSpec = TypeSpec {
    module: "_struct",
    slots: Slots { iter: Some(|_, own| Ok(own)), iternext: Some(next), ..Slots::NONE },
    methods: &[method(
        "__length_hint__",
        |vm, own, _| {
            let left = with(vm, own, |own: &mut Parts| (own.data.len() - own.position) / own.layout.size)?;
            Ok(Value::small_int(left as i64))
        },
        NoArgs,
    )],
    ..TypeSpec::new("unpack_iterator", LayoutKind::Opaque)
};

/// Bytes of many structures, as they were when the iterator was made.
struct Parts {
    layout: Rc<Layout>,
    data: Vec<u8>,
    position: usize,
}

impl OpaqueData for Parts {
    fn trace(&self, _marker: &mut Marker) {}

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

fn iter_unpack(vm: &mut Vm, layout: Rc<Layout>, data: Value) -> PyResult {
    if layout.size == 0 {
        return Err(error(vm, "cannot iteratively unpack with a struct of length 0"));
    }
    let data = bytes::required(vm, data)?;
    if !data.len().is_multiple_of(layout.size) {
        let size = layout.size;
        return Err(error(vm, &format!("iterative unpacking requires a buffer of a multiple of {size} bytes")));
    }
    let ty = native_type(vm, &ITERATOR);
    make(vm, ty, Parts { layout, data, position: 0 })
}

fn next(vm: &mut Vm, own: Value) -> PyResult {
    let part = with(vm, own, |own: &mut Parts| {
        let end = own.position + own.layout.size;
        let part = own.data.get(own.position..end).map(<[u8]>::to_vec);
        own.position = if part.is_some() { end } else { own.position };
        part.map(|part| (own.layout.clone(), part))
    })?;
    Ok(part.map_or(Value::NULL, |(layout, part)| unpacked(vm, &layout, &part)))
}
