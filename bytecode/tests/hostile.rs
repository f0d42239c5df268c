//! The marshal reader on bytes that no Python wrote: an error with its offset, never a panic, an overflow or an endless result.

use std::path::Path;

use quicken_bytecode::dis::{DisOptions, dis};
use quicken_bytecode::marshal::{MAX_DEPTH, MarshalError, read, write};
use quicken_bytecode::pyc::read_pyc;
use quicken_bytecode::{Constant, PyString};

fn error(bytes: &[u8]) -> MarshalError {
    read(bytes).expect_err("should not be readable")
}

fn sample(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name)).unwrap()
}

#[test]
fn errors_name_offset_and_reason() {
    let cases: [(&[u8], usize, &str); 15] = [
        (b"", 0, "the data ends where 1 bytes are expected"),
        (b"i\x01\x02", 1, "the data ends where 4 bytes are expected"),
        (b"s\xff\xff\xff\x7f", 1, "size 2147483647 does not fit into the 0 bytes left"),
        (b"s\xff\xff\xff\xff", 1, "size -1 does not fit into the 0 bytes left"),
        (b"(\x10\0\0\0N", 1, "size 16 does not fit into the 1 bytes left"),
        (b")\x02N", 3, "the data ends where 1 bytes are expected"),
        (b")\x01?", 2, "unknown type code 0x3f"),
        (b"[\0\0\0\0", 0, "a list, dict or set cannot be a constant"),
        (b"0", 0, "a NULL stands where an object is expected"),
        (b"r\0\0\0\0", 0, "back reference 0 is to an object that does not exist"),
        (b"\xa9\x01r\0\0\0\0", 2, "back reference 0 is to an object that contains it"),
        (b"u\x01\0\0\0\xff", 0, "a string is not valid UTF-8"),
        (b"l\x01\0\0\0\0\x80", 1, "a digit of an int is out of range"),
        (b"l\x01\0\0\0\0\0", 1, "the highest digit of an int is zero"),
        (b"f\x03abc", 1, "a float is not a decimal number"),
    ];
    for (bytes, offset, reason) in cases {
        let found = error(bytes);
        assert_eq!((found.offset, found.reason.as_str()), (offset, reason), "{bytes:?}");
    }
    assert_eq!(error(b"?").to_string(), "unknown type code 0x3f (at byte 0)");
}

#[test]
fn headers_are_checked() {
    let code = sample("live.pyc");
    let wrong = |at: usize, byte: u8| {
        let mut bytes = code.clone();
        bytes[at] = byte;
        read_pyc(&bytes).unwrap_err()
    };
    assert_eq!(wrong(0, 0).offset, 0);
    assert!(wrong(1, 0x0E).reason.contains("CPython 3.11 writes 3495"));
    assert_eq!(wrong(2, 0).offset, 2);
    assert_eq!(wrong(4, 9).reason, "unknown flags 0x9 in the header");
    assert_eq!(read_pyc(&code[..10]).unwrap_err().offset, 10);
    let mut no_code = code[..16].to_vec();
    no_code.push(b'N');
    assert_eq!(read_pyc(&no_code).unwrap_err().reason, "expected a code object, found NoneType");
}

#[test]
fn nesting_is_limited() {
    let nested = |depth: usize| [b")\x01".repeat(depth), b"N".to_vec()].concat();
    assert!(read(&nested(MAX_DEPTH - 1)).is_ok());
    assert_eq!(error(&nested(MAX_DEPTH)).offset, 2 * MAX_DEPTH);
    assert_eq!(error(&nested(1_000_000)).offset, 2 * MAX_DEPTH);
    // Code objects nested in each other's constants take the most stack.
    let start = [b"c".as_slice(), &[0; 20], b"s\0\0\0\0)\x01"].concat();
    assert!(error(&start.repeat(100_000)).reason.contains("nested"));
}

#[test]
fn back_references_cannot_multiply_without_bound() {
    // Each tuple holds the one before ten times.
    let mut bytes = vec![b')', 30, 0xA9, 0];
    for index in 0..29u32 {
        bytes.extend([0xA9, 10]);
        for _ in 0..10 {
            bytes.push(b'r');
            bytes.extend(index.to_le_bytes());
        }
    }
    assert!(error(&bytes).reason.contains("multiply"));
}

/// Every truncation and many mutations of real files: reading, showing and walking must come back.
#[test]
fn damaged_files_are_survived() {
    for name in ["live.pyc", "exceptions.pyc", "constants.pyc"] {
        let original = sample(name);
        for end in 0..original.len() {
            assert!(read_pyc(&original[..end]).is_err(), "{name} cut at {end}");
        }
        let mut state = 0x2545_F491_4F6C_DD1Du64;
        for at in (16..original.len()).step_by(5) {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let mut bytes = original.clone();
            bytes[at] = state as u8;
            bytes[16 + (state >> 8) as usize % (original.len() - 16)] ^= 1 << (state >> 60 & 7);
            if let Ok((_, code)) = read_pyc(&bytes) {
                dis(&code, &DisOptions { show_caches: true, ..DisOptions::PLAIN });
                code.positions().for_each(drop);
            }
        }
    }
}

#[test]
fn all_kinds_of_constants_survive_a_round_trip() {
    let big = |text: &str| Constant::int(text.parse().unwrap());
    let surrogates = PyString::from_code_points([0xD83D, 0xDE00, 0x41]).unwrap();
    let constants = [
        Constant::None,
        Constant::Ellipsis,
        Constant::True,
        Constant::Int(-1),
        Constant::Int(i64::from(i32::MIN)),
        Constant::Int(i64::from(i32::MAX) + 1),
        Constant::Int(i64::MIN),
        big("9223372036854775808"),
        big("-170141183460469231731687303715884105728"),
        Constant::Float(-0.0),
        Constant::Float(f64::NAN),
        Constant::Complex { re: -0.0, im: f64::INFINITY },
        Constant::str("name"),
        Constant::str("name"),
        Constant::str(&"long ".repeat(100)),
        Constant::str("日本"),
        Constant::Str(surrogates),
        Constant::Bytes(Box::new([0, 255])),
        Constant::Tuple(vec![Constant::Int(1); 300].into()),
        Constant::FrozenSet(vec![Constant::Int(2), Constant::str("x"), Constant::Tuple(Box::new([]))].into()),
    ];
    let all = Constant::Tuple(constants.into());
    assert_eq!(read(&write(&all).unwrap()).unwrap(), all);
}
