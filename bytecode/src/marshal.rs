//! The `marshal` format, version 4: reading and writing of what code objects are made of.
//!
//! The reader takes any bytes: sizes are checked against what is left, nesting is limited, back references cannot multiply
//! the result without bound, and every error names the offset where it was found. Whether the *instructions* make sense is for the
//! verifier to say.
//!
//! The writer gives the bytes that CPython gives for the same code objects straight from its compiler: see
//! [`write_pyc`](crate::pyc::write_pyc). (Format: CPython's `Python/marshal.c`.)

mod identity;
mod reader;
mod writer;

use std::fmt;

use crate::{CodeObject, Constant};
use identity::Owners;
use reader::Reader;
use writer::Writer;

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

/// Reads the object at the start of the bytes, and says how many of them it takes.
///
/// # Errors
/// As for [`read`].
pub fn read_prefix(bytes: &[u8]) -> Result<(Constant, usize), MarshalError> {
    let mut reader = Reader::new(bytes, 0);
    let (constant, _) = reader.object()?;
    Ok((constant, reader.position()))
}

/// Reads the object that begins at an offset of the bytes.
pub(crate) fn read_at(bytes: &[u8], offset: usize) -> Result<Constant, MarshalError> {
    Reader::new(bytes, offset).object().map(|(constant, _)| constant)
}

/// Writes a code object behind what `out` holds already.
pub(crate) fn write_code(out: Vec<u8>, code: &CodeObject) -> Result<Vec<u8>, MarshalError> {
    let mut owners = Owners::new();
    owners.module(code);
    let mut writer = Writer::new(out, &mut owners);
    writer.module(code)?;
    Ok(writer.into_bytes())
}

/// Writes one object: `marshal.dumps`.
///
/// # Errors
/// Something is too large or too deeply nested for the format.
pub fn write(constant: &Constant) -> Result<Vec<u8>, MarshalError> {
    if let Constant::Code(code) = constant {
        return write_code(Vec::new(), code);
    }
    let mut owners = Owners::new();
    let value = owners.value(constant);
    owners.constant(constant, value);
    let mut writer = Writer::new(Vec::new(), &mut owners);
    writer.constant(constant)?;
    Ok(writer.into_bytes())
}
