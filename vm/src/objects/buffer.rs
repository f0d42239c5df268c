//! The buffer protocol: which objects show their memory to others, and what the items in it are (PEP 3118).
//!
//! What is shown always lies in a `bytes` or a `bytearray`: an object of another type that exports a buffer (`array.array`) keeps its
//! items in a `bytearray` that programs do not see.

use crate::Vm;
use crate::error::PyResult;
use crate::objects::bytes::{ByteArray, Bytes};
use crate::objects::memoryview::MemoryView;
use crate::objects::opaque::Opaque;
use crate::value::Value;

/// What an object exports: all of a storage, as items of one kind.
#[derive(Clone, Copy)]
pub struct Exported {
    /// The `bytes` or `bytearray` with the memory.
    pub storage: Value,
    /// What an item is.
    pub format: Format,
}

/// The buffer of an object that is not a view itself.
pub fn exported(object: Value) -> Option<Exported> {
    if object.cast::<Bytes>().is_some() || object.cast::<ByteArray>().is_some() {
        return Some(Exported { storage: object, format: Format::BYTE });
    }
    object.cast::<Opaque>()?.exported()
}

/// Looks at the bytes of a storage; `f` gets no access to the VM.
pub(crate) fn with_storage<R>(storage: Value, f: impl FnOnce(&[u8]) -> R) -> Option<R> {
    match storage.cast::<Bytes>() {
        Some(bytes) => Some(f(bytes.as_slice())),
        None => storage.cast::<ByteArray>().map(|array| array.with(f)),
    }
}

/// The bytes of an object that exports a buffer, as a copy. `None` for everything else.
pub fn to_vec(value: Value) -> Option<Vec<u8>> {
    if let Some(bytes) = value.cast::<Bytes>() {
        return Some(bytes.as_slice().to_vec());
    }
    match value.cast::<MemoryView>() {
        Some(view) => view.to_vec(),
        None => with_storage(exported(value)?.storage, <[u8]>::to_vec),
    }
}

/// The bytes of an argument that must be bytes-like and contiguous (`PyBUF_SIMPLE`).
///
/// # Errors
/// `TypeError` for what exports no buffer, `BufferError` for a view with gaps, `ValueError` for a released one.
pub fn required(vm: &mut Vm, value: Value) -> PyResult<Vec<u8>> {
    check_contiguous(vm, value)?;
    match to_vec(value) {
        Some(bytes) => Ok(bytes),
        None => {
            let given = vm.type_name(value);
            Err(vm.type_error(format!("a bytes-like object is required, not '{given}'")))
        }
    }
}

/// Refuses views that were released or have gaps.
///
/// # Errors
/// `BufferError`, `ValueError`.
pub fn check_contiguous(vm: &mut Vm, value: Value) -> PyResult<()> {
    if let Some(view) = value.cast::<MemoryView>() {
        view.check_live(vm)?;
        if !view.is_c_contiguous() {
            return Err(vm.buffer_error("memoryview: underlying buffer is not C-contiguous"));
        }
    }
    Ok(())
}

/// The size of an item of what an object exports; 1 for what exports nothing.
pub fn item_size(value: Value) -> usize {
    match value.cast::<MemoryView>() {
        Some(view) => view.item_size(),
        None => exported(value).map_or(1, |exported| exported.format.size()),
    }
}

/// The number of bytes that can be stored into an object, `None` if it lets nobody store into it.
pub fn writable_len(value: Value) -> Option<usize> {
    if let Some(view) = value.cast::<MemoryView>() {
        return (view.is_writable() && view.is_c_contiguous()).then(|| view.byte_len());
    }
    Some(exported(value)?.storage.cast::<ByteArray>()?.len())
}

/// Stores bytes into such an object from a place on, as many as there is room for.
pub fn store(target: Value, start: usize, data: &[u8]) {
    if let Some(view) = target.cast::<MemoryView>() {
        view.store(start, data);
    } else if let Some(array) = exported(target).and_then(|exported| exported.storage.cast::<ByteArray>()) {
        array.with_mut(|bytes| {
            let Some(room) = bytes.get_mut(start..) else { return };
            let count = data.len().min(room.len());
            room[..count].copy_from_slice(&data[..count]);
        });
    }
}

/// What an item is: a character of the module `struct`, in the machine's own size and order, as it was written: with `@` or without.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Format {
    /// The character.
    pub letter: u8,
    /// Whether `@` stands before it.
    pub at: bool,
}

impl Format {
    /// Unsigned bytes.
    pub const BYTE: Format = Format::new(b'B');

    /// The format of this character.
    pub const fn new(letter: u8) -> Format {
        Format { letter, at: false }
    }

    /// A native format of one character, by its name.
    pub fn by_name(name: &str) -> Option<Format> {
        let at = name.starts_with('@');
        match name.strip_prefix('@').unwrap_or(name).as_bytes() {
            &[letter] => Some(Format { letter, at }).filter(|format| format.is_native()),
            _ => None,
        }
    }

    /// Whether items of this format can be taken out one by one. Those of `array('u')` cannot.
    pub fn is_native(self) -> bool {
        b"cbB?hHiIlLqQnNfdP".contains(&self.letter)
    }

    /// Whether an item is a byte, for what is restricted to bytes.
    pub fn is_byte(self) -> bool {
        b"bBc".contains(&self.letter)
    }

    /// The format as text.
    pub fn name(self) -> String {
        let letter = char::from(self.letter);
        if self.at { format!("@{letter}") } else { letter.to_string() }
    }

    /// The size of an item in bytes.
    pub fn size(self) -> usize {
        match self.letter {
            b'h' | b'H' => 2,
            b'i' | b'I' | b'f' | b'w' => 4,
            b'l' | b'L' | b'q' | b'Q' | b'n' | b'N' | b'd' | b'P' => 8,
            _ => 1,
        }
    }

    /// The value of an item.
    pub fn unpack(self, vm: &mut Vm, item: &[u8]) -> Value {
        let mut wide = [0; 8];
        wide[..item.len()].copy_from_slice(item);
        let unsigned = u64::from_le_bytes(wide);
        let shift = 64 - 8 * item.len() as u32;
        let signed = (unsigned << shift) as i64 >> shift;
        match self.letter {
            b'c' => vm.new_bytes(item).into(),
            b'?' => Value::bool(unsigned != 0),
            b'f' => vm.float(f64::from(f32::from_bits(unsigned as u32))),
            b'd' => vm.float(f64::from_bits(unsigned)),
            b'b' | b'h' | b'i' | b'l' | b'q' | b'n' => vm.int(signed),
            _ => vm.int_from_u64(unsigned),
        }
    }

    /// The bytes of an item with this value.
    ///
    /// # Errors
    /// `TypeError` for a value of another type, `ValueError` for a number out of range.
    pub fn pack(self, vm: &mut Vm, value: Value) -> PyResult<Vec<u8>> {
        let size = self.size();
        let name = self.name();
        let invalid_type = format!("memoryview: invalid type for format '{name}'");
        let invalid_value = format!("memoryview: invalid value for format '{name}'");
        match self.letter {
            b'c' => match value.cast::<Bytes>() {
                Some(bytes) if bytes.len() == 1 => Ok(bytes.as_slice().to_vec()),
                Some(_) => Err(vm.value_error(invalid_value)),
                None => Err(vm.type_error(invalid_type)),
            },
            b'?' => Ok(vec![u8::from(vm.is_true(value)?)]),
            b'f' | b'd' => {
                let number = match vm.to_f64(value) {
                    Ok(number) => number,
                    Err(raise) if vm.is_raised(raise, vm.exc.TypeError) => return Err(vm.type_error(invalid_type)),
                    Err(raise) if vm.is_raised(raise, vm.exc.OverflowError) => {
                        return Err(vm.value_error(invalid_value));
                    }
                    Err(raise) => return Err(raise),
                };
                Ok(if size == 4 { (number as f32).to_le_bytes().to_vec() } else { number.to_le_bytes().to_vec() })
            }
            letter => {
                let number = match vm.index_view(value) {
                    Ok(number) => number.to_big(),
                    Err(raise) if vm.is_raised(raise, vm.exc.TypeError) => return Err(vm.type_error(invalid_type)),
                    Err(raise) => return Err(raise),
                };
                let number = i128::try_from(&number).unwrap_or(i128::MAX);
                let bits = 8 * size as u32;
                let range = if letter.is_ascii_lowercase() {
                    -(1i128 << (bits - 1))..1i128 << (bits - 1)
                } else {
                    0..1i128 << bits
                };
                if !range.contains(&number) {
                    return Err(vm.value_error(invalid_value));
                }
                Ok(number.to_le_bytes()[..size].to_vec())
            }
        }
    }
}
