//! The tokens of a source, as `python3.11 -m tokenize` lists them.

use std::fmt::Write as _;

use quicken_bytecode::PyString;
use quicken_bytecode::repr::repr_str;
use ruff_text_size::TextSize;

use crate::error::{Result, SyntaxError};
use crate::source::Source;
use crate::tokenizer::{Kind, Token, tokenize};

/// One line per token: its place, its type, its text. `exact` names operators by what they are.
pub(crate) fn listing(source: &Source<'_>, exact: bool) -> Result<String> {
    let tokens = tokenize(source.text, true);
    if let Some(failure) = tokens.failure {
        return Err(at(source, failure.offset, &failure.message, failure.kind));
    }
    if tokens.open.last().is_some() {
        return Err(at(source, source.text.len(), "EOF in multi-line statement", crate::ErrorKind::SyntaxError));
    }
    let mut out = String::new();
    line(&mut out, "0,0-0,0:", "ENCODING", "utf-8");
    for token in &tokens.tokens {
        let text = &source.text[token.start..token.end];
        let (start, mut end) = (position(source, token.start), position(source, token.end));
        let (mut first, mut shown) = (start, text);
        match token.kind {
            // Newlines are as wide as one character, at the end of the file too.
            Kind::Newline | Kind::Nl => {
                end = (start.0, start.1 + 1);
            }
            Kind::EndMarker | Kind::Dedent if token.start == source.text.len() => {
                // A file that does not end its last line ends on the next all the same.
                let ended = source.text.is_empty() || source.text.ends_with('\n');
                let row = if ended { start.0 } else { start.0 + 1 };
                (first, end) = ((row, 0), (row, 0));
                shown = "";
            }
            _ => {}
        }
        let range = format!("{},{}-{},{}:", first.0, first.1, end.0, end.1);
        line(&mut out, &range, name(token, text, exact), shown);
    }
    Ok(out)
}

fn line(out: &mut String, range: &str, name: &str, text: &str) {
    let repr = repr_str(&PyString::from(text));
    let _ = writeln!(out, "{range:<20}{name:<15}{repr:<15}");
}

/// Row from 1 and column from 0, in characters.
fn position(source: &Source<'_>, offset: usize) -> (i32, usize) {
    let offset = source.text.floor_char_boundary(offset);
    let (line, column) = source.position(TextSize::new(offset as u32));
    (line, source.text[offset - column as usize..offset].chars().count())
}

fn at(source: &Source<'_>, offset: usize, message: &str, kind: crate::ErrorKind) -> Box<SyntaxError> {
    let (line, column) = position(source, offset.min(source.text.len()));
    Box::new(SyntaxError {
        kind,
        message: message.to_owned(),
        filename: source.filename.to_owned(),
        line,
        column: column as i32 + 1,
        end_line: line,
        end_column: column as i32 + 1,
        text: source.line_text(line),
        stage: crate::error::Stage::Tokens,
    })
}

fn name(token: &Token, text: &str, exact: bool) -> &'static str {
    match token.kind {
        Kind::EndMarker => "ENDMARKER",
        Kind::Name => "NAME",
        Kind::Number => "NUMBER",
        Kind::String => "STRING",
        Kind::Newline => "NEWLINE",
        Kind::Indent => "INDENT",
        Kind::Dedent => "DEDENT",
        Kind::Comment => "COMMENT",
        Kind::Nl => "NL",
        Kind::Op if matches!(text, "$" | "?" | "!" | "`") => "ERRORTOKEN",
        Kind::Op if exact => exact_name(text),
        Kind::Op => "OP",
    }
}

fn exact_name(text: &str) -> &'static str {
    match text {
        "(" => "LPAR",
        ")" => "RPAR",
        "[" => "LSQB",
        "]" => "RSQB",
        ":" => "COLON",
        "," => "COMMA",
        ";" => "SEMI",
        "+" => "PLUS",
        "-" => "MINUS",
        "*" => "STAR",
        "/" => "SLASH",
        "|" => "VBAR",
        "&" => "AMPER",
        "<" => "LESS",
        ">" => "GREATER",
        "=" => "EQUAL",
        "." => "DOT",
        "%" => "PERCENT",
        "{" => "LBRACE",
        "}" => "RBRACE",
        "==" => "EQEQUAL",
        "!=" => "NOTEQUAL",
        "<=" => "LESSEQUAL",
        ">=" => "GREATEREQUAL",
        "~" => "TILDE",
        "^" => "CIRCUMFLEX",
        "<<" => "LEFTSHIFT",
        ">>" => "RIGHTSHIFT",
        "**" => "DOUBLESTAR",
        "+=" => "PLUSEQUAL",
        "-=" => "MINEQUAL",
        "*=" => "STAREQUAL",
        "/=" => "SLASHEQUAL",
        "%=" => "PERCENTEQUAL",
        "&=" => "AMPEREQUAL",
        "|=" => "VBAREQUAL",
        "^=" => "CIRCUMFLEXEQUAL",
        "<<=" => "LEFTSHIFTEQUAL",
        ">>=" => "RIGHTSHIFTEQUAL",
        "**=" => "DOUBLESTAREQUAL",
        "//" => "DOUBLESLASH",
        "//=" => "DOUBLESLASHEQUAL",
        "@" => "AT",
        "@=" => "ATEQUAL",
        "->" => "RARROW",
        "..." => "ELLIPSIS",
        ":=" => "COLONEQUAL",
        _ => "OP",
    }
}
