//! Objects to bytes.

use dashu_int::{IBig, Sign};

use super::identity::{ObjectId, ObjectKind, Owners, ValueId, is_class_body};
use super::{FLAG_REF, MAX_DEPTH, MarshalError};
use crate::{CodeObject, Constant, PyString};

pub(super) struct Writer<'a, 'o> {
    out: Vec<u8>,
    owners: &'o mut Owners<'a>,
    /// The places among the references, plus one, of the objects that were marked.
    places: Vec<u32>,
    /// How many places are taken, those of objects that nothing can refer to included.
    marked: u32,
    /// How much of [`Owners::trace`] was taken.
    traced: usize,
    /// While an item of a frozenset is written alone: the objects that got a place.
    alone: Option<Vec<ObjectId>>,
    /// Places for that, none of them taken.
    spare: Vec<u32>,
    /// How many frozensets are around.
    sets: usize,
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
    pub(super) fn new(mut out: Vec<u8>, owners: &'o mut Owners<'a>) -> Self {
        let places = vec![0; owners.objects()];
        // A few bytes for what is written by reference, many for code.
        out.reserve(owners.trace.len() * 32);
        Writer { out, owners, places, marked: 0, traced: 0, alone: None, spare: Vec::new(), sets: 0, depth: 0 }
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.out
    }

    /// The code of a module, which its caller owns too.
    pub(super) fn module(&mut self, code: &'a CodeObject) -> Result<(), MarshalError> {
        self.marked += 1;
        self.code(code, FLAG_REF)
    }

    /// The next value: the one that the walk that found the owners came to, or, within a frozenset, the one that is found.
    #[inline]
    fn next(&mut self, find: impl FnOnce(&mut Owners<'a>) -> ValueId) -> ValueId {
        if self.sets > 0 {
            return find(self.owners);
        }
        self.traced += 1;
        self.owners.trace.get(self.traced - 1).copied().unwrap_or(ValueId::NO_BYTES)
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
        let value = self.next(|owners| owners.value(constant));
        let mark = match self.owners.object(value) {
            Some(object) => self.reference(object, another),
            None => Mark::Flag(0),
        };
        if let Mark::Flag(flag) = mark {
            self.contents(constant, value, flag)?;
        }
        self.depth -= 1;
        Ok(())
    }

    /// A reference, if the object was written before; otherwise its place among the references is taken, if it gets one.
    fn reference(&mut self, object: ObjectId, another: bool) -> Mark {
        if !another && !self.owners.is_marked(object) {
            return Mark::Flag(0);
        }
        match self.places[object.index()] {
            0 => {
                self.marked += 1;
                self.places[object.index()] = self.marked;
                if let Some(alone) = &mut self.alone {
                    alone.push(object);
                }
                Mark::Flag(FLAG_REF)
            }
            place => {
                self.out.push(b'r');
                self.out.extend_from_slice(&(place - 1).to_le_bytes());
                Mark::Referred
            }
        }
    }

    fn contents(&mut self, constant: &'a Constant, value: ValueId, flag: u8) -> Result<(), MarshalError> {
        match constant {
            Constant::None => self.out.push(b'N'),
            Constant::True => self.out.push(b'T'),
            Constant::False => self.out.push(b'F'),
            Constant::Ellipsis => self.out.push(b'.'),
            Constant::Int(value) => match i32::try_from(*value) {
                Ok(value) => {
                    self.out.push(b'i' | flag);
                    self.out.extend_from_slice(&value.to_le_bytes());
                }
                Err(_) => self.long(&IBig::from(*value), flag)?,
            },
            Constant::BigInt(value) => self.long(value, flag)?,
            Constant::Float(value) => {
                self.out.push(b'g' | flag);
                self.out.extend_from_slice(&value.to_le_bytes());
            }
            Constant::Complex { re, im } => {
                self.out.push(b'y' | flag);
                self.out.extend(re.to_le_bytes());
                self.out.extend(im.to_le_bytes());
            }
            Constant::Str(text) => self.text(text, self.owners.is_interned(value), flag)?,
            Constant::Bytes(bytes) => self.byte_string(bytes, flag)?,
            Constant::Tuple(items) => {
                self.tuple_head(items.len(), flag)?;
                items.iter().try_for_each(|item| self.constant(item))?;
            }
            Constant::FrozenSet(items) => self.frozenset(items, flag)?,
            Constant::Code(code) => self.code(code, flag)?,
        }
        Ok(())
    }

    /// The items are sorted by what each of them would be written as alone: a set has forgotten the order in which it was made.
    fn frozenset(&mut self, items: &'a [Constant], flag: u8) -> Result<(), MarshalError> {
        self.out.push(b'>' | flag);
        self.size(items.len())?;
        self.sets += 1;
        let mut sorted = Vec::with_capacity(items.len());
        for item in items {
            sorted.push((self.written_alone(item)?, item));
        }
        sorted.sort_by(|(a, _), (b, _)| a.cmp(b));
        // While the set is written, the sorted list owns the items as well.
        sorted.into_iter().try_for_each(|(_, item)| self.owned_constant(item, true))?;
        self.sets -= 1;
        Ok(())
    }

    /// What a constant is written as if nothing was written before it.
    fn written_alone(&mut self, constant: &'a Constant) -> Result<Vec<u8>, MarshalError> {
        let mut places = std::mem::take(&mut self.spare);
        places.resize(self.places.len(), 0);
        let places = std::mem::replace(&mut self.places, places);
        let alone = self.alone.replace(Vec::new());
        let out = std::mem::take(&mut self.out);
        let marked = std::mem::take(&mut self.marked);
        let result = self.constant(constant);
        self.marked = marked;
        let written = std::mem::replace(&mut self.out, out);
        for object in std::mem::replace(&mut self.alone, alone).unwrap_or_default() {
            self.places[object.index()] = 0;
        }
        self.spare = std::mem::replace(&mut self.places, places);
        result.map(|()| written)
    }

    fn size(&mut self, size: usize) -> Result<(), MarshalError> {
        match i32::try_from(size) {
            Ok(size) => {
                self.out.extend_from_slice(&size.to_le_bytes());
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
    fn string(&mut self, object: ObjectId, text: &PyString) -> Result<(), MarshalError> {
        match self.reference(object, false) {
            Mark::Referred => Ok(()),
            Mark::Flag(flag) => self.text(text, object.kind() == ObjectKind::Interned, flag),
        }
    }

    fn text(&mut self, text: &PyString, interned: bool, flag: u8) -> Result<(), MarshalError> {
        let bytes = text.as_bytes();
        match (text.is_ascii(), u8::try_from(bytes.len())) {
            (true, Ok(size)) => self.out.extend_from_slice(&[flag | if interned { b'Z' } else { b'z' }, size]),
            (true, Err(_)) => {
                self.out.push(flag | if interned { b'A' } else { b'a' });
                self.size(bytes.len())?;
            }
            (false, _) => {
                self.out.push(flag | if interned { b't' } else { b'u' });
                self.size(bytes.len())?;
            }
        }
        self.out.extend_from_slice(bytes);
        Ok(())
    }

    fn byte_string(&mut self, bytes: &[u8], flag: u8) -> Result<(), MarshalError> {
        self.out.push(b's' | flag);
        self.size(bytes.len())?;
        self.out.extend_from_slice(bytes);
        Ok(())
    }

    fn bytes(&mut self, value: ValueId, bytes: &'a [u8]) -> Result<(), MarshalError> {
        match self.reference(value.object(ObjectKind::Plain), false) {
            Mark::Referred => Ok(()),
            Mark::Flag(flag) => self.byte_string(bytes, flag),
        }
    }

    fn tuple_head(&mut self, length: usize, flag: u8) -> Result<(), MarshalError> {
        match u8::try_from(length) {
            Ok(count) => self.out.extend_from_slice(&[b')' | flag, count]),
            Err(_) => {
                self.out.push(b'(' | flag);
                self.size(length)?;
            }
        }
        Ok(())
    }

    fn constants(&mut self, constants: &'a [Constant]) -> Result<(), MarshalError> {
        let tuple = self.next(|owners| owners.tuple(constants));
        let mark = self.owners.object(tuple).map_or(Mark::Flag(0), |object| self.reference(object, false));
        if let Mark::Flag(flag) = mark {
            self.tuple_head(constants.len(), flag)?;
            constants.iter().try_for_each(|constant| self.constant(constant))?;
        }
        Ok(())
    }

    fn names(&mut self, names: &'a [PyString]) -> Result<(), MarshalError> {
        let tuple = self.next(|owners| owners.tuple_of_names(names));
        if let Mark::Flag(flag) = self.reference(tuple.object(ObjectKind::Plain), false) {
            self.tuple_head(names.len(), flag)?;
            for name in names {
                let value = self.next(|owners| owners.text(name));
                self.string(value.object(ObjectKind::Interned), name)?;
            }
        }
        Ok(())
    }

    fn code(&mut self, code: &'a CodeObject, flag: u8) -> Result<(), MarshalError> {
        self.out.push(b'c' | flag);
        for number in [code.argcount, code.posonlyargcount, code.kwonlyargcount, code.stacksize, code.flags.bits()] {
            self.out.extend_from_slice(&number.to_le_bytes());
        }
        // A code object makes these bytes when it is asked for them, and keeps them: two owners, and nothing else refers to them.
        self.marked += 1;
        self.out.push(b's' | FLAG_REF);
        self.size(2 * code.code.len())?;
        let start = self.out.len();
        self.out.resize(start + 2 * code.code.len(), 0);
        for (bytes, unit) in self.out[start..].chunks_exact_mut(2).zip(&code.code) {
            bytes.copy_from_slice(&unit.to_bytes());
        }
        let shared = is_class_body(code).then(|| {
            let qualname = self.next(|owners| owners.text(&code.qualname)).object(ObjectKind::Plain);
            (qualname, self.places[qualname.index()])
        });
        self.constants(&code.consts)?;
        self.names(&code.names)?;
        self.names(&code.localsplusnames)?;
        if code.localspluskinds.is_empty() {
            self.bytes(ValueId::NO_BYTES, &[])?;
        } else {
            self.out.push(b's');
            self.size(code.localspluskinds.len())?;
            self.out.extend(code.localspluskinds.iter().map(|kind| kind.bits()));
        }
        let filename = self.next(|owners| owners.text(&code.filename));
        self.string(filename.object(ObjectKind::Filename), &code.filename)?;
        let name = self.next(|owners| owners.text(&code.name)).object(ObjectKind::of_name(&code.name));
        self.string(name, &code.name)?;
        match shared {
            _ if code.qualname == code.name => self.string(name, &code.name)?,
            Some((qualname, 0)) if self.places[qualname.index()] != 0 => self.string(qualname, &code.qualname)?,
            _ => self.text(&code.qualname, false, 0)?,
        }
        self.out.extend_from_slice(&code.firstlineno.to_le_bytes());
        for table in [&code.linetable, &code.exceptiontable] {
            let value = self.next(|owners| owners.bytes(table));
            self.bytes(value, table)?;
        }
        Ok(())
    }
}
