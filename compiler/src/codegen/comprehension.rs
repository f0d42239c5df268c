//! Comprehensions and generator expressions: functions of their own that are called at once.

use quicken_bytecode::Opcode;

use super::Compiler;
use super::unit::{FrameBlockKind, UnitKind};
use crate::ast::*;
use crate::cfg::Op;
use crate::error::Result;

impl<'a> Compiler<'a, '_> {
    pub(super) fn comprehension(&mut self, expr: &Expr<'a>, comp: &'a Comp<'a>) -> Result<()> {
        let Some(outermost) = comp.generators.first() else { return Ok(()) };
        let outer_kind = self.unit_ref().kind;
        let is_top_level_await = self.is_top_level_await();
        let (name, build) = match comp.kind {
            CompKind::ListComp => ("<listcomp>", Some(Opcode::BUILD_LIST)),
            CompKind::SetComp => ("<setcomp>", Some(Opcode::BUILD_SET)),
            CompKind::DictComp => ("<dictcomp>", Some(Opcode::BUILD_MAP)),
            CompKind::GeneratorExp => ("<genexpr>", None),
        };
        let name = self.name(name);
        self.enter_scope(name, UnitKind::Comprehension, comp.scope, expr.loc.lineno);
        self.set_loc(expr.loc);
        let is_async = self.block().coroutine;
        if is_async
            && build.is_some()
            && !matches!(outer_kind, UnitKind::AsyncFunction | UnitKind::Comprehension)
            && !is_top_level_await
        {
            return self.error("asynchronous comprehension outside of an asynchronous function");
        }
        if let Some(build) = build {
            self.op_i(build, 0);
        }
        self.unit().argcount = 1;
        self.generator(comp, 0, 0)?;
        if build.is_some() {
            self.op(Opcode::RETURN_VALUE);
        }
        let code = self.finish_scope(true);
        if is_top_level_await && is_async {
            self.symbols.set_module_coroutine();
        }
        self.make_closure(code, 0)?;
        self.expr(&outermost.iter)?;
        self.op(if outermost.is_async { Opcode::GET_AITER } else { Opcode::GET_ITER });
        self.op_call(0);
        if is_async && build.is_some() {
            self.await_top(0);
        }
        Ok(())
    }

    /// One `for` clause with what is inside it; `depth` counts the iterators on the stack.
    fn generator(&mut self, comp: &'a Comp<'a>, index: usize, depth: u32) -> Result<()> {
        if comp.generators[index].is_async {
            self.async_generator(comp, index, depth)
        } else {
            self.sync_generator(comp, index, depth)
        }
    }

    fn sync_generator(&mut self, comp: &'a Comp<'a>, index: usize, mut depth: u32) -> Result<()> {
        let generator = &comp.generators[index];
        let start = self.new_block();
        let if_cleanup = self.new_block();
        let anchor = self.new_block();
        let mut is_loop = true;
        if index == 0 {
            self.op_i(Opcode::LOAD_FAST, 0);
        } else {
            // `for y in [f(x)]` is an assignment.
            match &generator.iter.kind {
                ExprKind::List { elts: [elt], .. } | ExprKind::Tuple { elts: [elt], .. } if !elt.is_starred() => {
                    self.expr(elt)?;
                    is_loop = false;
                }
                _ => {
                    self.expr(&generator.iter)?;
                    self.op(Opcode::GET_ITER);
                }
            }
        }
        if is_loop {
            depth += 1;
            self.use_next_block(start);
            self.op_jump(Opcode::FOR_ITER, anchor);
        }
        self.expr(&generator.target)?;
        for condition in &*generator.ifs {
            self.jump_if(condition, if_cleanup, false)?;
        }
        self.inside(comp, index, depth)?;
        self.use_next_block(if_cleanup);
        if is_loop {
            self.op_jump(Op::Jump, start);
            self.use_next_block(anchor);
        }
        Ok(())
    }

    fn async_generator(&mut self, comp: &'a Comp<'a>, index: usize, depth: u32) -> Result<()> {
        let generator = &comp.generators[index];
        let start = self.new_block();
        let except = self.new_block();
        let if_cleanup = self.new_block();
        if index == 0 {
            self.op_i(Opcode::LOAD_FAST, 0);
        } else {
            self.expr(&generator.iter)?;
            self.op(Opcode::GET_AITER);
        }
        self.use_next_block(start);
        self.push_frame_block(FrameBlockKind::AsyncComprehensionGenerator, Some(start), None)?;
        self.op_jump(Op::SetupFinally, except);
        self.op(Opcode::GET_ANEXT);
        self.load_none();
        self.yield_from(true);
        self.op(Op::PopBlock);
        self.expr(&generator.target)?;
        for condition in &*generator.ifs {
            self.jump_if(condition, if_cleanup, false)?;
        }
        self.inside(comp, index, depth + 1)?;
        self.use_next_block(if_cleanup);
        self.op_jump(Op::Jump, start);
        self.pop_frame_block();
        self.use_next_block(except);
        self.op(Opcode::END_ASYNC_FOR);
        Ok(())
    }

    /// The next clause, or, after the last, the element.
    fn inside(&mut self, comp: &'a Comp<'a>, index: usize, depth: u32) -> Result<()> {
        if index + 1 < comp.generators.len() {
            return self.generator(comp, index + 1, depth);
        }
        self.expr(&comp.elt)?;
        match comp.kind {
            CompKind::GeneratorExp => {
                self.yield_value();
                self.op(Opcode::POP_TOP);
            }
            CompKind::ListComp => self.op_i(Opcode::LIST_APPEND, depth + 1),
            CompKind::SetComp => self.op_i(Opcode::SET_ADD, depth + 1),
            CompKind::DictComp => {
                if let Some(value) = &comp.value {
                    self.expr(value)?;
                }
                self.op_i(Opcode::MAP_ADD, depth + 1);
            }
        }
        Ok(())
    }
}
