//! The type `frame`: what programs see of running code. The VM's own frames are no objects: one gets an object when a program, a
//! traceback or a tracing function asks for it, and keeps that one. The object looks at the frame while that runs or is
//! suspended; when it ends, the object keeps what its variables were.

#![expect(
    unsafe_code,
    reason = "the values of an ended frame lie behind the object, and running frames on the VM's stacks"
)]

use std::cell::Cell;

use quicken_bytecode::CodeFlags;

use crate::Vm;
use crate::args::Args;
use crate::error::PyResult;
use crate::frame::{Frame, FrameKind};
use crate::heap::Marker;
use crate::object::{Field, Gc, Header, HeapObject, LayoutKind};
use crate::objects::code::Code;
use crate::objects::dict::Dict;
use crate::objects::function::Function;
use crate::objects::generator::{Generator, GeneratorState};
use crate::objects::generator_methods;
use crate::objects::receiver;
use crate::slots::Slots;
use crate::spec::{Convention, TypeSpec, getset, getter, method};
use crate::value::Value;

/// A frame as programs see it.
#[repr(C)]
pub struct FrameObject {
    header: Header,
    /// The code.
    pub code: Gc<Code>,
    /// The function.
    function: Gc<Function>,
    /// The frame, while that is on a stack of frames.
    frame: Cell<*mut Frame>,
    /// The generator whose frame this is, until it ends; or `NULL`.
    generator: Field,
    /// Of a frame that has ended: the object of the one that it returned to, or `NULL`.
    back: Field,
    /// Of a frame that is on no stack: its namespace, or the dict that shows its variables, or `NULL`.
    locals: Field,
    /// Of a coroutine: where it was made (`cr_origin`), or `NULL`.
    pub origin: Field,
    /// `f_trace`, or `NULL`.
    pub trace: Field,
    /// `f_trace_lines`
    pub trace_lines: Cell<bool>,
    /// `f_trace_opcodes`
    pub trace_opcodes: Cell<bool>,
    /// Of a frame that has ended: the code unit of its last instruction.
    unit: Cell<u32>,
    /// Of a frame that has ended: how many variables are stored behind the object.
    stored: Cell<u32>,
    /// While a tracing function runs: the line that it was told.
    pub told_line: Cell<Option<i32>>,
}

// SAFETY: `repr(C)` with the header first; every reference is reported.
unsafe impl HeapObject for FrameObject {
    const LAYOUT: LayoutKind = LayoutKind::Frame;

    fn trace(&self, marker: &mut Marker) {
        marker.mark(self.code);
        marker.mark(self.function);
        for field in [&self.generator, &self.back, &self.locals, &self.origin, &self.trace] {
            marker.value(field.get());
        }
        marker.values(self.stored_values());
    }
}

impl FrameObject {
    fn new(header: Header, code: Gc<Code>, function: Gc<Function>) -> FrameObject {
        FrameObject {
            header,
            code,
            function,
            frame: Cell::new(std::ptr::null_mut()),
            generator: Field::new(Value::NULL),
            back: Field::new(Value::NULL),
            locals: Field::new(Value::NULL),
            origin: Field::new(Value::NULL),
            trace: Field::new(Value::NULL),
            trace_lines: Cell::new(true),
            trace_opcodes: Cell::new(false),
            unit: Cell::new(0),
            stored: Cell::new(0),
            told_line: Cell::new(None),
        }
    }

    /// Its globals.
    pub fn globals(&self) -> Gc<Dict> {
        self.function.globals.get()
    }

    /// The frame, if that is on a stack of frames.
    pub(crate) fn running(&self) -> Option<*mut Frame> {
        Some(self.frame.get()).filter(|frame| !frame.is_null())
    }

    /// The generator, unless it has ended.
    pub(crate) fn generator(&self) -> Option<Gc<Generator>> {
        self.generator.get().cast::<Generator>()
    }

    /// Hands the object of a frame that becomes a generator's on to that.
    pub(crate) fn become_generators(object: Gc<FrameObject>, generator: Gc<Generator>) {
        object.frame.set(std::ptr::null_mut());
        object.generator.set(generator.into());
        generator.frame.set(object.into());
    }

    fn values(&self) -> *mut Value {
        // SAFETY: the values begin right behind the object, in the same cell.
        unsafe { std::ptr::from_ref(self).add(1).cast::<Value>().cast_mut() }
    }

    fn stored_values(&self) -> &[Value] {
        // SAFETY: `store` wrote that many values.
        unsafe { std::slice::from_raw_parts(self.values(), self.stored.get() as usize) }
    }

    /// Keeps the variables of a frame that ends.
    fn store(&self, values: &[Value]) {
        assert!(values.len() <= self.code.nlocalsplus as usize);
        // SAFETY: the cell was made with room for all variables of the code.
        unsafe { std::ptr::copy_nonoverlapping(values.as_ptr(), self.values(), values.len()) };
        self.stored.set(values.len() as u32);
    }
}

impl Vm {
    fn allocate_frame_object(&mut self, code: Gc<Code>, function: Gc<Function>) -> Gc<FrameObject> {
        let object = FrameObject::new(Header::new(self.types.frame), code, function);
        let bytes = size_of::<FrameObject>() + code.nlocalsplus as usize * size_of::<Value>();
        self.heap.allocate_sized(object, bytes)
    }

    /// The object of the frame `n` below the running one; `None` when the stack is not that deep.
    pub fn frame_object(&mut self, n: usize) -> Option<Gc<FrameObject>> {
        self.frame_below(n)?;
        // SAFETY: the frame exists, as was just seen.
        unsafe { Some(self.object_of(self.frame.sub(n))) }
    }

    /// The object of a frame by its place.
    ///
    /// # Safety
    /// A frame that runs, or waits for one that does, stands there.
    unsafe fn object_of(&mut self, place: *mut Frame) -> Gc<FrameObject> {
        // SAFETY: as the caller promises; no reference to the frame is kept over the allocation.
        unsafe {
            if let Some(object) = (*place).object() {
                return object;
            }
            let object = self.allocate_frame_object((*place).code, (*place).function);
            object.frame.set(place);
            let frame = &mut *place;
            match frame.generator.cast::<Generator>() {
                Some(generator) => {
                    object.generator.set(generator.into());
                    generator.frame.set(object.into());
                }
                None => frame.outer_handled = object.into(),
            }
            frame.seen = true;
            if frame.kind == FrameKind::Inlined {
                frame.kind = FrameKind::InlinedSeen;
            }
            object
        }
    }

    /// The object of a generator's frame.
    pub fn object_of_generator(&mut self, generator: Gc<Generator>) -> Gc<FrameObject> {
        if let Some(object) = generator.frame.get().cast::<FrameObject>() {
            return object;
        }
        let running = (0..self.depth())
            .find(|n| self.frame_below(*n).is_some_and(|frame| frame.generator.cast::<Generator>() == Some(generator)));
        if let Some(object) = running.and_then(|n| self.frame_object(n)) {
            return object;
        }
        self.detached_object(generator)
    }

    /// Notes who makes a coroutine whose frame is about to be left for the first time (`compute_cr_origin`).
    #[cold]
    pub(crate) fn note_origin(&mut self, coroutine: Gc<Generator>) {
        let mut callers = self.heap.temp_vec();
        for n in 1..=self.coroutine_origin_depth {
            let Some((code, unit)) = self.frame_below(n).map(|frame| (frame.code, frame.unit_before(frame.pc))) else {
                break;
            };
            let line = code.object.position_at(2 * unit as u32).line;
            let line = line.map_or(Value::NONE, |line| Value::small_int(i64::from(line)));
            let caller = self.new_tuple(&[code.filename.into(), line, code.name.into()]);
            callers.push(caller.into());
        }
        let origin = self.new_tuple(&callers);
        let object = match coroutine.frame.get().cast::<FrameObject>() {
            Some(object) => object,
            None => self.detached_object(coroutine),
        };
        object.origin.set(origin.into());
    }

    /// An object of a generator's frame that is not on the stack.
    fn detached_object(&mut self, generator: Gc<Generator>) -> Gc<FrameObject> {
        let object = self.allocate_frame_object(generator.code, generator.function);
        object.generator.set(generator.into());
        generator.frame.set(object.into());
        object
    }

    /// The running frame, which has an object, is about to be popped: it is suspended, or it ends.
    #[cold]
    pub(crate) fn part_from_object(&mut self) {
        let Some(frame) = self.current_frame() else { return };
        let Some(object) = frame.object() else { return };
        let (fp, code, locals) = (frame.fp, frame.code, frame.locals);
        object.frame.set(std::ptr::null_mut());
        object.locals.set(locals);
        if object.generator().is_some_and(|generator| generator.state.get() == GeneratorState::Suspended) {
            return;
        }
        object.unit.set(code.unit_index(self.instruction) as u32);
        object.generator.set(Value::NULL);
        // SAFETY: the frame's variables are on the stack until it is popped.
        object.store(unsafe { std::slice::from_raw_parts(fp, code.nlocalsplus as usize) });
        let back = self.frame_object(1);
        object.back.set(back.map_or(Value::NULL, Value::from));
    }

    /// A generator's frame, which has an object, is the running one again.
    #[cold]
    pub(crate) fn rejoin_object(&mut self, object: Gc<FrameObject>) {
        object.frame.set(self.frame);
        // SAFETY: the frame was just pushed.
        unsafe {
            (*self.frame).seen = true;
            (*self.frame).locals = object.locals.get();
        }
        if object.generator().is_some_and(|generator| generator.jumped.replace(false)) {
            self.state.shrink(1);
        }
    }

    /// The code unit that the frame `n` below the running one executes.
    pub fn unit_of_frame(&self, n: usize) -> usize {
        let Some(frame) = self.frame_below(n) else { return 0 };
        if n == 0 { frame.code.unit_index(self.instruction) } else { frame.unit_before(frame.pc) }
    }

    /// The code unit that a frame executes, or executed last.
    pub(crate) fn unit_of_object(&self, object: Gc<FrameObject>) -> usize {
        match (object.running(), object.generator()) {
            (Some(frame), _) if std::ptr::eq(frame, self.frame) => object.code.unit_index(self.instruction),
            // SAFETY: the object's frame is on a stack.
            (Some(frame), _) => unsafe { (*frame).unit_before((*frame).pc) },
            (None, Some(generator)) => object.code.unit_index(generator.pc.get()).saturating_sub(1),
            (None, None) => object.unit.get() as usize,
        }
    }

    /// `f_lineno`; none where the instruction has no place in the source.
    pub(crate) fn line_of_object(&self, object: Gc<FrameObject>) -> Option<i32> {
        object.told_line.get().or_else(|| object.code.object.position_at(2 * self.unit_of_object(object) as u32).line)
    }
}

fn this(vm: &mut Vm, own: Value) -> PyResult<Gc<FrameObject>> {
    receiver::<FrameObject>(vm, own)
}

fn get_back(vm: &mut Vm, own: Value) -> PyResult {
    let object = this(vm, own)?;
    let Some(frame) = object.running() else { return Ok(object.back.get().or_none()) };
    let own = (0..vm.depth()).find(|n| std::ptr::eq(vm.frame.wrapping_sub(*n), frame));
    let back = match own {
        Some(n) => vm.frame_object(n + 1),
        None => vm.back_in_other_thread(frame),
    };
    Ok(back.map_or(Value::NONE, Value::from))
}

fn get_line(vm: &mut Vm, own: Value) -> PyResult {
    let object = this(vm, own)?;
    Ok(vm.line_of_object(object).map_or(Value::NONE, |line| vm.int(i64::from(line))))
}

fn get_locals(vm: &mut Vm, own: Value) -> PyResult {
    let object = this(vm, own)?;
    if let Some(frame) = object.running() {
        // SAFETY: the object's frame is on a stack.
        return Ok(unsafe { vm.locals_of(frame) });
    }
    let code = object.code;
    if !code.is(CodeFlags::OPTIMIZED) {
        return Ok(object.locals.get().non_null().unwrap_or_else(|| object.globals().into()));
    }
    let dict = match object.locals.get().cast::<Dict>() {
        Some(dict) => dict,
        None => {
            let dict = vm.new_dict();
            object.locals.set(dict.into());
            dict
        }
    };
    match object.generator() {
        Some(generator) => vm.show_locals(code, generator.stored_values(), dict),
        None => vm.show_locals(code, object.stored_values(), dict),
    }
    Ok(dict.into())
}

fn set_trace(vm: &mut Vm, own: Value, value: Value) -> PyResult<()> {
    let object = this(vm, own)?;
    object.trace.set(if value.is_none() { Value::NULL } else { value });
    Ok(())
}

/// An attribute that is true or false and nothing else.
fn truth(vm: &mut Vm, value: Value) -> PyResult<bool> {
    if value.is_null() {
        return Err(vm.type_error("can't delete numeric/char attribute"));
    }
    value.as_bool().ok_or_else(|| vm.type_error("attribute value type must be bool"))
}

fn repr(vm: &mut Vm, own: Value) -> PyResult {
    let object = this(vm, own)?;
    let address = own.heap_address().unwrap_or(0);
    let text = format!(
        "<frame at {address:#x}, file {}, line {}, code {}>",
        vm.repr_text(object.code.filename.into())?,
        vm.line_of_object(object).unwrap_or(-1),
        object.code.name.to_string_lossy()
    );
    Ok(vm.new_str(&text).into())
}

/// Lets go of what the variables of a frame that has ended refer to; a suspended one ends first.
fn clear(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let object = this(vm, own)?;
    if object.running().is_some() {
        return Err(vm.runtime_error("cannot clear an executing frame"));
    }
    if let Some(generator) = object.generator() {
        if generator.state.get() == GeneratorState::Running {
            return Err(vm.runtime_error("cannot clear an executing frame"));
        }
        if let Err(raise) = generator_methods::close(vm, generator) {
            vm.write_unraisable(raise, generator.into());
        }
        generator.finish();
        object.generator.set(Value::NULL);
    }
    object.stored.set(0);
    object.trace.set(Value::NULL);
    Ok(Value::NONE)
}

/// `frame`.
pub static FRAME_TYPE: TypeSpec = TypeSpec {
    weak: true,
    slots: Slots { repr: Some(repr), ..Slots::NONE },
    methods: &[method("clear", clear, Convention::NoArgs)],
    getset: &[
        getter("f_back", get_back),
        getter("f_builtins", |vm, own| Ok(this(vm, own)?.function.builtins.get().into())),
        getter("f_code", |vm, own| Ok(this(vm, own)?.code.into())),
        getter("f_globals", |vm, own| Ok(this(vm, own)?.globals().into())),
        getter("f_lasti", |vm, own| {
            let object = this(vm, own)?;
            Ok(Value::small_int(2 * vm.unit_of_object(object) as i64))
        }),
        getset("f_lineno", get_line, crate::tracing::set_line),
        getter("f_locals", get_locals),
        getset("f_trace", |vm, own| Ok(this(vm, own)?.trace.get().or_none()), set_trace),
        getset(
            "f_trace_lines",
            |vm, own| Ok(Value::bool(this(vm, own)?.trace_lines.get())),
            |vm, own, value| {
                let value = truth(vm, value)?;
                this(vm, own)?.trace_lines.set(value);
                Ok(())
            },
        ),
        getset(
            "f_trace_opcodes",
            |vm, own| Ok(Value::bool(this(vm, own)?.trace_opcodes.get())),
            |vm, own, value| {
                let value = truth(vm, value)?;
                this(vm, own)?.trace_opcodes.set(value);
                Ok(())
            },
        ),
    ],
    ..TypeSpec::new("frame", LayoutKind::Frame)
};
