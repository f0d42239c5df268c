//! `csv.writer`.

use std::any::Any;

use quicken_vm::heap::Marker;
use quicken_vm::object::{Gc, LayoutKind};
use quicken_vm::objects::complex::Complex;
use quicken_vm::objects::opaque::OpaqueData;
use quicken_vm::objects::string::Str;
use quicken_vm::slots::UnaryOp;
use quicken_vm::spec::Convention::O;
use quicken_vm::spec::{TypeSpec, member, method};
use quicken_vm::{Args, PyResult, Value, Vm};

use crate::data::{make, native_type, with};

use super::dialect::{Dialect, Quoting, described, settings};
use super::{error, one_or_two};

struct Writer {
    dialect: Value,
    /// What is called with each line.
    write: Value,
}

impl OpaqueData for Writer {
    fn trace(&self, marker: &mut Marker) {
        marker.value(self.dialect);
        marker.value(self.write);
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

pub(super) static WRITER: TypeSpec = TypeSpec {
    module: "_csv",
    subclassable: true,
    methods: &[method("writerow", write_row, O), method("writerows", write_rows, O)],
    getset: &[member("dialect", |vm, own| with(vm, own, |own: &mut Writer| own.dialect))],
    doc: Some(
        "CSV writer\n\nWriter objects are responsible for generating tabular data\nin CSV format from sequence input.\n",
    ),
    ..TypeSpec::new("writer", LayoutKind::Opaque)
};

pub(super) fn new_writer(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let (file, dialect) = one_or_two(vm, args)?;
    let name = vm.intern("write");
    let write = match vm.lookup_attr(file, name)? {
        Some(write) if vm.is_callable(write) => write,
        _ => return Err(vm.type_error("argument 1 must have a \"write\" method")),
    };
    let dialect = described(vm, dialect, args)?;
    let ty = native_type(vm, &WRITER);
    make(vm, ty, Writer { dialect, write })
}

fn write_rows(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [rows] = args.exactly(vm, "writerows")?;
    let rows = vm.iter(rows)?;
    while let Some(row) = vm.next(rows)? {
        write_fields(vm, own, row)?;
    }
    Ok(Value::NONE)
}

fn write_row(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [row] = args.exactly(vm, "writerow")?;
    write_fields(vm, own, row)
}

fn write_fields(vm: &mut Vm, own: Value, row: Value) -> PyResult {
    let (dialect, write) = with(vm, own, |own: &mut Writer| (own.dialect, own.write))?;
    let dialect = settings(vm, dialect)?;
    let fields = match vm.iter(row) {
        Ok(fields) => fields,
        Err(raise) if vm.is_raised(raise, vm.exc.TypeError) => {
            let given = vm.type_name(row);
            return Err(error(vm, &format!("iterable expected, not {given}")));
        }
        Err(raise) => return Err(raise),
    };
    let mut line = Line { dialect, text: Vec::new(), fields: 0 };
    while let Some(field) = vm.next(fields)? {
        let is_quoted = match dialect.quoting {
            Quoting::NonNumeric => !is_number(vm, field),
            Quoting::All => true,
            _ => false,
        };
        let text = match field.cast::<Str>() {
            Some(text) => Some(text),
            None if field.is_none() => None,
            None => Some(vm.str_of(field)?),
        };
        line.push(vm, text, is_quoted)?;
    }
    if line.fields > 0 && line.text.is_empty() {
        if dialect.quoting == Quoting::None {
            return Err(error(vm, "single empty field record must be quoted"));
        }
        line.fields -= 1;
        line.push(vm, None, true)?;
    }
    if let Some(terminator) = dialect.terminator.cast::<Str>() {
        line.text.extend(terminator.code_points());
    }
    let text = vm.str_from_code_points(&line.text);
    vm.call_values(write, &[text.into()])
}

/// Whether `float` or `int` would have a number from it.
fn is_number(vm: &Vm, value: Value) -> bool {
    let unary = &vm.type_of(value).slots().unary;
    let converts = [UnaryOp::Index, UnaryOp::Int, UnaryOp::Float].iter().any(|op| unary[*op as usize].is_some());
    converts || value.cast::<Complex>().is_some()
}

/// A line that is being made.
struct Line {
    dialect: Dialect,
    text: Vec<u32>,
    fields: usize,
}

impl Line {
    fn push(&mut self, vm: &mut Vm, field: Option<Gc<Str>>, mut is_quoted: bool) -> PyResult<()> {
        let Dialect { delimiter, escape, quote, terminator, quoting, double_quote, .. } = self.dialect;
        let terminator = terminator.cast::<Str>();
        let before = self.text.len();
        if self.fields > 0 {
            self.text.push(delimiter);
        }
        let start = self.text.len();
        for character in field.iter().flat_map(|field| field.code_points()) {
            let is_quote = Some(character) == quote;
            let is_escape = Some(character) == escape;
            let ends = |terminator: &Gc<Str>| terminator.code_points().any(|own| own == character);
            if character == delimiter || is_quote || is_escape || terminator.as_ref().is_some_and(ends) {
                let doubles = is_quote && double_quote && quoting != Quoting::None;
                if doubles {
                    self.text.push(character);
                }
                if quoting == Quoting::None || is_escape && !doubles || is_quote && !double_quote {
                    let Some(escape) = escape else {
                        self.text.truncate(before);
                        return Err(error(vm, "need to escape, but no escapechar set"));
                    };
                    self.text.push(escape);
                } else {
                    is_quoted = true;
                }
            }
            self.text.push(character);
        }
        if let (true, Some(quote)) = (is_quoted, quote) {
            self.text.insert(start, quote);
            self.text.push(quote);
        }
        self.fields += 1;
        Ok(())
    }
}
