//! The East Asian encodings of Python, of one to four bytes per character.
//!
//! The characters are those of the web's tables, but for what `multibyte.txt` lists: Python's are older and stricter. How many bytes are
//! looked at, and how many are refused, is Python's.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use encoding_rs::{BIG5, EUC_JP, EUC_KR, GB18030, GBK, SHIFT_JIS};

use super::iso2022::{Iso2022, Variant};
use super::{Failure, Reason};

/// One of the encodings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Multibyte {
    Gb2312,
    Gbk,
    Gb18030,
    Hz,
    EucJp,
    ShiftJis,
    Cp932,
    EucKr,
    Cp949,
    Johab,
    Big5,
    Cp950,
    Big5Hkscs,
    Iso2022(Variant),
}

use Multibyte::{Big5, Big5Hkscs, Cp932, Cp949, Cp950, EucJp, EucKr, Gb2312, Gb18030, Gbk, Hz, Johab, ShiftJis};

/// Why a step was none.
pub(super) enum Stop {
    /// So many bytes are none of the encoding.
    Illegal(usize),
    /// The rest may be the beginning of something.
    Incomplete,
}

/// Decodes what bytes begin with, to the end of a text; answers how many bytes that were.
type Stepper = Box<dyn FnMut(&[u8], &mut String) -> Result<usize, Stop>>;

impl Multibyte {
    /// The encoding of the module of Python's `encodings` that has this name.
    pub(super) fn of(module: &str) -> Option<Multibyte> {
        let plain =
            [Gb2312, Gbk, Gb18030, Hz, EucJp, ShiftJis, Cp932, EucKr, Cp949, Johab, Big5, Cp950, Big5Hkscs].into_iter();
        plain.chain(Variant::ALL.map(Multibyte::Iso2022)).find(|codec| codec.name() == module)
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Gb2312 => "gb2312",
            Gbk => "gbk",
            Gb18030 => "gb18030",
            Hz => "hz",
            EucJp => "euc_jp",
            ShiftJis => "shift_jis",
            Cp932 => "cp932",
            EucKr => "euc_kr",
            Cp949 => "cp949",
            Johab => "johab",
            Big5 => "big5",
            Cp950 => "cp950",
            Big5Hkscs => "big5hkscs",
            Multibyte::Iso2022(variant) => variant.name(),
        }
    }

    /// Decodes all.
    pub(super) fn decode(self, bytes: &[u8]) -> Result<String, Failure> {
        let mut text = String::with_capacity(bytes.len());
        let mut at = 0;
        let mut stepper: Stepper = match self {
            Multibyte::Iso2022(variant) => {
                let mut state = Iso2022::new(variant);
                Box::new(move |rest, text| state.step(rest, text))
            }
            Hz => hz(),
            Johab => {
                let table = Table::of(Cp949);
                Box::new(move |rest, text| johab(table, rest, text))
            }
            _ => {
                let table = Table::of(self);
                Box::new(move |rest, text| table.step(rest, text))
            }
        };
        while at < bytes.len() {
            match stepper(&bytes[at..], &mut text) {
                Ok(length) => at += length,
                Err(Stop::Illegal(length)) => {
                    return Err(Failure::new(
                        self.name(),
                        at,
                        at + length,
                        Reason::Illegal("illegal multibyte sequence"),
                    ));
                }
                Err(Stop::Incomplete) => {
                    let reason = Reason::Incomplete("incomplete multibyte sequence");
                    return Err(Failure::new(self.name(), at, bytes.len(), reason));
                }
            }
        }
        Ok(text)
    }
}

/// A table of the web, and where Python's differs.
pub(super) struct Table {
    codec: Multibyte,
    web: &'static encoding_rs::Encoding,
    /// Runs of codes, by their first: how many, and what the first stands for, if they stand for anything.
    differences: BTreeMap<u32, (u32, Option<u32>)>,
}

/// A line for each encoding: its name, then runs of codes for which Python's table and the web's differ: `first-count` of those that stand
/// for nothing in Python, `first=character+more` of those that stand for characters in order. `tests/encodings.rs` makes it.
const DIFFERENCES: &str = include_str!("multibyte.txt");

static TABLES: LazyLock<Vec<Table>> = LazyLock::new(|| {
    let codecs = [Gb2312, Gbk, Gb18030, EucJp, ShiftJis, Cp932, EucKr, Cp949, Big5, Cp950, Big5Hkscs];
    codecs.into_iter().map(Table::new).collect()
});

impl Table {
    /// The table of an encoding that has one; another encoding's is that of GBK.
    pub(super) fn of(codec: Multibyte) -> &'static Table {
        TABLES.iter().find(|table| table.codec == codec).unwrap_or(&TABLES[1])
    }

    fn new(codec: Multibyte) -> Table {
        let web = match codec {
            EucJp => EUC_JP,
            ShiftJis | Cp932 => SHIFT_JIS,
            EucKr | Cp949 => EUC_KR,
            Big5 | Cp950 | Big5Hkscs => BIG5,
            Gb18030 => GB18030,
            _ => GBK,
        };
        let hexadecimal = |digits: &str| u32::from_str_radix(digits, 16).unwrap_or(0);
        let runs = DIFFERENCES.lines().find_map(|line| line.strip_prefix(codec.name())?.strip_prefix(' '));
        let run = |run: &str| match run.split_once('=') {
            Some((first, what)) => {
                let (character, more) = what.split_once('+').unwrap_or((what, "0"));
                (hexadecimal(first), (hexadecimal(more) + 1, Some(hexadecimal(character))))
            }
            None => {
                let (first, count) = run.split_once('-').unwrap_or((run, "1"));
                (hexadecimal(first), (hexadecimal(count), None))
            }
        };
        Table { codec, web, differences: runs.into_iter().flat_map(|runs| runs.split(' ')).map(run).collect() }
    }

    /// What bytes stand for, if they are one code of the table.
    pub(super) fn push(&self, code: &[u8], text: &mut String) -> Option<()> {
        let number = code.iter().fold(0, |number, byte| number << 8 | u32::from(*byte));
        if let Some((first, (count, character))) = self.differences.range(..=number).next_back()
            && number - first < *count
        {
            text.push(char::from_u32((*character)? + (number - first))?);
            return Some(());
        }
        let decoded = self.web.decode_without_bom_handling_and_without_replacement(code)?;
        text.push_str(&decoded);
        Some(())
    }

    fn step(&self, rest: &[u8], text: &mut String) -> Result<usize, Stop> {
        let first = rest[0];
        let single = match self.codec {
            ShiftJis => !matches!(first, 0x81..=0x9F | 0xE0..=0xEA),
            Cp932 => matches!(first, 0..=0x80 | 0xA0..=0xDF | 0xFD..),
            _ => first < 0x80,
        };
        if first < 0x80 {
            text.push(char::from(first));
            return Ok(1);
        }
        let length = match (self.codec, rest) {
            _ if single => 1,
            (_, [_]) => return Err(Stop::Incomplete),
            (EucJp, [0x8F, ..]) => 3,
            (EucKr, [0xA4, 0xD4, ..]) => return composed(rest, text),
            (Gb18030, [_, b'0'..=b'9', ..]) => 4,
            _ => 2,
        };
        let code = rest.get(..length).ok_or(Stop::Incomplete)?;
        self.push(code, text).map(|()| length).ok_or(Stop::Illegal(1))
    }
}

/// Initial consonants, as letters of their own, in the order of syllables.
const INITIALS: &str = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ";
/// Final consonants, from the second; the first is none.
const FINALS: &str = "ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ";
const FIRST_VOWEL: u32 = 'ㅏ' as u32;
const VOWELS: u32 = 21;

fn syllable(initial: u32, vowel: u32, last: u32) -> Option<char> {
    char::from_u32(0xAC00 + (initial * VOWELS + vowel) * 28 + last)
}

/// A syllable that KS X 1001 has not, written as a filler and three letters.
fn composed(rest: &[u8], text: &mut String) -> Result<usize, Stop> {
    const FILLER: u8 = 0xD4;
    let code = rest.get(..8).ok_or(Stop::Incomplete)?;
    // The letters' row has them in the order of Unicode.
    let letter = |byte: u8| char::from_u32(0x3131 + u32::from(byte.checked_sub(0xA1)?));
    let find = |letters: &str, byte: u8| letters.chars().position(|known| Some(known) == letter(byte));
    let parts = || {
        let initial = find(INITIALS, code[3])?;
        let vowel = u32::from(letter(code[5])?).checked_sub(FIRST_VOWEL).filter(|vowel| *vowel < VOWELS)?;
        let last = if code[7] == FILLER { 0 } else { find(FINALS, code[7])? + 1 };
        (code[2] == 0xA4 && code[4] == 0xA4 && code[6] == 0xA4).then_some(())?;
        syllable(initial as u32, vowel, last as u32)
    };
    text.push(parts().ok_or(Stop::Illegal(1))?);
    Ok(8)
}

/// Johab: syllables by the numbers of their letters, the rest in the rows of KS X 1001, two to a first byte.
fn johab(table: &Table, rest: &[u8], text: &mut String) -> Result<usize, Stop> {
    let &[first, ref more @ ..] = rest else { return Err(Stop::Incomplete) };
    if first < 0x80 {
        text.push(char::from(first));
        return Ok(1);
    }
    let second = *more.first().ok_or(Stop::Incomplete)?;
    if first < 0xD8 {
        text.push(johab_syllable(u16::from_be_bytes([first, second])).ok_or(Stop::Illegal(1))?);
        return Ok(2);
    }
    let is_code = !(first == 0xDF
        || first > 0xF9
        || second < 0x31
        || (0x80..0x91).contains(&second)
        || second & 0x7F == 0x7F
        || (first == 0xDA && (0xA1..=0xD3).contains(&second)));
    if !is_code {
        return Err(Stop::Illegal(1));
    }
    let row = if first < 0xE0 { 2 * (i32::from(first) - 0xD9) } else { 2 * i32::from(first) - 0x197 };
    let cell = if second < 0x91 { second - 0x31 } else { second - 0x43 };
    let (row, cell) = if cell < 0x5E { (row, cell) } else { (row + 1, cell - 0x5E) };
    let lead = u8::try_from(row + 0xA1).ok().filter(|lead| *lead >= 0xA1).ok_or(Stop::Illegal(1))?;
    table.push(&[lead, cell + 0xA1], text).ok_or(Stop::Illegal(1))?;
    Ok(2)
}

fn johab_syllable(code: u16) -> Option<char> {
    /// The number of a letter that is left out.
    const NONE: i32 = -1;
    let (initial, vowel, last) = (i32::from(code >> 10 & 31), i32::from(code >> 5 & 31), i32::from(code & 31));
    let initial = (1..=20).contains(&initial).then(|| initial - 2)?;
    let vowel = match vowel {
        2..=7 => vowel - 3,
        10..=15 => vowel - 5,
        18..=23 => vowel - 7,
        26..=29 => vowel - 9,
        _ => return None,
    };
    let last = match last {
        1..=17 => last - 2,
        19..=29 => last - 3,
        _ => return None,
    };
    let letter = |letters: &str, index: i32| letters.chars().nth(usize::try_from(index).ok()?);
    match (initial, vowel, last) {
        (NONE, NONE, NONE) => Some('\u{3000}'),
        (NONE, NONE, last) => letter(FINALS, last),
        (NONE, vowel, NONE) => char::from_u32(FIRST_VOWEL + vowel as u32),
        (initial, NONE, NONE) => letter(INITIALS, initial),
        (NONE, ..) | (_, NONE, _) => None,
        (initial, vowel, last) => syllable(initial as u32, vowel as u32, (last + 1) as u32),
    }
}

/// HZ (RFC 1843): GB 2312 in seven bits, between `~{` and `~}`.
fn hz() -> Stepper {
    let table = Table::of(Gb2312);
    let mut in_gb = false;
    Box::new(move |rest, text| match (rest, in_gb) {
        ([b'~'], _) => Err(Stop::Incomplete),
        ([b'~', b'~', ..], false) => {
            text.push('~');
            Ok(2)
        }
        ([b'~', b'{', ..], false) => {
            in_gb = true;
            Ok(2)
        }
        ([b'~', b'\n', ..], false) => Ok(2),
        ([b'~', b'}', ..], true) => {
            in_gb = false;
            Ok(2)
        }
        ([b'~' | 0x80.., ..], _) => Err(Stop::Illegal(1)),
        ([byte, ..], false) => {
            text.push(char::from(*byte));
            Ok(1)
        }
        ([first, second, ..], true) => {
            let code = [first ^ 0x80, second ^ 0x80];
            table.push(&code, text).filter(|()| code[1] >= 0x80).map(|()| 2).ok_or(Stop::Illegal(1))
        }
        _ => Err(Stop::Incomplete),
    })
}
