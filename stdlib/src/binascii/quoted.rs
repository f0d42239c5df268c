//! Quoted-printable (RFC 1521), with CPython's idea of line ends.

use quicken_vm::args::Parameters;
use quicken_vm::objects::bytes;
use quicken_vm::{Args, PyResult, Vm};

use super::{ascii, flag};

/// Lines are broken before they are longer.
const LONGEST: usize = 76;

pub(super) fn a2b_qp(vm: &mut Vm, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<2> =
        Parameters { names: ["data", "header"], positional_only: 0, max_positional: 2, required: 1 };
    let [text, header] = args.bind(vm, "a2b_qp", &PARAMETERS)?;
    let text = ascii(vm, text)?;
    let header = flag(vm, header, false)?;
    Ok(vm.new_bytes(&decoded(&text, header)).into())
}

fn decoded(text: &[u8], header: bool) -> Vec<u8> {
    let mut data = Vec::with_capacity(text.len());
    let mut rest = text;
    let digit = |byte: u8| char::from(byte).to_digit(16);
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        match (*byte, after) {
            (b'=', []) => {}
            (b'=', [b'\n' | b'\r', ..]) => {
                let end = after.iter().position(|byte| *byte == b'\n');
                rest = end.map_or(&[], |end| &after[end + 1..]);
            }
            (b'=', [b'=', ..]) => {
                data.push(b'=');
                rest = &after[1..];
            }
            (b'=', [high, low, ..]) if digit(*high).is_some() && digit(*low).is_some() => {
                data.push((digit(*high).unwrap_or(0) << 4 | digit(*low).unwrap_or(0)) as u8);
                rest = &after[2..];
            }
            (b'_', _) if header => data.push(b' '),
            (byte, _) => data.push(byte),
        }
    }
    data
}

pub(super) fn b2a_qp(vm: &mut Vm, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<4> = Parameters {
        names: ["data", "quotetabs", "istext", "header"],
        positional_only: 0,
        max_positional: 4,
        required: 1,
    };
    let [data, quotetabs, istext, header] = args.bind(vm, "b2a_qp", &PARAMETERS)?;
    let data = bytes::required(vm, data)?;
    let quotetabs = flag(vm, quotetabs, false)?;
    let istext = flag(vm, istext, true)?;
    let header = flag(vm, header, false)?;
    Ok(vm.new_bytes(&encoded(&data, quotetabs, istext, header)).into())
}

fn push_quoted(byte: u8, text: &mut Vec<u8>) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    text.extend([b'=', DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
}

fn encoded(data: &[u8], quotetabs: bool, istext: bool, header: bool) -> Vec<u8> {
    // Line ends become those of the first line.
    let has_crlf = data.iter().position(|byte| *byte == b'\n').is_some_and(|at| at > 0 && data[at - 1] == b'\r');
    let newline: &[u8] = if has_crlf { b"\r\n" } else { b"\n" };
    let mut text = Vec::with_capacity(data.len());
    let (mut at, mut width) = (0, 0);
    while let Some(&byte) = data.get(at) {
        let next = data.get(at + 1).copied();
        let break_line = |text: &mut Vec<u8>| {
            text.push(b'=');
            text.extend_from_slice(newline);
        };
        let is_quoted = match byte {
            127.. | b'=' => true,
            b'_' => header,
            // A line of a single dot ends a message in some protocols.
            b'.' => width == 0 && matches!(next, None | Some(b'\n' | b'\r' | 0)),
            b'\r' | b'\n' => !istext,
            b'\t' | b' ' => next.is_none() || quotetabs,
            ..33 => true,
            _ => false,
        };
        if is_quoted {
            if width + 3 >= LONGEST {
                break_line(&mut text);
                width = 0;
            }
            push_quoted(byte, &mut text);
            width += 3;
            at += 1;
        } else if istext && (byte == b'\n' || (byte == b'\r' && next == Some(b'\n'))) {
            width = 0;
            // Blanks at the end of a line would be lost on the way.
            if let Some(blank @ (b' ' | b'\t')) = text.last().copied() {
                text.pop();
                push_quoted(blank, &mut text);
            }
            text.extend_from_slice(newline);
            at += if byte == b'\r' { 2 } else { 1 };
        } else {
            if next.is_some() && next != Some(b'\n') && width + 1 >= LONGEST {
                break_line(&mut text);
                width = 0;
            }
            width += 1;
            text.push(if header && byte == b' ' { b'_' } else { byte });
            at += 1;
        }
    }
    text
}
