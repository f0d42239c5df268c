//! Arrays in pickles: the bytes of the items with the number of the machine format that they are in.

use quicken_vm::object::Gc;
use quicken_vm::objects::bytes::Bytes;
use quicken_vm::objects::int::View;
use quicken_vm::objects::string::Str;
use quicken_vm::objects::typeobj::Type;
use quicken_vm::{Args, PyResult, Value, Vm};

use super::numbers::{Kind, TYPE_CODES};
use super::{ARRAY, parts, tobytes, tolist};
use crate::data::native_type;

/// A machine format: how large an item is, and how it is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Format {
    Integer { size: usize, signed: bool },
    Float { size: usize },
    Text { size: usize },
}

/// The formats by half their number; odd numbers have the highest byte first.
const FORMATS: [Format; 11] = [
    Format::Integer { size: 1, signed: false },
    Format::Integer { size: 2, signed: false },
    Format::Integer { size: 2, signed: true },
    Format::Integer { size: 4, signed: false },
    Format::Integer { size: 4, signed: true },
    Format::Integer { size: 8, signed: false },
    Format::Integer { size: 8, signed: true },
    Format::Float { size: 4 },
    Format::Float { size: 8 },
    Format::Text { size: 2 },
    Format::Text { size: 4 },
];

/// The format with a number. The first two are bytes, which have no order: without a sign and with one.
fn format(number: i64) -> Option<(Format, bool)> {
    if number == 1 {
        return Some((Format::Integer { size: 1, signed: true }, false));
    }
    let number = usize::try_from(number).ok()?;
    Some((*FORMATS.get(number / 2)?, number % 2 == 1))
}

/// The number of the format that this machine's items are in.
fn number_of(kind: Kind) -> i64 {
    let size = kind.size();
    let own = match (kind.signed(), kind) {
        (Some(true), _) if size == 1 => return 1,
        (Some(signed), _) => Format::Integer { size, signed },
        (None, Kind::TEXT) => Format::Text { size },
        (None, _) => Format::Float { size },
    };
    2 * FORMATS.iter().position(|format| *format == own).unwrap_or(0) as i64 + i64::from(cfg!(target_endian = "big"))
}

/// `array.__reduce_ex__(protocol)`.
pub(super) fn reduce_ex(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [protocol] = args.exactly(vm, "__reduce_ex__")?;
    if View::of(protocol).is_none() {
        return Err(vm.type_error("__reduce_ex__ argument should be an integer"));
    }
    let protocol = vm.index_i64(protocol)?;
    let (kind, _) = parts(vm, own)?;
    let name = vm.names.__dict__;
    let dict = vm.lookup_attr(own, name)?.unwrap_or(Value::NONE);
    let class = vm.type_of(own);
    let letter = vm.latin1_str(kind.letter());
    let (callable, arguments) = if protocol < 3 {
        let list = tolist(vm, own, Args::EMPTY)?;
        (Value::from(class), vm.new_tuple(&[letter.into(), list]))
    } else {
        let module = vm.import_absolute("array")?;
        let name = vm.intern("_array_reconstructor");
        let reconstructor = vm.get_attr(module, name)?;
        let bytes = tobytes(vm, own, Args::EMPTY)?;
        let format = Value::small_int(number_of(kind));
        (reconstructor, vm.new_tuple(&[class.into(), letter.into(), format, bytes]))
    };
    Ok(vm.new_tuple(&[callable, arguments.into(), dict]).into())
}

/// `_array_reconstructor(type, typecode, format, items)`.
pub(super) fn reconstruct(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [class, letter, number, items] = args.exactly(vm, "_array_reconstructor")?;
    let letter = super::letter(vm, letter, "_array_reconstructor")?;
    let number = vm.index_c(number, "int")?;
    let Some(class) = class.cast::<Type>() else {
        let given = vm.type_name(class);
        return Err(vm.type_error(format!("first argument must be a type object, not {given}")));
    };
    let base = native_type(vm, &ARRAY);
    if !vm.is_subclass_plainly(class.into(), base.into())? {
        let name = class.display_name();
        return Err(vm.type_error(format!("{name} is not a subtype of array.array")));
    }
    let Some(kind) = Kind::by_letter(letter) else {
        return Err(vm.value_error("second argument must be a valid type code"));
    };
    let Some((found, reversed)) = format(number) else {
        return Err(vm.value_error("third argument must be a valid machine format code."));
    };
    let Some(items) = items.cast::<Bytes>() else {
        let given = vm.type_name(items);
        return Err(vm.type_error(format!("fourth argument should be bytes, not {given}")));
    };
    if number == number_of(kind) {
        return make(vm, class, kind, items.into());
    }
    let (Format::Integer { size, .. } | Format::Float { size } | Format::Text { size }) = found;
    // CPython has eight bytes down for a character of UTF-32.
    let unit = if found == (Format::Text { size: 4 }) { 8 } else { size };
    if items.len() % unit != 0 {
        return Err(vm.value_error("string length not a multiple of item size"));
    }
    let mut data = items.as_slice().to_vec();
    if reversed != cfg!(target_endian = "big") {
        data.chunks_exact_mut(size).for_each(<[u8]>::reverse);
    }
    match found {
        Format::Text { .. } => {
            let codec = vm.new_str(if size == 2 { "utf-16-le" } else { "utf-32-le" });
            let data = vm.new_bytes(&data);
            let text = vm.call_method(data.into(), "decode", &[codec.into()])?;
            make(vm, class, kind, text)
        }
        Format::Float { .. } => {
            let source = if size == 4 { Kind::by_letter(u32::from(b'f')) } else { Kind::by_letter(u32::from(b'd')) };
            let list = values(vm, source.unwrap_or(kind), &data)?;
            make(vm, class, kind, list)
        }
        Format::Integer { signed, .. } => {
            // The kind that fits the bytes, not the one that was pickled: a long of another machine may have another size.
            let mut fitting = TYPE_CODES.bytes().filter_map(|letter| Kind::by_letter(u32::from(letter)));
            let kind = fitting.rfind(|kind| kind.size() == size && kind.signed() == Some(signed)).unwrap_or(kind);
            let list = values(vm, kind, &data)?;
            make(vm, class, kind, list)
        }
    }
}

fn values(vm: &mut Vm, kind: Kind, data: &[u8]) -> PyResult {
    let list = vm.new_list(&[]);
    for item in data.chunks_exact(kind.size()) {
        let item = kind.unpack(vm, item)?;
        list.push(vm, item);
    }
    Ok(list.into())
}

fn make(vm: &mut Vm, class: Gc<Type>, kind: Kind, items: Value) -> PyResult {
    let letter: Gc<Str> = vm.latin1_str(kind.letter());
    super::new(vm, class, Args::positional(&[letter.into(), items]))
}
