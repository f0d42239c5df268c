//! Text that is being written: a byte for each character as long as that is enough.

use quicken_vm::Vm;
use quicken_vm::object::Gc;
use quicken_vm::objects::string::{Str, Units};

#[derive(Default)]
pub(super) struct Text {
    narrow: Vec<u8>,
    /// All of it, once there was a character that needs more than a byte.
    wide: Option<Vec<u32>>,
}

impl Text {
    pub(super) fn push(&mut self, point: u32) {
        match (&mut self.wide, u8::try_from(point)) {
            (Some(wide), _) => wide.push(point),
            (None, Ok(byte)) => self.narrow.push(byte),
            (None, Err(_)) => {
                let mut wide: Vec<u32> = self.narrow.iter().map(|byte| u32::from(*byte)).collect();
                wide.push(point);
                self.wide = Some(wide);
            }
        }
    }

    pub(super) fn push_ascii(&mut self, text: &str) {
        match &mut self.wide {
            Some(wide) => wide.extend(text.bytes().map(u32::from)),
            None => self.narrow.extend_from_slice(text.as_bytes()),
        }
    }

    /// A part of a string as it is.
    pub(super) fn push_part(&mut self, string: &Str, start: usize, end: usize) {
        match (string.units(), &mut self.wide) {
            (Units::One(bytes), None) => self.narrow.extend_from_slice(&bytes[start..end]),
            _ => (start..end).for_each(|index| self.push(string.char_at(index))),
        }
    }

    /// A string in quotes, with what JSON wants escaped; with `ascii` all that is not ASCII, too.
    pub(super) fn push_quoted(&mut self, string: &Str, ascii: bool) {
        let is_plain = |point: u32| match point {
            0x22 | 0x5c => false,
            0x20..=0x7e => true,
            0x7f => !ascii,
            _ => !ascii && point > 0x7f,
        };
        self.push_ascii("\"");
        let mut start = 0;
        for index in 0..string.len() {
            let point = string.char_at(index);
            if is_plain(point) {
                continue;
            }
            self.push_part(string, start, index);
            self.push_escape(point);
            start = index + 1;
        }
        self.push_part(string, start, string.len());
        self.push_ascii("\"");
    }

    fn push_escape(&mut self, point: u32) {
        let short = match point {
            0x22 => "\\\"",
            0x5c => "\\\\",
            0x08 => "\\b",
            0x0c => "\\f",
            0x0a => "\\n",
            0x0d => "\\r",
            0x09 => "\\t",
            0x1_0000.. => {
                let rest = point - 0x1_0000;
                self.push_ascii(&format!("\\u{:04x}\\u{:04x}", 0xd800 + (rest >> 10), 0xdc00 + (rest & 0x3ff)));
                return;
            }
            _ => {
                self.push_ascii(&format!("\\u{point:04x}"));
                return;
            }
        };
        self.push_ascii(short);
    }

    pub(super) fn finish(self, vm: &mut Vm) -> Gc<Str> {
        match self.wide {
            Some(wide) => vm.str_from_code_points(&wide),
            None => vm.str_from_latin1(&self.narrow),
        }
    }
}
