//! One value as bytes, and back.

use quicken_vm::objects::bytes;
use quicken_vm::objects::int::View;
use quicken_vm::slots::UnaryOp;
use quicken_vm::{PyResult, Value, Vm};

use super::layout::{Field, Rules};
use super::{error, native_order};

/// Bytes of a value, the lowest first; as many as the field has count.
type Low = [u8; 8];

/// Stores a value in the bytes of a field's item, which are zero.
pub(super) fn pack(vm: &mut Vm, field: &Field, value: Value, target: &mut [u8]) -> PyResult<()> {
    let low = match field.kind {
        b's' => {
            let text = text(vm, field, value)?;
            let count = text.len().min(target.len());
            target[..count].copy_from_slice(&text[..count]);
            return Ok(());
        }
        b'p' => {
            let text = text(vm, field, value)?;
            let Some((length, content)) = target.split_first_mut() else { return Ok(()) };
            let count = text.len().min(content.len());
            content[..count].copy_from_slice(&text[..count]);
            *length = count.min(255) as u8;
            return Ok(());
        }
        b'c' => match value.cast::<bytes::Bytes>().map(|data| data.as_slice().to_vec()).as_deref() {
            Some([byte]) => u64::from(*byte).to_le_bytes(),
            _ => return Err(error(vm, "char format requires a bytes object of length 1")),
        },
        b'?' => u64::from(vm.is_true(value)?).to_le_bytes(),
        b'e' | b'f' | b'd' => float(vm, field, value)?,
        _ => integer(vm, field, value)?,
    };
    let size = field.size;
    target.copy_from_slice(&low[..size]);
    if is_big(field) {
        target.reverse();
    }
    Ok(())
}

fn is_big(field: &Field) -> bool {
    field.rules == Rules::Big || (field.rules == Rules::Native && native_order() == Rules::Big)
}

fn text(vm: &mut Vm, field: &Field, value: Value) -> PyResult<Vec<u8>> {
    let is_bytes = value.cast::<bytes::Bytes>().is_some() || value.cast::<bytes::ByteArray>().is_some();
    match bytes::to_vec(value).filter(|_| is_bytes) {
        Some(text) => Ok(text),
        None => Err(error(vm, &format!("argument for '{}' must be a bytes object", char::from(field.kind)))),
    }
}

fn float(vm: &mut Vm, field: &Field, value: Value) -> PyResult<Low> {
    let number = match vm.to_f64(value) {
        Ok(number) => number,
        Err(_) => return Err(error(vm, "required argument is not a float")),
    };
    let bits = match field.kind {
        b'd' => Some(number.to_bits()),
        b'f' => {
            let single = number as f32;
            let fits = field.rules == Rules::Native || single.is_finite() || !number.is_finite();
            fits.then_some(u64::from(single.to_bits()))
        }
        _ => half_from(number).map(u64::from),
    };
    match bits {
        Some(bits) => Ok(bits.to_le_bytes()),
        None => {
            let kind = char::from(field.kind);
            Err(vm.overflow_error(format!("float too large to pack with {kind} format")))
        }
    }
}

/// The number of half precision that is nearest; none if it would not be finite.
fn half_from(number: f64) -> Option<u16> {
    let sign = if number.is_sign_negative() { 0x8000 } else { 0 };
    if !number.is_finite() {
        return Some(sign | if number.is_nan() { 0x7E00 } else { 0x7C00 });
    }
    let size = number.abs();
    if size < 2f64.powi(-14) {
        return Some(sign | (size * 2f64.powi(24)).round_ties_even() as u16);
    }
    let exponent = (size.to_bits() >> 52) as i32 - 1023;
    // From 1024 to 2048, which makes the next exponent by itself.
    let digits = (size * 2f64.powi(10 - exponent)).round_ties_even() as i32;
    let bits = ((exponent + 14) << 10) + digits;
    (bits < 0x7C00).then_some(sign | bits as u16)
}

fn half_to(bits: u16) -> f64 {
    let digits = f64::from(bits & 0x3FF);
    let size = match bits >> 10 & 31 {
        0 => digits * 2f64.powi(-24),
        31 if digits == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        exponent => (digits + 1024.0) * 2f64.powi(i32::from(exponent) - 25),
    };
    if bits & 0x8000 != 0 { -size } else { size }
}

fn is_signed(kind: u8) -> bool {
    kind.is_ascii_lowercase()
}

fn integer(vm: &mut Vm, field: &Field, value: Value) -> PyResult<Low> {
    let (kind, size) = (field.kind, field.size);
    let is_number = View::of(value).is_some() || vm.type_of(value).slots().unary[UnaryOp::Index as usize].is_some();
    if !is_number {
        return Err(error(vm, "required argument is not an integer"));
    }
    let number = match vm.index_view(value)? {
        View::Small(number) => Some(i128::from(number)),
        View::Big(number) => i128::try_from(&number.value).ok(),
    };
    // Which functions of C convert decides which message comes: see CPython's Modules/_struct.c.
    let is_like_native = field.rules == native_order() || field.rules == Rules::Native;
    let goes_by_long = is_signed(kind) || (matches!(kind, b'B') || (kind == b'H' && is_like_native));
    let (low, high) = match kind {
        b'P' => (i128::from(i64::MIN), i128::from(u64::MAX)),
        _ if goes_by_long => (i128::from(i64::MIN), i128::from(i64::MAX)),
        _ => (0, i128::from(u64::MAX)),
    };
    let Some(number) = number.filter(|number| (low..=high).contains(number)) else {
        let converts_bytes = kind == b'P' || (size == 8 && !is_like_native);
        return Err(error(vm, if converts_bytes { "int too large to convert" } else { "argument out of range" }));
    };
    let bits = 8 * size as u32;
    let (least, greatest) = match is_signed(kind) {
        true => (-(1_i128 << (bits - 1)), (1_i128 << (bits - 1)) - 1),
        false => (0, (1_i128 << bits) - 1),
    };
    if kind != b'P' && !(least..=greatest).contains(&number) {
        let name = match kind {
            b'b' => "byte".to_owned(),
            b'B' => "ubyte".to_owned(),
            b'h' if is_like_native => "short".to_owned(),
            b'H' if is_like_native => "ushort".to_owned(),
            _ => format!("'{}'", char::from(kind)),
        };
        return Err(error(vm, &format!("{name} format requires {least} <= number <= {greatest}")));
    }
    Ok((number as u64).to_le_bytes())
}

/// The value in the bytes of a field's item.
pub(super) fn unpack(vm: &mut Vm, field: &Field, source: &[u8]) -> Value {
    let mut low: Low = [0; 8];
    match field.kind {
        b's' => return vm.new_bytes(source).into(),
        b'p' => {
            let (length, content) = source.split_first().map_or((0, source), |(length, content)| (*length, content));
            return vm.new_bytes(&content[..content.len().min(usize::from(length))]).into();
        }
        b'c' => return vm.new_bytes(source).into(),
        b'?' => return Value::bool(source.iter().any(|byte| *byte != 0)),
        _ => low[..field.size].copy_from_slice(source),
    }
    if is_big(field) {
        low[..field.size].reverse();
    }
    let bits = u64::from_le_bytes(low);
    match field.kind {
        b'e' => vm.float(half_to(bits as u16)),
        b'f' => vm.float(f64::from(f32::from_bits(bits as u32))),
        b'd' => vm.float(f64::from_bits(bits)),
        kind if is_signed(kind) => {
            let unused = 64 - 8 * field.size as u32;
            vm.int((bits << unused) as i64 >> unused)
        }
        _ => vm.int_from_u64(bits),
    }
}
