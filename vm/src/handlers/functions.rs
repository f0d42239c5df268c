//! Making functions, and returning.

use crate::Vm;
use crate::error::PyResult;
use crate::frame::FrameKind;
use crate::object::{Gc, Header};
use crate::objects::code::Code;
use crate::objects::dict::Dict;
use crate::objects::function::Function;
use crate::objects::string::Str;
use crate::state::{Control, Flow, State};
use crate::value::Value;

slow_handlers! {
    MAKE_FUNCTION => make_function,
    LOAD_BUILD_CLASS => load_build_class,
    PRINT_EXPR => print_expr,
}

handler!(RETURN_VALUE(s, vm, _oparg) {
    if vm.return_inlined(s) { Control::Next } else { Control::Slow(return_value) }
});

fn return_value(vm: &mut Vm, _oparg: usize) -> PyResult<Flow> {
    let value = vm.state.pop();
    vm.return_value(value)
}

#[expect(unsafe_code, reason = "frames are pushed and popped in place")]
impl Vm {
    /// Leaves an inlined frame; answers whether the running one was.
    #[inline(always)]
    fn return_inlined(&mut self, s: &mut State) -> bool {
        // SAFETY: a frame is running, and below an inlined one runs another.
        unsafe {
            let frame = self.frame;
            if (*frame).kind != FrameKind::Inlined || !(*frame).generator.is_null() {
                return false;
            }
            let value = s.peek(1);
            let base = (*frame).base;
            let below = frame.sub(1);
            self.frame = below;
            *base = value;
            let code = (*below).code;
            *s = State { pc: (*below).pc, sp: base.add(1), fp: (*below).fp, k: code.constants };
            true
        }
    }

    /// Enters the frame of a function whose arguments fit exactly and stand at `fp`; answers whether there was room. The
    /// registers are those of the caller, behind the call.
    #[inline(always)]
    pub(crate) fn enter_exact<R: quicken_stats::Recorder>(
        &mut self,
        s: &mut State,
        function: Gc<Function>,
        code: Gc<Code>,
        fp: *mut Value,
        bound: usize,
        base: *mut Value,
    ) -> bool {
        let end = fp.wrapping_add(code.frame_size as usize);
        // SAFETY: as in `push_frame`, which does the same out of line.
        unsafe {
            let caller = self.frame;
            let frame = caller.add(1);
            if end > self.stack_limit || frame >= self.frame_limit {
                return false;
            }
            (*caller).pc = s.pc;
            for index in bound..code.nlocalsplus as usize {
                *fp.add(index) = Value::NULL;
            }
            frame.write(crate::frame::Frame {
                pc: code.units,
                fp,
                base,
                code,
                function,
                globals: function.globals.get(),
                locals: Value::NULL,
                generator: Value::NULL,
                outer_handled: Value::NULL,
                kind: FrameKind::Inlined,
                seen: false,
                caller_last: Default::default(),
            });
            self.frame = frame;
            *s = State { pc: code.units, sp: fp.add(code.nlocalsplus as usize), fp, k: code.constants };
        }
        R::frame_pushed(&mut self.counters);
        R::inlined_call(&mut self.counters);
        true
    }
}

/// Stack, by the operand's bits: defaults (1), keyword defaults (2), annotations (4), closure (8); the code on top.
fn make_function(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    let Some(code) = vm.state.peek(1).cast::<Code>() else {
        return Err(vm.system_error("MAKE_FUNCTION without a code object"));
    };
    let function = vm.new_function(code, vm.running_globals());
    let mut depth = 2;
    if oparg & 8 != 0 {
        function.closure.set(vm.state.peek(depth));
        depth += 1;
    }
    if oparg & 4 != 0 {
        function.annotations.set(vm.state.peek(depth));
        depth += 1;
    }
    if oparg & 2 != 0 {
        function.kwdefaults.set(vm.state.peek(depth));
        depth += 1;
    }
    if oparg & 1 != 0 {
        function.defaults.set(vm.state.peek(depth));
        depth += 1;
    }
    vm.state.shrink(depth - 1);
    vm.state.push(function.into());
    Ok(Flow::Continue)
}

impl Vm {
    /// A function of this code over these globals, as `PyFunction_New`.
    pub fn new_function(&mut self, code: Gc<Code>, globals: Gc<Dict>) -> Gc<Function> {
        let builtins = self.builtins_of(globals);
        let ty = self.types.function;
        let function = self.heap.allocate(Function::new(Header::new(ty), code, globals, builtins));
        // The docstring is the first constant, if that is a string.
        if let Some(doc) = (!code.consts.is_empty()).then(|| code.consts.get(0)).filter(|c| c.cast::<Str>().is_some()) {
            function.doc.set(doc);
        }
        let name = self.names.__name__;
        if let Some(module) = globals.get_str(name) {
            function.module.set(module);
        }
        function
    }
}

fn load_build_class(vm: &mut Vm, _oparg: usize) -> PyResult<Flow> {
    let name = vm.intern("__build_class__");
    let builtins = vm.running_function().builtins.get();
    let found = match (builtins.get_str(name), vm.unusual_builtins(vm.running_globals())) {
        (None, Some(builtins)) => vm.mapping_get(builtins, name)?,
        (found, _) => found,
    };
    match found {
        Some(value) => {
            vm.state.push(value);
            Ok(Flow::Continue)
        }
        None => {
            let ty = vm.exc.NameError;
            Err(vm.raise(ty, "__build_class__ not found"))
        }
    }
}

/// Hands the value to `sys.displayhook`.
fn print_expr(vm: &mut Vm, _oparg: usize) -> PyResult<Flow> {
    let value = vm.state.peek(1);
    // A program that has not imported `sys` has it all the same.
    vm.import_absolute("sys")?;
    match crate::builtins::text::sys_attribute(vm, "displayhook") {
        Some(hook) => vm.call_values(hook, &[value])?,
        None => return Err(vm.runtime_error("lost sys.displayhook")),
    };
    vm.state.shrink(1);
    Ok(Flow::Continue)
}
