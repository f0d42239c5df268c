//! Strings: their layout, how they are made, interned, hashed and compared.
//!
//! A string holds its code points in units of one, two or four bytes, the narrowest that fits all of them (PEP 393), so that
//! indexing takes constant time and equal strings have equal bytes. The units usually stand right behind the structure. A
//! string may also share the units of another object, its owner: a growable buffer (see [`concat()`]) or, for instances of
//! subclasses, the string it was made from. The two sorts live in different families of the heap: only the second is traced.

#![expect(unsafe_code, reason = "the units of a string stand behind its structure, or in its owner")]

use std::borrow::Cow;
use std::cell::Cell;
use std::cmp::Ordering;

use hashbrown::HashTable;
use quicken_bytecode::PyString;

use crate::Vm;
use crate::error::{PyResult, Raise};
use crate::heap::Marker;
use crate::object::{Field, Gc, Header, HeapObject, LayoutKind};
use crate::objects::array::Buffer;
use crate::objects::bytes::Bytes;
use crate::objects::hashing;
use crate::objects::typeobj::Type;
use crate::value::Value;

pub use crate::format::percent::percent_format;
pub use crate::objects::string_methods::builder::StrBuilder;
pub use crate::objects::string_methods::predicates::is_identifier;
pub use crate::objects::string_methods::type_spec::STR_TYPE;

/// The number of bytes per code point.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[repr(u8)]
pub enum Kind {
    /// All code points are below U+0100.
    One = 1,
    /// All are below U+10000, and one is not below U+0100.
    Two = 2,
    /// One is not below U+10000.
    Four = 4,
}

impl Kind {
    /// The narrowest kind that holds this code point.
    #[inline]
    pub const fn of(code_point: u32) -> Kind {
        match code_point {
            0..=0xFF => Kind::One,
            0x100..=0xFFFF => Kind::Two,
            _ => Kind::Four,
        }
    }

    /// The number of bytes.
    #[inline]
    pub const fn size(self) -> usize {
        self as usize
    }
}

/// The units of a string.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs, reason = "as in Kind")]
pub enum Units<'a> {
    One(&'a [u8]),
    Two(&'a [u16]),
    Four(&'a [u32]),
}

/// A string.
#[repr(C)]
pub struct Str {
    header: Header,
    /// The hash, or −1 while it is not computed.
    hash: Cell<i64>,
    data: Cell<*const u8>,
    /// In code points. Longer strings than `u32::MAX` are refused with a `MemoryError`.
    len: u32,
    kind: Kind,
    ascii: bool,
    interned: Cell<bool>,
    /// Whose memory `data` points into, `NULL` when it is the string's own.
    owner: Field,
}

const _: () = assert!(size_of::<Str>() == 40 && size_of::<Str>().is_multiple_of(8));

// SAFETY: `repr(C)` with the header first; strings that refer to an owner are allocated as `SharedStr`.
unsafe impl HeapObject for Str {
    const LAYOUT: LayoutKind = LayoutKind::Str;
    const TRACED: bool = false;

    fn trace(&self, marker: &mut Marker) {
        marker.value(self.owner.get());
    }
}

/// A string whose units belong to its owner: the same structure, in the traced family.
#[repr(transparent)]
struct SharedStr(Str);

// SAFETY: as for `Str`, which it is.
unsafe impl HeapObject for SharedStr {
    const LAYOUT: LayoutKind = LayoutKind::Str;

    fn trace(&self, marker: &mut Marker) {
        self.0.trace(marker);
    }
}

impl Str {
    /// The length in code points.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len as usize
    }

    /// Whether there is no code point.
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The size of a unit.
    #[inline(always)]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Whether all code points are ASCII.
    #[inline(always)]
    pub fn is_ascii(&self) -> bool {
        self.ascii
    }

    /// Whether the string is the one of its content in the table of interned strings.
    #[inline(always)]
    pub fn is_interned(&self) -> bool {
        self.interned.get()
    }

    /// The units as bytes. The slice does not keep the string alive.
    #[inline(always)]
    pub fn bytes(&self) -> &[u8] {
        // SAFETY: `data` points to `len` units of `kind` bytes, in memory that the string or its owner keeps.
        unsafe { std::slice::from_raw_parts(self.data.get(), self.len as usize * self.kind.size()) }
    }

    /// Where a character stands, from `start` on; the length when it does not.
    pub fn position_of(&self, character: u8, start: usize) -> usize {
        let found = match self.units() {
            Units::One(units) => memchr::memchr(character, &units[start..]),
            Units::Two(units) => units[start..].iter().position(|u| *u == u16::from(character)),
            Units::Four(units) => units[start..].iter().position(|u| *u == u32::from(character)),
        };
        found.map_or(self.len(), |offset| start + offset)
    }

    /// The units.
    #[inline]
    pub fn units(&self) -> Units<'_> {
        let (data, len) = (self.data.get(), self.len as usize);
        // SAFETY: as in `bytes`; cells and buffers are aligned to eight bytes and units never start elsewhere than at a
        // multiple of that.
        unsafe {
            match self.kind {
                Kind::One => Units::One(std::slice::from_raw_parts(data, len)),
                Kind::Two => Units::Two(std::slice::from_raw_parts(data.cast(), len)),
                Kind::Four => Units::Four(std::slice::from_raw_parts(data.cast(), len)),
            }
        }
    }

    /// The code point at `index`, which must be less than the length (0 is the answer otherwise).
    #[inline]
    pub fn char_at(&self, index: usize) -> u32 {
        match self.units() {
            Units::One(units) => units.get(index).copied().map_or(0, u32::from),
            Units::Two(units) => units.get(index).copied().map_or(0, u32::from),
            Units::Four(units) => units.get(index).copied().unwrap_or(0),
        }
    }

    /// The code points.
    #[inline]
    pub fn code_points(&self) -> CodePoints<'_> {
        CodePoints { string: self, index: 0, end: self.len() }
    }

    /// The text, if it is ASCII.
    #[inline]
    pub fn as_ascii(&self) -> Option<&str> {
        if self.ascii {
            // SAFETY: ASCII is UTF-8.
            Some(unsafe { std::str::from_utf8_unchecked(self.bytes()) })
        } else {
            None
        }
    }

    /// The text, with U+FFFD in place of surrogates.
    pub fn to_string_lossy(&self) -> Cow<'_, str> {
        match self.as_ascii() {
            Some(text) => Cow::Borrowed(text),
            None => Cow::Owned(self.code_points().map(|c| char::from_u32(c).unwrap_or('\u{FFFD}')).collect()),
        }
    }

    /// The text, if it holds no surrogates.
    pub fn to_utf8(&self) -> Option<Cow<'_, str>> {
        match self.as_ascii() {
            Some(text) => Some(Cow::Borrowed(text)),
            None => self.code_points().map(char::from_u32).collect::<Option<String>>().map(Cow::Owned),
        }
    }

    /// The text as the compiler's crates have it.
    pub fn to_py_string(&self) -> PyString {
        match self.as_ascii() {
            Some(text) => PyString::from(text),
            None => PyString::from_code_points(self.code_points()).unwrap_or_default(),
        }
    }

    /// Whether the content is this text.
    pub fn is_text(&self, text: &str) -> bool {
        match self.as_ascii() {
            Some(own) => own == text,
            None => self.code_points().eq(text.chars().map(u32::from)),
        }
    }

    /// CPython's hash with the seed of this process: SipHash-1-3 of the units.
    #[inline]
    pub fn hash_value(&self) -> i64 {
        let known = self.hash.get();
        if known != -1 { known } else { self.compute_hash() }
    }

    #[cold]
    fn compute_hash(&self) -> i64 {
        let hash = hashing::hash_bytes(self.bytes());
        self.hash.set(hash);
        hash
    }

    /// Whether the contents are equal.
    #[inline]
    pub fn equals(&self, other: Gc<Str>) -> bool {
        if std::ptr::eq(self, other.pointer()) {
            return true;
        }
        if self.len != other.len || self.kind != other.kind {
            return false;
        }
        self.bytes() == other.bytes()
    }

    /// The order of the contents by code points.
    pub fn compare(&self, other: &Str) -> Ordering {
        match (self.units(), other.units()) {
            (Units::One(a), Units::One(b)) => a.cmp(b),
            _ => self.code_points().cmp(other.code_points()),
        }
    }

    /// Whose memory the units are in, `NULL` when it is the string's own.
    #[inline]
    pub(crate) fn owner(&self) -> Value {
        self.owner.get()
    }
}

/// The code points of a string.
pub struct CodePoints<'a> {
    string: &'a Str,
    index: usize,
    end: usize,
}

impl Iterator for CodePoints<'_> {
    type Item = u32;

    #[inline]
    fn next(&mut self) -> Option<u32> {
        if self.index < self.end {
            self.index += 1;
            Some(self.string.char_at(self.index - 1))
        } else {
            None
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.end - self.index, Some(self.end - self.index))
    }
}

impl DoubleEndedIterator for CodePoints<'_> {
    #[inline]
    fn next_back(&mut self) -> Option<u32> {
        if self.index < self.end {
            self.end -= 1;
            Some(self.string.char_at(self.end))
        } else {
            None
        }
    }
}

impl ExactSizeIterator for CodePoints<'_> {}

// ---- making strings ----

impl Vm {
    /// A string with room for `len` units; the caller fills them before anything else happens.
    fn allocate_str(&mut self, len: usize, kind: Kind, ascii: bool) -> (Gc<Str>, *mut u8) {
        let string = Str {
            header: Header::new(self.types.str),
            hash: Cell::new(-1),
            data: Cell::new(std::ptr::null()),
            len: len as u32,
            kind,
            ascii,
            interned: Cell::new(false),
            owner: Field::new(Value::NULL),
        };
        let string = self.heap.allocate_sized(string, size_of::<Str>() + len * kind.size());
        // SAFETY: the cell has that many bytes behind the structure.
        let data = unsafe { string.pointer().cast::<u8>().add(size_of::<Str>()) };
        string.data.set(data);
        (string, data)
    }

    /// A string that shares the units of `owner`.
    fn allocate_shared(&mut self, ty: Gc<Type>, like: (Kind, bool, usize), data: *const u8, owner: Value) -> Gc<Str> {
        let (kind, ascii, len) = like;
        let string = SharedStr(Str {
            header: Header::new(ty),
            hash: Cell::new(-1),
            data: Cell::new(data),
            len: len as u32,
            kind,
            ascii,
            interned: Cell::new(false),
            owner: Field::new(owner),
        });
        let string = self.allocate_object(ty, string);
        // SAFETY: a `SharedStr` is a `Str`.
        unsafe { Gc::from_raw(string.pointer().cast()) }
    }

    /// A string from units that already have their narrowest kind.
    pub(crate) fn str_from_canonical(&mut self, bytes: &[u8], kind: Kind, ascii: bool) -> Gc<Str> {
        debug_assert!(!ascii || bytes.is_ascii());
        let len = bytes.len() / kind.size();
        if kind == Kind::One && len <= 1 {
            return match bytes.first() {
                None => self.empty_str(),
                Some(byte) => self.latin1_str(*byte),
            };
        }
        let (string, data) = self.allocate_str(len, kind, ascii);
        // SAFETY: there is room for as many bytes, and the cell is new.
        unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), data, bytes.len()) };
        string
    }

    /// An ASCII string whose bytes are those of another one, each mapped to another ASCII character.
    pub(crate) fn map_ascii(&mut self, string: Gc<Str>, map: impl Fn(u8) -> u8) -> Gc<Str> {
        let len = string.len();
        if len <= 1 {
            return match string.bytes().first() {
                None => self.empty_str(),
                Some(byte) => self.latin1_str(map(*byte)),
            };
        }
        let (result, data) = self.allocate_str(len, Kind::One, true);
        for (i, byte) in string.bytes().iter().enumerate() {
            // SAFETY: there is room for as many bytes, and the cell is new.
            unsafe { data.add(i).write(map(*byte)) };
        }
        result
    }

    /// The empty string.
    pub fn empty_str(&mut self) -> Gc<Str> {
        match self.interned.empty {
            Some(string) => string,
            None => {
                let (string, _) = self.allocate_str(0, Kind::One, true);
                let string = self.intern_str(string);
                self.interned.empty = Some(string);
                string
            }
        }
    }

    /// The string of one code point below U+0100: always the same object.
    #[inline]
    pub fn latin1_str(&mut self, code_point: u8) -> Gc<Str> {
        match self.interned.latin1[code_point as usize] {
            Some(string) => string,
            None => self.make_latin1(code_point),
        }
    }

    #[cold]
    fn make_latin1(&mut self, code_point: u8) -> Gc<Str> {
        let (string, data) = self.allocate_str(1, Kind::One, code_point < 128);
        // SAFETY: there is room for one byte.
        unsafe { data.write(code_point) };
        let string = self.intern_str(string);
        self.interned.latin1[code_point as usize] = Some(string);
        string
    }

    /// The string of one code point.
    #[inline]
    pub fn char_str(&mut self, code_point: u32) -> Gc<Str> {
        match u8::try_from(code_point) {
            Ok(byte) => self.latin1_str(byte),
            Err(_) => self.str_from_code_points(&[code_point]),
        }
    }

    /// A string with this text.
    pub fn new_str(&mut self, text: &str) -> Gc<Str> {
        if text.is_ascii() {
            return self.str_from_canonical(text.as_bytes(), Kind::One, true);
        }
        let mut builder = StrBuilder::with_capacity(text.len());
        builder.push_str(text);
        builder.finish(self)
    }

    /// A string with this ASCII or Latin-1 text.
    pub fn str_from_latin1(&mut self, bytes: &[u8]) -> Gc<Str> {
        self.str_from_canonical(bytes, Kind::One, bytes.is_ascii())
    }

    /// A string with these code points.
    pub fn str_from_code_points(&mut self, code_points: &[u32]) -> Gc<Str> {
        self.str_from_units(Units::Four(code_points))
    }

    /// A string with the text of a constant.
    pub fn str_from_py_string(&mut self, text: &PyString) -> Gc<Str> {
        match text.as_str() {
            Some(text) => self.new_str(text),
            None => {
                let points: Vec<u32> = text.code_points().collect();
                self.str_from_code_points(&points)
            }
        }
    }

    /// A string with these units, in the narrowest kind.
    pub fn str_from_units(&mut self, units: Units<'_>) -> Gc<Str> {
        match units {
            Units::One(units) => self.str_from_latin1(units),
            Units::Two(units) => {
                // The or of all units is at least their maximum and has no higher bit.
                let widest = units.iter().fold(0, |a, b| a | b);
                if widest > 0xFF {
                    self.str_from_canonical(as_bytes(units), Kind::Two, false)
                } else {
                    let narrow: Vec<u8> = units.iter().map(|u| *u as u8).collect();
                    self.str_from_canonical(&narrow, Kind::One, widest < 128)
                }
            }
            Units::Four(units) => {
                let widest = units.iter().fold(0, |a, b| a | b);
                if widest > 0xFFFF {
                    self.str_from_canonical(as_bytes(units), Kind::Four, false)
                } else if widest > 0xFF {
                    let narrow: Vec<u16> = units.iter().map(|u| *u as u16).collect();
                    self.str_from_canonical(as_bytes(&narrow), Kind::Two, false)
                } else {
                    let narrow: Vec<u8> = units.iter().map(|u| *u as u8).collect();
                    self.str_from_canonical(&narrow, Kind::One, widest < 128)
                }
            }
        }
    }

    /// The code points from `start` up to `end`, which must lie within the string.
    pub fn substring(&mut self, string: Gc<Str>, start: usize, end: usize) -> Gc<Str> {
        let end = end.min(string.len());
        let start = start.min(end);
        if start == 0 && end == string.len() && self.is_exact_str(string) {
            return string;
        }
        if end - start == 1 {
            return self.char_str(string.char_at(start));
        }
        match string.units() {
            Units::One(units) => {
                let part = &units[start..end];
                self.str_from_canonical(part, Kind::One, string.ascii || part.is_ascii())
            }
            Units::Two(units) => self.str_from_units(Units::Two(&units[start..end])),
            Units::Four(units) => self.str_from_units(Units::Four(&units[start..end])),
        }
    }

    /// Whether the string's type is `str` itself.
    #[inline(always)]
    pub fn is_exact_str(&self, string: Gc<Str>) -> bool {
        string.header.ty() == self.types.str
    }

    /// A string of the type `str` itself with the same content: the string, unless it is an instance of a subclass.
    pub fn exact_str(&mut self, string: Gc<Str>) -> Gc<Str> {
        if self.is_exact_str(string) {
            return string;
        }
        match string.units() {
            Units::One(units) => self.str_from_canonical(units, Kind::One, string.ascii),
            Units::Two(units) => self.str_from_canonical(as_bytes(units), Kind::Two, false),
            Units::Four(units) => self.str_from_canonical(as_bytes(units), Kind::Four, false),
        }
    }

    /// An instance of a subclass of `str` with the content of `string`.
    pub(crate) fn new_str_instance(&mut self, ty: Gc<Type>, string: Gc<Str>) -> Gc<Str> {
        let owner = if string.owner().is_null() { Value::from_gc(string) } else { string.owner() };
        self.allocate_shared(ty, (string.kind, string.ascii, string.len()), string.data.get(), owner)
    }
}

/// The units' memory.
pub(crate) fn as_bytes<T: Unit>(units: &[T]) -> &[u8] {
    // SAFETY: units are plain integers without padding.
    unsafe { std::slice::from_raw_parts(units.as_ptr().cast(), size_of_val(units)) }
}

/// What a string can be made of.
pub trait Unit: Copy + Into<u32> + Eq + Ord + 'static {}
impl Unit for u8 {}
impl Unit for u16 {}
impl Unit for u32 {}

// ---- concatenation ----

/// The first word of a growable buffer: the number of bytes in use behind it. A string whose units end there may be appended to in
/// place, which is what keeps `s += t` in a loop linear without looking at reference counts.
const BUFFER_HEAD: usize = 8;
/// Shorter results are copied: their copies cost less than a buffer of their own.
const SHARE_FROM: usize = 256;

fn buffer_used(buffer: Gc<Buffer>) -> usize {
    // SAFETY: the buffers that strings own begin with this word.
    unsafe { buffer.as_ptr().cast::<usize>().read() }
}

fn set_buffer_used(buffer: Gc<Buffer>, used: usize) {
    // SAFETY: as above.
    unsafe { buffer.as_ptr().cast::<usize>().write(used) };
}

/// Both strings, one after the other. An empty operand gives the other one (as an exact `str`).
///
/// # Errors
/// `MemoryError` when the result would be too long.
pub fn concat(vm: &mut Vm, left: Gc<Str>, right: Gc<Str>) -> PyResult<Gc<Str>> {
    if left.is_empty() {
        return Ok(vm.exact_str(right));
    }
    if right.is_empty() {
        return Ok(vm.exact_str(left));
    }
    let len = left.len() + right.len();
    let kind = left.kind.max(right.kind);
    if len > ALWAYS_FITS && !fits(vm, len, kind) {
        return Err(memory_error(vm));
    }
    let ascii = left.ascii && right.ascii;
    let size = len * kind.size();
    if size < SHARE_FROM || left.len() < right.len() {
        let (string, data) = vm.allocate_str(len, kind, ascii);
        // SAFETY: the new cell has room for both.
        unsafe {
            copy_units(left, data, kind);
            copy_units(right, data.add(left.len() * kind.size()), kind);
        }
        return Ok(string);
    }
    Ok(append(vm, left, right, kind, ascii))
}

/// Concatenation by way of a growable buffer: in place when `left` ends where its buffer's used part ends.
fn append(vm: &mut Vm, left: Gc<Str>, right: Gc<Str>, kind: Kind, ascii: bool) -> Gc<Str> {
    let left_size = left.len() * kind.size();
    let size = (left.len() + right.len()) * kind.size();
    let owner = left.owner().header().filter(|header| header.visible_type().is_none());
    let mut place = None;
    if let Some(header) = owner
        && left.kind == kind
    {
        // SAFETY: the only cells without a type that own units are buffers.
        let buffer: Gc<Buffer> = unsafe { Gc::from_raw(header.pointer().cast()) };
        let start = buffer.as_ptr() as usize + BUFFER_HEAD;
        let at_start = left.data.get() as usize == start;
        if at_start && buffer_used(buffer) == left_size && BUFFER_HEAD + size <= buffer.len() {
            place = Some(buffer);
        }
    }
    let buffer = match place {
        Some(buffer) => buffer,
        None => {
            // The first buffer is a guess that more will come; later ones double.
            let room = if owner.is_some() { size * 2 } else { size + size / 8 + 64 };
            let buffer = vm.heap.new_buffer(BUFFER_HEAD + room);
            // SAFETY: the buffer has room for the head and more than the left operand.
            unsafe { copy_units(left, buffer.as_ptr().add(BUFFER_HEAD), kind) };
            buffer
        }
    };
    // SAFETY: the buffer has room for both operands behind its head, and nothing refers to the part behind the left one.
    unsafe { copy_units(right, buffer.as_ptr().add(BUFFER_HEAD + left_size), kind) };
    set_buffer_used(buffer, size);
    // SAFETY: the head is within the buffer.
    let data = unsafe { buffer.as_ptr().add(BUFFER_HEAD) };
    let like = (kind, ascii, left.len() + right.len());
    let ty = vm.types.str;
    vm.allocate_shared(ty, like, data, Value::from_gc(buffer))
}

/// Copies the units of `string` to `target`, widened to `kind`.
///
/// # Safety
/// There must be room for as many units of `kind`, and `kind` must not be narrower than the string's.
unsafe fn copy_units(string: Gc<Str>, target: *mut u8, kind: Kind) {
    // SAFETY: as the caller promises.
    unsafe {
        match (string.units(), kind) {
            (Units::One(units), Kind::Two) => {
                let target = target.cast::<u16>();
                for (i, unit) in units.iter().enumerate() {
                    target.add(i).write(u16::from(*unit));
                }
            }
            (Units::One(units), Kind::Four) => {
                let target = target.cast::<u32>();
                for (i, unit) in units.iter().enumerate() {
                    target.add(i).write(u32::from(*unit));
                }
            }
            (Units::Two(units), Kind::Four) => {
                let target = target.cast::<u32>();
                for (i, unit) in units.iter().enumerate() {
                    target.add(i).write(u32::from(*unit));
                }
            }
            _ => {
                let bytes = string.bytes();
                std::ptr::copy_nonoverlapping(bytes.as_ptr(), target, bytes.len());
            }
        }
    }
}

/// All the strings, one after the other, with `separator` between them; made in one piece. The parts must be strings, and something
/// that the collector sees must hold them.
///
/// # Errors
/// `MemoryError` when the result would be too long.
pub(crate) fn join(vm: &mut Vm, separator: Gc<Str>, parts: &[Value]) -> PyResult<Gc<Str>> {
    let mut len = separator.len() * parts.len().saturating_sub(1);
    let (mut kind, mut ascii) = (Kind::One, true);
    if len > 0 {
        (kind, ascii) = (separator.kind, separator.ascii);
    }
    let strings = || parts.iter().filter_map(|part| part.cast::<Str>());
    for part in strings() {
        len += part.len();
        kind = kind.max(part.kind);
        ascii &= part.ascii;
    }
    if !fits(vm, len, kind) {
        return Err(memory_error(vm));
    }
    if len == 0 {
        return Ok(vm.empty_str());
    }
    if let [single] = parts
        && let Some(single) = single.cast::<Str>()
    {
        return Ok(vm.exact_str(single));
    }
    let (string, mut data) = vm.allocate_str(len, kind, ascii);
    for (i, part) in strings().enumerate() {
        // SAFETY: the lengths were added up above, and nothing ran in between that could change a string.
        unsafe {
            if i > 0 && !separator.is_empty() {
                copy_units(separator, data, kind);
                data = data.add(separator.len() * kind.size());
            }
            copy_units(part, data, kind);
            data = data.add(part.len() * kind.size());
        }
    }
    if len == 1 {
        return Ok(vm.char_str(string.char_at(0)));
    }
    Ok(string)
}

/// `string * count`.
///
/// # Errors
/// `MemoryError` when the result would be too long.
pub(crate) fn repeat(vm: &mut Vm, string: Gc<Str>, count: i64) -> PyResult<Gc<Str>> {
    if count <= 0 || string.is_empty() {
        return Ok(vm.empty_str());
    }
    if count == 1 {
        return Ok(vm.exact_str(string));
    }
    let kind = string.kind;
    let Some(len) = string.len().checked_mul(count as usize).filter(|len| fits(vm, *len, kind)) else {
        return Err(memory_error(vm));
    };
    let (result, data) = vm.allocate_str(len, string.kind, string.ascii);
    let piece = string.bytes();
    // SAFETY: the cell has room for all of it; the copied part doubles until the end.
    unsafe {
        std::ptr::copy_nonoverlapping(piece.as_ptr(), data, piece.len());
        let total = len * string.kind.size();
        let mut done = piece.len();
        while done < total {
            let step = done.min(total - done);
            std::ptr::copy_nonoverlapping(data, data.add(done), step);
            done += step;
        }
    }
    Ok(result)
}

/// Concatenations that are shorter do not ask the heap's limit: the next collection will notice.
const ALWAYS_FITS: usize = 4096;

/// Whether there may be a string of this length, and the heap's limit leaves room for it.
pub(crate) fn fits(vm: &mut Vm, len: usize, kind: Kind) -> bool {
    len <= u32::MAX as usize && vm.heap.fits(len * kind.size())
}

/// A `MemoryError` without a message.
pub(crate) fn memory_error(vm: &mut Vm) -> Raise {
    let ty = vm.exc.MemoryError;
    vm.raise_with(ty, &[])
}

// ---- interning ----

/// The interned strings. They stay for as long as the VM.
pub struct Interned {
    table: HashTable<Gc<Str>>,
    latin1: [Option<Gc<Str>>; 256],
    empty: Option<Gc<Str>>,
    /// The empty `bytes` and those of one byte are unique objects as well.
    pub(crate) single_bytes: [Option<Gc<Bytes>>; 256],
    pub(crate) empty_bytes: Option<Gc<Bytes>>,
}

impl Interned {
    /// An empty table.
    pub fn new() -> Interned {
        Interned {
            table: HashTable::new(),
            latin1: [None; 256],
            empty: None,
            single_bytes: [None; 256],
            empty_bytes: None,
        }
    }

    /// Reports all interned strings.
    pub fn trace(&self, marker: &mut Marker) {
        // The order shows nowhere: marking is all that happens.
        for string in &self.table {
            marker.mark(*string);
        }
        for bytes in self.single_bytes.iter().chain([&self.empty_bytes]).flatten() {
            marker.mark(*bytes);
        }
    }

    /// The number of interned strings.
    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// Whether no string is interned.
    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }
}

impl Default for Interned {
    fn default() -> Self {
        Interned::new()
    }
}

impl Vm {
    /// The interned string with this text.
    pub fn intern(&mut self, text: &str) -> Gc<Str> {
        if text.is_ascii() {
            let hash = hashing::hash_bytes(text.as_bytes());
            let known = self.interned.table.find(hash as u64, |s| s.ascii && s.bytes() == text.as_bytes());
            if let Some(string) = known {
                return *string;
            }
        }
        let string = self.new_str(text);
        self.intern_str(string)
    }

    /// The interned string with this content: the given one, if there is none yet and it is an exact `str`.
    pub fn intern_str(&mut self, string: Gc<Str>) -> Gc<Str> {
        if string.is_interned() {
            return string;
        }
        let hash = string.hash_value() as u64;
        if let Some(known) = self.interned.table.find(hash, |s| s.equals(string)) {
            return *known;
        }
        let string = self.exact_str(string);
        string.hash.set(hash as i64);
        string.interned.set(true);
        self.interned.table.insert_unique(hash, string, |s| s.hash_value() as u64);
        string
    }
}
