//! Calls.

use quicken_bytecode::{Constant, Opcode};

use super::{Compiler, STACK_USE_GUIDELINE};
use crate::ast::*;
use crate::error::Result;
use crate::symtable::{BlockId, Flags};

impl<'a> Compiler<'a, '_> {
    pub(super) fn call(
        &mut self,
        call: &'a Expr<'a>,
        func: &'a Expr<'a>,
        args: &'a [Expr<'a>],
        keywords: &'a [Keyword<'a>],
    ) -> Result<()> {
        self.validate_keywords(keywords)?;
        if let ExprKind::Attribute { value, attr, ctx: ExprContext::Load } = &func.kind
            && self.is_method_call(value, args, keywords)
        {
            return self.method_call(call, func, value, *attr, args, keywords);
        }
        self.check_caller(func);
        self.set_loc(func.loc);
        self.op(Opcode::PUSH_NULL);
        self.set_loc(call.loc);
        self.expr(func)?;
        self.call_arguments(0, args, keywords)
    }

    /// Whether LOAD_METHOD can be used: plain arguments only, and no function of an imported module.
    fn is_method_call(&self, object: &Expr<'a>, args: &[Expr<'a>], keywords: &[Keyword<'a>]) -> bool {
        if let ExprKind::Name { id, .. } = object.kind {
            let symbol = self.symbols.get(BlockId::MODULE, id);
            if symbol.is_some_and(|symbol| symbol.flags.intersects(Flags::IMPORT)) {
                return false;
            }
        }
        args.len() + keywords.len() + usize::from(!keywords.is_empty()) < STACK_USE_GUIDELINE
            && !args.iter().any(Expr::is_starred)
            && keywords.iter().all(|keyword| keyword.arg.is_some())
    }

    fn method_call(
        &mut self,
        call: &'a Expr<'a>,
        method: &'a Expr<'a>,
        object: &'a Expr<'a>,
        name: Name<'a>,
        args: &'a [Expr<'a>],
        keywords: &'a [Keyword<'a>],
    ) -> Result<()> {
        self.expr(object)?;
        self.set_loc(method.loc);
        self.start_at_attribute(method, &name);
        self.op_name(Opcode::LOAD_METHOD, name);
        self.exprs(args)?;
        self.keyword_arguments(keywords)?;
        self.set_loc(call.loc);
        self.start_at_attribute(method, &name);
        self.op_call((args.len() + keywords.len()) as u32);
        Ok(())
    }

    /// Pushes the values, and announces their names to CALL.
    fn keyword_arguments(&mut self, keywords: &'a [Keyword<'a>]) -> Result<()> {
        if keywords.is_empty() {
            return Ok(());
        }
        for keyword in keywords {
            self.expr(&keyword.value)?;
        }
        let names = self.names_tuple(keywords);
        let names = self.add_const(names);
        self.op_i(Opcode::KW_NAMES, names);
        Ok(())
    }

    fn validate_keywords(&mut self, keywords: &[Keyword<'a>]) -> Result<()> {
        for (index, keyword) in keywords.iter().enumerate() {
            let Some(name) = keyword.arg else { continue };
            self.forbid_debug(&name, ExprContext::Store)?;
            if let Some(other) = keywords[index + 1..].iter().find(|other| other.arg == Some(name)) {
                self.set_loc(other.loc);
                return self.error(format!("keyword argument repeated: {name}"));
            }
        }
        Ok(())
    }

    /// Arguments and the call itself; `pushed` arguments are on the stack already.
    pub(super) fn call_arguments(
        &mut self,
        pushed: u32,
        args: &'a [Expr<'a>],
        keywords: &'a [Keyword<'a>],
    ) -> Result<()> {
        self.validate_keywords(keywords)?;
        let simple = args.len() + keywords.len() * 2 <= STACK_USE_GUIDELINE
            && !args.iter().any(Expr::is_starred)
            && keywords.iter().all(|keyword| keyword.arg.is_some());
        if simple {
            self.exprs(args)?;
            self.keyword_arguments(keywords)?;
            self.op_call(pushed + (args.len() + keywords.len()) as u32);
            return Ok(());
        }
        match args {
            [Expr { kind: ExprKind::Starred { value, .. }, .. }] if pushed == 0 => self.expr(value)?,
            _ => self.argument_tuple(args, pushed)?,
        }
        self.keyword_dict(keywords)?;
        self.op_i(Opcode::CALL_FUNCTION_EX, u32::from(!keywords.is_empty()));
        Ok(())
    }

    fn keyword_dict(&mut self, keywords: &'a [Keyword<'a>]) -> Result<()> {
        let mut have_dict = false;
        for chunk in keywords.chunk_by(|a, b| a.arg.is_some() && b.arg.is_some()) {
            if let [Keyword { arg: None, value, .. }] = chunk {
                if !have_dict {
                    self.op_i(Opcode::BUILD_MAP, 0);
                    have_dict = true;
                }
                self.expr(value)?;
                self.op_i(Opcode::DICT_MERGE, 1);
            } else {
                self.sub_keywords(chunk)?;
                if have_dict {
                    self.op_i(Opcode::DICT_MERGE, 1);
                }
                have_dict = true;
            }
        }
        Ok(())
    }

    fn sub_keywords(&mut self, keywords: &'a [Keyword<'a>]) -> Result<()> {
        let count = keywords.len();
        let big = count * 2 > STACK_USE_GUIDELINE;
        if count > 1 && !big {
            for keyword in keywords {
                self.expr(&keyword.value)?;
            }
            let names = self.names_tuple(keywords);
            self.load_const(names);
            self.op_i(Opcode::BUILD_CONST_KEY_MAP, count as u32);
            return Ok(());
        }
        if big {
            self.op_noline(Opcode::BUILD_MAP, 0);
        }
        for keyword in keywords {
            if let Some(name) = keyword.arg {
                self.load_name_str(name);
            }
            self.expr(&keyword.value)?;
            if big {
                self.op_noline(Opcode::MAP_ADD, 1);
            }
        }
        if !big {
            self.op_i(Opcode::BUILD_MAP, count as u32);
        }
        Ok(())
    }

    fn names_tuple(&mut self, keywords: &[Keyword<'a>]) -> Constant {
        let names = keywords.iter().filter_map(|keyword| keyword.arg);
        Constant::Tuple(names.map(|name| self.str(name)).collect())
    }
}
