//! Adding instructions.

use quicken_bytecode::{Constant, Opcode};

use super::Compiler;
use crate::ast::{ConstId, Loc, Name};
use crate::cfg::{BlockId, Op};

impl<'a> Compiler<'a, '_> {
    pub(super) fn new_block(&mut self) -> BlockId {
        self.unit().cfg.new_block()
    }

    /// Continues in another block, which follows the current one.
    pub(super) fn use_next_block(&mut self, block: BlockId) {
        self.unit().cfg.use_next_block(block);
    }

    pub(super) fn current_block_returns(&self) -> bool {
        self.unit_ref().cfg.current_block_returns()
    }

    /// An instruction without an operand.
    pub(super) fn op(&mut self, op: impl Into<Op>) {
        self.op_i(op, 0);
    }

    /// An instruction with an operand.
    pub(super) fn op_i(&mut self, op: impl Into<Op>, oparg: u32) {
        let unit = self.unit();
        unit.cfg.push(op.into(), oparg, unit.loc);
    }

    /// An instruction that belongs to no line.
    pub(super) fn op_noline(&mut self, op: impl Into<Op>, oparg: u32) {
        self.unit().cfg.push(op.into(), oparg, Loc::NO_LINE);
    }

    /// A jump, or the start of a handler's protection.
    pub(super) fn op_jump(&mut self, op: impl Into<Op>, target: BlockId) {
        let unit = self.unit();
        unit.cfg.push_jump(op.into(), target, unit.loc);
    }

    /// A jump that belongs to no line.
    pub(super) fn op_jump_noline(&mut self, op: impl Into<Op>, target: BlockId) {
        self.unit().cfg.push_jump(op.into(), target, Loc::NO_LINE);
    }

    pub(super) fn add_const(&mut self, value: Constant) -> u32 {
        let id = self.cx.constants.add(value);
        self.add_const_id(id)
    }

    pub(super) fn add_const_id(&mut self, id: ConstId) -> u32 {
        let last = self.units.len() - 1;
        self.units[last].consts.add(&mut self.indices, id)
    }

    pub(super) fn load_const(&mut self, value: Constant) {
        let index = self.add_const(value);
        self.op_i(Opcode::LOAD_CONST, index);
    }

    pub(super) fn load_const_id(&mut self, id: ConstId) {
        let index = self.add_const_id(id);
        self.op_i(Opcode::LOAD_CONST, index);
    }

    pub(super) fn load_none(&mut self) {
        self.load_const_id(ConstId::NONE);
    }

    pub(super) fn load_str(&mut self, text: &str) {
        self.load_const(Constant::str(text));
    }

    pub(super) fn load_name_str(&mut self, name: Name<'a>) {
        let value = self.str(name);
        self.load_const(value);
    }

    pub(super) fn add_name(&mut self, name: Name<'a>) -> u32 {
        let last = self.units.len() - 1;
        self.units[last].names.add(&mut self.indices, name)
    }

    /// An instruction about a name that is not a variable: an attribute, an import.
    pub(super) fn op_name(&mut self, op: Opcode, name: Name<'a>) {
        let name = self.mangle(name);
        let index = self.add_name(name);
        self.op_i(op, index);
    }

    pub(super) fn mangle(&mut self, name: Name<'a>) -> Name<'a> {
        let private = self.unit_ref().private;
        self.cx.names.mangle(private, name)
    }

    /// PRECALL and CALL.
    pub(super) fn op_call(&mut self, arguments: u32) {
        self.op_i(Opcode::PRECALL, arguments);
        self.op_i(Opcode::CALL, arguments);
    }

    /// `yield from` or `await` of what is on the stack.
    pub(super) fn yield_from(&mut self, is_await: bool) {
        let start = self.new_block();
        let resume = self.new_block();
        let exit = self.new_block();
        self.use_next_block(start);
        self.op_jump(Opcode::SEND, exit);
        self.use_next_block(resume);
        self.op(Opcode::YIELD_VALUE);
        self.op_i(Opcode::RESUME, if is_await { 3 } else { 2 });
        self.op_jump(Op::JumpNoInterrupt, start);
        self.use_next_block(exit);
    }

    /// `await` of what GET_AWAITABLE finds; the operand says where it comes from.
    pub(super) fn await_top(&mut self, origin: u32) {
        self.op_i(Opcode::GET_AWAITABLE, origin);
        self.load_none();
        self.yield_from(true);
    }

    pub(super) fn yield_value(&mut self) {
        let block = self.block();
        if block.generator && block.coroutine {
            self.op(Opcode::ASYNC_GEN_WRAP);
        }
        self.op(Opcode::YIELD_VALUE);
        self.op_i(Opcode::RESUME, 1);
    }

    pub(super) fn pop_except_and_reraise(&mut self) {
        self.op_i(Opcode::COPY, 3);
        self.op(Opcode::POP_EXCEPT);
        self.op_i(Opcode::RERAISE, 1);
    }

    /// `__exit__(None, None, None)`
    pub(super) fn call_exit_with_nones(&mut self) {
        self.load_none();
        self.load_none();
        self.load_none();
        self.op_call(2);
    }
}
