//! `.pyc` files: where they lie, the header that says which source they are of, and the marshalled code behind it.
//!
//! (Header: PEP 552; places: PEP 3147 and 488; both as in CPython's `importlib._bootstrap_external`.)

use std::ffi::{OsStr, OsString};
use std::hash::Hasher;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use siphasher::sip::SipHasher13;

use crate::marshal::{self, MarshalError};
use crate::operators::MAGIC_NUMBER;
use crate::{CodeObject, Constant};

/// `sys.implementation.cache_tag` of CPython 3.11.
pub const CACHE_TAG: &str = "cpython-311";

/// The directory beside a source in which its `.pyc` files lie.
pub const CACHE_DIRECTORY: &str = "__pycache__";

/// Size of the header in bytes.
pub const HEADER_SIZE: usize = 16;

/// `importlib.util.MAGIC_NUMBER`: what every `.pyc` file of CPython 3.11 begins with.
pub const MAGIC: [u8; 4] = {
    let [low, high] = MAGIC_NUMBER.to_le_bytes();
    [low, high, b'\r', b'\n']
};

const HASH_BASED: u32 = 1;
const CHECK_SOURCE: u32 = 2;

/// The header of a `.pyc` file: how a loader finds out whether the file still fits its source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PycHeader {
    /// By the source's time of modification and size, both modulo 2^32.
    Timestamp {
        /// Seconds since 1970.
        mtime: u32,
        /// Size of the source in bytes.
        size: u32,
    },
    /// By a hash of the source.
    Hash {
        /// [`source_hash`] of the source.
        hash: [u8; 8],
        /// Whether loading compares the hash at all.
        check_source: bool,
    },
}

impl PycHeader {
    /// The header for a source that was modified at this time and has this many bytes.
    pub fn timestamp(modified: SystemTime, size: u64) -> PycHeader {
        // Python's `int(st_mtime)` goes towards zero, before 1970 as well.
        let mtime = match modified.duration_since(UNIX_EPOCH) {
            Ok(since) => since.as_secs() as u32,
            Err(before) => (before.duration().as_secs() as u32).wrapping_neg(),
        };
        PycHeader::Timestamp { mtime, size: size as u32 }
    }

    /// The header with the hash of a source.
    pub fn hash(source: &[u8], check_source: bool) -> PycHeader {
        PycHeader::Hash { hash: source_hash(source), check_source }
    }

    /// Reads the header that a file's bytes start with.
    ///
    /// # Errors
    /// It is cut off, of another Python or of another kind of file, or has flags that CPython 3.11 does not know.
    pub fn read(bytes: &[u8]) -> Result<PycHeader, MarshalError> {
        let error = |offset, reason: String| Err(MarshalError { offset, reason });
        let Some((header, _)) = bytes.split_first_chunk::<HEADER_SIZE>() else {
            let reason =
                format!("a .pyc file starts with {HEADER_SIZE} bytes of header; there are only {}", bytes.len());
            return error(bytes.len(), reason);
        };
        let [m0, m1, m2, m3, f0, f1, f2, f3, rest @ ..] = *header;
        let magic = u16::from_le_bytes([m0, m1]);
        if [m2, m3] != *b"\r\n" {
            return error(2, "not a .pyc file: the magic number is not followed by a line end".to_string());
        }
        if magic != MAGIC_NUMBER {
            let reason =
                format!("made by another Python: magic number {magic}, while CPython 3.11 writes {MAGIC_NUMBER}");
            return error(0, reason);
        }
        let flags = u32::from_le_bytes([f0, f1, f2, f3]);
        if flags & !(HASH_BASED | CHECK_SOURCE) != 0 {
            return error(4, format!("unknown flags {flags:#x} in the header"));
        }
        if flags & HASH_BASED != 0 {
            return Ok(PycHeader::Hash { hash: rest, check_source: flags & CHECK_SOURCE != 0 });
        }
        let [t0, t1, t2, t3, s0, s1, s2, s3] = rest;
        Ok(PycHeader::Timestamp {
            mtime: u32::from_le_bytes([t0, t1, t2, t3]),
            size: u32::from_le_bytes([s0, s1, s2, s3]),
        })
    }

    /// The header's bytes.
    pub fn to_bytes(self) -> [u8; HEADER_SIZE] {
        let (flags, rest) = match self {
            PycHeader::Timestamp { mtime, size } => (0, u64::from(size) << 32 | u64::from(mtime)),
            PycHeader::Hash { hash, check_source } => {
                (HASH_BASED | if check_source { CHECK_SOURCE } else { 0 }, u64::from_le_bytes(hash))
            }
        };
        let mut bytes = [0; HEADER_SIZE];
        bytes[..4].copy_from_slice(&MAGIC);
        bytes[4..8].copy_from_slice(&flags.to_le_bytes());
        bytes[8..].copy_from_slice(&rest.to_le_bytes());
        bytes
    }
}

/// `importlib.util.source_hash`: SipHash-1-3 under the magic number as key, so that it changes with the bytecode.
pub fn source_hash(source: &[u8]) -> [u8; 8] {
    let mut hasher = SipHasher13::new_with_keys(u64::from(u32::from_le_bytes(MAGIC)), 0);
    hasher.write(source);
    hasher.finish().to_le_bytes()
}

/// `importlib.util.cache_from_source`: `dir/name.py` lies compiled in `dir/__pycache__/name.cpython-311.pyc`, with `.opt-1` or `.opt-2`
/// before the end if asserts, or docstrings too, were left out.
pub fn cache_path(source: &Path, optimize: u8) -> PathBuf {
    let file = source.file_name().unwrap_or_default();
    // CPython splits at the last dot, the first character included, and puts in no dot where there is none.
    let (stem, dot) = match (source.extension(), file.to_str().and_then(|file| file.strip_prefix('.'))) {
        (Some(_), _) => (source.file_stem().unwrap_or_default(), "."),
        (None, Some(hidden)) => (OsStr::new(hidden), "."),
        (None, None) => (file, ""),
    };
    let mut name = OsString::from(stem);
    name.push(dot);
    name.push(CACHE_TAG);
    if optimize > 0 {
        name.push(format!(".opt-{optimize}"));
    }
    name.push(".pyc");
    source.with_file_name(CACHE_DIRECTORY).join(name)
}

/// Reads a `.pyc` file of CPython 3.11. Bytes behind the code are ignored, as by CPython.
///
/// # Errors
/// [`PycHeader::read`]'s, and whatever is no marshalled code object.
pub fn read_pyc(bytes: &[u8]) -> Result<(PycHeader, Arc<CodeObject>), MarshalError> {
    let header = PycHeader::read(bytes)?;
    match marshal::read_at(bytes, HEADER_SIZE)? {
        Constant::Code(code) => Ok((header, code)),
        other => Err(MarshalError {
            offset: HEADER_SIZE,
            reason: format!("expected a code object, found {}", other.type_name()),
        }),
    }
}

/// The bytes of a `.pyc` file.
///
/// They are the bytes that CPython 3.11 writes for equal code objects straight from its compiler, references included, but for what depends
/// on the strings that its process had interned before: whether a set of strings that two functions have in common is written once or
/// twice, and whether a string of one character that is no name counts as interned. A constant that is equal to a name with characters
/// beyond ASCII may differ in the same way.
///
/// # Errors
/// Something is too large or too deeply nested for the format.
pub fn write_pyc(code: &CodeObject, header: PycHeader) -> Result<Vec<u8>, MarshalError> {
    marshal::write_code(header.to_bytes().to_vec(), code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn hashes_are_those_of_cpython() {
        // importlib.util.source_hash of 3.11.7.
        assert_eq!(source_hash(b""), *b"\x73\x8d\x9c\xd5\xd5\xe8\x7f\x73");
        assert_eq!(source_hash(b"x = 1\n"), *b"\x4c\x03\x72\xaa\x93\xf7\x52\x52");
        assert_eq!(source_hash(b"0123456789abcdef0123"), *b"\x66\xf6\x37\xf8\x6a\x95\x2f\xe8");
    }

    #[test]
    fn places_are_those_of_cpython() {
        let path = |source: &str, optimize| cache_path(Path::new(source), optimize);
        assert_eq!(path("a/b.py", 0), Path::new("a/__pycache__/b.cpython-311.pyc"));
        assert_eq!(path("b.py", 1), Path::new("__pycache__/b.cpython-311.opt-1.pyc"));
        assert_eq!(path("/a/b.c.py", 2), Path::new("/a/__pycache__/b.c.cpython-311.opt-2.pyc"));
        assert_eq!(path("a/script", 0), Path::new("a/__pycache__/scriptcpython-311.pyc"));
        assert_eq!(path("a/.py", 0), Path::new("a/__pycache__/py.cpython-311.pyc"));
    }

    #[test]
    fn headers_come_back() {
        let long_after = UNIX_EPOCH + Duration::new((1 << 32) + 5, 999_999_999);
        let headers = [
            PycHeader::Timestamp { mtime: 1_700_000_000, size: 12 },
            PycHeader::Hash { hash: *b"\x01\x02\x03\x04\x05\x06\x07\x08", check_source: true },
            PycHeader::hash(b"x = 1\n", false),
            PycHeader::timestamp(long_after, (1 << 32) + 7),
            PycHeader::timestamp(UNIX_EPOCH - Duration::from_millis(1500), 0),
        ];
        for header in headers {
            assert_eq!(PycHeader::read(&header.to_bytes()), Ok(header));
        }
        assert_eq!(headers[3], PycHeader::Timestamp { mtime: 5, size: 7 });
        assert_eq!(headers[4], PycHeader::Timestamp { mtime: u32::MAX, size: 0 });
    }

    #[test]
    fn what_is_wrong_with_a_header() {
        let header = PycHeader::Timestamp { mtime: 1, size: 2 }.to_bytes();
        let reason = |at: usize, byte: u8| {
            let mut bytes = header;
            bytes[at] = byte;
            let error = PycHeader::read(&bytes).unwrap_err();
            (error.offset, error.reason)
        };
        let (offset, text) = reason(0, 0);
        assert!(offset == 0 && text.contains("made by another Python"), "{text}");
        let (offset, text) = reason(2, 0);
        assert!(offset == 2 && text.contains("not a .pyc file"), "{text}");
        let (offset, text) = reason(4, 4);
        assert!(offset == 4 && text.contains("unknown flags 0x4"), "{text}");
        // Without the hash flag the other one means nothing.
        let mut unhashed = header;
        unhashed[4] = 2;
        assert_eq!(PycHeader::read(&unhashed), Ok(PycHeader::Timestamp { mtime: 1, size: 2 }));
    }
}
