//! Bytes to objects.

use std::sync::Arc;

use dashu_int::{IBig, Sign, UBig};

use super::{FLAG_REF, MAX_DEPTH, MarshalError};
use crate::{CodeFlags, CodeObject, CodeUnit, Constant, LocalKind, PyString};

pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Objects that may be referred to; none while the object is being read.
    refs: Vec<Option<(Constant, usize)>>,
    depth: usize,
    /// Nodes that back references may still copy.
    budget: usize,
}

/// An object and the number of nodes in it, which is what copying it costs.
pub(super) type Weighed = (Constant, usize);

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8], at: usize) -> Self {
        Reader { bytes, at, refs: Vec::new(), depth: 0, budget: (1 << 20) + 16 * bytes.len() }
    }

    /// How many bytes were read.
    pub(super) fn position(&self) -> usize {
        self.at
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

    pub(super) fn object(&mut self) -> Result<Weighed, MarshalError> {
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
