//! Tuples, lists, sets and dicts.

use quicken_bytecode::{Constant, Opcode};

use super::{Compiler, STACK_USE_GUIDELINE};
use crate::ast::*;
use crate::error::Result;
use crate::fold::frozenset;

/// The instructions that a kind of display is built with.
#[derive(Clone, Copy)]
struct Build {
    build: Opcode,
    add: Opcode,
    extend: Opcode,
    tuple: bool,
}

const LIST: Build =
    Build { build: Opcode::BUILD_LIST, add: Opcode::LIST_APPEND, extend: Opcode::LIST_EXTEND, tuple: false };
const TUPLE: Build = Build { tuple: true, ..LIST };
const SET: Build = Build { build: Opcode::BUILD_SET, add: Opcode::SET_ADD, extend: Opcode::SET_UPDATE, tuple: false };

impl<'a> Compiler<'a, '_> {
    pub(super) fn sequence(&mut self, elts: &'a [Expr<'a>], ctx: ExprContext, tuple: bool) -> Result<()> {
        match ctx {
            ExprContext::Load => self.display(elts, 0, if tuple { TUPLE } else { LIST }),
            ExprContext::Store => self.unpack(elts),
            ExprContext::Del => self.exprs(elts),
        }
    }

    pub(super) fn set(&mut self, elts: &'a [Expr<'a>]) -> Result<()> {
        self.display(elts, 0, SET)
    }

    /// A tuple of arguments, some of which are on the stack already.
    pub(super) fn argument_tuple(&mut self, elts: &'a [Expr<'a>], pushed: u32) -> Result<()> {
        self.display(elts, pushed, TUPLE)
    }

    fn display(&mut self, elts: &'a [Expr<'a>], pushed: u32, kind: Build) -> Result<()> {
        let count = elts.len() as u32;
        if elts.len() > 2
            && let Some(items) = self.constants_of(elts.iter().map(Some))
        {
            if kind.tuple && pushed == 0 {
                self.load_const(Constant::Tuple(items));
                return Ok(());
            }
            let folded = if kind.add == Opcode::SET_ADD { frozenset(&items) } else { Constant::Tuple(items) };
            self.op_i(kind.build, pushed);
            self.load_const(folded);
            self.op_i(kind.extend, 1);
            if kind.tuple {
                self.op(Opcode::LIST_TO_TUPLE);
            }
            return Ok(());
        }
        let big = (count + pushed) as usize > STACK_USE_GUIDELINE;
        if !big && !elts.iter().any(Expr::is_starred) {
            self.exprs(elts)?;
            self.op_i(if kind.tuple { Opcode::BUILD_TUPLE } else { kind.build }, count + pushed);
            return Ok(());
        }
        let mut built = big;
        if big {
            self.op_i(kind.build, pushed);
        }
        for (elt, index) in elts.iter().zip(0..) {
            if let ExprKind::Starred { value, .. } = &elt.kind {
                if !built {
                    self.op_i(kind.build, index + pushed);
                    built = true;
                }
                self.expr(value)?;
                self.op_i(kind.extend, 1);
            } else {
                self.expr(elt)?;
                if built {
                    self.op_i(kind.add, 1);
                }
            }
        }
        if kind.tuple {
            self.op(Opcode::LIST_TO_TUPLE);
        }
        Ok(())
    }

    /// The values, if all expressions are there and constant.
    fn constants_of<'e>(&self, exprs: impl Iterator<Item = Option<&'e Expr<'a>>>) -> Option<Box<[Constant]>>
    where
        'a: 'e,
    {
        exprs.map(|expr| expr?.constant().map(|id| self.constant(id).clone())).collect()
    }

    fn unpack(&mut self, elts: &'a [Expr<'a>]) -> Result<()> {
        let mut seen_star = false;
        for (index, elt) in elts.iter().enumerate() {
            if !elt.is_starred() {
                continue;
            }
            if seen_star {
                return self.error("multiple starred expressions in assignment");
            }
            let after = elts.len() - index - 1;
            if index >= 1 << 8 || after >= (i32::MAX >> 8) as usize {
                return self.error("too many expressions in star-unpacking assignment");
            }
            self.op_i(Opcode::UNPACK_EX, index as u32 | (after as u32) << 8);
            seen_star = true;
        }
        if !seen_star {
            self.op_i(Opcode::UNPACK_SEQUENCE, elts.len() as u32);
        }
        for elt in elts {
            match &elt.kind {
                ExprKind::Starred { value, .. } => self.expr(value)?,
                _ => self.expr(elt)?,
            }
        }
        Ok(())
    }

    pub(super) fn dict(&mut self, keys: &'a [Option<Expr<'a>>], values: &'a [Expr<'a>]) -> Result<()> {
        let mut have_dict = false;
        let mut elements = 0;
        for (index, (key, value)) in keys.iter().zip(values).enumerate() {
            if key.is_none() {
                if elements > 0 {
                    self.sub_dict(keys, values, index - elements, index, &mut have_dict)?;
                    elements = 0;
                }
                if !have_dict {
                    self.op_i(Opcode::BUILD_MAP, 0);
                    have_dict = true;
                }
                self.expr(value)?;
                self.op_i(Opcode::DICT_UPDATE, 1);
            } else if elements * 2 > STACK_USE_GUIDELINE {
                self.sub_dict(keys, values, index - elements, index + 1, &mut have_dict)?;
                elements = 0;
            } else {
                elements += 1;
            }
        }
        if elements > 0 {
            self.sub_dict(keys, values, values.len() - elements, values.len(), &mut have_dict)?;
        }
        if !have_dict {
            self.op_i(Opcode::BUILD_MAP, 0);
        }
        Ok(())
    }

    /// A part of a dict without unpacking, merged into what there is.
    fn sub_dict(
        &mut self,
        keys: &'a [Option<Expr<'a>>],
        values: &'a [Expr<'a>],
        begin: usize,
        end: usize,
        have_dict: &mut bool,
    ) -> Result<()> {
        self.key_value_pairs(&keys[begin..end], &values[begin..end])?;
        if *have_dict {
            self.op_i(Opcode::DICT_UPDATE, 1);
        }
        *have_dict = true;
        Ok(())
    }

    fn key_value_pairs(&mut self, keys: &'a [Option<Expr<'a>>], values: &'a [Expr<'a>]) -> Result<()> {
        let count = keys.len();
        let big = count * 2 > STACK_USE_GUIDELINE;
        if count > 1
            && !big
            && let Some(keys) = self.constants_of(keys.iter().map(Option::as_ref))
        {
            self.exprs(values)?;
            self.load_const(Constant::Tuple(keys));
            self.op_i(Opcode::BUILD_CONST_KEY_MAP, count as u32);
            return Ok(());
        }
        if big {
            self.op_i(Opcode::BUILD_MAP, 0);
        }
        for (key, value) in keys.iter().flatten().zip(values) {
            self.expr(key)?;
            self.expr(value)?;
            if big {
                self.op_i(Opcode::MAP_ADD, 1);
            }
        }
        if !big {
            self.op_i(Opcode::BUILD_MAP, count as u32);
        }
        Ok(())
    }
}
