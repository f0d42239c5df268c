//! Names, each once: what is equal is the same, and has a number.
//!
//! Every identifier of a source is looked up when it is read. From then on names are compared, and looked up, by their numbers.

use std::fmt;
use std::hash::{BuildHasher, Hasher};
use std::ops::Deref;

use bumpalo::Bump;
use hashbrown::{DefaultHashBuilder, HashTable};

use crate::eight::{eight_bytes, first_of};

/// A name.
#[derive(Clone, Copy)]
pub struct Name<'a>(&'a Entry<'a>);

struct Entry<'a> {
    key: Key,
    text: &'a str,
    number: u32,
    /// Whether a class would mangle it.
    is_private: bool,
}

impl<'a> Name<'a> {
    /// The name's text.
    pub fn text(self) -> &'a str {
        self.0.text
    }

    /// The name's number: names are counted from 0.
    pub fn number(self) -> u32 {
        self.0.number
    }

    /// Whether the name is private to a class that uses it: `__name`.
    pub fn is_private(self) -> bool {
        self.0.is_private
    }
}

impl Deref for Name<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        self.0.text
    }
}

impl PartialEq for Name<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

impl Eq for Name<'_> {}

impl PartialEq<str> for Name<'_> {
    fn eq(&self, other: &str) -> bool {
        self.0.text == other
    }
}

impl PartialEq<&str> for Name<'_> {
    fn eq(&self, other: &&str) -> bool {
        self.0.text == *other
    }
}

impl fmt::Debug for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.text.fmt(f)
    }
}

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.text.fmt(f)
    }
}

/// The names of a compilation.
#[derive(Debug)]
pub struct Names<'a> {
    arena: &'a Bump,
    table: HashTable<Name<'a>>,
    hasher: DefaultHashBuilder,
    /// The names that were asked for last, by [`Key::place`].
    recent: Vec<Option<Name<'a>>>,
    /// Whether `__debug__` is among the names.
    has_debug: bool,
}

/// Number of names in [`Names::recent`]: a power of two.
const RECENT: usize = 512;

impl<'a> Names<'a> {
    /// No names, with room for so many, which will be kept in an arena.
    pub fn new(arena: &'a Bump, capacity: usize) -> Names<'a> {
        Names {
            arena,
            table: HashTable::with_capacity(capacity),
            hasher: DefaultHashBuilder::default(),
            recent: vec![None; RECENT],
            has_debug: false,
        }
    }

    /// Whether `__debug__` is among the names.
    pub fn has_debug(&self) -> bool {
        self.has_debug
    }

    /// Number of names.
    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// The name of this text.
    pub fn intern(&mut self, text: &str) -> Name<'a> {
        self.intern_part(text, 0, text.len())
    }

    /// The name whose text is that from one place to another, which are the bounds of characters.
    #[inline]
    pub fn intern_part(&mut self, text: &str, start: usize, end: usize) -> Name<'a> {
        let key = Key::of(text.as_bytes(), start, end);
        let place = key.place();
        if let Some(name) = self.recent[place]
            && name.0.key == key
            && (key.is_all() || name.0.text == &text[start..end])
        {
            return name;
        }
        let name = self.find_or_add(key, &text[start..end]);
        self.recent[place] = Some(name);
        name
    }

    #[inline(never)]
    fn find_or_add(&mut self, key: Key, text: &str) -> Name<'a> {
        let hasher = &self.hasher;
        let hash = key.hash(hasher, text);
        if let Some(name) = self.table.find(hash, |name| name.0.key == key && name.0.text == text) {
            return *name;
        }
        let is_private = text.starts_with("__") && !text.ends_with("__") && !text.contains('.');
        self.has_debug |= text == "__debug__";
        let number = self.table.len() as u32;
        let name = Name(self.arena.alloc(Entry { key, text: self.arena.alloc_str(text), number, is_private }));
        self.table.insert_unique(hash, name, |name| name.0.key.hash(hasher, name.0.text));
        name
    }

    /// The name as it is known at run time, in a class of this name: `__name` in a class `Class` becomes `_Class__name`.
    #[inline]
    pub fn mangle(&mut self, private: Option<Name<'a>>, name: Name<'a>) -> Name<'a> {
        match private {
            Some(class) if name.is_private() => {
                let class = class.trim_start_matches('_');
                if class.is_empty() { name } else { self.intern(&format!("_{class}{name}")) }
            }
            _ => name,
        }
    }
}

/// What tells most texts apart, and all that are not long.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Key {
    /// The first eight bytes.
    head: u64,
    /// The last eight, if there are more than these.
    tail: u64,
    length: usize,
}

impl Key {
    /// That of the text from one place to another.
    #[inline]
    fn of(text: &[u8], start: usize, end: usize) -> Key {
        let length = end - start;
        let head = eight_bytes(text, start);
        if length <= 8 {
            Key { head: first_of(head, length), tail: 0, length }
        } else {
            Key { head, tail: eight_bytes(text, end - 8), length }
        }
    }

    /// Whether texts of this key are equal.
    #[inline]
    fn is_all(&self) -> bool {
        self.length <= 16
    }

    /// Where a name is kept that was asked for: most are soon asked for again.
    #[inline]
    fn place(&self) -> usize {
        let mixed = (self.head ^ self.tail.rotate_left(29)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        (mixed >> (u64::BITS - RECENT.trailing_zeros())) as usize
    }

    fn hash(&self, hasher: &DefaultHashBuilder, text: &str) -> u64 {
        let mut hasher = hasher.build_hasher();
        hasher.write_u64(self.head);
        hasher.write_u64(self.tail);
        if !self.is_all() {
            hasher.write(text.as_bytes());
        }
        hasher.finish()
    }
}
