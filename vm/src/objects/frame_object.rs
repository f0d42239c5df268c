//! The type `frame`: what programs see of running code. The VM's own frames are no objects; one of these remembers which
//! frame it stands for and looks at it while that runs.

use crate::Vm;
use crate::args::Args;
use crate::error::PyResult;
use crate::frame::Frame;
use crate::heap::Marker;
use crate::object::{Gc, Header, LayoutKind};
use crate::objects::code::Code;
use crate::objects::dict::Dict;
use crate::objects::opaque::{Opaque, OpaqueData};
use crate::objects::receiver;
use crate::slots::Slots;
use crate::spec::{Convention, TypeSpec, getter, method};
use crate::value::Value;

/// What a frame object stands for.
#[derive(Clone, Copy)]
pub struct FrameView {
    /// The code.
    pub code: Gc<Code>,
    /// Its globals.
    pub globals: Gc<Dict>,
    /// The code unit of the instruction.
    pub unit: usize,
    /// The local namespace of a module or class body, or `NULL`.
    pub locals: Value,
    /// The place of the frame on the stack (1 is the lowest), or 0 when it was not on the stack.
    pub level: usize,
    /// The frame object of the caller, or `None`.
    pub back: Value,
}

impl OpaqueData for FrameView {
    fn trace(&self, marker: &mut Marker) {
        marker.mark(self.code);
        marker.mark(self.globals);
        marker.value(self.locals);
        marker.value(self.back);
    }

    fn as_any_mut(&mut self) -> &mut dyn std::any::Any {
        self
    }
}

impl Vm {
    /// An object for a frame that is described by `view`.
    pub fn new_frame_object(&mut self, view: FrameView) -> Value {
        let header = Header::new(self.types.frame);
        self.heap.allocate(Opaque::new(header, Box::new(view))).into()
    }

    /// The object of the frame `n` below the running one, with those of its callers; `None` when the stack is not that deep.
    pub fn frame_object(&mut self, n: usize) -> Option<Value> {
        let depth = self.depth();
        let mut back = Value::NONE;
        for below in (n..depth).rev() {
            let unit = self.unit_of_frame(below);
            let &Frame { code, globals, locals, .. } = self.frame_below(below)?;
            back = self.new_frame_object(FrameView { code, globals, unit, locals, level: depth - below, back });
        }
        (n < depth).then_some(back)
    }

    /// The code unit that the frame `n` below the running one executes.
    pub fn unit_of_frame(&self, n: usize) -> usize {
        let Some(frame) = self.frame_below(n) else { return 0 };
        if n == 0 { frame.code.unit_index(self.instruction) } else { frame.unit_before(frame.pc) }
    }
}

fn view(vm: &mut Vm, own: Value) -> PyResult<FrameView> {
    let object = receiver::<Opaque>(vm, own)?;
    match object.with(|view: &mut FrameView| *view) {
        Some(view) => Ok(view),
        None => Err(vm.type_error("a frame was expected")),
    }
}

/// How far below the running frame the one of a view is, if it still runs.
fn place(vm: &Vm, view: &FrameView) -> Option<usize> {
    let below = vm.depth().checked_sub(view.level).filter(|_| view.level > 0)?;
    vm.frame_below(below).filter(|frame| frame.code == view.code).map(|_| below)
}

fn unit(vm: &Vm, view: &FrameView) -> usize {
    place(vm, view).map_or(view.unit, |below| vm.unit_of_frame(below))
}

fn line(vm: &Vm, view: &FrameView) -> i32 {
    let object = &view.code.object;
    object.position_at(2 * unit(vm, view) as u32).line.unwrap_or(object.firstlineno)
}

fn get_line(vm: &mut Vm, own: Value) -> PyResult {
    let view = view(vm, own)?;
    let line = line(vm, &view);
    Ok(vm.int(i64::from(line)))
}

fn get_locals(vm: &mut Vm, own: Value) -> PyResult {
    let view = view(vm, own)?;
    match place(vm, &view) {
        Some(below) => Ok(vm.locals_of_frame(below)),
        None if !view.locals.is_null() => Ok(view.locals),
        None => Ok(vm.new_dict().into()),
    }
}

fn repr(vm: &mut Vm, own: Value) -> PyResult {
    let view = view(vm, own)?;
    let address = own.heap_address().unwrap_or(0);
    let text = format!(
        "<frame at {address:#x}, file {}, line {}, code {}>",
        vm.repr_text(view.code.filename.into())?,
        line(vm, &view),
        view.code.name.to_string_lossy()
    );
    Ok(vm.new_str(&text).into())
}

/// Lets go of what the variables of a frame that has ended refer to: here the frame's values went with it, and the view has only
/// the namespace of a class or module body.
fn clear(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let view = view(vm, own)?;
    if place(vm, &view).is_some() {
        return Err(vm.runtime_error("cannot clear an executing frame"));
    }
    Ok(Value::NONE)
}

/// `frame`.
pub static FRAME_TYPE: TypeSpec = TypeSpec {
    weak: true,
    slots: Slots { repr: Some(repr), ..Slots::NONE },
    methods: &[method("clear", clear, Convention::NoArgs)],
    getset: &[
        getter("f_back", |vm, own| Ok(view(vm, own)?.back)),
        getter("f_builtins", |vm, own| {
            let globals = view(vm, own)?.globals;
            Ok(vm.builtins_of(globals).into())
        }),
        getter("f_code", |vm, own| Ok(view(vm, own)?.code.into())),
        getter("f_globals", |vm, own| Ok(view(vm, own)?.globals.into())),
        getter("f_lasti", |vm, own| {
            let view = view(vm, own)?;
            Ok(Value::small_int(2 * unit(vm, &view) as i64))
        }),
        getter("f_lineno", get_line),
        getter("f_locals", get_locals),
        getter("f_trace", |_, _| Ok(Value::NONE)),
    ],
    ..TypeSpec::new("frame", LayoutKind::Opaque)
};
