//! Encodings of sources, decoded as CPython 3.11.7 decodes them: a sample of short sequences of bytes that `scripts/encodings.py` wrote to
//! `data/encodings.txt`, and, where that CPython is on the machine, all of its lists.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use encoding_rs::{BIG5, EUC_JP, EUC_KR, Encoding, GB18030, GBK, SHIFT_JIS};
use quicken_compiler::encoding::decode_as;

#[path = "../../bytecode/tests/reference/mod.rs"]
mod reference;

fn here() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// What `scripts/encodings.py` prints, line by line.
fn lines(python: &Path, arguments: &[&str], mut each: impl FnMut(&str)) {
    let script = here().join("tests/scripts/encodings.py");
    let mut child = Command::new(python).arg(script).args(arguments).stdout(Stdio::piped()).spawn().unwrap();
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        each(&line.unwrap());
    }
    assert!(child.wait().unwrap().success());
}

/// A sequence's line as the script writes it.
fn outcome(codec: &str, sequence: &[u8]) -> String {
    match decode_as(codec, sequence) {
        Ok(text) => format!("text {}", ascii(&text)),
        Err(error) => format!("error {error}"),
    }
}

/// What Python's `ascii` shows between the quotes.
fn ascii(text: &str) -> String {
    let mut out = String::new();
    let has_single_quotes_only = text.contains('\'') && !text.contains('"');
    for character in text.chars() {
        let code = u32::from(character);
        match character {
            '\'' if has_single_quotes_only => out.push('\''),
            '\'' => out.push_str("\\'"),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            ' '..='~' => out.push(character),
            _ => {
                let _ = match code {
                    0..=0xFF => write!(out, "\\x{code:02x}"),
                    0x100..=0xFFFF => write!(out, "\\u{code:04x}"),
                    _ => write!(out, "\\U{code:08x}"),
                };
            }
        }
    }
    out
}

fn bytes(hexadecimal: &str) -> Vec<u8> {
    let digit = |at: usize| u8::from_str_radix(&hexadecimal[at..at + 2], 16).unwrap();
    (0..hexadecimal.len()).step_by(2).map(digit).collect()
}

/// The difference, if a line of a list is not ours.
fn difference(line: &str) -> Option<String> {
    let (codec, rest) = line.split_once(' ').unwrap();
    let (sequence, expected) = rest.split_once(' ').unwrap();
    let ours = outcome(codec, &bytes(sequence));
    (ours != expected).then(|| format!("{line}\n    here: {ours}"))
}

#[test]
fn the_sample_is_decoded_alike() {
    let sample = std::fs::read_to_string(here().join("tests/data/encodings.txt")).unwrap();
    let differences: Vec<String> = sample.lines().filter_map(difference).collect();
    assert!(sample.lines().count() > 1500);
    assert!(differences.is_empty(), "{} differ:\n{}", differences.len(), differences.join("\n"));
}

#[test]
fn all_short_sequences_are_decoded_alike() {
    let Some(python) = reference::reference_python() else { return };
    let (mut count, mut differences) = (0, Vec::new());
    lines(&python, &["list"], |line| {
        count += 1;
        differences.extend(difference(line).filter(|_| differences.len() < 100));
    });
    assert!(count > 500_000, "{count}");
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// The encodings whose characters are the web's, but for `src/encoding/multibyte.txt`.
const TABLES: [(&str, &Encoding); 11] = [
    ("gb2312", GBK),
    ("gbk", GBK),
    ("gb18030", GB18030),
    ("euc_jp", EUC_JP),
    ("shift_jis", SHIFT_JIS),
    ("cp932", SHIFT_JIS),
    ("euc_kr", EUC_KR),
    ("cp949", EUC_KR),
    ("big5", BIG5),
    ("cp950", BIG5),
    ("big5hkscs", BIG5),
];

/// `QUICKEN_BLESS=1` writes the list anew.
#[test]
fn the_differences_from_the_web_are_listed() {
    let Some(python) = reference::reference_python() else { return };
    let mut text = String::new();
    for (codec, web) in TABLES {
        let mut theirs = BTreeMap::new();
        lines(&python, &["codes", codec], |line| {
            let (code, characters) = line.split_once(' ').unwrap();
            theirs.insert(u32::from_str_radix(code, 16).unwrap(), characters.to_owned());
        });
        writeln!(text, "{codec}{}", runs(web, &theirs)).unwrap();
    }
    let path = here().join("src/encoding/multibyte.txt");
    if std::env::var_os("QUICKEN_BLESS").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap(), text);
}

/// The differences of a table: runs of codes that stand for nothing, `first-count`, over those that stand for nothing in either, too; and
/// runs of those that stand for characters in order, `first=character+more`.
fn runs(web: &'static Encoding, theirs: &BTreeMap<u32, String>) -> String {
    let mut out = String::new();
    let mut missing: Option<(u32, u32)> = None;
    let mut changed: Option<(u32, u32, u32)> = None;
    let end_changed = |changed: &mut Option<(u32, u32, u32)>, out: &mut String| match changed.take() {
        Some((first, character, 0)) => write!(out, " {first:x}={character:x}").unwrap(),
        Some((first, character, more)) => write!(out, " {first:x}={character:x}+{more:x}").unwrap(),
        None => {}
    };
    let end_missing = |missing: &mut Option<(u32, u32)>, out: &mut String| match missing.take() {
        Some((first, last)) if first == last => write!(out, " {first:x}").unwrap(),
        Some((first, last)) => write!(out, " {first:x}-{:x}", last - first + 1).unwrap(),
        None => {}
    };
    let three = (0x8F_0000..0x90_0000).filter(|code| code & 0x8080 == 0x8080 && web == EUC_JP);
    let pairs = |leads: RangeInclusive<u32>| leads.flat_map(|lead| (0x30..0x3A).map(move |ten| lead << 8 | ten));
    let four = pairs(0x81..=0x84).flat_map(|high| pairs(0x81..=0xFE).map(move |low| high << 16 | low));
    let four = four.filter(|_| web == GB18030);
    for code in (0x80..0x100).chain(0x8000..0x1_0000).chain(three).chain(four) {
        // Two characters of one byte each are no code.
        if (0x8000..0x1_0000).contains(&code) && theirs.contains_key(&(code >> 8)) {
            continue;
        }
        let bytes: Vec<u8> = code_bytes(code);
        let of_the_web = web.decode_without_bom_handling_and_without_replacement(&bytes).map(|text| {
            text.chars().fold(String::new(), |mut digits, character| {
                write!(digits, "{:06x}", u32::from(character)).unwrap();
                digits
            })
        });
        match (theirs.get(&code), of_the_web) {
            (None, None) => {}
            (None, Some(_)) => {
                end_changed(&mut changed, &mut out);
                missing = Some((missing.map_or(code, |(first, _)| first), code));
            }
            (Some(theirs), Some(of_the_web)) if *theirs == of_the_web => {
                end_changed(&mut changed, &mut out);
                end_missing(&mut missing, &mut out);
            }
            (Some(theirs), _) => {
                end_missing(&mut missing, &mut out);
                let character = u32::from_str_radix(theirs, 16).unwrap();
                match &mut changed {
                    Some((first, start, more)) if code == *first + *more + 1 && character == *start + *more + 1 => {
                        *more += 1;
                    }
                    _ => {
                        end_changed(&mut changed, &mut out);
                        changed = Some((code, character, 0));
                    }
                }
            }
        }
    }
    end_changed(&mut changed, &mut out);
    end_missing(&mut missing, &mut out);
    out
}

fn code_bytes(code: u32) -> Vec<u8> {
    code.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect()
}
