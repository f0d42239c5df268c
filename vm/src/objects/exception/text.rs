//! The text of an uncaught exception, as CPython 3.11 writes it: chain, traceback, message, suggestion, notes.

use crate::Vm;
use crate::builtins::text::sys_attribute;
use crate::object::Gc;
use crate::objects::exception::members::{END_LINENO, END_OFFSET, FILENAME, LINENO, OFFSET, TEXT, syntax_message};
use crate::objects::exception::suggestions::suggestion;
use crate::objects::exception::{Exception, Traceback, groups};
use crate::objects::int::View;
use crate::objects::list::List;
use crate::objects::string::Str;
use crate::objects::tuple::Tuple;
use crate::traceback::{Entry, SourceCache, write_entries};
use crate::value::Value;

const CAUSE: &str = "The above exception was the direct cause of the following exception:\n";
const CONTEXT: &str = "During handling of the above exception, another exception occurred:\n";
/// How many entries of a traceback are written, the last ones (`PyTraceBack_LIMIT`).
const MAX_ENTRIES: usize = 1000;
const MAX_GROUP_WIDTH: usize = 15;
const MAX_GROUP_DEPTH: usize = 10;

impl Vm {
    /// What an uncaught exception prints to the standard error stream.
    pub fn format_exception(&mut self, exception: Value) -> String {
        // Files may have changed since the last one.
        let mut sources = SourceCache::default();
        let mut printer =
            Printer { out: String::new(), seen: Vec::new(), depth: 0, need_close: false, sources: &mut sources };
        printer.chain(self, exception);
        printer.out
    }

    /// What a traceback alone prints (`PyTraceBack_Print`).
    pub fn format_traceback(&mut self, traceback: Value) -> String {
        let mut out = String::from("Traceback (most recent call last):\n");
        let entries = self.shown_entries(traceback);
        if entries.is_empty() {
            return String::new();
        }
        let mut sources = SourceCache::default();
        self.read_sources(&mut sources, &entries);
        write_entries(&mut out, &entries, &mut sources);
        out
    }

    /// Reads the files that the entries name, by the encodings that they declare.
    fn read_sources(&mut self, sources: &mut SourceCache, entries: &[Entry]) {
        for entry in entries {
            sources.read(&entry.filename, |bytes| {
                let decoded = self.compiler.as_ref().and_then(|compiler| compiler.decode(bytes, &entry.filename).ok());
                Some(decoded.map_or_else(|| String::from_utf8_lossy(bytes).into_owned(), |source| source.text))
            });
        }
    }

    /// The entries of a traceback, outermost first.
    pub fn traceback_entries(&self, traceback: Value) -> Vec<Entry> {
        let mut entries = Vec::new();
        let mut link = traceback.cast::<Traceback>();
        while let Some(entry) = link {
            let code = &entry.code().object;
            let position = code.position_at(entry.lasti.max(0) as u32);
            let known = match (position.line, position.end_line, position.column, position.end_column) {
                (Some(line), Some(end_line), Some(column), Some(end_column)) => {
                    Some((line as u32, end_line as u32, column as u32, end_column as u32))
                }
                _ => None,
            };
            entries.push(Entry {
                filename: entry.code().filename.to_string_lossy().into_owned(),
                name: entry.code().name.to_string_lossy().into_owned(),
                line: entry.line().unwrap_or(-1).max(0) as u32,
                position: known,
            });
            link = entry.next.get().cast::<Traceback>();
        }
        entries
    }

    /// Those that are printed: the last ones, as many as `sys.tracebacklimit` says.
    fn shown_entries(&mut self, traceback: Value) -> Vec<Entry> {
        let limit = sys_attribute(self, "tracebacklimit").filter(|limit| View::of(*limit).is_some());
        let limit = limit.and_then(|limit| self.index_clamped(limit).ok());
        let limit = limit.map(|limit| usize::try_from(limit).unwrap_or(0));
        let mut entries = self.traceback_entries(traceback);
        let surplus = entries.len().saturating_sub(limit.unwrap_or(MAX_ENTRIES));
        entries.drain(..surplus);
        entries
    }
}

struct Printer<'a> {
    out: String,
    /// What has been printed, so that cycles end.
    seen: Vec<Value>,
    /// How deep in exception groups.
    depth: usize,
    need_close: bool,
    sources: &'a mut SourceCache,
}

impl Printer<'_> {
    fn margin(&mut self) {
        for _ in 0..2 * self.depth {
            self.out.push(' ');
        }
        if self.depth > 0 {
            self.out.push_str("| ");
        }
    }

    /// An exception with those that led to it.
    fn chain(&mut self, vm: &mut Vm, value: Value) {
        self.seen.push(value);
        let Some(exception) = value.cast::<Exception>() else { return };
        let (cause, context) = (exception.cause.get(), exception.context.get());
        let shown = |seen: &[Value], v: Value| v.cast::<Exception>().is_some() && !seen.iter().any(|s| s.is(v));
        if !cause.is_null() {
            if shown(&self.seen, cause) {
                self.chained(vm, cause, CAUSE);
            }
        } else if !context.is_null() && !exception.suppress_context.get() && shown(&self.seen, context) {
            self.chained(vm, context, CONTEXT);
        }
        match groups::exceptions_of(vm, exception) {
            Some(parts) => self.group(vm, exception, parts),
            None => self.exception(vm, exception),
        }
    }

    fn chained(&mut self, vm: &mut Vm, value: Value, message: &str) {
        if vm.check_native_stack(" in print_chained").is_err() {
            return;
        }
        let need_close = self.need_close;
        self.chain(vm, value);
        self.need_close = need_close;
        self.margin();
        self.out.push('\n');
        self.margin();
        self.out.push_str(message);
        self.margin();
        self.out.push('\n');
    }

    /// One exception: traceback, message, notes.
    fn exception(&mut self, vm: &mut Vm, exception: Gc<Exception>) {
        self.traceback(vm, exception);
        let location = self.syntax_location(vm, exception);
        self.margin();
        let name = class_name(vm, exception);
        self.out.push_str(&name);
        let shown = if location { syntax_message(exception) } else { exception.into() };
        if !shown.is_none() {
            match vm.str_of(shown) {
                Ok(text) => {
                    let text = text.to_string_lossy();
                    if !text.is_empty() {
                        self.out.push_str(": ");
                    }
                    self.out.push_str(&text);
                }
                Err(_) => self.out.push_str(": <exception str() failed>"),
            }
        }
        if !location && let Some(name) = suggestion(vm, exception) {
            self.out.push_str(&format!(". Did you mean: '{name}'?"));
        }
        self.out.push('\n');
        if !location {
            self.notes(vm, exception);
        }
    }

    fn traceback(&mut self, vm: &mut Vm, exception: Gc<Exception>) {
        let entries = vm.shown_entries(exception.traceback.get());
        if entries.is_empty() {
            return;
        }
        vm.read_sources(self.sources, &entries);
        let group = groups::exceptions_of(vm, exception).is_some();
        if group && self.depth == 1 {
            self.out.push_str("  + ");
        } else {
            self.margin();
        }
        self.out.push_str(if group {
            "Exception Group Traceback (most recent call last):\n"
        } else {
            "Traceback (most recent call last):\n"
        });
        if self.depth == 0 {
            write_entries(&mut self.out, &entries, self.sources);
            return;
        }
        let mut lines = String::new();
        write_entries(&mut lines, &entries, self.sources);
        for line in lines.lines() {
            self.margin();
            self.out.push_str(line);
            self.out.push('\n');
        }
    }

    /// File, line and caret of a syntax error.
    fn syntax_location(&mut self, vm: &mut Vm, exception: Gc<Exception>) -> bool {
        if !vm.type_of(exception.into()).is_subtype(vm.exc.SyntaxError) {
            return false;
        }
        let Some(line) = exception.member(LINENO).as_small_int() else { return false };
        let filename = match exception.member(FILENAME).or_none() {
            name if name.is_none() => "<string>".to_owned(),
            name => match vm.str_of(name) {
                Ok(text) => text.to_string_lossy().into_owned(),
                Err(_) => return false,
            },
        };
        self.margin();
        self.out.push_str(&format!("  File \"{filename}\", line {line}\n"));
        let Some(text) = exception.member(TEXT).cast::<Str>() else { return true };
        let text = text.to_string_lossy();
        let offset = exception.member(OFFSET).as_small_int().unwrap_or(-1);
        let exact = vm.type_of(exception.into()) == vm.exc.SyntaxError;
        let last_line = exception.member(END_LINENO).as_small_int().filter(|_| exact).unwrap_or(line);
        let mut end = exception.member(END_OFFSET).as_small_int().filter(|_| exact).unwrap_or(-1);
        let size = text.len() as i64;
        if last_line > line {
            end = size;
        }
        self.error_text(&text, offset, end.min(size + 1));
        true
    }

    /// The line of a syntax error, with carets from `offset` (from one) to `end`.
    fn error_text(&mut self, text: &str, offset: i64, end: i64) {
        let carets = if end > 0 && end > offset { end - offset } else { 1 };
        let mut offset = offset - 1;
        let stripped = text.trim_start_matches([' ', '\t', '\u{c}']);
        offset -= (text.len() - stripped.len()) as i64;
        let mut text = stripped;
        let len = |text: &str| text.strip_suffix('\n').unwrap_or(text).len() as i64;
        offset = offset.min(len(text));
        while let Some(newline) = text.find('\n') {
            if newline as i64 >= offset {
                break;
            }
            text = &text[newline + 1..];
            offset -= newline as i64 + 1;
        }
        self.out.push_str("    ");
        self.out.push_str(text);
        if !text.ends_with('\n') {
            self.out.push('\n');
        }
        if offset >= 0 {
            self.out.push_str("    ");
            self.out.extend(std::iter::repeat_n(' ', offset as usize));
            self.out.extend(std::iter::repeat_n('^', carets as usize));
            self.out.push('\n');
        }
    }

    fn notes(&mut self, vm: &mut Vm, exception: Gc<Exception>) {
        let name = vm.names.__notes__;
        let Ok(Some(notes)) = vm.lookup_attr(exception.into(), name) else { return };
        if notes.cast::<List>().is_none() && notes.cast::<Tuple>().is_none() {
            self.margin();
            match vm.repr(notes) {
                Ok(text) => self.out.push_str(&text.to_string_lossy()),
                Err(_) => self.out.push_str("<__notes__ repr() failed>"),
            }
            return;
        }
        let mut items = vm.heap.temp_vec();
        if vm.collect(notes, &mut items).is_err() {
            return;
        }
        for note in items.iter() {
            match vm.str_of(*note) {
                Ok(text) => {
                    let text = text.to_string_lossy().into_owned();
                    for line in text.split_inclusive('\n') {
                        self.margin();
                        self.out.push_str(line);
                    }
                }
                Err(_) => self.out.push_str("<note str() failed>"),
            }
            self.out.push('\n');
        }
    }

    /// An exception group, each of its exceptions in a box.
    fn group(&mut self, vm: &mut Vm, exception: Gc<Exception>, parts: Gc<Tuple>) {
        if self.depth > MAX_GROUP_DEPTH {
            self.margin();
            self.out.push_str(&format!("... (max_group_depth is {MAX_GROUP_DEPTH})\n"));
            return;
        }
        let outermost = self.depth == 0;
        if outermost {
            self.depth = 1;
        }
        self.exception(vm, exception);
        let shown = parts.len().min(MAX_GROUP_WIDTH + usize::from(parts.len() > MAX_GROUP_WIDTH));
        self.need_close = false;
        for index in 0..shown {
            let last = index + 1 == shown;
            if last {
                self.need_close = true;
            }
            let truncated = index >= MAX_GROUP_WIDTH;
            let title = if truncated { "...".to_owned() } else { (index + 1).to_string() };
            self.out.extend(std::iter::repeat_n(' ', 2 * self.depth));
            let corner = if index == 0 { "+-" } else { "  " };
            self.out.push_str(&format!("{corner}+---------------- {title} ----------------\n"));
            self.depth += 1;
            if truncated {
                let more = parts.len() - MAX_GROUP_WIDTH;
                let plural = if more > 1 { "s" } else { "" };
                self.margin();
                self.out.push_str(&format!("and {more} more exception{plural}\n"));
            } else if let Some(part) = parts.get(index)
                && vm.check_native_stack(" in print_exception_group").is_ok()
            {
                self.chain(vm, part);
            }
            if last && self.need_close {
                self.out.extend(std::iter::repeat_n(' ', 2 * self.depth));
                self.out.push_str("+------------------------------------\n");
                self.need_close = false;
            }
            self.depth -= 1;
        }
        if outermost {
            self.depth = 0;
        }
    }
}

/// The class as messages name it: with its module, unless that is `builtins` or `__main__`.
fn class_name(vm: &mut Vm, exception: Gc<Exception>) -> String {
    let class = vm.type_of(exception.into());
    let name = class.qualname.get().to_string_lossy().into_owned();
    let key = vm.names.__module__;
    match vm.get_attr(class.into(), key).ok().and_then(|m| m.cast::<Str>()) {
        Some(module) => match &*module.to_string_lossy() {
            "builtins" | "__main__" => name,
            module => format!("{module}.{name}"),
        },
        None => format!("<unknown>.{name}"),
    }
}
