//! `match` statements (PEP 634).
//!
//! Every pattern consumes the subject on the top of the stack, and jumps away where it does not match. Names are bound only once the
//! whole pattern has matched: until then their values lie on the stack, below the [`Context::on_top`] items that are still needed.

use quicken_bytecode::repr::{repr_constant, repr_str};
use quicken_bytecode::{Constant, Opcode, PyString, operators};

use super::Compiler;
use crate::ast::*;
use crate::cfg::{BlockId, Op};
use crate::error::Result;
use crate::fold::python_eq;

/// The state of matching one case.
#[derive(Default)]
struct Context<'a> {
    /// Names captured so far, in the order of their values on the stack.
    stores: Vec<Name<'a>>,
    /// Whether a pattern that always matches may stand here.
    allow_irrefutable: bool,
    /// Where to go on failure: block *i* pops *i* items.
    fail_pop: Vec<BlockId>,
    /// Items on the top of the stack that have to stay.
    on_top: u32,
}

impl<'a> Compiler<'a, '_> {
    pub(super) fn match_(&mut self, subject: &'a Expr<'a>, cases: &'a [MatchCase<'a>]) -> Result<()> {
        self.expr(subject)?;
        let end = self.new_block();
        let Some(last) = cases.last() else { return Ok(()) };
        let has_default = last.pattern.is_wildcard() && cases.len() > 1;
        let tested = cases.len() - usize::from(has_default);
        for (index, case) in cases[..tested].iter().enumerate() {
            self.set_loc(case.pattern.loc);
            if index + 1 < tested {
                self.op_i(Opcode::COPY, 1);
            }
            // A case that always matches has to be guarded or last.
            let allow_irrefutable = case.guard.is_some() || index + 1 == cases.len();
            let mut context = Context { allow_irrefutable, ..Context::default() };
            self.pattern(&case.pattern, &mut context)?;
            for name in std::mem::take(&mut context.stores) {
                self.store_name(name)?;
            }
            if let Some(guard) = &case.guard {
                self.ensure_fail_pop(&mut context, 0);
                self.jump_if(guard, context.fail_pop[0], false)?;
            }
            if index + 1 < tested {
                self.op(Opcode::POP_TOP);
            }
            self.stmts(case.body)?;
            self.set_loc(Loc::NONE);
            self.op_jump(Op::Jump, end);
            // What is popped on failure belongs to the pattern, not to the last line of the body.
            self.set_loc(case.pattern.loc);
            self.emit_fail_pop(&mut context);
        }
        if has_default {
            self.set_loc(last.pattern.loc);
            self.op(Opcode::NOP);
            if let Some(guard) = &last.guard {
                self.jump_if(guard, end, false)?;
            }
            self.stmts(last.body)?;
        }
        self.use_next_block(end);
        Ok(())
    }

    fn ensure_fail_pop(&mut self, context: &mut Context<'a>, count: usize) {
        while context.fail_pop.len() <= count {
            let block = self.new_block();
            context.fail_pop.push(block);
        }
    }

    fn jump_to_fail_pop(&mut self, context: &mut Context<'a>, op: Op) {
        let pops = context.on_top as usize + context.stores.len();
        self.ensure_fail_pop(context, pops);
        self.op_jump(op, context.fail_pop[pops]);
    }

    fn emit_fail_pop(&mut self, context: &mut Context<'a>) {
        while let Some(block) = context.fail_pop.pop() {
            self.use_next_block(block);
            if !context.fail_pop.is_empty() {
                self.op(Opcode::POP_TOP);
            }
        }
    }

    /// Moves the top below the next `count` − 1 items.
    fn rotate(&mut self, count: u32) {
        for depth in (2..=count).rev() {
            self.op_i(Opcode::SWAP, depth);
        }
    }

    fn capture(&mut self, name: Option<Name<'a>>, context: &mut Context<'a>) -> Result<()> {
        let Some(name) = name else {
            self.op(Opcode::POP_TOP);
            return Ok(());
        };
        self.forbid_debug(&name, ExprContext::Store)?;
        if context.stores.contains(&name) {
            return self.duplicate_capture(&name);
        }
        self.rotate(context.on_top + context.stores.len() as u32 + 1);
        context.stores.push(name);
        Ok(())
    }

    fn duplicate_capture<T>(&self, name: &str) -> Result<T> {
        self.error(format!("multiple assignments to name {} in pattern", repr_str(&PyString::from(name))))
    }

    fn pattern(&mut self, pattern: &'a Pattern<'a>, context: &mut Context<'a>) -> Result<()> {
        self.set_loc(pattern.loc);
        match &pattern.kind {
            PatternKind::MatchValue(value) => self.value_pattern(value, context),
            PatternKind::MatchSingleton(value) => {
                self.load_const_id(*value);
                self.compare_op(CmpOp::Is);
                self.jump_to_fail_pop(context, Op::PopJumpIfFalse);
                Ok(())
            }
            PatternKind::MatchSequence(patterns) => self.sequence_pattern(patterns, context),
            PatternKind::MatchMapping { keys, patterns, rest } => self.mapping_pattern(keys, patterns, *rest, context),
            PatternKind::MatchClass { cls, patterns, kwd_attrs, kwd_patterns } => {
                self.class_pattern(pattern.loc, cls, patterns, kwd_attrs, kwd_patterns, context)
            }
            PatternKind::MatchStar(name) => self.capture(*name, context),
            PatternKind::MatchAs { pattern, name } => self.as_pattern(pattern.as_deref(), *name, context),
            PatternKind::MatchOr(alternatives) => self.or_pattern(alternatives, context),
        }
    }

    /// A pattern within another: it may match always.
    fn subpattern(&mut self, pattern: &'a Pattern<'a>, context: &mut Context<'a>) -> Result<()> {
        let outer = std::mem::replace(&mut context.allow_irrefutable, true);
        self.pattern(pattern, context)?;
        context.allow_irrefutable = outer;
        Ok(())
    }

    fn value_pattern(&mut self, value: &'a Expr<'a>, context: &mut Context<'a>) -> Result<()> {
        if !matches!(value.kind, ExprKind::Constant { .. } | ExprKind::Attribute { .. }) {
            return self.error("patterns may only match literals and attribute lookups");
        }
        self.expr(value)?;
        self.compare_op(CmpOp::Eq);
        self.jump_to_fail_pop(context, Op::PopJumpIfFalse);
        Ok(())
    }

    fn as_pattern(
        &mut self,
        pattern: Option<&'a Pattern<'a>>,
        name: Option<Name<'a>>,
        context: &mut Context<'a>,
    ) -> Result<()> {
        let Some(pattern) = pattern else {
            if !context.allow_irrefutable {
                return match name {
                    Some(name) => {
                        let name = repr_str(&PyString::from(name.text()));
                        self.error(format!("name capture {name} makes remaining patterns unreachable"))
                    }
                    None => self.error("wildcard makes remaining patterns unreachable"),
                };
            }
            return self.capture(name, context);
        };
        context.on_top += 1;
        self.op_i(Opcode::COPY, 1);
        self.pattern(pattern, context)?;
        context.on_top -= 1;
        self.capture(name, context)
    }

    fn sequence_pattern(&mut self, patterns: &'a [Pattern<'a>], context: &mut Context<'a>) -> Result<()> {
        let size = patterns.len();
        let mut star = None;
        let mut only_wildcard = true;
        let mut star_wildcard = false;
        for (index, pattern) in patterns.iter().enumerate() {
            if matches!(pattern.kind, PatternKind::MatchStar(_)) {
                if star.is_some() {
                    return self.error("multiple starred names in sequence pattern");
                }
                star = Some(index);
                star_wildcard = pattern.is_star_wildcard();
                only_wildcard &= star_wildcard;
            } else {
                only_wildcard &= pattern.is_wildcard();
            }
        }
        context.on_top += 1;
        self.op(Opcode::MATCH_SEQUENCE);
        self.jump_to_fail_pop(context, Op::PopJumpIfFalse);
        if star.is_none() || size > 1 {
            let (length, op) = if star.is_none() { (size, CmpOp::Eq) } else { (size - 1, CmpOp::GtE) };
            self.op(Opcode::GET_LEN);
            self.load_const(Constant::Int(length as i64));
            self.compare_op(op);
            self.jump_to_fail_pop(context, Op::PopJumpIfFalse);
        }
        context.on_top -= 1;
        if only_wildcard {
            self.op(Opcode::POP_TOP);
            Ok(())
        } else if star_wildcard {
            self.subscript_sequence(patterns, star.unwrap_or(size), context)
        } else {
            self.unpack_sequence(patterns, star, context)
        }
    }

    fn unpack_sequence(
        &mut self,
        patterns: &'a [Pattern<'a>],
        star: Option<usize>,
        context: &mut Context<'a>,
    ) -> Result<()> {
        match star {
            Some(before) => {
                let after = patterns.len() - before - 1;
                if before >= 1 << 8 || after >= (i32::MAX >> 8) as usize {
                    return self.error("too many expressions in star-unpacking sequence pattern");
                }
                self.op_i(Opcode::UNPACK_EX, before as u32 | (after as u32) << 8);
            }
            None => self.op_i(Opcode::UNPACK_SEQUENCE, patterns.len() as u32),
        }
        context.on_top += patterns.len() as u32;
        for pattern in patterns {
            context.on_top -= 1;
            self.subpattern(pattern, context)?;
        }
        Ok(())
    }

    /// With `*_`, items are taken one by one instead of unpacking all.
    fn subscript_sequence(
        &mut self,
        patterns: &'a [Pattern<'a>],
        star: usize,
        context: &mut Context<'a>,
    ) -> Result<()> {
        context.on_top += 1;
        for (index, pattern) in patterns.iter().enumerate() {
            if pattern.is_wildcard() || index == star {
                continue;
            }
            self.op_i(Opcode::COPY, 1);
            if index < star {
                self.load_const(Constant::Int(index as i64));
            } else {
                // The subject need not support negative indices.
                self.op(Opcode::GET_LEN);
                self.load_const(Constant::Int((patterns.len() - index) as i64));
                self.op_i(Opcode::BINARY_OP, operators::NB_SUBTRACT);
            }
            self.op(Opcode::BINARY_SUBSCR);
            self.subpattern(pattern, context)?;
        }
        context.on_top -= 1;
        self.op(Opcode::POP_TOP);
        Ok(())
    }

    fn class_pattern(
        &mut self,
        loc: Loc,
        cls: &'a Expr<'a>,
        patterns: &'a [Pattern<'a>],
        kwd_attrs: &[Name<'a>],
        kwd_patterns: &'a [Pattern<'a>],
        context: &mut Context<'a>,
    ) -> Result<()> {
        for (index, attribute) in kwd_attrs.iter().enumerate() {
            self.set_loc(kwd_patterns[index].loc);
            self.forbid_debug(attribute, ExprContext::Store)?;
            if let Some(other) = kwd_attrs[index + 1..].iter().position(|other| other == attribute) {
                self.set_loc(kwd_patterns[index + 1 + other].loc);
                return self.error(format!("attribute name repeated in class pattern: {attribute}"));
            }
        }
        self.set_loc(loc);
        self.expr(cls)?;
        let names = kwd_attrs.iter().map(|name| self.str(*name)).collect();
        self.load_const(Constant::Tuple(names));
        self.op_i(Opcode::MATCH_CLASS, patterns.len() as u32);
        self.test_not_none();
        context.on_top += 1;
        self.jump_to_fail_pop(context, Op::PopJumpIfFalse);
        let count = (patterns.len() + kwd_patterns.len()) as u32;
        self.op_i(Opcode::UNPACK_SEQUENCE, count);
        context.on_top = context.on_top + count - 1;
        for pattern in patterns.iter().chain(kwd_patterns) {
            context.on_top -= 1;
            if pattern.is_wildcard() {
                self.op(Opcode::POP_TOP);
            } else {
                self.subpattern(pattern, context)?;
            }
        }
        Ok(())
    }

    fn test_not_none(&mut self) {
        self.op_i(Opcode::COPY, 1);
        self.load_none();
        self.op_i(Opcode::IS_OP, 1);
    }

    fn mapping_pattern(
        &mut self,
        keys: &'a [Expr<'a>],
        patterns: &'a [Pattern<'a>],
        rest: Option<Name<'a>>,
        context: &mut Context<'a>,
    ) -> Result<()> {
        let size = keys.len() as u32;
        context.on_top += 1;
        self.op(Opcode::MATCH_MAPPING);
        self.jump_to_fail_pop(context, Op::PopJumpIfFalse);
        if size == 0 && rest.is_none() {
            context.on_top -= 1;
            self.op(Opcode::POP_TOP);
            return Ok(());
        }
        if size > 0 {
            self.op(Opcode::GET_LEN);
            self.load_const(Constant::Int(i64::from(size)));
            self.compare_op(CmpOp::GtE);
            self.jump_to_fail_pop(context, Op::PopJumpIfFalse);
        }
        self.mapping_keys(keys)?;
        self.op_i(Opcode::BUILD_TUPLE, size);
        self.op(Opcode::MATCH_KEYS);
        // On top of the subject: the keys, and their values or None.
        context.on_top += 2;
        self.test_not_none();
        self.jump_to_fail_pop(context, Op::PopJumpIfFalse);
        self.op_i(Opcode::UNPACK_SEQUENCE, size);
        context.on_top = context.on_top + size - 1;
        for pattern in patterns {
            context.on_top -= 1;
            self.subpattern(pattern, context)?;
        }
        context.on_top -= 2;
        if let Some(rest) = rest {
            // A copy of the subject, from which the keys are deleted.
            self.op_i(Opcode::BUILD_MAP, 0);
            self.op_i(Opcode::SWAP, 3);
            self.op_i(Opcode::DICT_UPDATE, 2);
            self.op_i(Opcode::UNPACK_SEQUENCE, size);
            for left in (1..=size).rev() {
                self.op_i(Opcode::COPY, 1 + left);
                self.op_i(Opcode::SWAP, 2);
                self.op(Opcode::DELETE_SUBSCR);
            }
            return self.capture(Some(rest), context);
        }
        self.op(Opcode::POP_TOP);
        self.op(Opcode::POP_TOP);
        Ok(())
    }

    fn mapping_keys(&mut self, keys: &'a [Expr<'a>]) -> Result<()> {
        let mut seen: Vec<ConstId> = Vec::new();
        for key in keys {
            if let Some(id) = key.constant() {
                if seen.iter().any(|other| python_eq(self.constant(*other), self.constant(id))) {
                    let repr = repr_constant(self.constant(id), &|_| 0);
                    return self.error(format!("mapping pattern checks duplicate key ({repr})"));
                }
                seen.push(id);
            } else if !matches!(key.kind, ExprKind::Attribute { .. }) {
                return self.error("mapping pattern keys may only match literals and attribute lookups");
            }
            self.expr(key)?;
        }
        Ok(())
    }

    fn or_pattern(&mut self, alternatives: &'a [Pattern<'a>], context: &mut Context<'a>) -> Result<()> {
        let end = self.new_block();
        // The names of the first alternative: the others have to bind the same, and are reordered to match.
        let mut control: Option<Vec<Name<'a>>> = None;
        for (index, alternative) in alternatives.iter().enumerate() {
            self.set_loc(alternative.loc);
            let allow_irrefutable = index + 1 == alternatives.len() && context.allow_irrefutable;
            let mut inner = Context { allow_irrefutable, ..Context::default() };
            self.op_i(Opcode::COPY, 1);
            self.pattern(alternative, &mut inner)?;
            match &control {
                None => control = Some(inner.stores.clone()),
                Some(control) => self.reorder_captures(control, &mut inner)?,
            }
            self.op_jump(Op::Jump, end);
            self.emit_fail_pop(&mut inner);
        }
        let control = control.unwrap_or_default();
        self.op(Opcode::POP_TOP);
        self.jump_to_fail_pop(context, Op::Jump);
        self.use_next_block(end);
        // The new captures go below the copy of the subject, what has to stay on top, and earlier captures.
        let rotations = control.len() as u32 + 1 + context.on_top + context.stores.len() as u32;
        for name in control {
            self.rotate(rotations);
            if context.stores.contains(&name) {
                return self.duplicate_capture(&name);
            }
            context.stores.push(name);
        }
        self.op(Opcode::POP_TOP);
        Ok(())
    }

    fn reorder_captures(&mut self, control: &[Name<'a>], inner: &mut Context<'a>) -> Result<()> {
        const MESSAGE: &str = "alternative patterns bind different names";
        if inner.stores.len() != control.len() {
            return self.error(MESSAGE);
        }
        for wanted in (0..control.len()).rev() {
            let Some(found) = inner.stores.iter().position(|name| *name == control[wanted]) else {
                return self.error(MESSAGE);
            };
            if found == wanted {
                continue;
            }
            let rotated: Vec<Name<'a>> = inner.stores.drain(..=found).collect();
            inner.stores.splice(wanted - found..wanted - found, rotated);
            for _ in 0..=found {
                self.rotate(wanted as u32 + 1);
            }
        }
        Ok(())
    }
}
