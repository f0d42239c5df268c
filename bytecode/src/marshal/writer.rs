//! Objects to bytes.

use dashu_int::{IBig, Sign};
use hashbrown::HashMap;

use super::identity::{Items, Object, Owners, is_class_body};
use super::{FLAG_REF, MAX_DEPTH, MarshalError};
use crate::{CodeObject, Constant, PyString};

pub(super) struct Writer<'a, 'o> {
    out: Vec<u8>,
    owners: &'o Owners<'a>,
    /// The places among the references of the objects that were marked.
    places: HashMap<Object<'a>, u32>,
    /// How many places are taken, those of objects that nothing can refer to included.
    marked: u32,
    depth: usize,
}

/// What `w_ref` finds out.
enum Mark {
    /// The object was written before; the reference to it is written now.
    Referred,
    /// The object has to be written, with this flag.
    Flag(u8),
}

impl<'a, 'o> Writer<'a, 'o> {
    /// A writer of objects that have these owners; it writes behind what `out` holds.
    pub(super) fn new(out: Vec<u8>, owners: &'o Owners<'a>) -> Self {
        Writer { out, owners, places: HashMap::new(), marked: 0, depth: 0 }
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.out
    }

    /// The code of a module, which its caller owns too.
    pub(super) fn module(&mut self, code: &'a CodeObject) -> Result<(), MarshalError> {
        self.marked += 1;
        self.code(code, FLAG_REF)
    }

    pub(super) fn constant(&mut self, constant: &'a Constant) -> Result<(), MarshalError> {
        self.owned_constant(constant, false)
    }

    /// A constant; `another` says that it has one more owner than those that were counted.
    fn owned_constant(&mut self, constant: &'a Constant, another: bool) -> Result<(), MarshalError> {
        if self.depth == MAX_DEPTH {
            let reason = format!("objects are nested more than {MAX_DEPTH} deep");
            return Err(MarshalError { offset: self.out.len(), reason });
        }
        self.depth += 1;
        let mark = match self.owners.object(constant) {
            Some(object) => self.reference(object, another),
            None => Mark::Flag(0),
        };
        if let Mark::Flag(flag) = mark {
            self.contents(constant, flag)?;
        }
        self.depth -= 1;
        Ok(())
    }

    /// A reference, if the object was written before; otherwise its place among the references is taken, if it gets one.
    fn reference(&mut self, object: Object<'a>, another: bool) -> Mark {
        if !another && !self.owners.is_marked(object) {
            return Mark::Flag(0);
        }
        match self.places.get(&object) {
            Some(place) => {
                self.out.push(b'r');
                self.out.extend(place.to_le_bytes());
                Mark::Referred
            }
            None => {
                self.places.insert(object, self.marked);
                self.marked += 1;
                Mark::Flag(FLAG_REF)
            }
        }
    }

    fn contents(&mut self, constant: &'a Constant, flag: u8) -> Result<(), MarshalError> {
        match constant {
            Constant::None => self.out.push(b'N'),
            Constant::True => self.out.push(b'T'),
            Constant::False => self.out.push(b'F'),
            Constant::Ellipsis => self.out.push(b'.'),
            Constant::Int(value) => match i32::try_from(*value) {
                Ok(value) => {
                    self.out.push(b'i' | flag);
                    self.out.extend(value.to_le_bytes());
                }
                Err(_) => self.long(&IBig::from(*value), flag)?,
            },
            Constant::BigInt(value) => self.long(value, flag)?,
            Constant::Float(value) => {
                self.out.push(b'g' | flag);
                self.out.extend(value.to_le_bytes());
            }
            Constant::Complex { re, im } => {
                self.out.push(b'y' | flag);
                self.out.extend(re.to_le_bytes());
                self.out.extend(im.to_le_bytes());
            }
            Constant::Str(text) => {
                let interned = matches!(self.owners.object(constant), Some(Object::Interned(_)));
                self.text(text, interned, flag)?;
            }
            Constant::Bytes(bytes) => self.byte_string(bytes, flag)?,
            Constant::Tuple(items) => self.items(Items::Constants(items), flag)?,
            Constant::FrozenSet(items) => self.frozenset(items, flag)?,
            Constant::Code(code) => self.code(code, flag)?,
        }
        Ok(())
    }

    /// The items are sorted by what each of them would be written as alone: a set has forgotten the order in which it was made.
    fn frozenset(&mut self, items: &'a [Constant], flag: u8) -> Result<(), MarshalError> {
        self.out.push(b'>' | flag);
        self.size(items.len())?;
        let mut sorted = Vec::with_capacity(items.len());
        for item in items {
            let mut alone = Writer { depth: self.depth, ..Writer::new(Vec::new(), self.owners) };
            alone.constant(item)?;
            sorted.push((alone.out, item));
        }
        sorted.sort_by(|(a, _), (b, _)| a.cmp(b));
        // While the set is written, the sorted list owns the items as well.
        sorted.into_iter().try_for_each(|(_, item)| self.owned_constant(item, true))
    }

    fn size(&mut self, size: usize) -> Result<(), MarshalError> {
        match i32::try_from(size) {
            Ok(size) => {
                self.out.extend(size.to_le_bytes());
                Ok(())
            }
            Err(_) => Err(MarshalError { offset: self.out.len(), reason: format!("size {size} is above 2^31") }),
        }
    }

    fn long(&mut self, value: &IBig, flag: u8) -> Result<(), MarshalError> {
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
        self.out.push(b'l' | flag);
        let count = match i32::try_from(digits.len()) {
            Ok(count) => count,
            Err(_) => return Err(MarshalError { offset: self.out.len(), reason: "an int is too large".to_string() }),
        };
        let count = if sign == Sign::Negative { -count } else { count };
        self.out.extend(count.to_le_bytes());
        self.out.extend(digits.into_iter().flat_map(u16::to_le_bytes));
        Ok(())
    }

    /// A string of code objects that is no constant.
    fn string(&mut self, object: Object<'a>, text: &PyString) -> Result<(), MarshalError> {
        match self.reference(object, false) {
            Mark::Referred => Ok(()),
            Mark::Flag(flag) => self.text(text, matches!(object, Object::Interned(_)), flag),
        }
    }

    fn text(&mut self, text: &PyString, interned: bool, flag: u8) -> Result<(), MarshalError> {
        let bytes = text.as_bytes();
        match (text.is_ascii(), u8::try_from(bytes.len())) {
            (true, Ok(size)) => self.out.extend([flag | if interned { b'Z' } else { b'z' }, size]),
            (true, Err(_)) => {
                self.out.push(flag | if interned { b'A' } else { b'a' });
                self.size(bytes.len())?;
            }
            (false, _) => {
                self.out.push(flag | if interned { b't' } else { b'u' });
                self.size(bytes.len())?;
            }
        }
        self.out.extend(bytes);
        Ok(())
    }

    fn byte_string(&mut self, bytes: &[u8], flag: u8) -> Result<(), MarshalError> {
        self.out.push(b's' | flag);
        self.size(bytes.len())?;
        self.out.extend(bytes);
        Ok(())
    }

    fn bytes(&mut self, bytes: &'a [u8]) -> Result<(), MarshalError> {
        match self.reference(Object::Bytes(bytes), false) {
            Mark::Referred => Ok(()),
            Mark::Flag(flag) => self.byte_string(bytes, flag),
        }
    }

    fn tuple(&mut self, items: Items<'a>) -> Result<(), MarshalError> {
        let mark = if items.hold_nan() { Mark::Flag(0) } else { self.reference(Object::Tuple(items), false) };
        match mark {
            Mark::Referred => Ok(()),
            Mark::Flag(flag) => self.items(items, flag),
        }
    }

    fn items(&mut self, items: Items<'a>, flag: u8) -> Result<(), MarshalError> {
        match u8::try_from(items.len()) {
            Ok(count) => self.out.extend([b')' | flag, count]),
            Err(_) => {
                self.out.push(b'(' | flag);
                self.size(items.len())?;
            }
        }
        match items {
            Items::Names(names) => names.iter().try_for_each(|name| self.string(Object::Interned(name), name)),
            Items::Constants(constants) => constants.iter().try_for_each(|constant| self.constant(constant)),
        }
    }

    fn code(&mut self, code: &'a CodeObject, flag: u8) -> Result<(), MarshalError> {
        self.out.push(b'c' | flag);
        let numbers = [code.argcount, code.posonlyargcount, code.kwonlyargcount, code.stacksize, code.flags.bits()];
        self.out.extend(numbers.into_iter().flat_map(u32::to_le_bytes));
        // A code object makes these bytes when it is asked for them, and keeps them: two owners, and nothing else refers to them.
        self.marked += 1;
        self.out.push(b's' | FLAG_REF);
        self.size(2 * code.code.len())?;
        self.out.extend(code.code.iter().flat_map(|unit| unit.to_bytes()));
        let qualname = Object::Text(&code.qualname);
        let shared = is_class_body(code) && !self.places.contains_key(&qualname);
        self.tuple(Items::Constants(&code.consts))?;
        self.tuple(Items::Names(&code.names))?;
        self.tuple(Items::Names(&code.localsplusnames))?;
        let kinds: Vec<u8> = code.localspluskinds.iter().map(|kind| kind.bits()).collect();
        match kinds.is_empty() {
            true => self.bytes(&[])?,
            false => self.byte_string(&kinds, 0)?,
        }
        self.string(Object::Filename(&code.filename), &code.filename)?;
        let name = Object::name(&code.name);
        self.string(name, &code.name)?;
        if code.qualname == code.name {
            self.string(name, &code.name)?;
        } else if shared && self.places.contains_key(&qualname) {
            self.string(qualname, &code.qualname)?;
        } else {
            self.text(&code.qualname, false, 0)?;
        }
        self.out.extend(code.firstlineno.to_le_bytes());
        self.bytes(&code.linetable)?;
        self.bytes(&code.exceptiontable)
    }
}
