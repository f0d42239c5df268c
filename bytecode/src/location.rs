//! The two compressed tables of a code object: source positions and exception handlers.
//!
//! **Location table** (PEP 626, PEP 657). A sequence of entries, each for one to eight code units. The first byte has its highest bit
//! set, a form in bits 3 to 6 and the number of units less one in bits 0 to 2; the bytes after it depend on the form: columns within the
//! same line in two bytes, lines up to two further in three, no columns, or everything as variable-length integers (six bits a byte,
//! lowest first, bit 6 says that more follow; signed ones keep their sign in the lowest bit). Lines are relative to the entry before.
//!
//! **Exception table**. Four variable-length integers per entry (six bits a byte, highest first, bit 6 says that more follow, bit 7 marks
//! the first byte of an entry): start, length and target in code units, and twice the depth plus `lasti`.

/// A span of source. Each part may be unknown. Lines count from 1, columns from 0 in bytes of UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Position {
    /// Line where the span starts.
    pub line: Option<i32>,
    /// Line where it ends.
    pub end_line: Option<i32>,
    /// Column where it starts.
    pub column: Option<i32>,
    /// Column behind its end.
    pub end_column: Option<i32>,
}

impl Position {
    /// No position: an instruction that belongs to no line.
    pub const NONE: Position = Position { line: None, end_line: None, column: None, end_column: None };
}

/// An entry of the location table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PositionRange {
    /// First code unit.
    pub start_unit: u32,
    /// Number of code units, 1 to 8.
    pub units: u32,
    /// Their position.
    pub position: Position,
}

/// A range of code that belongs to one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineRange {
    /// First byte.
    pub start: u32,
    /// Byte behind the last.
    pub end: u32,
    /// The line; none for code that belongs to no line.
    pub line: Option<i32>,
}

// Forms of location entries: 0 to 9 are SHORT with the column's group of eight, 10 to 12 ONE_LINE with the number of lines advanced.
const FORM_ONE_LINE: u8 = 10;
const FORM_NO_COLUMNS: u8 = 13;
const FORM_LONG: u8 = 14;
const FORM_NONE: u8 = 15;

/// Decodes a location table. Ends early where the table is malformed.
#[derive(Clone, Debug)]
pub struct PositionRanges<'a> {
    bytes: &'a [u8],
    at: usize,
    unit: u32,
    line: i32,
}

impl<'a> PositionRanges<'a> {
    /// The entries of a table, lines relative to the first line of the code object.
    pub const fn new(linetable: &'a [u8], firstlineno: i32) -> Self {
        PositionRanges { bytes: linetable, at: 0, unit: 0, line: firstlineno }
    }

    /// How many bytes of the table were read.
    pub(crate) const fn bytes_read(&self) -> usize {
        self.at
    }

    fn byte(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    fn varint(&mut self) -> Option<u32> {
        let mut value = 0u32;
        let mut shift = 0;
        loop {
            let byte = self.byte()?;
            value |= u32::from(byte & 0x3F).checked_shl(shift).unwrap_or(0);
            if byte & 0x40 == 0 {
                return Some(value);
            }
            shift += 6;
        }
    }

    fn signed_varint(&mut self) -> Option<i32> {
        let value = self.varint()?;
        let magnitude = (value >> 1) as i32;
        Some(if value & 1 != 0 { magnitude.wrapping_neg() } else { magnitude })
    }

    fn advance(&mut self, lines: i32) -> Option<i32> {
        self.line = self.line.wrapping_add(lines);
        Some(self.line)
    }
}

impl Iterator for PositionRanges<'_> {
    type Item = PositionRange;

    fn next(&mut self) -> Option<PositionRange> {
        let first = self.byte()?;
        let form = first >> 3 & 0x0F;
        let units = u32::from(first & 7) + 1;
        let position = match form {
            FORM_NONE => Position::NONE,
            FORM_LONG => {
                let lines = self.signed_varint()?;
                let line = self.advance(lines);
                let end_line = self.line.wrapping_add(self.varint()? as i32);
                // Columns are stored plus one, so that zero can mean none.
                let column = self.varint()?.checked_sub(1).map(|column| column as i32);
                let end_column = self.varint()?.checked_sub(1).map(|column| column as i32);
                Position { line, end_line: Some(end_line), column, end_column }
            }
            FORM_NO_COLUMNS => {
                let lines = self.signed_varint()?;
                let line = self.advance(lines);
                Position { line, end_line: line, column: None, end_column: None }
            }
            FORM_ONE_LINE..FORM_NO_COLUMNS => {
                let line = self.advance(i32::from(form - FORM_ONE_LINE));
                let column = i32::from(self.byte()?);
                let end_column = i32::from(self.byte()?);
                Position { line, end_line: line, column: Some(column), end_column: Some(end_column) }
            }
            group => {
                let byte = self.byte()?;
                let column = i32::from(group << 3 | byte >> 4);
                let end_column = column + i32::from(byte & 0x0F);
                let line = Some(self.line);
                Position { line, end_line: line, column: Some(column), end_column: Some(end_column) }
            }
        };
        let start_unit = self.unit;
        self.unit += units;
        Some(PositionRange { start_unit, units, position })
    }
}

/// The lines of the entries. Neighbouring entries of the same line stay apart, as in CPython 3.11.
pub(crate) fn line_ranges<'a>(ranges: PositionRanges<'a>) -> impl Iterator<Item = LineRange> + 'a {
    ranges.map(|range| LineRange {
        start: 2 * range.start_unit,
        end: 2 * (range.start_unit + range.units),
        line: range.position.line,
    })
}

/// Writes a location table as CPython's assembler does, byte for byte.
#[derive(Clone, Debug)]
pub struct LocationTableWriter {
    bytes: Vec<u8>,
    line: i32,
}

impl LocationTableWriter {
    /// A table for a code object with this first line.
    pub const fn new(firstlineno: i32) -> Self {
        LocationTableWriter { bytes: Vec::new(), line: firstlineno }
    }

    /// The same, with memory for so many bytes.
    pub fn with_capacity(firstlineno: i32, capacity: usize) -> Self {
        LocationTableWriter { bytes: Vec::with_capacity(capacity), line: firstlineno }
    }

    /// Adds one instruction of so many code units (EXTENDED_ARGs and caches included).
    pub fn push(&mut self, units: usize, position: Position) {
        let Position { line, end_line, column, end_column } = position;
        self.push_numbers(units, [line, end_line, column, end_column].map(|number| number.unwrap_or(-1)));
    }

    /// The same with first and last line, first column and column behind the end, as the compiler holds them: negative where there is none.
    #[inline]
    pub fn push_numbers(&mut self, units: usize, position: [i32; 4]) {
        let mut units = units;
        while units > 8 {
            self.entry_of_eight(position);
            units -= 8;
        }
        if units > 0 {
            self.entry(units, position);
        }
    }

    #[cold]
    fn entry_of_eight(&mut self, position: [i32; 4]) {
        self.entry(8, position);
    }

    /// The finished table.
    pub fn finish(self) -> Box<[u8]> {
        self.bytes.into_boxed_slice()
    }

    #[inline(always)]
    fn entry(&mut self, units: usize, position: [i32; 4]) {
        let [line, end_line, column, end_column] = position;
        let width = end_column.wrapping_sub(column);
        // Most are these.
        if line == self.line && end_line == line && line >= 0 && (0..80).contains(&column) && (0..16).contains(&width) {
            let columns = ((column & 7) << 4 | width) as u8;
            self.bytes.extend_from_slice(&[first_byte((column >> 3) as u8, units), columns]);
        } else {
            self.longer_entry(units, line, end_line, column, end_column);
        }
    }

    #[inline(never)]
    fn longer_entry(&mut self, units: usize, line: i32, end_line: i32, column: i32, end_column: i32) {
        if line < 0 {
            self.bytes.push(first_byte(FORM_NONE, units));
            return;
        }
        let lines = line.wrapping_sub(self.line);
        if column >= 0 && end_column >= 0 {
            if end_line == line && (0..3).contains(&lines) && column < 128 && end_column < 128 {
                let first = first_byte(FORM_ONE_LINE + lines as u8, units);
                self.bytes.extend_from_slice(&[first, column as u8, end_column as u8]);
                self.line = line;
                return;
            }
        } else if end_line < 0 || end_line == line {
            self.bytes.push(first_byte(FORM_NO_COLUMNS, units));
            self.signed_varint(lines);
            self.line = line;
            return;
        }
        self.long_entry(units, line, end_line, column, end_column);
    }

    /// An entry that no short form fits.
    #[inline(never)]
    fn long_entry(&mut self, units: usize, line: i32, end_line: i32, column: i32, end_column: i32) {
        self.bytes.push(first_byte(FORM_LONG, units));
        self.signed_varint(line.wrapping_sub(self.line));
        self.varint(if end_line < 0 { 0 } else { end_line.wrapping_sub(line) as u32 });
        // Plus one, so that zero can mean none.
        self.varint((column.max(-1) + 1) as u32);
        self.varint((end_column.max(-1) + 1) as u32);
        self.line = line;
    }

    fn varint(&mut self, mut value: u32) {
        while value >= 0x40 {
            self.bytes.push(0x40 | (value & 0x3F) as u8);
            value >>= 6;
        }
        self.bytes.push(value as u8);
    }

    fn signed_varint(&mut self, value: i32) {
        let magnitude = value.unsigned_abs() << 1;
        self.varint(magnitude | u32::from(value < 0));
    }
}

fn first_byte(form: u8, units: usize) -> u8 {
    0x80 | form << 3 | (units - 1) as u8
}

/// An entry of the exception table. Offsets are in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ExceptionEntry {
    /// First byte of the protected code.
    pub start: u32,
    /// Byte behind the last.
    pub end: u32,
    /// Where the handler starts.
    pub target: u32,
    /// Height of the value stack to restore before the exception is pushed.
    pub depth: u32,
    /// Whether the offset of the raising instruction is pushed below the exception.
    pub lasti: bool,
}

/// Decodes an exception table. Ends early where the table is malformed.
#[derive(Clone, Debug)]
pub struct ExceptionEntries<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> ExceptionEntries<'a> {
    /// The entries of a table.
    pub const fn new(exceptiontable: &'a [u8]) -> Self {
        ExceptionEntries { bytes: exceptiontable, at: 0 }
    }

    fn varint(&mut self) -> Option<u32> {
        let mut value = 0u32;
        loop {
            let byte = *self.bytes.get(self.at)?;
            self.at += 1;
            value = value << 6 | u32::from(byte & 0x3F);
            if byte & 0x40 == 0 {
                return Some(value);
            }
        }
    }
}

impl Iterator for ExceptionEntries<'_> {
    type Item = ExceptionEntry;

    fn next(&mut self) -> Option<ExceptionEntry> {
        let start = self.varint()?.wrapping_mul(2);
        let length = self.varint()?.wrapping_mul(2);
        let target = self.varint()?.wrapping_mul(2);
        let depth_lasti = self.varint()?;
        Some(ExceptionEntry {
            start,
            end: start.wrapping_add(length),
            target,
            depth: depth_lasti >> 1,
            lasti: depth_lasti & 1 != 0,
        })
    }
}

/// Writes an exception table.
#[derive(Clone, Debug, Default)]
pub struct ExceptionTableWriter {
    bytes: Vec<u8>,
}

impl ExceptionTableWriter {
    /// An empty table.
    pub const fn new() -> Self {
        ExceptionTableWriter { bytes: Vec::new() }
    }

    /// Adds an entry. Entries have to come in the order of their starts and must not overlap.
    pub fn push(&mut self, entry: ExceptionEntry) {
        self.varint(entry.start / 2, 0x80);
        self.varint((entry.end - entry.start) / 2, 0);
        self.varint(entry.target / 2, 0);
        self.varint(entry.depth << 1 | u32::from(entry.lasti), 0);
    }

    /// The finished table.
    pub fn finish(self) -> Box<[u8]> {
        self.bytes.into_boxed_slice()
    }

    fn varint(&mut self, value: u32, mark: u8) {
        let mut mark = mark;
        for shift in [30, 24, 18, 12, 6] {
            if value >> shift != 0 {
                self.bytes.push(mark | 0x40 | (value >> shift & 0x3F) as u8);
                mark = 0;
            }
        }
        self.bytes.push(mark | (value & 0x3F) as u8);
    }
}
