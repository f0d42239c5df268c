//! The module `marshal`. Code objects are read and written by `quicken_bytecode::marshal`, and pass the verifier before they can
//! run; everything else is read and written here, where lists, dicts and sets can be made.

use hashbrown::HashMap;
use quicken_bytecode::marshal as format;
use quicken_bytecode::verify::verify;
use quicken_bytecode::{Constant, PyString};

use crate::Vm;
use crate::args::Args;
use crate::error::{PyResult, Raise};
use crate::objects::bytes;
use crate::objects::code::Code;
use crate::objects::complex::Complex;
use crate::objects::dict::Dict;
use crate::objects::int::View;
use crate::objects::list::List;
use crate::objects::set::{Set, set_from};
use crate::objects::string::Str;
use crate::objects::tuple::Tuple;
use crate::spec::Convention::{Fast, O};
use crate::spec::{ModuleSpec, method};
use crate::value::Value;

/// Nested objects that are written or read (`MAX_MARSHAL_STACK_DEPTH`).
const MAX_DEPTH: usize = 2000;

const VERSION: i64 = 4;
const FLAG_REF: u8 = 0x80;

/// `marshal`.
pub(super) static MODULE: ModuleSpec = ModuleSpec {
    name: "marshal",
    doc: Some("This module contains functions that can read and write Python values in\na binary format."),
    functions: &[
        method("dump", dump, Fast),
        method("dumps", dumps, Fast),
        method("load", load, O),
        method("loads", loads, O),
    ],
    init: Some(|vm, module| {
        let name = vm.intern("version");
        module.dict().set_str(vm, name, Value::small_int(VERSION));
        Ok(())
    }),
};

fn dumps(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "dumps", 1, 2)?;
    let version = version(vm, values.get(1))?;
    let bytes = write(vm, values[0], version)?;
    Ok(vm.new_bytes(&bytes).into())
}

fn dump(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "dump", 2, 3)?;
    let version = version(vm, values.get(2))?;
    let bytes = write(vm, values[0], version)?;
    let bytes = vm.new_bytes(&bytes);
    vm.call_method(values[1], "write", &[bytes.into()])
}

fn loads(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [data] = args.exactly(vm, "loads")?;
    let data = bytes::required(vm, data)?;
    read(vm, &data).map(|(value, _)| value)
}

fn load(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [file] = args.exactly(vm, "load")?;
    let start = vm.call_method(file, "tell", &[])?;
    let data = vm.call_method(file, "read", &[])?;
    let Some(data) = bytes::to_vec(data) else {
        let given = vm.type_name(data);
        return Err(vm.type_error(format!("file.read() returned not bytes but {given}")));
    };
    let (value, used) = read(vm, &data)?;
    // The file goes on behind the object.
    let start = vm.index_i64(start)?;
    let end = vm.int(start + used as i64);
    vm.call_method(file, "seek", &[end])?;
    Ok(value)
}

// ---- writing ----

fn version(vm: &mut Vm, value: Option<&Value>) -> PyResult<i64> {
    value.map_or(Ok(VERSION), |value| vm.index_c(*value, "int"))
}

fn write(vm: &mut Vm, value: Value, version: i64) -> PyResult<Vec<u8>> {
    if let Some(constant) = code_constant(value) {
        return format::write(&constant).map_err(|error| vm.value_error(error.reason));
    }
    let mut writer = Writer { out: Vec::new(), version, references: HashMap::new() };
    writer.value(vm, value, 1)?;
    Ok(writer.out)
}

fn code_constant(value: Value) -> Option<Constant> {
    value.cast::<Code>().map(|code| Constant::Code(code.object.clone()))
}

fn write_size(out: &mut Vec<u8>, size: usize) {
    out.extend((size as u32).to_le_bytes());
}

struct Writer {
    out: Vec<u8>,
    version: i64,
    /// The numbers of the objects so far, by their words: what comes again is written as its number. CPython leaves out what nothing else
    /// refers to; there is no telling here.
    references: HashMap<u64, u32>,
}

impl Writer {
    fn value(&mut self, vm: &mut Vm, value: Value, depth: usize) -> PyResult<()> {
        if depth > MAX_DEPTH {
            return Err(vm.value_error("object too deeply nested to marshal"));
        }
        let letter = if value.is_none() {
            Some(b'N')
        } else if let Some(truth) = value.as_bool() {
            Some(if truth { b'T' } else { b'F' })
        } else if value.is(Value::ELLIPSIS) {
            Some(b'.')
        } else if value.is(vm.exc.StopIteration.into()) {
            Some(b'S')
        } else {
            None
        };
        if let Some(letter) = letter {
            self.out.push(letter);
            return Ok(());
        }
        if self.version >= 3 {
            let next = self.references.len() as u32;
            let number = *self.references.entry(value.bits()).or_insert(next);
            if number != next {
                self.out.push(b'r');
                self.out.extend(number.to_le_bytes());
                return Ok(());
            }
        }
        let start = self.out.len();
        self.described(vm, value, depth)?;
        if self.version >= 3 {
            self.out[start] |= FLAG_REF;
        }
        Ok(())
    }

    /// A value that is written in full.
    fn described(&mut self, vm: &mut Vm, value: Value, depth: usize) -> PyResult<()> {
        let version = self.version;
        let out = &mut self.out;
        let types = &vm.types;
        let exact = |ty| value.is_exact(ty);
        let is_int = value.is_small_int() || exact(types.int);
        if let Some(view) = View::of(value).filter(|_| is_int) {
            write_int(view, out);
        } else if let Some(number) = value.as_float().filter(|_| value.is_inline_float() || exact(types.float)) {
            out.push(b'g');
            out.extend(number.to_le_bytes());
        } else if let Some(number) = value.cast::<Complex>().filter(|_| exact(types.complex)) {
            out.push(b'y');
            out.extend(number.value.re.to_le_bytes());
            out.extend(number.value.im.to_le_bytes());
        } else if let Some(text) = value.cast::<Str>().filter(|_| exact(types.str)) {
            let short = version >= 4 && text.as_ascii().is_some();
            write_text(&text.to_py_string(), short, version >= 3 && text.is_interned(), out);
        } else if let Some(tuple) = value.cast::<Tuple>().filter(|_| exact(types.tuple)) {
            if version >= 4 && tuple.len() < 256 {
                out.extend([b')', tuple.len() as u8]);
            } else {
                out.push(b'(');
                write_size(out, tuple.len());
            }
            for index in 0..tuple.len() {
                self.value(vm, tuple.get(index).unwrap_or(Value::NONE), depth + 1)?;
            }
        } else if let Some(list) = value.cast::<List>().filter(|_| exact(types.list)) {
            out.push(b'[');
            write_size(out, list.len());
            for index in 0..list.len() {
                self.value(vm, list.get(index).unwrap_or(Value::NONE), depth + 1)?;
            }
        } else if let Some(dict) = value.cast::<Dict>().filter(|_| exact(types.dict)) {
            out.push(b'{');
            let mut position = 0;
            while let Some((key, item)) = dict.next_item(&mut position) {
                self.value(vm, key, depth + 1)?;
                self.value(vm, item, depth + 1)?;
            }
            self.out.push(b'0');
        } else if let Some(set) = value.cast::<Set>().filter(|_| exact(types.set) || exact(types.frozenset)) {
            out.push(if exact(types.set) { b'<' } else { b'>' });
            write_size(out, set.len());
            // In the order of their bytes, as CPython has it: the same for equal sets.
            let mut items = Vec::new();
            let mut position = 0;
            while let Some((item, _)) = set.next_entry(&mut position) {
                items.push((if set.len() > 1 { write(vm, item, version)? } else { Vec::new() }, item));
            }
            items.sort_by(|(a, _), (b, _)| a.cmp(b));
            for (_, item) in items {
                self.value(vm, item, depth + 1)?;
            }
        } else if let Some(data) = bytes::to_vec(value) {
            out.push(b's');
            write_size(out, data.len());
            out.extend(data);
        } else {
            return Err(vm.value_error("unmarshallable object"));
        }
        Ok(())
    }
}

fn write_int(view: View, out: &mut Vec<u8>) {
    let number = view.to_big();
    if let Ok(small) = i32::try_from(&number) {
        out.push(b'i');
        out.extend(small.to_le_bytes());
        return;
    }
    let (_, words) = number.as_sign_words();
    // Digits of 15 bits.
    let bits = words.len() * 64;
    let mut digits: Vec<u16> = (0..bits.div_ceil(15))
        .map(|digit| {
            (0..15).fold(0, |value, bit| {
                let at = digit * 15 + bit;
                let set = words.get(at / 64).is_some_and(|word| word >> (at % 64) & 1 == 1);
                value | u16::from(set) << bit
            })
        })
        .collect();
    while digits.last() == Some(&0) {
        digits.pop();
    }
    let count = digits.len() as i32;
    out.push(b'l');
    out.extend((if view.is_negative() { -count } else { count }).to_le_bytes());
    for digit in digits {
        out.extend(digit.to_le_bytes());
    }
}

fn write_text(text: &PyString, ascii: bool, interned: bool, out: &mut Vec<u8>) {
    let bytes = text.as_bytes();
    match (ascii, bytes.len() < 256) {
        (true, true) => out.extend([if interned { b'Z' } else { b'z' }, bytes.len() as u8]),
        (true, false) => {
            out.push(if interned { b'A' } else { b'a' });
            write_size(out, bytes.len());
        }
        (false, _) => {
            out.push(if interned { b't' } else { b'u' });
            write_size(out, bytes.len());
        }
    }
    out.extend(bytes);
}

// ---- reading ----

fn read(vm: &mut Vm, data: &[u8]) -> PyResult<(Value, usize)> {
    let mut reader = Reader { data, at: 0, depth: 0 };
    let mut references = vm.heap.temp_vec();
    let value = reader.object(vm, &mut references)?;
    if value.is_null() {
        return Err(vm.type_error("NULL object in marshal data for object"));
    }
    Ok((value, reader.at))
}

struct Reader<'a> {
    data: &'a [u8],
    at: usize,
    depth: usize,
}

impl Reader<'_> {
    fn take(&mut self, vm: &mut Vm, count: usize) -> PyResult<&[u8]> {
        match self.data.get(self.at..self.at.saturating_add(count)) {
            Some(bytes) => {
                self.at += count;
                Ok(bytes)
            }
            None => Err(vm.eof_error("marshal data too short")),
        }
    }

    fn size(&mut self, vm: &mut Vm) -> PyResult<usize> {
        let mut size = [0; 4];
        size.copy_from_slice(self.take(vm, 4)?);
        usize::try_from(i32::from_le_bytes(size)).map_err(|_| bad(vm, "size out of range"))
    }

    fn double(&mut self, vm: &mut Vm) -> PyResult<f64> {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(self.take(vm, 8)?);
        Ok(f64::from_le_bytes(bytes))
    }

    /// The next object, or `NULL` where a dict ends. `references` are what back references mean, by number.
    fn object(&mut self, vm: &mut Vm, references: &mut Vec<Value>) -> PyResult {
        let start = self.at;
        let Some(&kind) = self.data.get(self.at) else {
            return Err(vm.eof_error("EOF read where object expected"));
        };
        self.at += 1;
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(vm.value_error("recursion limit exceeded"));
        }
        // Containers have their number before what they contain.
        let reserved = (kind & FLAG_REF != 0).then(|| {
            references.push(Value::NULL);
            references.len() - 1
        });
        let value = self.value(vm, kind & !FLAG_REF, start, reserved, references)?;
        if let Some(index) = reserved {
            references[index] = value;
        }
        self.depth -= 1;
        Ok(value)
    }

    fn value(
        &mut self,
        vm: &mut Vm,
        kind: u8,
        start: usize,
        reserved: Option<usize>,
        references: &mut Vec<Value>,
    ) -> PyResult {
        Ok(match kind {
            b'0' => Value::NULL,
            b'N' => Value::NONE,
            b'T' => Value::TRUE,
            b'F' => Value::FALSE,
            b'.' => Value::ELLIPSIS,
            b'S' => vm.exc.StopIteration.into(),
            b'i' => {
                let mut bytes = [0; 4];
                bytes.copy_from_slice(self.take(vm, 4)?);
                vm.int(i64::from(i32::from_le_bytes(bytes)))
            }
            b'g' => {
                let number = self.double(vm)?;
                vm.float(number)
            }
            b'y' => {
                let (re, im) = (self.double(vm)?, self.double(vm)?);
                vm.complex(re, im)
            }
            b'z' | b'Z' => {
                let size = usize::from(self.take(vm, 1)?[0]);
                self.text(vm, size, true, kind == b'Z')?
            }
            b'a' | b'A' => {
                let size = self.size(vm)?;
                self.text(vm, size, true, kind == b'A')?
            }
            b'u' | b't' => {
                let size = self.size(vm)?;
                self.text(vm, size, false, kind == b't')?
            }
            b's' => {
                let size = self.size(vm)?;
                let bytes = self.take(vm, size)?.to_vec();
                vm.new_bytes(&bytes).into()
            }
            b'(' | b')' | b'[' | b'<' | b'>' => {
                let count = if kind == b')' { usize::from(self.take(vm, 1)?[0]) } else { self.size(vm)? };
                self.sequence(vm, kind, count, reserved, references)?
            }
            b'{' => {
                let dict = vm.new_dict();
                if let Some(index) = reserved {
                    references[index] = dict.into();
                }
                loop {
                    let key = self.object(vm, references)?;
                    if key.is_null() {
                        break dict.into();
                    }
                    let value = self.object(vm, references)?;
                    if value.is_null() {
                        break dict.into();
                    }
                    dict.set_item(vm, key, value)?;
                }
            }
            b'r' => {
                let index = self.size(vm)?;
                match references.get(index) {
                    Some(value) if !value.is_null() => *value,
                    _ => return Err(bad(vm, "invalid reference")),
                }
            }
            // Integers beyond 32 bits, floats as text, and code: what a code object can hold as well.
            b'l' | b'I' | b'f' | b'x' | b'c' => self.constant(vm, start)?,
            _ => return Err(bad(vm, "unknown type code")),
        })
    }

    fn text(&mut self, vm: &mut Vm, size: usize, latin: bool, interned: bool) -> PyResult {
        let bytes = self.take(vm, size)?.to_vec();
        let text = if latin {
            vm.str_from_latin1(&bytes)
        } else {
            crate::objects::bytes_methods::decode::decode(vm, &bytes, "utf-8", "surrogatepass")?
        };
        Ok(if interned { vm.intern_str(text).into() } else { text.into() })
    }

    fn sequence(
        &mut self,
        vm: &mut Vm,
        kind: u8,
        count: usize,
        reserved: Option<usize>,
        references: &mut Vec<Value>,
    ) -> PyResult {
        if count > self.data.len() - self.at {
            return Err(vm.eof_error("marshal data too short"));
        }
        let list = vm.new_list(&[]);
        if let Some(index) = reserved.filter(|_| kind == b'[') {
            references[index] = list.into();
        }
        for _ in 0..count {
            let item = self.object(vm, references)?;
            if item.is_null() {
                return Err(vm.type_error("NULL object in marshal data for sequence"));
            }
            list.push(vm, item);
        }
        Ok(match kind {
            b'[' => list.into(),
            b'(' | b')' => list.to_tuple(vm).into(),
            _ => {
                let ty = if kind == b'<' { vm.types.set } else { vm.types.frozenset };
                set_from(vm, ty, list.into())?.into()
            }
        })
    }

    fn constant(&mut self, vm: &mut Vm, start: usize) -> PyResult {
        let (constant, used) = format::read_prefix(&self.data[start..]).map_err(|error| {
            if error.reason.starts_with("the data ends") {
                vm.eof_error("marshal data too short")
            } else {
                bad(vm, &error.reason)
            }
        })?;
        self.at = start + used;
        match constant {
            Constant::Code(code) => {
                verify(&code).map_err(|refusal| bad(vm, &refusal.to_string()))?;
                vm.new_code(&code).map(Value::from)
            }
            other => vm.constant(&other),
        }
    }
}

fn bad(vm: &mut Vm, what: &str) -> Raise {
    vm.value_error(format!("bad marshal data ({what})"))
}
