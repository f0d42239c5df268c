//! `"…%s…" % (a, b)` turned into what an f-string compiles to.

use bumpalo::Bump;
use bumpalo::collections::Vec as BumpVec;
use quicken_bytecode::{Constant, PyString};

use crate::ast::*;

/// A part of a format.
enum Piece {
    Literal(Vec<u32>),
    Field(Conversion, Option<String>),
}

/// The values of the f-string that does the same, if the format is simple enough and matches the number of items.
pub(super) fn joined_values<'a>(
    arena: &'a Bump,
    constants: &mut Constants,
    format: &[u32],
    elts: &mut &'a mut [Expr<'a>],
) -> Option<&'a mut [Expr<'a>]> {
    let pieces = parse(format, elts.len())?;
    let mut elts = std::mem::take(elts).iter_mut();
    let mut values = BumpVec::new_in(arena);
    for piece in pieces {
        match piece {
            Piece::Literal(text) => values.push(text_node(constants, PyString::from_code_points(text)?)),
            Piece::Field(conversion, spec) => {
                let value = elts.next()?;
                let loc = value.loc;
                let format_spec = spec.map(|spec| &mut *arena.alloc(text_node(constants, PyString::from(spec))));
                values.push(Expr { kind: ExprKind::FormattedValue { value, conversion, format_spec }, loc });
            }
        }
    }
    Some(values.into_bump_slice_mut())
}

fn text_node<'a>(constants: &mut Constants, text: PyString) -> Expr<'a> {
    let kind = ExprKind::Constant { value: constants.add(Constant::Str(text)), u_prefix: false };
    Expr { kind, loc: Loc::NONE }
}

fn parse(format: &[u32], fields: usize) -> Option<Vec<Piece>> {
    const PERCENT: u32 = '%' as u32;
    let mut pieces = Vec::new();
    let mut count = 0;
    let mut rest = format;
    loop {
        let mut literal = Vec::new();
        loop {
            match rest {
                [PERCENT, PERCENT, tail @ ..] => {
                    literal.push(PERCENT);
                    rest = tail;
                }
                [PERCENT, ..] | [] => break,
                [character, tail @ ..] => {
                    literal.push(*character);
                    rest = tail;
                }
            }
        }
        if !literal.is_empty() {
            pieces.push(Piece::Literal(literal));
        }
        if rest.is_empty() {
            return (count == fields).then_some(pieces);
        }
        if count == fields {
            return None;
        }
        let (piece, tail) = field(&rest[1..])?;
        pieces.push(piece);
        count += 1;
        rest = tail;
    }
}

/// Reads what follows a percent sign.
fn field(format: &[u32]) -> Option<(Piece, &[u32])> {
    let mut reader = Reader(format);
    let mut left = false;
    let mut character = loop {
        match reader.next()? {
            '-' => left = true,
            '+' | ' ' | '#' | '0' | 'z' => {}
            other => break other,
        }
    };
    let mut spec = String::new();
    if character.is_ascii_digit() {
        let width = reader.number(&mut character)?;
        if !left && width > 0 {
            spec.push('>');
        }
        spec.push_str(&width.to_string());
    }
    if character == '.' {
        character = reader.next()?;
        let precision = reader.number(&mut character)?;
        spec.push('.');
        spec.push_str(&precision.to_string());
    }
    let conversion = match character {
        's' => Conversion::Str,
        'r' => Conversion::Repr,
        'a' => Conversion::Ascii,
        _ => return None,
    };
    Some((Piece::Field(conversion, (!spec.is_empty()).then_some(spec)), reader.0))
}

struct Reader<'f>(&'f [u32]);

impl Reader<'_> {
    fn next(&mut self) -> Option<char> {
        let (first, tail) = self.0.split_first()?;
        self.0 = tail;
        // A surrogate is no part of a format.
        Some(char::from_u32(*first).unwrap_or('\u{fffd}'))
    }

    /// A number of at most two digits that starts with the given character, which becomes the one behind it.
    fn number(&mut self, character: &mut char) -> Option<u32> {
        let mut value = 0;
        let mut digits = 0;
        while let Some(digit) = character.to_digit(10) {
            value = value * 10 + digit;
            *character = self.next()?;
            digits += 1;
            if digits >= 3 {
                return None;
            }
        }
        Some(value)
    }
}
