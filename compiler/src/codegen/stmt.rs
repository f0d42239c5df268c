//! Statements.

use quicken_bytecode::{Constant, Opcode};

use super::unit::{FrameBlockKind, UnitKind};
use super::{Compiler, unit::FrameBlock};
use crate::ast::*;
use crate::cfg::{BlockId, Op};
use crate::error::Result;
use crate::symtable::BlockKind;

impl<'a> Compiler<'a, '_> {
    /// The body of a module or class: annotations are prepared, a docstring is stored.
    pub(super) fn body(&mut self, body: &'a [Stmt<'a>]) -> Result<()> {
        if let (UnitKind::Module, Some(first)) = (self.unit_ref().kind, body.first()) {
            self.set_loc(first.loc);
        }
        if has_annotation(body) {
            self.op(Opcode::SETUP_ANNOTATIONS);
        }
        let mut rest = body;
        if self.cx.optimize < 2
            && docstring(body, self.cx.constants).is_some()
            && let Some((Stmt { kind: StmtKind::Expr(value), .. }, tail)) = body.split_first()
        {
            self.expr(value)?;
            self.set_loc(Loc::NONE);
            let name = self.name("__doc__");
            self.store_name(name)?;
            rest = tail;
        }
        self.stmts(rest)
    }

    pub(super) fn stmts(&mut self, stmts: &'a [Stmt<'a>]) -> Result<()> {
        stmts.iter().try_for_each(|stmt| self.stmt(stmt))
    }

    pub(super) fn stmt(&mut self, stmt: &'a Stmt<'a>) -> Result<()> {
        self.set_loc(stmt.loc);
        match &stmt.kind {
            StmtKind::FunctionDef(function) => self.function(stmt, function),
            StmtKind::ClassDef(class) => self.class(stmt, class),
            StmtKind::Return(value) => self.return_(stmt, value.as_deref()),
            StmtKind::Delete(targets) => self.exprs(targets),
            StmtKind::Assign { targets, value } => {
                self.expr(value)?;
                for (index, target) in targets.iter().enumerate() {
                    if index + 1 < targets.len() {
                        self.op_i(Opcode::COPY, 1);
                    }
                    self.expr(target)?;
                }
                Ok(())
            }
            StmtKind::AugAssign { target, op, value } => self.aug_assign(target, *op, value),
            StmtKind::AnnAssign { target, annotation, value, simple } => {
                self.ann_assign(target, annotation, value.as_deref(), *simple)
            }
            StmtKind::For { is_async: false, target, iter, body, orelse } => self.for_(target, iter, body, orelse),
            StmtKind::For { is_async: true, target, iter, body, orelse } => self.async_for(target, iter, body, orelse),
            StmtKind::While { test, body, orelse } => self.while_(stmt, test, body, orelse),
            StmtKind::If { test, body, orelse } => self.if_(test, body, orelse),
            StmtKind::Match { subject, cases } => self.match_(subject, cases),
            StmtKind::Raise { exc, cause } => {
                let mut count = 0;
                if let Some(exc) = exc {
                    self.expr(exc)?;
                    count += 1;
                    if let Some(cause) = cause {
                        self.expr(cause)?;
                        count += 1;
                    }
                }
                self.op_i(Opcode::RAISE_VARARGS, count);
                Ok(())
            }
            StmtKind::Try(node) => self.try_(node),
            StmtKind::Assert { test, msg } => self.assert(test, msg.as_deref()),
            StmtKind::Import(names) => self.import(names),
            StmtKind::ImportFrom { module, names, level } => self.import_from(stmt, *module, names, *level),
            StmtKind::Global(_) | StmtKind::Nonlocal(_) => Ok(()),
            StmtKind::Expr(value) => self.expr_stmt(value),
            StmtKind::Pass => {
                self.op(Opcode::NOP);
                Ok(())
            }
            StmtKind::Break => self.break_(),
            StmtKind::Continue => self.continue_(),
            StmtKind::With { is_async: false, items, body } => self.with(stmt, items, body),
            StmtKind::With { is_async: true, items, body } => self.async_with(stmt, items, body),
        }
    }

    fn expr_stmt(&mut self, value: &'a Expr<'a>) -> Result<()> {
        if self.interactive && self.units.len() == 1 {
            self.expr(value)?;
            self.op(Opcode::PRINT_EXPR);
            return Ok(());
        }
        if value.constant().is_some() {
            self.op(Opcode::NOP);
            return Ok(());
        }
        self.expr(value)?;
        self.set_loc(Loc::NONE);
        self.op(Opcode::POP_TOP);
        Ok(())
    }

    fn return_(&mut self, stmt: &Stmt<'a>, value: Option<&'a Expr<'a>>) -> Result<()> {
        let constant = value.and_then(Expr::constant);
        let preserve_tos = value.is_some() && constant.is_none();
        let block = self.block();
        if block.kind != BlockKind::Function {
            return self.error("'return' outside function");
        }
        if value.is_some() && block.coroutine && block.generator {
            return self.error("'return' with value in async generator");
        }
        if let Some(value) = value {
            if preserve_tos {
                self.expr(value)?;
            } else {
                self.set_loc(value.loc);
                self.op(Opcode::NOP);
            }
        }
        if value.is_none_or(|value| value.loc.lineno != stmt.loc.lineno) {
            self.set_loc(stmt.loc);
            self.op(Opcode::NOP);
        }
        self.unwind_stack(preserve_tos, false)?;
        if value.is_none() {
            self.load_none();
        } else if let Some(constant) = constant {
            self.load_const_id(constant);
        }
        self.op(Opcode::RETURN_VALUE);
        Ok(())
    }

    fn find_loop(&mut self, message: &str) -> Result<FrameBlock<'a>> {
        let loc = self.loc();
        self.op(Opcode::NOP);
        match self.unwind_stack(false, true)? {
            Some(found) => Ok(found),
            None => {
                self.set_loc(loc);
                self.error(message)
            }
        }
    }

    fn break_(&mut self) -> Result<()> {
        let found = self.find_loop("'break' outside loop")?;
        self.unwind(found, false)?;
        if let Some(exit) = found.exit {
            self.op_jump(Op::Jump, exit);
        }
        Ok(())
    }

    fn continue_(&mut self) -> Result<()> {
        let found = self.find_loop("'continue' not properly in loop")?;
        if let Some(block) = found.block {
            self.op_jump(Op::Jump, block);
        }
        Ok(())
    }

    fn if_(&mut self, test: &'a Expr<'a>, body: &'a [Stmt<'a>], orelse: &'a [Stmt<'a>]) -> Result<()> {
        let end = self.new_block();
        let next = if orelse.is_empty() { end } else { self.new_block() };
        self.jump_if(test, next, false)?;
        self.stmts(body)?;
        if !orelse.is_empty() {
            self.op_jump_noline(Op::Jump, end);
            self.use_next_block(next);
            self.stmts(orelse)?;
        }
        self.use_next_block(end);
        Ok(())
    }

    fn for_(
        &mut self,
        target: &'a Expr<'a>,
        iter: &'a Expr<'a>,
        body: &'a [Stmt<'a>],
        orelse: &'a [Stmt<'a>],
    ) -> Result<()> {
        let start = self.new_block();
        let body_block = self.new_block();
        let cleanup = self.new_block();
        let end = self.new_block();
        self.push_frame_block(FrameBlockKind::ForLoop, Some(start), Some(end))?;
        self.expr(iter)?;
        self.op(Opcode::GET_ITER);
        self.use_next_block(start);
        self.op_jump(Opcode::FOR_ITER, cleanup);
        self.use_next_block(body_block);
        self.expr(target)?;
        self.stmts(body)?;
        self.set_loc(Loc::NONE);
        self.op_jump(Op::Jump, start);
        self.use_next_block(cleanup);
        self.pop_frame_block();
        self.stmts(orelse)?;
        self.use_next_block(end);
        Ok(())
    }

    fn async_for(
        &mut self,
        target: &'a Expr<'a>,
        iter: &'a Expr<'a>,
        body: &'a [Stmt<'a>],
        orelse: &'a [Stmt<'a>],
    ) -> Result<()> {
        self.require_async("'async for' outside async function")?;
        let start = self.new_block();
        let except = self.new_block();
        let end = self.new_block();
        self.expr(iter)?;
        self.op(Opcode::GET_AITER);
        self.use_next_block(start);
        self.push_frame_block(FrameBlockKind::ForLoop, Some(start), Some(end))?;
        self.op_jump(Op::SetupFinally, except);
        self.op(Opcode::GET_ANEXT);
        self.load_none();
        self.yield_from(true);
        self.op(Op::PopBlock);
        self.expr(target)?;
        self.stmts(body)?;
        self.set_loc(Loc::NONE);
        self.op_jump(Op::Jump, start);
        self.pop_frame_block();
        self.use_next_block(except);
        self.set_loc(iter.loc);
        self.op(Opcode::END_ASYNC_FOR);
        self.stmts(orelse)?;
        self.use_next_block(end);
        Ok(())
    }

    /// `async for` and `async with` belong into an `async def`, or where top-level `await` is allowed.
    pub(super) fn require_async(&mut self, message: &str) -> Result<()> {
        if self.is_top_level_await() {
            self.symbols.set_module_coroutine();
        } else if self.unit_ref().kind != UnitKind::AsyncFunction {
            return self.error(message);
        }
        Ok(())
    }

    fn while_(
        &mut self,
        stmt: &Stmt<'a>,
        test: &'a Expr<'a>,
        body: &'a [Stmt<'a>],
        orelse: &'a [Stmt<'a>],
    ) -> Result<()> {
        let start = self.new_block();
        let body_block = self.new_block();
        let anchor = self.new_block();
        let end = self.new_block();
        self.use_next_block(start);
        self.push_frame_block(FrameBlockKind::WhileLoop, Some(start), Some(end))?;
        self.jump_if(test, anchor, false)?;
        self.use_next_block(body_block);
        self.stmts(body)?;
        self.set_loc(stmt.loc);
        self.jump_if(test, body_block, true)?;
        self.pop_frame_block();
        self.use_next_block(anchor);
        self.stmts(orelse)?;
        self.use_next_block(end);
        Ok(())
    }

    fn assert(&mut self, test: &'a Expr<'a>, msg: Option<&'a Expr<'a>>) -> Result<()> {
        let always_true = match &test.kind {
            ExprKind::Tuple { elts, .. } => !elts.is_empty(),
            ExprKind::Constant { value, .. } => {
                matches!(self.constant(*value), Constant::Tuple(items) if !items.is_empty())
            }
            _ => false,
        };
        if always_true {
            self.warn("assertion is always true, perhaps remove parentheses?");
        }
        if self.cx.optimize > 0 {
            return Ok(());
        }
        let end = self.new_block();
        self.jump_if(test, end, true)?;
        self.op(Opcode::LOAD_ASSERTION_ERROR);
        if let Some(msg) = msg {
            self.expr(msg)?;
            self.op_call(0);
        }
        self.op_i(Opcode::RAISE_VARARGS, 1);
        self.use_next_block(end);
        Ok(())
    }

    fn aug_assign(&mut self, target: &'a Expr<'a>, op: Operator, value: &'a Expr<'a>) -> Result<()> {
        let outer = self.loc();
        self.set_loc(target.loc);
        match &target.kind {
            ExprKind::Attribute { value, attr, .. } => {
                self.expr(value)?;
                self.op_i(Opcode::COPY, 1);
                self.start_at_attribute(target, attr);
                self.op_name(Opcode::LOAD_ATTR, *attr);
            }
            ExprKind::Subscript { value, slice, .. } => {
                self.expr(value)?;
                self.expr(slice)?;
                self.op_i(Opcode::COPY, 2);
                self.op_i(Opcode::COPY, 2);
                self.op(Opcode::BINARY_SUBSCR);
            }
            ExprKind::Name { id, .. } => self.name_op(*id, ExprContext::Load)?,
            _ => return self.error("illegal expression for augmented assignment"),
        }
        self.set_loc(outer);
        self.expr(value)?;
        self.op_i(Opcode::BINARY_OP, super::expr::binary_operator(op, true));
        self.set_loc(target.loc);
        match &target.kind {
            ExprKind::Attribute { attr, .. } => {
                self.start_at_attribute(target, attr);
                self.op_i(Opcode::SWAP, 2);
                self.op_name(Opcode::STORE_ATTR, *attr);
            }
            ExprKind::Subscript { .. } => {
                self.op_i(Opcode::SWAP, 3);
                self.op_i(Opcode::SWAP, 2);
                self.op(Opcode::STORE_SUBSCR);
            }
            ExprKind::Name { id, .. } => self.store_name(*id)?,
            _ => {}
        }
        Ok(())
    }

    fn ann_assign(
        &mut self,
        target: &'a Expr<'a>,
        annotation: &'a Expr<'a>,
        value: Option<&'a Expr<'a>>,
        simple: bool,
    ) -> Result<()> {
        if let Some(value) = value {
            self.expr(value)?;
            self.expr(target)?;
        }
        let at_top = matches!(self.unit_ref().kind, UnitKind::Module | UnitKind::Class);
        match &target.kind {
            ExprKind::Name { id, .. } => {
                self.forbid_debug(id, ExprContext::Store)?;
                if simple && at_top {
                    self.annotation_value(annotation)?;
                    let annotations = self.name("__annotations__");
                    self.op_name(Opcode::LOAD_NAME, annotations);
                    let mangled = self.mangle(*id);
                    self.load_name_str(mangled);
                    self.op(Opcode::STORE_SUBSCR);
                }
            }
            ExprKind::Attribute { value: object, attr, .. } => {
                self.forbid_debug(attr, ExprContext::Store)?;
                if value.is_none() {
                    self.evaluate(object)?;
                }
            }
            ExprKind::Subscript { value: object, slice, .. } => {
                if value.is_none() {
                    self.evaluate(object)?;
                    self.evaluate_subscript(slice)?;
                }
            }
            _ => return self.error("illegal target for annotation"),
        }
        if !simple && at_top && !self.cx.future.annotations() {
            self.evaluate(annotation)?;
        }
        Ok(())
    }

    /// Evaluates an expression for its effect.
    fn evaluate(&mut self, expr: &'a Expr<'a>) -> Result<()> {
        self.expr(expr)?;
        self.op(Opcode::POP_TOP);
        Ok(())
    }

    fn evaluate_subscript(&mut self, slice: &'a Expr<'a>) -> Result<()> {
        match &slice.kind {
            ExprKind::Slice { lower, upper, step } => {
                for part in [lower, upper, step].into_iter().flatten() {
                    self.evaluate(part)?;
                }
                Ok(())
            }
            ExprKind::Tuple { elts, .. } => elts.iter().try_for_each(|elt| self.evaluate_subscript(elt)),
            _ => self.evaluate(slice),
        }
    }

    fn import(&mut self, names: &'a [Alias<'a>]) -> Result<()> {
        for alias in names {
            self.load_const(Constant::Int(0));
            self.load_none();
            self.op_name(Opcode::IMPORT_NAME, alias.name);
            match alias.asname {
                Some(asname) => self.import_as(alias.name, asname)?,
                None => {
                    let first = alias.name.split_once('.').map(|(first, _)| first);
                    let stored = first.map_or(alias.name, |first| self.name(first));
                    self.store_name(stored)?;
                }
            }
        }
        Ok(())
    }

    /// `import a.b.c as d`: IMPORT_NAME gave `a`.
    fn import_as(&mut self, name: Name<'a>, asname: Name<'a>) -> Result<()> {
        let mut attributes = name.text().split('.').skip(1).peekable();
        if attributes.peek().is_none() {
            return self.store_name(asname);
        }
        while let Some(attribute) = attributes.next() {
            let attribute = self.name(attribute);
            let index = self.add_name(attribute);
            self.op_i(Opcode::IMPORT_FROM, index);
            if attributes.peek().is_some() {
                self.op_i(Opcode::SWAP, 2);
                self.op(Opcode::POP_TOP);
            }
        }
        self.store_name(asname)?;
        self.op(Opcode::POP_TOP);
        Ok(())
    }

    fn import_from(
        &mut self,
        stmt: &Stmt<'a>,
        module: Option<Name<'a>>,
        names: &'a [Alias<'a>],
        level: u32,
    ) -> Result<()> {
        self.load_const(Constant::Int(i64::from(level)));
        let tuple = names.iter().map(|alias| self.str(alias.name)).collect();
        if module.is_some_and(|module| module == "__future__") && stmt.loc.lineno > self.cx.future.last_line {
            return self.error("from __future__ imports must occur at the beginning of the file");
        }
        self.load_const(Constant::Tuple(tuple));
        let module = module.unwrap_or_else(|| self.name(""));
        self.op_name(Opcode::IMPORT_NAME, module);
        for (index, alias) in names.iter().enumerate() {
            if index == 0 && alias.name == "*" {
                self.op(Opcode::IMPORT_STAR);
                return Ok(());
            }
            self.op_name(Opcode::IMPORT_FROM, alias.name);
            self.store_name(alias.asname.unwrap_or(alias.name))?;
        }
        self.op(Opcode::POP_TOP);
        Ok(())
    }

    /// Jumps if the truth of an expression is `cond`.
    pub(super) fn jump_if(&mut self, expr: &'a Expr<'a>, next: BlockId, cond: bool) -> Result<()> {
        match &expr.kind {
            ExprKind::UnaryOp { op: UnaryOp::Not, operand } => return self.jump_if(operand, next, !cond),
            ExprKind::BoolOp { op, values } => {
                let Some((last, first)) = values.split_last() else { return Ok(()) };
                let cond2 = *op == BoolOp::Or;
                let next2 = if cond2 == cond { next } else { self.new_block() };
                for value in first {
                    self.jump_if(value, next2, cond2)?;
                }
                self.jump_if(last, next, cond)?;
                if next2 != next {
                    self.use_next_block(next2);
                }
                return Ok(());
            }
            ExprKind::IfExp { test, body, orelse } => {
                let end = self.new_block();
                let next2 = self.new_block();
                self.jump_if(test, next2, false)?;
                self.jump_if(body, next, cond)?;
                self.op_jump_noline(Op::Jump, end);
                self.use_next_block(next2);
                self.jump_if(orelse, next, cond)?;
                self.use_next_block(end);
                return Ok(());
            }
            ExprKind::Compare { left, ops, comparators } => {
                self.set_loc(expr.loc);
                if ops.len() > 1 {
                    self.check_compare(left, ops, comparators);
                    return self.jump_if_chained(left, ops, comparators, next, cond);
                }
            }
            _ => {}
        }
        self.expr(expr)?;
        self.op_jump(if cond { Op::PopJumpIfTrue } else { Op::PopJumpIfFalse }, next);
        Ok(())
    }

    fn jump_if_chained(
        &mut self,
        left: &'a Expr<'a>,
        ops: &[CmpOp],
        comparators: &'a [Expr<'a>],
        next: BlockId,
        cond: bool,
    ) -> Result<()> {
        let cleanup = self.new_block();
        self.expr(left)?;
        let last = ops.len() - 1;
        for (op, comparator) in ops.iter().zip(comparators).take(last) {
            self.expr(comparator)?;
            self.op_i(Opcode::SWAP, 2);
            self.op_i(Opcode::COPY, 2);
            self.compare_op(*op);
            self.op_jump(Op::PopJumpIfFalse, cleanup);
        }
        self.expr(&comparators[last])?;
        self.compare_op(ops[last]);
        self.op_jump(if cond { Op::PopJumpIfTrue } else { Op::PopJumpIfFalse }, next);
        let end = self.new_block();
        self.op_jump_noline(Op::Jump, end);
        self.use_next_block(cleanup);
        self.op(Opcode::POP_TOP);
        if !cond {
            self.op_jump_noline(Op::Jump, next);
        }
        self.use_next_block(end);
        Ok(())
    }
}

/// Whether a variable annotation stands in a body, at any depth but not in nested definitions.
pub(super) fn has_annotation(body: &[Stmt<'_>]) -> bool {
    body.iter().any(|stmt| match &stmt.kind {
        StmtKind::AnnAssign { .. } => true,
        StmtKind::For { body, orelse, .. }
        | StmtKind::While { body, orelse, .. }
        | StmtKind::If { body, orelse, .. } => has_annotation(body) || has_annotation(orelse),
        StmtKind::With { body, .. } => has_annotation(body),
        StmtKind::Try(node) => {
            node.handlers.iter().any(|handler| has_annotation(handler.body))
                || has_annotation(node.body)
                || has_annotation(node.finalbody)
                || has_annotation(node.orelse)
        }
        _ => false,
    })
}
