//! From what the compiler made to what runs: code objects and their constants.

use std::sync::Arc;

use quicken_bytecode::verify::{Refusal, Rule, verify_execution};
use quicken_bytecode::{CodeObject, Constant, PyString};

use crate::Vm;
use crate::error::PyResult;
use crate::heap::TempVec;
use crate::object::{Gc, Header};
use crate::objects::array::Array;
use crate::objects::code::{Code, CodeParts};
use crate::objects::set::set_from;
use crate::objects::string::Str;
use crate::value::Value;

/// A step of making a constant. Nested constants are made first, by a list of steps and not by recursion: how deep they
/// are nested is up to the program.
enum Step<'a> {
    /// Make this one.
    Make(&'a Constant),
    /// Make a tuple of the last values.
    Tuple(usize),
    /// Make a frozenset of the last values.
    FrozenSet(usize),
    /// Make a code object whose constants are the last values.
    Code(&'a Arc<CodeObject>),
}

/// How deep the verifier goes is a limit of its own, for what is read from files; how deep sources nest is up to the compiler.
fn unless_nested(verdict: Result<(), Refusal>) -> Result<(), Refusal> {
    verdict.or_else(|refusal| if refusal.rule == Rule::Nesting { Ok(()) } else { Err(refusal) })
}

impl Vm {
    /// A code object that can run, with all that are nested in it. It comes from our compiler or has passed the verifier: the
    /// interpreter relies on that, and builds with assertions look again.
    ///
    /// # Errors
    /// `MemoryError`.
    pub fn new_code(&mut self, object: &Arc<CodeObject>) -> PyResult<Gc<Code>> {
        debug_assert_eq!(unless_nested(verify_execution(object)), Ok(()), "code that is not safe to run");
        let code = self.make_constant(code_steps(object))?;
        code.cast::<Code>().ok_or_else(|| self.system_error("a code object was expected"))
    }

    /// As [`Vm::new_code`], for a program's or a module's code: it is kept, and [`Vm::live_codes`] lists it.
    ///
    /// # Errors
    /// `MemoryError`.
    pub fn new_module_code(&mut self, object: &Arc<CodeObject>) -> PyResult<Gc<Code>> {
        let code = self.new_code(object)?;
        let count = self.code_objects.as_cells().iter().take_while(|cell| !cell.get().is_null()).count();
        if count == self.code_objects.len() {
            self.code_objects = self.heap.grow_array(self.code_objects, 2 * count);
        }
        self.code_objects.set(count, code.into());
        Ok(code)
    }

    /// The code objects of the program and of the modules that it imported, in the order in which they were made.
    pub fn live_codes(&self) -> Vec<Gc<Code>> {
        let mut found: Vec<Gc<Code>> =
            self.code_objects.as_cells().iter().filter_map(|cell| cell.get().cast()).collect();
        let mut next = 0;
        while let Some(&code) = found.get(next) {
            found.extend(code.consts.as_cells().iter().filter_map(|cell| cell.get().cast::<Code>()));
            next += 1;
        }
        found.sort_by_key(|code| code.serial);
        found
    }

    /// The value of a constant.
    ///
    /// # Errors
    /// `MemoryError`.
    pub fn constant(&mut self, constant: &Constant) -> PyResult {
        self.make_constant(vec![Step::Make(constant)])
    }

    fn make_constant(&mut self, mut steps: Vec<Step<'_>>) -> PyResult {
        let mut values = self.heap.temp_vec();
        while let Some(step) = steps.pop() {
            let value = match step {
                Step::Make(Constant::Tuple(items)) => {
                    steps.push(Step::Tuple(items.len()));
                    steps.extend(items.iter().rev().map(Step::Make));
                    continue;
                }
                Step::Make(Constant::FrozenSet(items)) => {
                    steps.push(Step::FrozenSet(items.len()));
                    steps.extend(items.iter().rev().map(Step::Make));
                    continue;
                }
                Step::Make(Constant::Code(object)) => {
                    steps.extend(code_steps(object));
                    continue;
                }
                Step::Make(constant) => self.simple_constant(constant),
                Step::Tuple(count) => {
                    let tuple = self.new_tuple(last(&values, count));
                    drop_last(&mut values, count);
                    tuple.into()
                }
                Step::FrozenSet(count) => {
                    let items = self.new_tuple(last(&values, count));
                    drop_last(&mut values, count);
                    let class = self.types.frozenset;
                    set_from(self, class, items.into())?.into()
                }
                Step::Code(object) => {
                    let count = object.consts.len();
                    let consts = self.heap.new_array_from(last(&values, count));
                    drop_last(&mut values, count);
                    self.finish_code(object, consts).into()
                }
            };
            values.push(value);
        }
        Ok(values.pop().unwrap_or(Value::NONE))
    }

    /// A constant that holds no others.
    fn simple_constant(&mut self, constant: &Constant) -> Value {
        match constant {
            Constant::True => Value::TRUE,
            Constant::False => Value::FALSE,
            Constant::Ellipsis => Value::ELLIPSIS,
            Constant::Int(value) => self.int(*value),
            Constant::BigInt(value) => self.int_from_big(value.clone()),
            Constant::Float(value) => self.float(*value),
            Constant::Complex { re, im } => self.complex(*re, *im),
            Constant::Str(text) => self.string_constant(text).into(),
            Constant::Bytes(bytes) => self.new_bytes(bytes).into(),
            // The others are taken apart by `make_constant`.
            Constant::None | Constant::Tuple(_) | Constant::FrozenSet(_) | Constant::Code(_) => Value::NONE,
        }
    }

    /// A string constant: interned if it could be a name (`all_name_chars`).
    fn string_constant(&mut self, text: &PyString) -> Gc<Str> {
        match text.as_str() {
            Some(name) if name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') => self.intern(name),
            _ => self.str_from_py_string(text),
        }
    }

    fn interned_name(&mut self, text: &PyString) -> Gc<Str> {
        let string = self.str_from_py_string(text);
        self.intern_str(string)
    }

    fn interned_names(&mut self, names: &[PyString]) -> Gc<Array> {
        let array = self.heap.new_array(names.len());
        for (index, name) in names.iter().enumerate() {
            let name = self.interned_name(name);
            array.set(index, name.into());
        }
        array
    }

    fn finish_code(&mut self, object: &Arc<CodeObject>, consts: Gc<Array>) -> Gc<Code> {
        let serial = self.code_serial;
        self.code_serial += 1;
        let parts = CodeParts {
            consts,
            buffer: self.heap.new_buffer(2 * object.code.len()),
            names: self.interned_names(&object.names),
            local_names: self.interned_names(&object.localsplusnames),
            name: self.interned_name(&object.name),
            qualname: self.interned_name(&object.qualname),
            filename: self.interned_name(&object.filename),
            serial,
        };
        let header = Header::new(self.types.code);
        let warmup = self.initial_warmup();
        self.heap.allocate(Code::new(header, object.clone(), parts, warmup))
    }
}

fn code_steps(object: &Arc<CodeObject>) -> Vec<Step<'_>> {
    let mut steps = vec![Step::Code(object)];
    steps.extend(object.consts.iter().rev().map(Step::Make));
    steps
}

fn last(values: &TempVec, count: usize) -> &[Value] {
    &values[values.len() - count..]
}

fn drop_last(values: &mut TempVec, count: usize) {
    let len = values.len() - count;
    values.truncate(len);
}
