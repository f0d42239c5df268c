//! Which of equal objects are one and the same in CPython, and how many owners they have there.
//!
//! Marshal marks an object for reference if it has more than one owner or is an interned string (`w_ref` in CPython's `Python/marshal.c`).
//! CPython's compiler makes one object of equal constants, tables and tuples of names in a module (`merge_const_one`,
//! `merge_consts_recursive`), and interns names and what looks like one (`intern_string_constants`). So the marks follow from the code
//! objects alone, but for what the process held before: small ints, one-character strings and the like, which always exist.
//!
//! The marks are found by a walk over the code objects that takes the way of the writer, which comes after it. The walk notes what it finds, so
//! that the writer need not look anything up.

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};

use super::MAX_DEPTH;
use crate::pystring::is_name_like;
use crate::{CodeFlags, CodeObject, Constant, PyString};

/// Number of a value. Equal values have one, but NaNs and what holds them, which equal nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct ValueId(u32);

impl ValueId {
    const NONE: ValueId = ValueId(0);
    const TRUE: ValueId = ValueId(1);
    const FALSE: ValueId = ValueId(2);
    const ELLIPSIS: ValueId = ValueId(3);
    /// `b""`
    pub(super) const NO_BYTES: ValueId = ValueId(4);

    /// The object that is this value, as CPython has it.
    pub(super) fn object(self, kind: ObjectKind) -> ObjectId {
        ObjectId(self.0 * 4 + kind as u32)
    }
}

/// The objects that a value may be. What is no string is always plain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub(super) enum ObjectKind {
    /// A name, or a constant that looks like one.
    Interned,
    /// `<module>`, `<lambda>` and their like, which the interpreter holds without interning them.
    Named,
    /// The source file.
    Filename,
    /// Anything else.
    Plain,
}

impl ObjectKind {
    /// That of the name of a code object.
    pub(super) fn of_name(name: &PyString) -> ObjectKind {
        if name.as_bytes().first() == Some(&b'<') { ObjectKind::Named } else { ObjectKind::Interned }
    }
}

/// Number of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ObjectId(u32);

impl ObjectId {
    pub(super) fn index(self) -> usize {
        self.0 as usize
    }

    pub(super) fn kind(self) -> ObjectKind {
        match self.0 % 4 {
            0 => ObjectKind::Interned,
            1 => ObjectKind::Named,
            2 => ObjectKind::Filename,
            _ => ObjectKind::Plain,
        }
    }
}

/// A value, and what is to know about the object that a constant of this value is.
struct Value<'a> {
    form: Form<'a>,
    hash: u64,
    /// Whether it has an object that can be referred to: None and its like are written without a mark.
    has_object: bool,
    /// Whether the constant is interned.
    is_interned: bool,
    /// Whether the interpreter itself owns the plain object.
    is_held: bool,
    /// Whether it is a NaN, or holds one.
    is_nan: bool,
    /// How many places own the plain object.
    owners: u32,
}

#[derive(Clone, Copy)]
enum Form<'a> {
    Text(&'a [u8]),
    Bytes(&'a [u8]),
    /// The items, by their place in [`Owners::items`]. It does not matter whether they are names or constants.
    Tuple(u32, u32),
    Other(&'a Constant),
}

/// Number of strings in [`Owners::recent`].
const RECENT: usize = 256;

/// How many places own each object.
pub(super) struct Owners<'a> {
    values: Vec<Value<'a>>,
    index: HashTable<ValueId>,
    hasher: DefaultHashBuilder,
    /// Items of tuples.
    items: Vec<ValueId>,
    /// Items of tuples that are not complete.
    stack: Vec<ValueId>,
    /// Strings that were met last, by address: most are one object that stands in many places.
    recent: Vec<Option<(&'a [u8], ValueId)>>,
    /// Strings beyond ASCII that are interned as constants: names of classes, which are constants of the bodies; and names of one
    /// character between U+0080 and U+00FF, of each of which there is but one string.
    interned: Vec<&'a [u8]>,
    /// The code of the module, until it is known which those are: most modules have no string beyond ASCII.
    unsearched: Option<&'a CodeObject>,
    /// The values in the order in which the writer comes to them.
    pub(super) trace: Vec<ValueId>,
    /// How many frozensets are around. The writer takes their items in another order.
    sets: usize,
    depth: usize,
}

impl<'a> Owners<'a> {
    pub(super) fn new() -> Self {
        let mut owners = Owners {
            values: Vec::with_capacity(2000),
            index: HashTable::with_capacity(1700),
            hasher: DefaultHashBuilder::default(),
            items: Vec::with_capacity(2000),
            stack: Vec::new(),
            recent: vec![None; RECENT],
            interned: Vec::new(),
            unsearched: None,
            trace: Vec::with_capacity(2000),
            sets: 0,
            depth: 0,
        };
        for singleton in [&Constant::None, &Constant::True, &Constant::False, &Constant::Ellipsis] {
            owners.new_value(Form::Other(singleton), 0, false);
        }
        owners.bytes(&[]);
        owners
    }

    /// The value of a constant.
    pub(super) fn value(&mut self, constant: &'a Constant) -> ValueId {
        match constant {
            Constant::None => ValueId::NONE,
            Constant::True => ValueId::TRUE,
            Constant::False => ValueId::FALSE,
            Constant::Ellipsis => ValueId::ELLIPSIS,
            Constant::Str(text) => self.text(text),
            Constant::Bytes(bytes) => self.bytes(bytes),
            Constant::Tuple(items) => self.tuple(items),
            _ if constant.holds_nan() => self.new_value(Form::Other(constant), 0, true),
            _ => {
                let hash = self.hasher.hash_one(constant);
                self.find_or_add(Form::Other(constant), hash)
            }
        }
    }

    pub(super) fn text(&mut self, text: &'a PyString) -> ValueId {
        let bytes = text.as_bytes();
        let place = (bytes.as_ptr().addr() >> 4) % RECENT;
        if let Some((found, value)) = self.recent[place]
            && std::ptr::eq(found, bytes)
        {
            return value;
        }
        let value = self.find_or_add(Form::Text(bytes), self.hasher.hash_one(bytes));
        self.recent[place] = Some((bytes, value));
        value
    }

    pub(super) fn bytes(&mut self, bytes: &'a [u8]) -> ValueId {
        if bytes.is_empty() && self.values.len() > ValueId::NO_BYTES.0 as usize {
            return ValueId::NO_BYTES;
        }
        self.find_or_add(Form::Bytes(bytes), !self.hasher.hash_one(bytes))
    }

    pub(super) fn tuple(&mut self, items: &'a [Constant]) -> ValueId {
        let start = self.stack.len();
        for item in items {
            let item = self.value(item);
            self.stack.push(item);
        }
        self.tuple_from_stack(start)
    }

    pub(super) fn tuple_of_names(&mut self, names: &'a [PyString]) -> ValueId {
        let start = self.stack.len();
        for name in names {
            let name = self.text(name);
            self.stack.push(name);
        }
        self.tuple_from_stack(start)
    }

    fn tuple_from_stack(&mut self, start: usize) -> ValueId {
        let found = &self.stack[start..];
        let is_nan = found.iter().any(|item| self.values[item.0 as usize].is_nan);
        // The items go to their place before the tuple is looked for, and away again if it is there.
        let first = self.items.len();
        self.items.extend_from_slice(found);
        let form = Form::Tuple(first as u32, found.len() as u32);
        let hash = self.hasher.hash_one(found);
        self.stack.truncate(start);
        if is_nan {
            return self.new_value(form, hash, true);
        }
        let known = self.values.len();
        let value = self.find_or_add(form, hash);
        if self.values.len() == known {
            self.items.truncate(first);
        }
        value
    }

    fn find_or_add(&mut self, form: Form<'a>, hash: u64) -> ValueId {
        let found = self.index.find(hash, |id| {
            let value = &self.values[id.0 as usize];
            value.hash == hash && self.are_equal(value.form, form)
        });
        if let Some(found) = found {
            return *found;
        }
        let id = self.new_value(form, hash, false);
        let values = &self.values;
        self.index.insert_unique(hash, id, |id| values[id.0 as usize].hash);
        id
    }

    fn are_equal(&self, a: Form<'a>, b: Form<'a>) -> bool {
        match (a, b) {
            (Form::Text(a), Form::Text(b)) | (Form::Bytes(a), Form::Bytes(b)) => a == b,
            (Form::Tuple(a, a_len), Form::Tuple(b, b_len)) => {
                let items = |start: u32, length: u32| &self.items[start as usize..(start + length) as usize];
                items(a, a_len) == items(b, b_len)
            }
            (Form::Other(a), Form::Other(b)) => a == b,
            _ => false,
        }
    }

    fn new_value(&mut self, form: Form<'a>, hash: u64, is_nan: bool) -> ValueId {
        let (has_object, is_held) = match form {
            Form::Text(text) => (true, matches!(text, [] | [0..=0x7F] | [0xC2 | 0xC3, _])),
            Form::Bytes(bytes) => (true, bytes.len() <= 1),
            Form::Tuple(_, length) => (true, length == 0),
            Form::Other(Constant::None | Constant::True | Constant::False | Constant::Ellipsis) => (false, false),
            Form::Other(Constant::FrozenSet(items)) => (!items.iter().any(Constant::is_known_name), false),
            Form::Other(constant) => (true, matches!(constant, Constant::Int(-5..=256))),
        };
        let is_interned = match form {
            Form::Text(text) if text.is_ascii() => is_interned(text),
            Form::Text(text) => {
                if let Some(module) = self.unsearched.take() {
                    self.find_interned(module);
                }
                self.interned.contains(&text)
            }
            _ => false,
        };
        let id = ValueId(self.values.len() as u32);
        self.values.push(Value {
            form,
            hash,
            has_object: has_object && !is_nan,
            is_interned,
            is_held,
            is_nan,
            owners: 0,
        });
        id
    }

    /// The object that a constant of this value is; none if nothing can refer to it.
    pub(super) fn object(&self, value: ValueId) -> Option<ObjectId> {
        let found = &self.values[value.0 as usize];
        let kind = if found.is_interned { ObjectKind::Interned } else { ObjectKind::Plain };
        found.has_object.then(|| value.object(kind))
    }

    /// Whether a string constant of this value is interned.
    pub(super) fn is_interned(&self, value: ValueId) -> bool {
        self.values[value.0 as usize].is_interned
    }

    /// Whether the object is marked for reference where it is written first.
    pub(super) fn is_marked(&self, object: ObjectId) -> bool {
        if object.kind() != ObjectKind::Plain {
            return true;
        }
        let value = &self.values[object.0 as usize / 4];
        value.is_held || value.owners > 1
    }

    /// Counts an owner of the plain object of a value. Whether it is the first, or there is no object.
    fn own(&mut self, value: ValueId) -> bool {
        let value = &mut self.values[value.0 as usize];
        value.owners += 1;
        value.owners == 1 || !value.has_object
    }

    fn owners(&self, value: ValueId) -> u32 {
        self.values[value.0 as usize].owners
    }

    /// Number of objects that values have.
    pub(super) fn objects(&self) -> usize {
        self.values.len() * 4
    }

    /// Counts what the code of a module owns.
    pub(super) fn module(&mut self, code: &'a CodeObject) {
        self.unsearched = Some(code);
        self.code(code);
    }

    fn find_interned(&mut self, code: &'a CodeObject) {
        let names = code.names.iter().chain(&code.localsplusnames).map(PyString::as_bytes);
        self.interned.extend(names.filter(|name| matches!(name, [0xC2 | 0xC3, _])));
        if !code.name.is_ascii() && is_class_body(code) {
            self.interned.push(code.name.as_bytes());
        }
        code.nested().for_each(|nested| self.find_interned(nested));
    }

    fn note(&mut self, value: ValueId) {
        if self.sets == 0 {
            self.trace.push(value);
        }
    }

    fn code(&mut self, code: &'a CodeObject) {
        // The constant in the body of a class is the object that names the class, unless an equal one came before.
        let shared = is_class_body(code).then(|| {
            let qualname = self.text(&code.qualname);
            self.note(qualname);
            (qualname, self.owners(qualname))
        });
        let consts = self.tuple(&code.consts);
        self.note(consts);
        if self.own(consts) {
            self.constants(&code.consts, consts);
        }
        for names in [&code.names, &code.localsplusnames] {
            let tuple = self.tuple_of_names(names);
            self.note(tuple);
            if self.own(tuple)
                && let Form::Tuple(start, length) = self.values[tuple.0 as usize].form
            {
                for index in start..start + length {
                    self.note(self.items[index as usize]);
                }
            }
        }
        if let Some((qualname, 0)) = shared
            && self.owners(qualname) > 0
        {
            self.own(qualname);
        }
        for text in [&code.filename, &code.name] {
            let text = self.text(text);
            self.note(text);
        }
        for table in [&code.linetable, &code.exceptiontable] {
            let table = self.bytes(table);
            self.own(table);
            self.note(table);
        }
    }

    /// The items of a tuple.
    fn constants(&mut self, constants: &'a [Constant], tuple: ValueId) {
        // What is nested deeper is refused when it is written.
        if self.depth < MAX_DEPTH
            && let Form::Tuple(start, _) = self.values[tuple.0 as usize].form
        {
            self.depth += 1;
            for (constant, index) in constants.iter().zip(start..) {
                self.constant(constant, self.items[index as usize]);
            }
            self.depth -= 1;
        }
    }

    /// Counts an owner of a constant, and what the constant owns.
    pub(super) fn constant(&mut self, constant: &'a Constant, value: ValueId) {
        self.note(value);
        // What is interned is marked without being counted.
        if self.is_interned(value) || !self.own(value) {
            return;
        }
        match constant {
            Constant::Tuple(items) => self.constants(items, value),
            Constant::FrozenSet(items) if self.depth < MAX_DEPTH => {
                self.depth += 1;
                self.sets += 1;
                for item in items {
                    let value = self.value(item);
                    self.constant(item, value);
                }
                self.sets -= 1;
                self.depth -= 1;
            }
            Constant::Code(code) => self.code(code),
            _ => {}
        }
    }
}

/// Whether the code is a class's body: it begins by storing the class's qualified name.
pub(super) fn is_class_body(code: &CodeObject) -> bool {
    !code.flags.contains(CodeFlags::OPTIMIZED) && code.names.get(2).is_some_and(|name| *name == *"__qualname__")
}

/// Whether a string constant is interned in CPython: all of its characters can be in an ASCII identifier, or the interpreter holds it
/// interned from the start, for `import *`.
fn is_interned(text: &[u8]) -> bool {
    is_name_like(text) || text == b"*"
}
