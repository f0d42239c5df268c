//! The kinds of items that an array can have, and one item as bytes and back.

use quicken_vm::objects::int::View;
use quicken_vm::objects::string::Str;
use quicken_vm::{PyResult, Raise, Value, Vm};

/// The letters, in CPython's order.
pub(super) const TYPE_CODES: &str = "bBuhHiIlLqQfd";

/// A kind of items.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Kind(u8);

impl Kind {
    /// Characters.
    pub(super) const TEXT: Kind = Kind(b'u');

    /// The kind with this letter.
    pub(super) fn by_letter(letter: u32) -> Option<Kind> {
        let letter = u8::try_from(letter).ok()?;
        TYPE_CODES.as_bytes().contains(&letter).then_some(Kind(letter))
    }

    /// The letter.
    pub(super) fn letter(self) -> u8 {
        self.0
    }

    /// The size of an item in bytes.
    pub(super) fn size(self) -> usize {
        match self.0 {
            b'b' | b'B' => 1,
            b'h' | b'H' => 2,
            b'u' | b'i' | b'I' | b'f' => 4,
            _ => 8,
        }
    }

    /// Whether items are integers, and then whether they have a sign.
    pub(super) fn signed(self) -> Option<bool> {
        match self.0 {
            b'u' | b'f' | b'd' => None,
            letter => Some(letter.is_ascii_lowercase()),
        }
    }

    /// The value of an item.
    ///
    /// # Errors
    /// `ValueError` for what is no character.
    pub(super) fn unpack(self, vm: &mut Vm, item: &[u8]) -> PyResult {
        let mut low = [0; 8];
        low[..item.len()].copy_from_slice(item);
        let bits = u64::from_le_bytes(low);
        Ok(match self.0 {
            b'u' if bits > 0x10_FFFF => return Err(vm.value_error("chr() arg not in range(0x110000)")),
            b'u' => vm.char_str(bits as u32).into(),
            b'f' => vm.float(f64::from(f32::from_bits(bits as u32))),
            b'd' => vm.float(f64::from_bits(bits)),
            letter if letter.is_ascii_lowercase() => {
                let unused = 64 - 8 * item.len() as u32;
                vm.int((bits << unused) as i64 >> unused)
            }
            _ => vm.int_from_u64(bits),
        })
    }

    /// The bytes of an item with this value, of which the first [`Kind::size`] count.
    ///
    /// # Errors
    /// `TypeError` for values of another type, `OverflowError` for numbers out of range.
    pub(super) fn pack(self, vm: &mut Vm, value: Value) -> PyResult<[u8; 8]> {
        match self.0 {
            b'u' => match value.cast::<Str>() {
                Some(text) if text.len() == 1 => Ok(u64::from(text.char_at(0)).to_le_bytes()),
                _ => Err(vm.type_error("array item must be unicode character")),
            },
            b'f' => Ok(u64::from((vm.to_f64(value)? as f32).to_bits()).to_le_bytes()),
            b'd' => Ok(vm.to_f64(value)?.to_bits().to_le_bytes()),
            _ => self.integer(vm, value),
        }
    }

    fn integer(self, vm: &mut Vm, value: Value) -> PyResult<[u8; 8]> {
        let number = match vm.index_view(value)? {
            View::Small(number) => i128::from(number),
            View::Big(number) => i128::try_from(&number.value).unwrap_or(if View::Big(number).is_negative() {
                i128::MIN
            } else {
                i128::MAX
            }),
        };
        // Which function of C converts first, and how it calls what it converts to.
        let (low, high, too_large) = match self.0 {
            b'I' | b'L' => (0, i128::from(u64::MAX), "Python int too large to convert to C unsigned long"),
            b'Q' => (0, i128::from(u64::MAX), "int too big to convert"),
            b'q' => (i128::from(i64::MIN), i128::from(i64::MAX), "int too big to convert"),
            _ => (i128::from(i64::MIN), i128::from(i64::MAX), "Python int too large to convert to C long"),
        };
        if number < 0 && low == 0 {
            let message = if self.0 == b'Q' {
                "can't convert negative int to unsigned"
            } else {
                "can't convert negative value to unsigned int"
            };
            return Err(vm.overflow_error(message));
        }
        if !(low..=high).contains(&number) {
            return Err(vm.overflow_error(too_large));
        }
        let ranges: &[(i128, i128, &str)] = match self.0 {
            b'b' => &[(-0x8000, 0x7FFF, "signed short integer"), (-0x80, 0x7F, "signed char")],
            b'B' => &[(0, 0xFF, "unsigned byte integer")],
            b'h' => &[(-0x8000, 0x7FFF, "signed short integer")],
            b'H' => &[(-0x8000_0000, 0x7FFF_FFFF, "signed integer"), (0, 0xFFFF, "unsigned short")],
            b'i' => &[(-0x8000_0000, 0x7FFF_FFFF, "signed integer")],
            b'I' => &[(0, 0xFFFF_FFFF, "unsigned int")],
            _ => &[],
        };
        for (least, greatest, name) in ranges {
            if number < *least {
                return Err(vm.overflow_error(format!("{name} is less than minimum")));
            }
            if number > *greatest {
                return Err(vm.overflow_error(format!("{name} is greater than maximum")));
            }
        }
        Ok((number as u64).to_le_bytes())
    }
}

/// `ValueError` for a letter that stands for no kind.
pub(super) fn bad_type_code(vm: &mut Vm) -> Raise {
    vm.value_error("bad typecode (must be b, B, u, h, H, i, I, l, L, q, Q, f or d)")
}
