//! The interpreter's registers, and safe-looking access to the stack through them.

#![expect(unsafe_code, reason = "the registers are raw pointers into the VM stack and the live code")]

use crate::value::Value;

/// The registers of the interpreter while a handler runs. Handlers get them by reference and the compiler keeps them in
/// machine registers; between handlers they travel as arguments.
///
/// The methods do not check anything: code objects are made by our compiler or have passed the verifier, so the operand
/// stack never leaves the part of the VM stack that was reserved when the frame was pushed, locals exist, and the cache
/// entries that an instruction reads belong to it. That invariant is what makes the `unsafe` in this file sound.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct State {
    /// The next code unit to execute.
    pub pc: *const u16,
    /// One past the top of the operand stack.
    pub sp: *mut Value,
    /// The first local.
    pub fp: *mut Value,
    /// The constants of the running code.
    pub k: *const Value,
}

impl State {
    /// Registers before anything runs.
    pub const UNSET: State =
        State { pc: std::ptr::null(), sp: std::ptr::null_mut(), fp: std::ptr::null_mut(), k: std::ptr::null() };

    /// Pushes a value.
    #[inline(always)]
    pub fn push(&mut self, value: Value) {
        // SAFETY: the frame reserved `co_stacksize` slots.
        unsafe {
            *self.sp = value;
            self.sp = self.sp.add(1);
        }
    }

    /// Pops a value.
    #[inline(always)]
    pub fn pop(&mut self) -> Value {
        // SAFETY: the code's stack effects balance.
        unsafe {
            self.sp = self.sp.sub(1);
            *self.sp
        }
    }

    /// Drops `n` values.
    #[inline(always)]
    pub fn shrink(&mut self, n: usize) {
        // SAFETY: as for `pop`.
        self.sp = unsafe { self.sp.sub(n) };
    }

    /// The value `n` deep; the top is 1.
    #[inline(always)]
    pub fn peek(&self, n: usize) -> Value {
        // SAFETY: as for `pop`.
        unsafe { *self.sp.sub(n) }
    }

    /// Replaces the value `n` deep; the top is 1.
    #[inline(always)]
    pub fn poke(&mut self, n: usize, value: Value) {
        // SAFETY: as for `pop`.
        unsafe { *self.sp.sub(n) = value }
    }

    /// The top `n` values, the deepest first.
    #[inline(always)]
    pub fn top<'a>(&self, n: usize) -> &'a [Value] {
        // SAFETY: as for `pop`. The lifetime is free because the stack never moves; callees work above `sp`.
        unsafe { std::slice::from_raw_parts(self.sp.sub(n), n) }
    }

    /// A local variable (`NULL` when unbound).
    #[inline(always)]
    pub fn local(&self, index: usize) -> Value {
        // SAFETY: the operand was checked against `co_nlocalsplus`.
        unsafe { *self.fp.add(index) }
    }

    /// Binds a local variable.
    #[inline(always)]
    pub fn set_local(&mut self, index: usize, value: Value) {
        // SAFETY: as for `local`.
        unsafe { *self.fp.add(index) = value }
    }

    /// A constant.
    #[inline(always)]
    pub fn constant(&self, index: usize) -> Value {
        // SAFETY: the operand was checked against `co_consts`.
        unsafe { *self.k.add(index) }
    }

    /// The code unit `offset` units after the instruction (0 is its first cache entry).
    #[inline(always)]
    pub fn unit(&self, offset: usize) -> u16 {
        // SAFETY: the cache entries (and the instruction behind them) belong to the code.
        unsafe { *self.pc.add(offset) }
    }

    /// A cache entry of 32 bits at `offset` units after the instruction.
    #[inline(always)]
    pub fn cache_u32(&self, offset: usize) -> u32 {
        // SAFETY: as for `unit`.
        unsafe { self.pc.add(offset).cast::<u32>().read_unaligned() }
    }

    /// A cache entry of 64 bits at `offset` units after the instruction.
    #[inline(always)]
    pub fn cache_u64(&self, offset: usize) -> u64 {
        // SAFETY: as for `unit`.
        unsafe { self.pc.add(offset).cast::<u64>().read_unaligned() }
    }

    /// Writes a code unit `offset` units after the instruction.
    #[inline(always)]
    pub fn set_unit(&self, offset: usize, value: u16) {
        // SAFETY: as for `unit`; live code is written only by the thread that runs it.
        unsafe { *self.pc.add(offset).cast_mut() = value }
    }

    /// Moves forward by `units`.
    #[inline(always)]
    pub fn skip(&mut self, units: usize) {
        // SAFETY: jump targets and cache sizes were checked.
        self.pc = unsafe { self.pc.add(units) };
    }

    /// Moves backward by `units`.
    #[inline(always)]
    pub fn jump_back(&mut self, units: usize) {
        // SAFETY: as for `skip`.
        self.pc = unsafe { self.pc.sub(units) };
    }
}

/// What a handler tells the loop.
pub enum Control {
    /// Go on at `pc`. The only answer after the registers were changed.
    Next,
    /// Nothing was changed: run this function out of line, then go on from the registers it leaves in the VM.
    Slow(SlowFn),
    /// Nothing was changed: a guard of a specialized form failed. Count the miss and run the generic form.
    Miss,
    /// Nothing was changed: `FOR_ITER` or `SEND` has found a generator. Go into it.
    Resume,
    /// The entry frame was left, and the VM has what came of it: leave the loop.
    Leave,
}

/// A handler's slow half. The VM's saved registers stand behind the instruction and its cache; `oparg` is complete.
pub type SlowFn = fn(&mut crate::Vm, usize) -> crate::error::PyResult<Flow>;

/// How the loop goes on after a slow function.
///
/// Of the size of a `Raise`, so that the result of a slow function travels in two registers: through memory it would need a
/// stack frame in the function that calls it, and that one could not end in a sibling call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u64)]
pub enum Flow {
    /// At the saved registers.
    Continue,
    /// With the instruction that stands at the start of this one now, and the same operand.
    Again,
    /// The entry frame returned: leave the loop.
    Exit,
}
