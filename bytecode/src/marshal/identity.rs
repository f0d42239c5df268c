//! Which of equal objects are one and the same in CPython, and how many owners they have there.
//!
//! Marshal marks an object for reference if it has more than one owner or is an interned string (`w_ref` in CPython's `Python/marshal.c`).
//! CPython's compiler makes one object of equal constants, tables and tuples of names in a module (`merge_const_one`,
//! `merge_consts_recursive`), and interns names and what looks like one (`intern_string_constants`). So the marks follow from the code
//! objects alone, but for what the process held before: small ints, one-character strings and the like, which always exist.

use std::hash::{Hash, Hasher};

use hashbrown::HashMap;

use super::MAX_DEPTH;
use crate::{CodeFlags, CodeObject, Constant, PyString};

/// An object as CPython has it: equal keys are the same object.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Object<'a> {
    /// A name, or a constant that looks like one.
    Interned(&'a PyString),
    /// `<module>`, `<lambda>` and their like, which the interpreter holds without interning them.
    Named(&'a PyString),
    /// The source file.
    Filename(&'a PyString),
    /// Any other string constant.
    Text(&'a PyString),
    Bytes(&'a [u8]),
    Tuple(Items<'a>),
    /// A number, frozenset or code object.
    Other(&'a Constant),
}

impl<'a> Object<'a> {
    /// The name of a code object.
    pub(super) fn name(name: &'a PyString) -> Object<'a> {
        if name.as_bytes().first() == Some(&b'<') { Object::Named(name) } else { Object::Interned(name) }
    }

    /// Whether the interpreter itself owns the object.
    fn is_held(self) -> bool {
        match self {
            Object::Interned(_) | Object::Named(_) | Object::Filename(_) => true,
            Object::Text(text) => {
                let mut points = text.code_points();
                points.next().is_none_or(|point| point < 0x100 && points.next().is_none())
            }
            Object::Bytes(bytes) => bytes.len() <= 1,
            Object::Tuple(items) => items.len() == 0,
            Object::Other(constant) => matches!(constant, Constant::Int(-5..=256)),
        }
    }
}

/// The items of a tuple: two places that hold them, but equal tuples are one.
#[derive(Clone, Copy)]
pub(super) enum Items<'a> {
    Names(&'a [PyString]),
    Constants(&'a [Constant]),
}

impl Items<'_> {
    pub(super) fn len(self) -> usize {
        match self {
            Items::Names(names) => names.len(),
            Items::Constants(constants) => constants.len(),
        }
    }

    pub(super) fn hold_nan(self) -> bool {
        matches!(self, Items::Constants(constants) if constants.iter().any(Constant::holds_nan))
    }
}

impl PartialEq for Items<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Items::Names(a), Items::Names(b)) => a == b,
            (Items::Constants(a), Items::Constants(b)) => a == b,
            (Items::Names(names), Items::Constants(constants)) | (Items::Constants(constants), Items::Names(names)) => {
                let same =
                    |(name, constant): (&PyString, &Constant)| matches!(constant, Constant::Str(text) if text == name);
                names.len() == constants.len() && names.iter().zip(*constants).all(same)
            }
        }
    }
}

impl Eq for Items<'_> {}

impl Hash for Items<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.len().hash(state);
        match self {
            Items::Names(names) => names.iter().for_each(|name| name.hash(state)),
            Items::Constants(constants) => constants.iter().for_each(|constant| match constant {
                Constant::Str(text) => text.hash(state),
                other => other.hash(state),
            }),
        }
    }
}

/// How many places own each object.
#[derive(Default)]
pub(super) struct Owners<'a> {
    counts: HashMap<Object<'a>, u32>,
    /// Constants beyond ASCII that are interned: names of classes, which are constants of the bodies; and names of one character between
    /// U+0080 and U+00FF, of each of which there is but one string.
    interned: Vec<&'a [u8]>,
    depth: usize,
}

impl<'a> Owners<'a> {
    /// The object of a constant. None and its like are written without a mark; a NaN, or what holds one, equals nothing, itself included.
    pub(super) fn object(&self, constant: &'a Constant) -> Option<Object<'a>> {
        match constant {
            Constant::None | Constant::True | Constant::False | Constant::Ellipsis => None,
            _ if constant.holds_nan() => None,
            Constant::FrozenSet(items) if items.iter().any(Constant::is_known_name) => None,
            Constant::Str(text) if is_interned(text) || self.interned.contains(&text.as_bytes()) => {
                Some(Object::Interned(text))
            }
            Constant::Str(text) => Some(Object::Text(text)),
            Constant::Bytes(bytes) => Some(Object::Bytes(bytes)),
            Constant::Tuple(items) => Some(Object::Tuple(Items::Constants(items))),
            Constant::Int(_)
            | Constant::BigInt(_)
            | Constant::Float(_)
            | Constant::Complex { .. }
            | Constant::FrozenSet(_)
            | Constant::Code(_) => Some(Object::Other(constant)),
        }
    }

    /// Whether the object is marked for reference where it is written first.
    pub(super) fn is_marked(&self, object: Object<'a>) -> bool {
        object.is_held() || self.counts.get(&object).is_some_and(|count| *count > 1)
    }

    /// Counts an owner of an object. Whether it is the first.
    fn own(&mut self, object: Object<'a>) -> bool {
        let count = self.counts.entry(object).or_default();
        *count += 1;
        *count == 1
    }

    /// Counts what the code of a module owns.
    pub(super) fn module(&mut self, code: &'a CodeObject) {
        self.find_interned(code);
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

    fn code(&mut self, code: &'a CodeObject) {
        // The constant in the body of a class is the object that names the class, unless an equal one came before.
        let qualname = Object::Text(&code.qualname);
        let shared = is_class_body(code) && !self.counts.contains_key(&qualname);
        self.tuple(Items::Constants(&code.consts));
        self.tuple(Items::Names(&code.names));
        self.tuple(Items::Names(&code.localsplusnames));
        if shared && self.counts.contains_key(&qualname) {
            self.own(qualname);
        }
        self.own(Object::Bytes(&code.linetable));
        self.own(Object::Bytes(&code.exceptiontable));
    }

    fn tuple(&mut self, items: Items<'a>) {
        if (items.hold_nan() || self.own(Object::Tuple(items)))
            && let Items::Constants(constants) = items
        {
            self.constants(constants);
        }
    }

    fn constants(&mut self, constants: &'a [Constant]) {
        // What is nested deeper is refused when it is written.
        if self.depth < MAX_DEPTH {
            self.depth += 1;
            constants.iter().for_each(|constant| self.constant(constant));
            self.depth -= 1;
        }
    }

    /// Counts an owner of a constant, and what the constant owns.
    pub(super) fn constant(&mut self, constant: &'a Constant) {
        let first = match self.object(constant) {
            // Marked without being counted.
            Some(Object::Interned(_)) => return,
            Some(object) => self.own(object),
            None => true,
        };
        match constant {
            Constant::Tuple(items) | Constant::FrozenSet(items) if first => self.constants(items),
            Constant::Code(code) if first => self.code(code),
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
fn is_interned(text: &PyString) -> bool {
    text.is_name_like() || *text == *"*"
}
