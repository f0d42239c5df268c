//! `csv.reader`: an iterator over rows.

use std::any::Any;

use quicken_vm::heap::Marker;
use quicken_vm::object::{Gc, LayoutKind};
use quicken_vm::objects::list::List;
use quicken_vm::objects::opaque::OpaqueData;
use quicken_vm::objects::string::Str;
use quicken_vm::slots::Slots;
use quicken_vm::spec::{TypeSpec, member};
use quicken_vm::{Args, PyResult, Value, Vm};

use crate::data::{make, native_type, with};

use super::dialect::{Dialect, Quoting, described, settings};
use super::{error, limit, one_or_two};

struct Reader {
    dialect: Value,
    /// An iterator over lines.
    input: Value,
    line_number: u64,
}

impl OpaqueData for Reader {
    fn trace(&self, marker: &mut Marker) {
        marker.value(self.dialect);
        marker.value(self.input);
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

pub(super) static READER: TypeSpec = TypeSpec {
    module: "_csv",
    subclassable: true,
    slots: Slots { iter: Some(|_, own| Ok(own)), iternext: Some(next), ..Slots::NONE },
    getset: &[
        member("dialect", |vm, own| with(vm, own, |own: &mut Reader| own.dialect)),
        member("line_num", |vm, own| {
            let number = with(vm, own, |own: &mut Reader| own.line_number)?;
            Ok(vm.int_from_u64(number))
        }),
    ],
    doc: Some("CSV reader\n\nReader objects are responsible for reading and parsing tabular data\nin CSV format.\n"),
    ..TypeSpec::new("reader", LayoutKind::Opaque)
};

pub(super) fn new_reader(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let (lines, dialect) = one_or_two(vm, args)?;
    let input = vm.iter(lines)?;
    let dialect = described(vm, dialect, args)?;
    let ty = native_type(vm, &READER);
    make(vm, ty, Reader { dialect, input, line_number: 0 })
}

/// Where in a row the reader is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    StartRecord,
    StartField,
    Escaped,
    /// Behind a line break that was escaped.
    AfterEscapedBreak,
    InField,
    InQuoted,
    EscapedInQuoted,
    /// Behind a quote that ends the quoted part, unless another one follows.
    QuoteInQuoted,
    /// Behind the row: only its line break may follow.
    AfterRecord,
}

/// A row that is being read.
struct Row {
    dialect: Dialect,
    limit: usize,
    state: State,
    field: Vec<u32>,
    is_number: bool,
    fields: Gc<List>,
}

const LINE_FEED: u32 = b'\n' as u32;
const RETURN: u32 = b'\r' as u32;

fn next(vm: &mut Vm, own: Value) -> PyResult {
    let (dialect, input) = with(vm, own, |own: &mut Reader| (own.dialect, own.input))?;
    let dialect = settings(vm, dialect)?;
    let limit = usize::try_from(limit(vm)).unwrap_or(0);
    let fields = vm.new_list(&[]);
    let mut row = Row { dialect, limit, state: State::StartRecord, field: Vec::new(), is_number: false, fields };
    loop {
        let Some(line) = vm.next(input)? else {
            if row.field.is_empty() && row.state != State::InQuoted {
                return Ok(Value::NULL);
            }
            if dialect.strict {
                return Err(error(vm, "unexpected end of data"));
            }
            row.save(vm)?;
            break;
        };
        let Some(line) = line.cast::<Str>() else {
            let given = vm.type_name(line);
            let message =
                format!("iterator should return strings, not {given} (the file should be opened in text mode)");
            return Err(error(vm, &message));
        };
        with(vm, own, |own: &mut Reader| own.line_number += 1)?;
        for character in line.code_points() {
            row.step(vm, Some(character))?;
        }
        row.step(vm, None)?;
        if row.state == State::StartRecord {
            break;
        }
    }
    Ok(fields.into())
}

impl Row {
    /// The next character; `None` at the end of a line as the input gave it.
    fn step(&mut self, vm: &mut Vm, character: Option<u32>) -> PyResult<()> {
        let dialect = self.dialect;
        let is_break = matches!(character, None | Some(LINE_FEED | RETURN));
        let is_quote = character.is_some() && character == dialect.quote && dialect.quoting != Quoting::None;
        let is_escape = character.is_some() && character == dialect.escape;
        let is_delimiter = character == Some(dialect.delimiter);
        match self.state {
            State::StartRecord if character.is_none() => {}
            State::StartRecord if is_break => self.state = State::AfterRecord,
            State::StartRecord | State::StartField => {
                self.state = State::StartField;
                if is_break {
                    return self.end(vm, character);
                }
                if is_quote {
                    self.state = State::InQuoted;
                } else if is_escape {
                    self.state = State::Escaped;
                } else if dialect.skip_space && character == Some(u32::from(b' ')) {
                } else if is_delimiter {
                    self.save(vm)?;
                } else {
                    self.is_number = dialect.quoting == Quoting::NonNumeric;
                    self.push(vm, character)?;
                    self.state = State::InField;
                }
            }
            State::Escaped => {
                let breaks = matches!(character, Some(LINE_FEED | RETURN));
                self.push(vm, character)?;
                self.state = if breaks { State::AfterEscapedBreak } else { State::InField };
            }
            State::AfterEscapedBreak if character.is_none() => {}
            State::AfterEscapedBreak | State::InField => {
                if is_break {
                    return self.end(vm, character);
                }
                if is_escape {
                    self.state = State::Escaped;
                } else if is_delimiter {
                    self.save(vm)?;
                    self.state = State::StartField;
                } else {
                    self.push(vm, character)?;
                }
            }
            State::InQuoted if character.is_none() => {}
            State::InQuoted => {
                if is_escape {
                    self.state = State::EscapedInQuoted;
                } else if is_quote {
                    self.state = if dialect.double_quote { State::QuoteInQuoted } else { State::InField };
                } else {
                    self.push(vm, character)?;
                }
            }
            State::EscapedInQuoted => {
                self.push(vm, character)?;
                self.state = State::InQuoted;
            }
            State::QuoteInQuoted => {
                if is_quote {
                    self.push(vm, character)?;
                    self.state = State::InQuoted;
                } else if is_delimiter {
                    self.save(vm)?;
                    self.state = State::StartField;
                } else if is_break {
                    return self.end(vm, character);
                } else if dialect.strict {
                    let shown = |point: Option<u32>| point.and_then(char::from_u32).unwrap_or('\u{fffd}');
                    let message =
                        format!("'{}' expected after '{}'", shown(Some(dialect.delimiter)), shown(dialect.quote));
                    return Err(error(vm, &message));
                } else {
                    self.push(vm, character)?;
                    self.state = State::InField;
                }
            }
            State::AfterRecord => {
                if character.is_none() {
                    self.state = State::StartRecord;
                } else if !is_break {
                    let message = "new-line character seen in unquoted field - do you need to open the file in \
                                   universal-newline mode?";
                    return Err(error(vm, message));
                }
            }
        }
        Ok(())
    }

    /// Ends the row at a line break, or at the end of the line.
    fn end(&mut self, vm: &mut Vm, character: Option<u32>) -> PyResult<()> {
        self.save(vm)?;
        self.state = if character.is_none() { State::StartRecord } else { State::AfterRecord };
        Ok(())
    }

    /// Adds a character to the field. The end of a line that was escaped counts as a line feed.
    fn push(&mut self, vm: &mut Vm, character: Option<u32>) -> PyResult<()> {
        if self.field.len() >= self.limit {
            let limit = limit(vm);
            return Err(error(vm, &format!("field larger than field limit ({limit})")));
        }
        self.field.push(character.unwrap_or(LINE_FEED));
        Ok(())
    }

    /// Ends the field.
    fn save(&mut self, vm: &mut Vm) -> PyResult<()> {
        let text = vm.str_from_code_points(&self.field);
        self.field.clear();
        let field = if std::mem::take(&mut self.is_number) {
            let float = vm.types.float;
            vm.call_values(float.into(), &[text.into()])?
        } else {
            text.into()
        };
        self.fields.push(vm, field);
        Ok(())
    }
}
