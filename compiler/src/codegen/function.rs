//! Functions, lambdas and classes.

use std::sync::Arc;

use quicken_bytecode::{CodeObject, Constant, Opcode};

use super::Compiler;
use super::unit::UnitKind;
use crate::ast::*;
use crate::error::Result;
use crate::symtable::Scope;
use crate::unparse::unparse;

const HAS_DEFAULTS: u32 = 0x01;
const HAS_KWDEFAULTS: u32 = 0x02;
const HAS_ANNOTATIONS: u32 = 0x04;
const HAS_CLOSURE: u32 = 0x08;

impl<'a> Compiler<'a, '_> {
    pub(super) fn function(&mut self, stmt: &Stmt<'a>, function: &'a FunctionDef<'a>) -> Result<()> {
        self.check_parameters(&function.args)?;
        self.exprs(function.decorator_list)?;
        let firstlineno = function.decorator_list.first().map_or(stmt.loc.lineno, |decorator| decorator.loc.lineno);
        let mut flags = self.default_arguments(&function.args)?;
        if self.annotations(&function.args, function.returns.as_deref())? {
            flags |= HAS_ANNOTATIONS;
        }
        let kind = if function.is_async { UnitKind::AsyncFunction } else { UnitKind::Function };
        self.enter_scope(function.name, kind, function.scope, firstlineno);
        let docstring = docstring(function.body, self.cx.constants).filter(|_| self.cx.optimize < 2);
        match docstring {
            Some(docstring) => self.add_const_id(docstring),
            None => self.add_const_id(ConstId::NONE),
        };
        self.set_argument_counts(&function.args);
        self.stmts(&function.body[usize::from(docstring.is_some())..])?;
        let code = self.finish_scope(true);
        self.make_closure(code, flags)?;
        self.apply_decorators(function.decorator_list);
        self.store_name(function.name)
    }

    pub(super) fn lambda(
        &mut self,
        expr: &Expr<'a>,
        args: &'a Arguments<'a>,
        body: &'a Expr<'a>,
        scope: ScopeId,
    ) -> Result<()> {
        self.check_parameters(args)?;
        let flags = self.default_arguments(args)?;
        let name = self.name("<lambda>");
        self.enter_scope(name, UnitKind::Lambda, scope, expr.loc.lineno);
        // The first constant would be taken for a docstring.
        self.add_const_id(ConstId::NONE);
        self.set_argument_counts(args);
        self.expr(body)?;
        let code = if self.block().generator {
            self.finish_scope(false)
        } else {
            self.op(Opcode::RETURN_VALUE);
            self.finish_scope(true)
        };
        self.make_closure(code, flags)
    }

    pub(super) fn class(&mut self, stmt: &Stmt<'a>, class: &'a ClassDef<'a>) -> Result<()> {
        self.exprs(class.decorator_list)?;
        let firstlineno = class.decorator_list.first().map_or(stmt.loc.lineno, |decorator| decorator.loc.lineno);
        self.enter_scope(class.name, UnitKind::Class, class.scope, firstlineno);
        self.unit().private = Some(class.name);
        let [name, module, qualified] = ["__name__", "__module__", "__qualname__"].map(|text| self.name(text));
        self.name_op(name, ExprContext::Load)?;
        self.store_name(module)?;
        let qualname = self.unit_ref().qualname;
        self.load_str(qualname);
        self.store_name(qualified)?;
        self.body(class.body)?;
        self.set_loc(Loc::NONE);
        if self.block().needs_class_closure {
            self.op_i(Opcode::LOAD_CLOSURE, 0);
            self.op_i(Opcode::COPY, 1);
            let cell = self.name("__classcell__");
            self.store_name(cell)?;
        } else {
            self.load_none();
        }
        self.op(Opcode::RETURN_VALUE);
        let code = self.finish_scope(true);
        self.op(Opcode::PUSH_NULL);
        self.op(Opcode::LOAD_BUILD_CLASS);
        self.make_closure(code, 0)?;
        self.load_name_str(class.name);
        self.call_arguments(2, class.bases, class.keywords)?;
        self.apply_decorators(class.decorator_list);
        self.store_name(class.name)
    }

    fn check_parameters(&self, args: &Arguments<'a>) -> Result<()> {
        let positional = args.posonlyargs.iter().chain(&*args.args);
        let all = positional.chain(&args.vararg).chain(&*args.kwonlyargs).chain(&args.kwarg);
        let mut names = all.map(|arg| arg.arg);
        names.try_for_each(|name| self.forbid_debug(&name, ExprContext::Store))
    }

    fn set_argument_counts(&mut self, args: &Arguments<'a>) {
        let unit = self.unit();
        unit.posonlyargcount = args.posonlyargs.len() as u32;
        unit.argcount = unit.posonlyargcount + args.args.len() as u32;
        unit.kwonlyargcount = args.kwonlyargs.len() as u32;
    }

    fn apply_decorators(&mut self, decorators: &[Expr<'a>]) {
        let outer = self.loc();
        for decorator in decorators.iter().rev() {
            self.set_loc(decorator.loc);
            self.op_call(0);
        }
        self.set_loc(outer);
    }

    fn default_arguments(&mut self, args: &'a Arguments<'a>) -> Result<u32> {
        let mut flags = 0;
        if !args.defaults.is_empty() {
            self.exprs(args.defaults)?;
            self.op_i(Opcode::BUILD_TUPLE, args.defaults.len() as u32);
            flags |= HAS_DEFAULTS;
        }
        let mut names = Vec::new();
        for (arg, default) in args.kwonlyargs.iter().zip(&*args.kw_defaults) {
            if let Some(default) = default {
                let name = self.mangle(arg.arg);
                names.push(self.str(name));
                self.expr(default)?;
            }
        }
        if !names.is_empty() {
            let count = names.len() as u32;
            self.load_const(Constant::Tuple(names.into()));
            self.op_i(Opcode::BUILD_CONST_KEY_MAP, count);
            flags |= HAS_KWDEFAULTS;
        }
        Ok(flags)
    }

    /// Pushes a tuple of names and annotations if there are any.
    fn annotations(&mut self, args: &'a Arguments<'a>, returns: Option<&'a Expr<'a>>) -> Result<bool> {
        let positional = args.args.iter().chain(&*args.posonlyargs);
        let all = positional.chain(&args.vararg).chain(&*args.kwonlyargs).chain(&args.kwarg);
        let parameters = all.filter_map(|arg| Some((arg.arg, arg.annotation.as_ref()?)));
        let mut count = 0;
        let return_name = self.name("return");
        for (name, annotation) in parameters.chain(returns.map(|returns| (return_name, returns))) {
            let mangled = self.mangle(name);
            self.load_name_str(mangled);
            match &annotation.kind {
                // `*args: *Ts` annotates with the only item that `*Ts` gives.
                ExprKind::Starred { value, .. } if !self.cx.future.annotations() => {
                    self.expr(value)?;
                    self.op_i(Opcode::UNPACK_SEQUENCE, 1);
                }
                _ => self.annotation_value(annotation)?,
            }
            count += 2;
        }
        if count > 0 {
            self.op_i(Opcode::BUILD_TUPLE, count);
        }
        Ok(count > 0)
    }

    /// The value of an annotation, or, under `from __future__ import annotations`, its text.
    pub(super) fn annotation_value(&mut self, annotation: &'a Expr<'a>) -> Result<()> {
        if self.cx.future.annotations() {
            let text = unparse(annotation, self.cx.constants);
            self.load_const(Constant::Str(text));
            Ok(())
        } else {
            self.expr(annotation)
        }
    }

    /// A function of code, with the cells that the code needs.
    pub(super) fn make_closure(&mut self, code: Arc<CodeObject>, mut flags: u32) -> Result<()> {
        let free = code.freevars().count() as u32;
        for name in code.freevars() {
            let name = self.cx.names.intern(name.as_str().unwrap_or_default());
            let unit = self.unit_ref();
            let is_cell = (unit.kind == UnitKind::Class && name == self.class_name)
                || self.symbols.scope(unit.block, name) == Some(Scope::Cell);
            let index = match unit.cellvars.get(&self.indices, name).filter(|_| is_cell) {
                Some(index) => Some(index),
                None => unit.freevars.get(&self.indices, name).map(|index| unit.cellvars.len() as u32 + index),
            };
            let Some(index) = index else { return self.error(format!("no cell for free variable '{name}'")) };
            self.op_i(Opcode::LOAD_CLOSURE, index);
        }
        if free > 0 {
            flags |= HAS_CLOSURE;
            self.op_i(Opcode::BUILD_TUPLE, free);
        }
        self.load_const(Constant::Code(code));
        self.op_i(Opcode::MAKE_FUNCTION, flags);
        Ok(())
    }
}
