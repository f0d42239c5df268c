//! `binascii`: bytes as text: hexadecimal, base 64, uuencode, quoted-printable; and checksums.

mod quoted;

use quicken_vm::args::Parameters;
use quicken_vm::objects::bytes::{self, Bytes};
use quicken_vm::objects::string::Str;
use quicken_vm::spec::Convention::{Fast, FastKeywords, O};
use quicken_vm::spec::{ModuleSpec, method};
use quicken_vm::{Args, PyResult, Raise, Value, Vm};

use crate::set_attribute;

/// `binascii`.
pub static BINASCII: ModuleSpec = ModuleSpec {
    name: "binascii",
    doc: Some("Conversion between binary data and ASCII"),
    functions: &[
        method("a2b_uu", |vm, _, args| a2b_uu(vm, args), O),
        method("b2a_uu", |vm, _, args| b2a_uu(vm, args), FastKeywords),
        method("a2b_base64", |vm, _, args| a2b_base64(vm, args), FastKeywords),
        method("b2a_base64", |vm, _, args| b2a_base64(vm, args), FastKeywords),
        method("a2b_hex", |vm, _, args| a2b_hex(vm, args, "a2b_hex"), O),
        method("b2a_hex", |vm, _, args| b2a_hex(vm, args, "b2a_hex"), FastKeywords),
        method("hexlify", |vm, _, args| b2a_hex(vm, args, "hexlify"), FastKeywords),
        method("unhexlify", |vm, _, args| a2b_hex(vm, args, "unhexlify"), O),
        method("crc_hqx", |vm, _, args| crc_hqx(vm, args), Fast),
        method("crc32", |vm, _, args| crc32(vm, args), Fast),
        method("b2a_qp", |vm, _, args| quoted::b2a_qp(vm, args), FastKeywords),
        method("a2b_qp", |vm, _, args| quoted::a2b_qp(vm, args), FastKeywords),
    ],
    init: Some(|vm, module| {
        for (name, base) in [("Error", vm.exc.ValueError), ("Incomplete", vm.exc.Exception)] {
            let class = crate::data::new_exception(vm, "binascii", name, base)?;
            set_attribute(vm, module, name, class);
        }
        Ok(())
    }),
};

/// A `binascii.Error`.
fn error(vm: &mut Vm, message: &str) -> Raise {
    crate::data::module_error(vm, "binascii", "Error", message)
}

/// Text in ASCII, or bytes.
fn ascii(vm: &mut Vm, value: Value) -> PyResult<Vec<u8>> {
    if let Some(text) = value.cast::<Str>() {
        return match text.as_ascii() {
            Some(text) => Ok(text.as_bytes().to_vec()),
            None => Err(vm.value_error("string argument should contain only ASCII characters")),
        };
    }
    match bytes::to_vec(value) {
        Some(data) => Ok(data),
        None => {
            let given = vm.type_name(value);
            Err(vm.type_error(format!("argument should be bytes, buffer or ASCII string, not '{given}'")))
        }
    }
}

/// An argument that is a truth value.
fn flag(vm: &mut Vm, value: Value, default: bool) -> PyResult<bool> {
    if value.is_null() { Ok(default) } else { vm.is_true(value) }
}

// ---- hexadecimal ----

fn a2b_hex(vm: &mut Vm, args: Args<'_>, name: &str) -> PyResult {
    let [text] = args.exactly(vm, name)?;
    let text = ascii(vm, text)?;
    if !text.len().is_multiple_of(2) {
        return Err(error(vm, "Odd-length string"));
    }
    let digit = |byte: u8| char::from(byte).to_digit(16).map(|digit| digit as u8);
    let pairs = text.chunks_exact(2).map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?));
    match pairs.collect::<Option<Vec<u8>>>() {
        Some(data) => Ok(vm.new_bytes(&data).into()),
        None => Err(error(vm, "Non-hexadecimal digit found")),
    }
}

/// The one byte between groups of digits.
fn separator(vm: &mut Vm, value: Value) -> PyResult<u8> {
    let single = if let Some(text) = value.cast::<Str>() {
        if text.len() != 1 {
            None
        } else if let Ok(byte) = u8::try_from(text.char_at(0)) {
            Some(byte)
        } else {
            return Err(vm.value_error("sep must be ASCII."));
        }
    } else if let Some(data) = value.cast::<Bytes>() {
        if let [byte] = *data.as_slice() { Some(byte) } else { None }
    } else {
        if vm.length(value)? == 1 {
            return Err(vm.type_error("sep must be str or bytes."));
        }
        None
    };
    single.ok_or_else(|| vm.value_error("sep must be length 1."))
}

fn b2a_hex(vm: &mut Vm, args: Args<'_>, name: &str) -> PyResult {
    const PARAMETERS: Parameters<3> =
        Parameters { names: ["data", "sep", "bytes_per_sep"], positional_only: 0, max_positional: 3, required: 1 };
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let [data, between, group] = args.bind(vm, name, &PARAMETERS)?;
    let data = bytes::required(vm, data)?;
    let group = if group.is_null() { 1 } else { vm.index_c(group, "int")? };
    let between = if between.is_null() { None } else { Some(separator(vm, between)?) };
    let mut text = Vec::with_capacity(2 * data.len());
    let size = group.unsigned_abs() as usize;
    for (index, byte) in data.iter().enumerate() {
        // Groups are counted from the right, or from the left if their size is negative.
        let count = if group < 0 { index } else { data.len() - index };
        if let Some(between) = between
            && index > 0
            && size > 0
            && count.is_multiple_of(size)
        {
            text.push(between);
        }
        text.push(DIGITS[usize::from(byte >> 4)]);
        text.push(DIGITS[usize::from(byte & 15)]);
    }
    Ok(vm.new_bytes(&text).into())
}

// ---- base 64 ----

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn sextet(byte: u8) -> Option<u32> {
    match byte {
        b'A'..=b'Z' => Some(u32::from(byte - b'A')),
        b'a'..=b'z' => Some(u32::from(byte - b'a') + 26),
        b'0'..=b'9' => Some(u32::from(byte - b'0') + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

fn a2b_base64(vm: &mut Vm, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<2> =
        Parameters { names: ["data", "strict_mode"], positional_only: 1, max_positional: 1, required: 1 };
    let [text, strict] = args.bind(vm, "a2b_base64", &PARAMETERS)?;
    let text = ascii(vm, text)?;
    let strict = flag(vm, strict, false)?;
    match from_base64(&text, strict) {
        Ok(data) => Ok(vm.new_bytes(&data).into()),
        Err(message) => Err(error(vm, &message)),
    }
}

fn from_base64(text: &[u8], strict: bool) -> Result<Vec<u8>, String> {
    if strict && text.first() == Some(&b'=') {
        return Err("Leading padding not allowed".to_owned());
    }
    let mut data = Vec::with_capacity(text.len() / 4 * 3);
    // How many digits of a group of four have been read, their bits, and how many signs of padding in a row follow.
    let (mut position, mut bits, mut padding) = (0, 0, 0);
    let mut padding_began = false;
    for (index, byte) in text.iter().enumerate() {
        if *byte == b'=' {
            padding_began = true;
            if position >= 2 {
                padding += 1;
                if position + padding >= 4 {
                    if strict && index + 1 < text.len() {
                        return Err("Excess data after padding".to_owned());
                    }
                    return Ok(data);
                }
            }
            continue;
        }
        let Some(value) = sextet(*byte) else {
            if strict {
                return Err("Only base64 data is allowed".to_owned());
            }
            continue;
        };
        if strict && padding_began {
            return Err("Discontinuous padding not allowed".to_owned());
        }
        padding = 0;
        bits = bits << 6 | value;
        position = (position + 1) % 4;
        match position {
            1 => {}
            2 => data.push((bits >> 4) as u8),
            3 => data.push((bits >> 2) as u8),
            _ => data.push(bits as u8),
        }
    }
    match position {
        0 => Ok(data),
        1 => Err(format!(
            "Invalid base64-encoded string: number of data characters ({}) cannot be 1 more than a multiple of 4",
            data.len() / 3 * 4 + 1
        )),
        _ => Err("Incorrect padding".to_owned()),
    }
}

fn b2a_base64(vm: &mut Vm, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<2> =
        Parameters { names: ["data", "newline"], positional_only: 1, max_positional: 1, required: 1 };
    let [data, newline] = args.bind(vm, "b2a_base64", &PARAMETERS)?;
    let data = bytes::required(vm, data)?;
    let newline = flag(vm, newline, true)?;
    let mut text = Vec::with_capacity(data.len().div_ceil(3) * 4 + 1);
    for group in data.chunks(3) {
        let bits = group.iter().fold(0, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        for place in 0..4 {
            let digit = (bits >> (18 - 6 * place)) & 63;
            text.push(if place > group.len() { b'=' } else { BASE64[digit as usize] });
        }
    }
    if newline {
        text.push(b'\n');
    }
    Ok(vm.new_bytes(&text).into())
}

// ---- uuencode ----

fn a2b_uu(vm: &mut Vm, args: Args<'_>) -> PyResult {
    let [text] = args.exactly(vm, "a2b_uu")?;
    let text = ascii(vm, text)?;
    match from_uu(&text) {
        Ok(data) => Ok(vm.new_bytes(&data).into()),
        Err(message) => Err(error(vm, message)),
    }
}

/// A line: its first character is the number of bytes. What is missing at the end was spaces.
fn from_uu(text: &[u8]) -> Result<Vec<u8>, &'static str> {
    let (first, mut rest) = text.split_first().map_or((0, text), |(first, rest)| (*first, rest));
    let length = usize::from(first.wrapping_sub(b' ') & 63);
    let mut data = Vec::with_capacity(length);
    let (mut bits, mut count) = (0_u32, 0);
    while data.len() < length {
        let value = match rest.split_first() {
            None => 0,
            Some((byte, after)) => {
                rest = after;
                match *byte {
                    b'\n' | b'\r' => 0,
                    // CPython takes 64 for 0, as some encoders write it.
                    byte @ b' '..=b'`' => u32::from(byte - b' ') & 63,
                    _ => return Err("Illegal char"),
                }
            }
        };
        bits = bits << 6 | value;
        count += 6;
        if count >= 8 {
            count -= 8;
            data.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'`' | b'\n' | b'\r');
    if rest.iter().all(is_blank) { Ok(data) } else { Err("Trailing garbage") }
}

fn b2a_uu(vm: &mut Vm, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<2> =
        Parameters { names: ["data", "backtick"], positional_only: 1, max_positional: 1, required: 1 };
    let [data, backtick] = args.bind(vm, "b2a_uu", &PARAMETERS)?;
    let data = bytes::required(vm, data)?;
    let backtick = flag(vm, backtick, false)?;
    if data.len() > 45 {
        return Err(error(vm, "At most 45 bytes at once"));
    }
    let digit = |value: u32| if backtick && value == 0 { b'`' } else { value as u8 + b' ' };
    let mut text = vec![digit(data.len() as u32)];
    for group in data.chunks(3) {
        let bits = group.iter().fold(0, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        text.extend((0..4).map(|place| digit((bits >> (18 - 6 * place)) & 63)));
    }
    text.push(b'\n');
    Ok(vm.new_bytes(&text).into())
}

// ---- checksums ----

/// A checksum so far: any integer, of which the low bits count.
pub(crate) fn start(vm: &mut Vm, value: Value) -> PyResult<u32> {
    let view = vm.index_view(value)?;
    let low = view.with_big(|number| {
        let modulus = dashu_int::IBig::from(1_u64 << 32);
        let rest = number % &modulus;
        if rest < dashu_int::IBig::ZERO { rest + modulus } else { rest }
    });
    Ok(u32::try_from(&low).unwrap_or(0))
}

fn crc_hqx(vm: &mut Vm, args: Args<'_>) -> PyResult {
    let [data, crc] = args.exactly(vm, "crc_hqx")?;
    let data = bytes::required(vm, data)?;
    let mut crc = start(vm, crc)? & 0xFFFF;
    for byte in data {
        crc ^= u32::from(byte) << 8;
        for _ in 0..8 {
            crc = if crc & 0x8000 != 0 { crc << 1 ^ 0x1021 } else { crc << 1 };
        }
        crc &= 0xFFFF;
    }
    Ok(Value::small_int(i64::from(crc)))
}

fn crc32(vm: &mut Vm, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "crc32", 1, 2)?;
    let data = bytes::required(vm, values[0])?;
    let crc = match values.get(1) {
        Some(crc) => start(vm, *crc)?,
        None => 0,
    };
    let crc = zlib_rs::crc32::crc32(crc, &data);
    Ok(Value::small_int(i64::from(crc)))
}
