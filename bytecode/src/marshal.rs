//! The `marshal` format, version 4: reading and writing of what code objects are made of.
//!
//! The reader takes any bytes: sizes are checked against what is left, nesting is limited, back references cannot multiply
//! the result without bound, and every error names the offset where it was found. Whether the *instructions* make sense is for the
//! verifier to say. (Format: CPython's `Python/marshal.c`.)

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use dashu_int::{IBig, Sign, UBig};

pub use crate::pyc::{PycHeader, read_pyc, write_pyc};
use crate::{CodeFlags, CodeObject, CodeUnit, Constant, LocalKind, PyString};

/// Nested objects that the reader accepts. CPython accepts 2000; real code stays far below either, since each level of nested functions
/// takes two and the compiler limits those to about a hundred.
pub const MAX_DEPTH: usize = 500;

const FLAG_REF: u8 = 0x80;

/// Why bytes could not be read, or an object not be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarshalError {
    /// Offset in bytes from the start of the input (or of the output) where it went wrong.
    pub offset: usize,
    /// What is wrong there.
    pub reason: String,
}

impl fmt::Display for MarshalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (at byte {})", self.reason, self.offset)
    }
}

impl std::error::Error for MarshalError {}

/// Reads one object: `marshal.loads`, for what can be a constant. Bytes behind it are ignored.
pub fn read(bytes: &[u8]) -> Result<Constant, MarshalError> {
    Reader::new(bytes, 0).object().map(|(constant, _)| constant)
}

/// Reads the object that begins at an offset of the bytes.
pub(crate) fn read_at(bytes: &[u8], offset: usize) -> Result<Constant, MarshalError> {
    Reader::new(bytes, offset).object().map(|(constant, _)| constant)
}

/// Writes a code object behind what `out` holds already.
pub(crate) fn write_code(out: Vec<u8>, code: &CodeObject) -> Result<Vec<u8>, MarshalError> {
    let mut writer = Writer { out, strings: HashMap::new(), depth: 0 };
    writer.code(code)?;
    Ok(writer.out)
}

/// Writes one object: `marshal.dumps`. CPython reads the same object from it, though its own bytes may differ: which objects it marks for
/// reference depends on how many owners they had.
pub fn write(constant: &Constant) -> Result<Vec<u8>, MarshalError> {
    let mut writer = Writer { out: Vec::new(), strings: HashMap::new(), depth: 0 };
    writer.object(constant)?;
    Ok(writer.out)
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Objects that may be referred to; none while the object is being read.
    refs: Vec<Option<(Constant, usize)>>,
    depth: usize,
    /// Nodes that back references may still copy.
    budget: usize,
}

/// An object and the number of nodes in it, which is what copying it costs.
type Weighed = (Constant, usize);

impl<'a> Reader<'a> {
    fn new(bytes: &'a [u8], at: usize) -> Self {
        Reader { bytes, at, refs: Vec::new(), depth: 0, budget: (1 << 20) + 16 * bytes.len() }
    }

    fn error<T>(&self, offset: usize, reason: impl Into<String>) -> Result<T, MarshalError> {
        Err(MarshalError { offset, reason: reason.into() })
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], MarshalError> {
        match self.bytes.get(self.at..).and_then(|rest| rest.get(..count)) {
            Some(bytes) => {
                self.at += count;
                Ok(bytes)
            }
            None => self.error(self.at, format!("the data ends where {count} bytes are expected")),
        }
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], MarshalError> {
        let bytes = self.take(N)?;
        let mut array = [0; N];
        array.copy_from_slice(bytes);
        Ok(array)
    }

    fn byte(&mut self) -> Result<u8, MarshalError> {
        self.array::<1>().map(|[byte]| byte)
    }

    fn i32(&mut self) -> Result<i32, MarshalError> {
        self.array().map(i32::from_le_bytes)
    }

    fn f64(&mut self) -> Result<f64, MarshalError> {
        self.array().map(f64::from_le_bytes)
    }

    /// A size; that many bytes at least have to be left.
    fn size(&mut self) -> Result<usize, MarshalError> {
        let offset = self.at;
        let size = self.i32()?;
        match usize::try_from(size) {
            Ok(size) if size <= self.bytes.len() - self.at => Ok(size),
            _ => self
                .error(offset, format!("size {size} does not fit into the {} bytes left", self.bytes.len() - self.at)),
        }
    }

    fn object(&mut self) -> Result<Weighed, MarshalError> {
        let offset = self.at;
        if self.depth == MAX_DEPTH {
            return self.error(offset, format!("objects are nested more than {MAX_DEPTH} deep"));
        }
        let tag = self.byte()?;
        let kind = tag & !FLAG_REF;
        // The place among the references is taken before the contents, which may be referred to as well, are read.
        let slot = (tag & FLAG_REF != 0 && kind != b'r').then(|| {
            self.refs.push(None);
            self.refs.len() - 1
        });
        self.depth += 1;
        let (constant, weight) = self.contents(kind, offset)?;
        self.depth -= 1;
        if let Some(slot) = slot {
            self.refs[slot] = Some((constant.clone(), weight));
        }
        Ok((constant, weight))
    }

    fn contents(&mut self, kind: u8, offset: usize) -> Result<Weighed, MarshalError> {
        let constant = match kind {
            b'N' => Constant::None,
            b'T' => Constant::True,
            b'F' => Constant::False,
            b'.' => Constant::Ellipsis,
            b'i' => Constant::Int(i64::from(self.i32()?)),
            b'I' => Constant::Int(self.array().map(i64::from_le_bytes)?),
            b'l' => self.long()?,
            b'g' => Constant::Float(self.f64()?),
            b'f' => Constant::Float(self.float_text()?),
            b'y' => Constant::Complex { re: self.f64()?, im: self.f64()? },
            b'x' => Constant::Complex { re: self.float_text()?, im: self.float_text()? },
            b's' => {
                let size = self.size()?;
                let bytes: Box<[u8]> = self.take(size)?.into();
                let weight = 1 + bytes.len() / 16;
                return Ok((Constant::Bytes(bytes), weight));
            }
            b'u' | b't' => {
                let size = self.size()?;
                match PyString::from_bytes(self.take(size)?) {
                    Some(text) => Constant::Str(text),
                    None => return self.error(offset, "a string is not valid UTF-8"),
                }
            }
            b'a' | b'A' => {
                let size = self.size()?;
                Constant::Str(self.narrow_text(size)?)
            }
            b'z' | b'Z' => {
                let size = usize::from(self.byte()?);
                Constant::Str(self.narrow_text(size)?)
            }
            b')' => {
                let count = usize::from(self.byte()?);
                return self.items(count).map(|(items, weight)| (Constant::Tuple(items), weight));
            }
            b'(' => {
                let count = self.size()?;
                return self.items(count).map(|(items, weight)| (Constant::Tuple(items), weight));
            }
            b'>' => {
                let count = self.size()?;
                return self.frozenset(count);
            }
            b'c' => return self.code(offset),
            b'r' => return self.reference(offset),
            b'[' | b'{' | b'<' => return self.error(offset, "a list, dict or set cannot be a constant"),
            b'0' => return self.error(offset, "a NULL stands where an object is expected"),
            _ => return self.error(offset, format!("unknown type code {kind:#04x}")),
        };
        Ok((constant, 1))
    }

    fn items(&mut self, count: usize) -> Result<(Box<[Constant]>, usize), MarshalError> {
        let mut items = Vec::new();
        let mut total = 1;
        for _ in 0..count {
            let (item, weight) = self.object()?;
            items.push(item);
            total += weight;
        }
        Ok((items.into_boxed_slice(), total))
    }

    fn frozenset(&mut self, count: usize) -> Result<Weighed, MarshalError> {
        let (items, weight) = self.items(count)?;
        let mut seen = std::collections::HashSet::new();
        let distinct: Vec<Constant> = items.iter().filter(|item| seen.insert(*item)).cloned().collect();
        Ok((Constant::FrozenSet(distinct.into_boxed_slice()), weight))
    }

    fn reference(&mut self, offset: usize) -> Result<Weighed, MarshalError> {
        let index = self.i32()?;
        let found = usize::try_from(index).ok().and_then(|index| self.refs.get(index));
        match found {
            Some(Some((constant, weight))) => match self.budget.checked_sub(*weight) {
                Some(left) => {
                    self.budget = left;
                    Ok((constant.clone(), *weight))
                }
                None => self.error(offset, "back references multiply the object beyond any reasonable size"),
            },
            Some(None) => self.error(offset, format!("back reference {index} is to an object that contains it")),
            None => self.error(offset, format!("back reference {index} is to an object that does not exist")),
        }
    }

    /// Text of one byte per code point.
    fn narrow_text(&mut self, size: usize) -> Result<PyString, MarshalError> {
        let bytes = self.take(size)?;
        Ok(PyString::from(bytes.iter().map(|byte| char::from(*byte)).collect::<String>()))
    }

    fn float_text(&mut self) -> Result<f64, MarshalError> {
        let offset = self.at;
        let size = usize::from(self.byte()?);
        let parsed = std::str::from_utf8(self.take(size)?).ok().and_then(|text| text.parse().ok());
        match parsed {
            Some(value) => Ok(value),
            None => self.error(offset, "a float is not a decimal number"),
        }
    }

    /// An int of digits of 15 bits, lowest first; the sign is that of their number.
    fn long(&mut self) -> Result<Constant, MarshalError> {
        let offset = self.at;
        let count = self.i32()?;
        let digits = count.unsigned_abs() as usize;
        let size = digits.saturating_mul(2);
        if size > self.bytes.len() - self.at {
            return self.error(offset, format!("an int of {digits} digits does not fit into the bytes left"));
        }
        let mut bytes = Vec::with_capacity(size);
        let (mut pending, mut bits, mut last) = (0u32, 0, 1);
        for pair in self.take(size)?.chunks_exact(2) {
            last = u16::from_le_bytes([pair[0], pair[1]]);
            if last >= 1 << 15 {
                return self.error(offset, "a digit of an int is out of range");
            }
            pending |= u32::from(last) << bits;
            bits += 15;
            while bits >= 8 {
                bytes.push(pending as u8);
                pending >>= 8;
                bits -= 8;
            }
        }
        if last == 0 {
            return self.error(offset, "the highest digit of an int is zero");
        }
        bytes.push(pending as u8);
        let sign = if count < 0 { Sign::Negative } else { Sign::Positive };
        Ok(Constant::int(IBig::from_parts(sign, UBig::from_le_bytes(&bytes))))
    }

    #[inline(never)]
    fn code(&mut self, offset: usize) -> Result<Weighed, MarshalError> {
        let argcount = self.count("argcount")?;
        let posonlyargcount = self.count("posonlyargcount")?;
        let kwonlyargcount = self.count("kwonlyargcount")?;
        let stacksize = self.count("stacksize")?;
        let flags = CodeFlags::from_bits_retain(self.count("flags")?);
        let code = self.bytes_object("code")?;
        let (consts, weight) = self.tuple_object("consts")?;
        let names = self.strings_object("names")?;
        let localsplusnames = self.strings_object("localsplusnames")?;
        let localspluskinds = self.bytes_object("localspluskinds")?;
        let filename = self.string_object("filename")?;
        let name = self.string_object("name")?;
        let qualname = self.string_object("qualname")?;
        let firstlineno = self.i32()?;
        let linetable = self.bytes_object("linetable")?;
        let exceptiontable = self.bytes_object("exceptiontable")?;

        if !code.len().is_multiple_of(2) {
            return self.error(offset, format!("the code is {} bytes long, which is odd", code.len()));
        }
        if localsplusnames.len() != localspluskinds.len() {
            let (names, kinds) = (localsplusnames.len(), localspluskinds.len());
            return self.error(offset, format!("there are {names} names of locals, but {kinds} kinds"));
        }
        let weight = weight + code.len() / 16 + names.len() + localsplusnames.len() + linetable.len() / 16;
        let code = CodeObject {
            argcount,
            posonlyargcount,
            kwonlyargcount,
            stacksize,
            flags,
            code: code.chunks_exact(2).map(|pair| CodeUnit::from_bytes([pair[0], pair[1]])).collect(),
            consts,
            names,
            localsplusnames,
            localspluskinds: localspluskinds.iter().map(|kind| LocalKind::from_bits_retain(*kind)).collect(),
            filename,
            name,
            qualname,
            firstlineno,
            linetable,
            exceptiontable,
        };
        if posonlyargcount > argcount {
            let reason = format!("{posonlyargcount} positional-only parameters among {argcount} positional ones");
            return self.error(offset, reason);
        }
        let starred =
            [CodeFlags::VARARGS, CodeFlags::VARKEYWORDS].into_iter().filter(|flag| flags.contains(*flag)).count();
        let parameters = u64::from(argcount) + u64::from(kwonlyargcount) + starred as u64;
        if parameters > code.nlocals() as u64 {
            return self.error(offset, format!("{parameters} parameters, but only {} local variables", code.nlocals()));
        }
        Ok((Constant::Code(Arc::new(code)), weight))
    }

    /// A number of a code object that cannot be negative.
    fn count(&mut self, field: &str) -> Result<u32, MarshalError> {
        let offset = self.at;
        let value = self.i32()?;
        match u32::try_from(value) {
            Ok(value) => Ok(value),
            Err(_) => self.error(offset, format!("{field} of a code object is {value}")),
        }
    }

    fn bytes_object(&mut self, field: &str) -> Result<Box<[u8]>, MarshalError> {
        let offset = self.at;
        match self.object()?.0 {
            Constant::Bytes(bytes) => Ok(bytes),
            other => self.mismatch(offset, field, "bytes", &other),
        }
    }

    fn string_object(&mut self, field: &str) -> Result<PyString, MarshalError> {
        let offset = self.at;
        match self.object()?.0 {
            Constant::Str(text) => Ok(text),
            other => self.mismatch(offset, field, "str", &other),
        }
    }

    fn tuple_object(&mut self, field: &str) -> Result<(Box<[Constant]>, usize), MarshalError> {
        let offset = self.at;
        match self.object()? {
            (Constant::Tuple(items), weight) => Ok((items, weight)),
            (other, _) => self.mismatch(offset, field, "tuple", &other),
        }
    }

    fn strings_object(&mut self, field: &str) -> Result<Box<[PyString]>, MarshalError> {
        let offset = self.at;
        let (items, _) = self.tuple_object(field)?;
        items
            .into_iter()
            .map(|item| match item {
                Constant::Str(text) => Ok(text),
                other => self.mismatch(offset, field, "a tuple of str", &other),
            })
            .collect()
    }

    fn mismatch<T>(&self, offset: usize, field: &str, expected: &str, found: &Constant) -> Result<T, MarshalError> {
        self.error(offset, format!("{field} of a code object must be {expected}, found {}", found.type_name()))
    }
}

struct Writer {
    out: Vec<u8>,
    /// Strings that were written, by their place among the references.
    strings: HashMap<PyString, u32>,
    depth: usize,
}

impl Writer {
    fn size(&mut self, size: usize) -> Result<(), MarshalError> {
        match i32::try_from(size) {
            Ok(size) => {
                self.out.extend(size.to_le_bytes());
                Ok(())
            }
            Err(_) => Err(MarshalError { offset: self.out.len(), reason: format!("size {size} is above 2^31") }),
        }
    }

    fn object(&mut self, constant: &Constant) -> Result<(), MarshalError> {
        if self.depth == MAX_DEPTH {
            let reason = format!("objects are nested more than {MAX_DEPTH} deep");
            return Err(MarshalError { offset: self.out.len(), reason });
        }
        self.depth += 1;
        match constant {
            Constant::None => self.out.push(b'N'),
            Constant::True => self.out.push(b'T'),
            Constant::False => self.out.push(b'F'),
            Constant::Ellipsis => self.out.push(b'.'),
            Constant::Int(value) => match i32::try_from(*value) {
                Ok(value) => {
                    self.out.push(b'i');
                    self.out.extend(value.to_le_bytes());
                }
                Err(_) => self.long(&IBig::from(*value))?,
            },
            Constant::BigInt(value) => self.long(value)?,
            Constant::Float(value) => {
                self.out.push(b'g');
                self.out.extend(value.to_le_bytes());
            }
            Constant::Complex { re, im } => {
                self.out.push(b'y');
                self.out.extend(re.to_le_bytes());
                self.out.extend(im.to_le_bytes());
            }
            Constant::Str(text) => self.string(text, is_name(text))?,
            Constant::Bytes(bytes) => self.bytes(bytes)?,
            Constant::Tuple(items) => self.tuple(items)?,
            Constant::FrozenSet(items) => {
                // CPython sorts here, since its sets have forgotten the order of insertion; ours remember it.
                self.out.push(b'>');
                self.size(items.len())?;
                items.iter().try_for_each(|item| self.object(item))?;
            }
            Constant::Code(code) => self.code(code)?,
        }
        self.depth -= 1;
        Ok(())
    }

    fn long(&mut self, value: &IBig) -> Result<(), MarshalError> {
        let (sign, magnitude) = value.clone().into_parts();
        let mut digits: Vec<u16> = Vec::new();
        let (mut pending, mut bits) = (0u32, 0);
        for byte in magnitude.to_le_bytes() {
            pending |= u32::from(byte) << bits;
            bits += 8;
            if bits >= 15 {
                digits.push((pending & 0x7FFF) as u16);
                pending >>= 15;
                bits -= 15;
            }
        }
        digits.push(pending as u16);
        while digits.last() == Some(&0) {
            digits.pop();
        }
        self.out.push(b'l');
        let count = match i32::try_from(digits.len()) {
            Ok(count) => count,
            Err(_) => return Err(MarshalError { offset: self.out.len(), reason: "an int is too large".to_string() }),
        };
        let count = if sign == Sign::Negative { -count } else { count };
        self.out.extend(count.to_le_bytes());
        self.out.extend(digits.into_iter().flat_map(u16::to_le_bytes));
        Ok(())
    }

    fn string(&mut self, text: &PyString, interned: bool) -> Result<(), MarshalError> {
        if let Some(index) = self.strings.get(text) {
            self.out.push(b'r');
            self.out.extend(index.to_le_bytes());
            return Ok(());
        }
        // Strings are all that is marked for reference, so their number is the place.
        self.strings.insert(text.clone(), self.strings.len() as u32);
        let bytes = text.as_bytes();
        match (text.is_ascii(), u8::try_from(bytes.len())) {
            (true, Ok(size)) => self.out.extend([FLAG_REF | if interned { b'Z' } else { b'z' }, size]),
            (true, Err(_)) => {
                self.out.push(FLAG_REF | if interned { b'A' } else { b'a' });
                self.size(bytes.len())?;
            }
            (false, _) => {
                self.out.push(FLAG_REF | if interned { b't' } else { b'u' });
                self.size(bytes.len())?;
            }
        }
        self.out.extend(bytes);
        Ok(())
    }

    fn bytes(&mut self, bytes: &[u8]) -> Result<(), MarshalError> {
        self.out.push(b's');
        self.size(bytes.len())?;
        self.out.extend(bytes);
        Ok(())
    }

    fn tuple_start(&mut self, count: usize) -> Result<(), MarshalError> {
        match u8::try_from(count) {
            Ok(count) => {
                self.out.extend([b')', count]);
                Ok(())
            }
            Err(_) => {
                self.out.push(b'(');
                self.size(count)
            }
        }
    }

    fn tuple(&mut self, items: &[Constant]) -> Result<(), MarshalError> {
        self.tuple_start(items.len())?;
        items.iter().try_for_each(|item| self.object(item))
    }

    fn names(&mut self, names: &[PyString]) -> Result<(), MarshalError> {
        self.tuple_start(names.len())?;
        names.iter().try_for_each(|name| self.string(name, true))
    }

    fn code(&mut self, code: &CodeObject) -> Result<(), MarshalError> {
        self.out.push(b'c');
        let numbers = [code.argcount, code.posonlyargcount, code.kwonlyargcount, code.stacksize, code.flags.bits()];
        self.out.extend(numbers.into_iter().flat_map(u32::to_le_bytes));
        self.bytes(&code.co_code())?;
        self.tuple(&code.consts)?;
        self.names(&code.names)?;
        self.names(&code.localsplusnames)?;
        let kinds: Vec<u8> = code.localspluskinds.iter().map(|kind| kind.bits()).collect();
        self.bytes(&kinds)?;
        self.string(&code.filename, false)?;
        self.string(&code.name, true)?;
        self.string(&code.qualname, true)?;
        self.out.extend(code.firstlineno.to_le_bytes());
        self.bytes(&code.linetable)?;
        self.bytes(&code.exceptiontable)
    }
}

/// Whether CPython interns a string constant: all of its characters can be in an ASCII identifier.
fn is_name(text: &PyString) -> bool {
    text.as_bytes().iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}
