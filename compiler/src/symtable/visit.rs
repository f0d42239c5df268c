//! The first pass: what each block does with each name.

use hashbrown::HashMap;

use super::{Block, BlockId, BlockKind, Flags, List, SymbolTable};
use crate::ast::*;
use crate::error::{ErrorKind, Result, SyntaxError};
use crate::names::Names;
use crate::nesting::{RECURSION_LIMIT, RECURSION_MESSAGE};
use crate::source::Source;

pub(super) fn visit<'a>(
    names: &mut Names<'a>,
    source: &Source<'_>,
    module: &Mod<'a>,
    scopes: u32,
    future_annotations: bool,
) -> Result<SymbolTable<'a>> {
    let table = SymbolTable {
        blocks: Vec::with_capacity(scopes as usize),
        symbols: Vec::with_capacity(3 * names.len()),
        // A name is used in three blocks or so.
        index: HashMap::with_capacity(3 * names.len()),
        by_scope: vec![None; scopes as usize],
        recent: Vec::with_capacity(names.len() + 16),
    };
    let super_name = names.intern("super");
    let mut visitor =
        Visitor { names, source, table, current: None, private: None, super_name, future_annotations, depth: 0 };
    visitor.enter_block(
        BlockKind::Module,
        Some(ScopeId::MODULE),
        Loc { lineno: 0, col_offset: 0, end_lineno: 0, end_col_offset: 0 },
    );
    match module {
        Mod::Module(body) | Mod::Interactive(body) => visitor.stmts(body)?,
        Mod::Expression(body) => visitor.expr(body)?,
    }
    visitor.exit_block();
    Ok(visitor.table)
}

struct Visitor<'a, 's> {
    names: &'s mut Names<'a>,
    source: &'s Source<'s>,
    table: SymbolTable<'a>,
    /// The block that is visited; none before the module is entered.
    current: Option<BlockId>,
    /// The class whose private names are mangled.
    private: Option<Name<'a>>,
    /// `super`
    super_name: Name<'a>,
    future_annotations: bool,
    depth: u32,
}

impl<'a> Visitor<'a, '_> {
    fn enter_block(&mut self, kind: BlockKind, scope: Option<ScopeId>, loc: Loc) {
        let id = BlockId(self.table.blocks.len() as u32);
        let parent = self.current;
        let (nested, comp_iter_expr) = match parent {
            Some(parent) => {
                let parent = &self.table[parent];
                // For now, all assignment expressions are forbidden in the iterable of a comprehension, nested or not.
                (parent.nested || parent.kind == BlockKind::Function, parent.comp_iter_expr)
            }
            None => (false, 0),
        };
        self.table.blocks.push(Block {
            id,
            kind,
            nested,
            generator: false,
            coroutine: false,
            varargs: false,
            varkeywords: false,
            needs_class_closure: false,
            comprehension: None,
            symbols: None,
            parent,
            children: None,
            next: None,
            directives: Vec::new(),
            comp_iter_target: false,
            comp_iter_expr,
            loc,
        });
        if let Some(scope) = scope {
            self.table.by_scope[scope.0 as usize] = Some(id);
        }
        // Annotations that are kept as text have no influence on the blocks around them.
        if kind != BlockKind::Annotation
            && let Some(parent) = parent
        {
            match &mut self.table[parent].children {
                Some(list) => {
                    let last = std::mem::replace(&mut list.last, id);
                    self.table[last].next = Some(id);
                }
                none => *none = Some(List { first: id, last: id }),
            }
        }
        self.current = Some(id);
    }

    fn exit_block(&mut self) {
        self.current = self.current().parent;
    }

    fn current_id(&self) -> BlockId {
        self.current.unwrap_or(BlockId::MODULE)
    }

    fn current(&mut self) -> &mut Block<'a> {
        let id = self.current_id();
        &mut self.table[id]
    }

    fn error<T>(&self, loc: Loc, message: impl Into<String>) -> Result<T> {
        Err(SyntaxError::at(self.source, loc, message))
    }

    fn enter(&mut self) -> Result<()> {
        self.depth += 1;
        if self.depth > RECURSION_LIMIT {
            return Err(SyntaxError::without_place(ErrorKind::RecursionError, self.source.filename, RECURSION_MESSAGE));
        }
        Ok(())
    }

    fn lookup(&mut self, name: Name<'a>) -> Flags {
        let mangled = self.names.mangle(self.private, name);
        self.table.flags(self.current_id(), mangled)
    }

    fn add_def(&mut self, name: Name<'a>, flag: Flags, loc: Loc) -> Result<()> {
        self.add_def_to(self.current_id(), name, flag, loc)
    }

    fn add_def_to(&mut self, id: BlockId, name: Name<'a>, flag: Flags, loc: Loc) -> Result<()> {
        let mangled = self.names.mangle(self.private, name);
        let comp_iter_target = self.table[id].comp_iter_target;
        let symbol = self.table.entry(id, mangled);
        if flag.intersects(Flags::PARAM) && symbol.flags.intersects(Flags::PARAM) {
            return self.error(loc, format!("duplicate argument '{name}' in function definition"));
        }
        let mut flags = symbol.flags.with(flag);
        if comp_iter_target {
            if flags.intersects(Flags::GLOBAL.with(Flags::NONLOCAL)) {
                let message = format!("comprehension inner loop cannot rebind assignment expression target '{name}'");
                return self.error(loc, message);
            }
            flags = flags.with(Flags::COMP_ITER);
        }
        symbol.flags = flags;
        if flag.intersects(Flags::GLOBAL) && !flag.intersects(Flags::PARAM) {
            let symbol = self.table.entry(BlockId::MODULE, mangled);
            symbol.flags = symbol.flags.with(flag);
        }
        Ok(())
    }

    fn record_directive(&mut self, name: Name<'a>, loc: Loc) {
        let mangled = self.names.mangle(self.private, name);
        self.current().directives.push((mangled, loc));
    }

    fn stmts(&mut self, stmts: &[Stmt<'a>]) -> Result<()> {
        stmts.iter().try_for_each(|stmt| self.stmt(stmt))
    }

    fn exprs(&mut self, exprs: &[Expr<'a>]) -> Result<()> {
        exprs.iter().try_for_each(|expr| self.expr(expr))
    }

    fn stmt(&mut self, stmt: &Stmt<'a>) -> Result<()> {
        self.enter()?;
        self.stmt_kind(stmt)?;
        self.depth -= 1;
        Ok(())
    }

    fn stmt_kind(&mut self, stmt: &Stmt<'a>) -> Result<()> {
        match &stmt.kind {
            StmtKind::FunctionDef(function) => self.function(function, stmt.loc),
            StmtKind::ClassDef(class) => self.class(class, stmt.loc),
            StmtKind::Return(value) => value.as_deref().map_or(Ok(()), |value| self.expr(value)),
            StmtKind::Delete(targets) => self.exprs(targets),
            StmtKind::Assign { targets, value } => {
                self.exprs(targets)?;
                self.expr(value)
            }
            StmtKind::AnnAssign { target, annotation, value, simple } => {
                self.ann_assign(stmt.loc, target, annotation, value.as_deref(), *simple)
            }
            StmtKind::AugAssign { target, value, .. } => {
                self.expr(target)?;
                self.expr(value)
            }
            StmtKind::For { target, iter, body, orelse, .. } => {
                self.expr(target)?;
                self.expr(iter)?;
                self.stmts(body)?;
                self.stmts(orelse)
            }
            StmtKind::While { test, body, orelse } | StmtKind::If { test, body, orelse } => {
                self.expr(test)?;
                self.stmts(body)?;
                self.stmts(orelse)
            }
            StmtKind::Match { subject, cases } => {
                self.expr(subject)?;
                for case in &**cases {
                    self.pattern(&case.pattern)?;
                    case.guard.as_ref().map_or(Ok(()), |guard| self.expr(guard))?;
                    self.stmts(case.body)?;
                }
                Ok(())
            }
            StmtKind::Raise { exc, cause } => {
                exc.as_deref().map_or(Ok(()), |exc| self.expr(exc))?;
                cause.as_deref().map_or(Ok(()), |cause| self.expr(cause))
            }
            StmtKind::Try(node) => {
                self.stmts(node.body)?;
                for handler in &*node.handlers {
                    handler.type_.as_ref().map_or(Ok(()), |type_| self.expr(type_))?;
                    if let Some(name) = handler.name {
                        self.add_def(name, Flags::LOCAL, handler.loc)?;
                    }
                    self.stmts(handler.body)?;
                }
                self.stmts(node.orelse)?;
                self.stmts(node.finalbody)
            }
            StmtKind::Assert { test, msg } => {
                self.expr(test)?;
                msg.as_deref().map_or(Ok(()), |msg| self.expr(msg))
            }
            StmtKind::Import(names) | StmtKind::ImportFrom { names, .. } => {
                names.iter().try_for_each(|alias| self.alias(alias))
            }
            StmtKind::Global(names) => self.directive(stmt.loc, names, Flags::GLOBAL, "global"),
            StmtKind::Nonlocal(names) => self.directive(stmt.loc, names, Flags::NONLOCAL, "nonlocal"),
            StmtKind::Expr(value) => self.expr(value),
            StmtKind::Pass | StmtKind::Break | StmtKind::Continue => Ok(()),
            StmtKind::With { items, body, .. } => {
                for item in &**items {
                    self.expr(&item.context_expr)?;
                    item.optional_vars.as_ref().map_or(Ok(()), |vars| self.expr(vars))?;
                }
                self.stmts(body)
            }
        }
    }

    fn function(&mut self, function: &FunctionDef<'a>, loc: Loc) -> Result<()> {
        self.add_def(function.name, Flags::LOCAL, loc)?;
        self.defaults(&function.args)?;
        self.annotations(&function.args, function.returns.as_deref(), loc)?;
        self.exprs(function.decorator_list)?;
        self.enter_block(BlockKind::Function, Some(function.scope), loc);
        self.current().coroutine = function.is_async;
        self.parameters(&function.args)?;
        self.stmts(function.body)?;
        self.exit_block();
        Ok(())
    }

    fn class(&mut self, class: &ClassDef<'a>, loc: Loc) -> Result<()> {
        self.add_def(class.name, Flags::LOCAL, loc)?;
        self.exprs(class.bases)?;
        class.keywords.iter().try_for_each(|keyword| self.expr(&keyword.value))?;
        self.exprs(class.decorator_list)?;
        self.enter_block(BlockKind::Class, Some(class.scope), loc);
        let outer = self.private.replace(class.name);
        self.stmts(class.body)?;
        self.private = outer;
        self.exit_block();
        Ok(())
    }

    fn ann_assign(
        &mut self,
        loc: Loc,
        target: &Expr<'a>,
        annotation: &Expr<'a>,
        value: Option<&Expr<'a>>,
        simple: bool,
    ) -> Result<()> {
        if let ExprKind::Name { id, .. } = target.kind {
            let flags = self.lookup(id);
            if simple && self.current_id() != BlockId::MODULE && flags.intersects(Flags::GLOBAL.with(Flags::NONLOCAL)) {
                let what = if flags.intersects(Flags::GLOBAL) { "global" } else { "nonlocal" };
                return self.error(loc, format!("annotated name '{id}' can't be {what}"));
            }
            if simple {
                self.add_def(id, Flags::ANNOT.with(Flags::LOCAL), target.loc)?;
            } else if value.is_some() {
                self.add_def(id, Flags::LOCAL, target.loc)?;
            }
        } else {
            self.expr(target)?;
        }
        self.annotation(annotation)?;
        value.map_or(Ok(()), |value| self.expr(value))
    }

    fn directive(&mut self, loc: Loc, names: &[Name<'a>], flag: Flags, word: &str) -> Result<()> {
        for &name in names {
            let flags = self.lookup(name);
            let problem = if flags.intersects(Flags::PARAM) {
                Some(format!("name '{name}' is parameter and {word}"))
            } else if flags.intersects(Flags::USE) {
                Some(format!("name '{name}' is used prior to {word} declaration"))
            } else if flags.intersects(Flags::ANNOT) {
                Some(format!("annotated name '{name}' can't be {word}"))
            } else if flags.intersects(Flags::LOCAL) {
                Some(format!("name '{name}' is assigned to before {word} declaration"))
            } else {
                None
            };
            if let Some(message) = problem {
                return self.error(loc, message);
            }
            self.add_def(name, flag, loc)?;
            self.record_directive(name, loc);
        }
        Ok(())
    }

    fn alias(&mut self, alias: &Alias<'a>) -> Result<()> {
        let name = alias.asname.unwrap_or(alias.name);
        if name == "*" {
            if self.current().kind != BlockKind::Module {
                return self.error(alias.loc, "import * only allowed at module level");
            }
            return Ok(());
        }
        let stored = name.split_once('.').map_or(name, |(first, _)| self.names.intern(first));
        self.add_def(stored, Flags::IMPORT, alias.loc)
    }

    fn defaults(&mut self, args: &Arguments<'a>) -> Result<()> {
        self.exprs(args.defaults)?;
        args.kw_defaults.iter().flatten().try_for_each(|default| self.expr(default))
    }

    fn parameters(&mut self, args: &Arguments<'a>) -> Result<()> {
        for arg in args.posonlyargs.iter().chain(&*args.args).chain(&*args.kwonlyargs) {
            self.add_def(arg.arg, Flags::PARAM, arg.loc)?;
        }
        if let Some(arg) = &args.vararg {
            self.add_def(arg.arg, Flags::PARAM, arg.loc)?;
            self.current().varargs = true;
        }
        if let Some(arg) = &args.kwarg {
            self.add_def(arg.arg, Flags::PARAM, arg.loc)?;
            self.current().varkeywords = true;
        }
        Ok(())
    }

    fn annotations(&mut self, args: &Arguments<'a>, returns: Option<&Expr<'a>>, loc: Loc) -> Result<()> {
        if self.future_annotations {
            self.enter_block(BlockKind::Annotation, None, loc);
        }
        let starred = args.vararg.iter().chain(&args.kwarg);
        let all = args.posonlyargs.iter().chain(&*args.args).chain(starred).chain(&*args.kwonlyargs);
        for annotation in all.filter_map(|arg| arg.annotation.as_ref()) {
            self.expr(annotation)?;
        }
        if self.future_annotations {
            self.exit_block();
        }
        returns.map_or(Ok(()), |returns| self.annotation(returns))
    }

    fn annotation(&mut self, annotation: &Expr<'a>) -> Result<()> {
        if self.future_annotations {
            self.enter_block(BlockKind::Annotation, None, annotation.loc);
        }
        self.expr(annotation)?;
        if self.future_annotations {
            self.exit_block();
        }
        Ok(())
    }

    fn expr_opt(&mut self, expr: Option<&Expr<'a>>) -> Result<()> {
        expr.map_or(Ok(()), |expr| self.expr(expr))
    }

    fn expr(&mut self, expr: &Expr<'a>) -> Result<()> {
        self.enter()?;
        self.expr_kind(expr)?;
        self.depth -= 1;
        Ok(())
    }

    fn expr_kind(&mut self, expr: &Expr<'a>) -> Result<()> {
        match &expr.kind {
            ExprKind::NamedExpr { target, value } => {
                self.not_in_annotation("named expression", expr.loc)?;
                self.named_expr(expr.loc, target, value)
            }
            ExprKind::BoolOp { values, .. } | ExprKind::JoinedStr { values } => self.exprs(values),
            ExprKind::BinOp { left, right, .. } => {
                self.expr(left)?;
                self.expr(right)
            }
            ExprKind::UnaryOp { operand, .. } => self.expr(operand),
            ExprKind::Lambda { args, body, scope } => {
                self.defaults(args)?;
                self.enter_block(BlockKind::Function, Some(*scope), expr.loc);
                self.parameters(args)?;
                self.expr(body)?;
                self.exit_block();
                Ok(())
            }
            ExprKind::IfExp { test, body, orelse } => {
                self.expr(test)?;
                self.expr(body)?;
                self.expr(orelse)
            }
            ExprKind::Dict { keys, values } => {
                keys.iter().flatten().try_for_each(|key| self.expr(key))?;
                self.exprs(values)
            }
            ExprKind::Set { elts } | ExprKind::List { elts, .. } | ExprKind::Tuple { elts, .. } => self.exprs(elts),
            ExprKind::Comp(comp) => self.comp(comp, expr.loc),
            ExprKind::Yield(value) => {
                self.not_in_annotation("yield expression", expr.loc)?;
                self.expr_opt(value.as_deref())?;
                self.yields(expr.loc)
            }
            ExprKind::YieldFrom(value) => {
                self.not_in_annotation("yield expression", expr.loc)?;
                self.expr(value)?;
                self.yields(expr.loc)
            }
            ExprKind::Await(value) => {
                self.not_in_annotation("await expression", expr.loc)?;
                self.expr(value)?;
                self.current().coroutine = true;
                Ok(())
            }
            ExprKind::Compare { left, comparators, .. } => {
                self.expr(left)?;
                self.exprs(comparators)
            }
            ExprKind::Call { func, args, keywords } => {
                self.expr(func)?;
                self.exprs(args)?;
                keywords.iter().try_for_each(|keyword| self.expr(&keyword.value))
            }
            ExprKind::FormattedValue { value, format_spec, .. } => {
                self.expr(value)?;
                self.expr_opt(format_spec.as_deref())
            }
            ExprKind::Constant { .. } => Ok(()),
            ExprKind::Attribute { value, .. } | ExprKind::Starred { value, .. } => self.expr(value),
            ExprKind::Subscript { value, slice, .. } => {
                self.expr(value)?;
                self.expr(slice)
            }
            ExprKind::Slice { lower, upper, step } => {
                self.expr_opt(lower.as_deref())?;
                self.expr_opt(upper.as_deref())?;
                self.expr_opt(step.as_deref())
            }
            ExprKind::Name { id, ctx } => {
                let flag = if *ctx == ExprContext::Load { Flags::USE } else { Flags::LOCAL };
                self.add_def(*id, flag, expr.loc)?;
                // `super` counts as a use of `__class__`.
                if *ctx == ExprContext::Load && *id == self.super_name && self.current().kind == BlockKind::Function {
                    let class_name = self.names.intern("__class__");
                    self.add_def(class_name, Flags::USE, expr.loc)?;
                }
                Ok(())
            }
        }
    }

    fn not_in_annotation(&mut self, what: &str, loc: Loc) -> Result<()> {
        if self.current().kind == BlockKind::Annotation {
            return self.error(loc, format!("'{what}' can not be used within an annotation"));
        }
        Ok(())
    }

    fn yields(&mut self, loc: Loc) -> Result<()> {
        let block = self.current();
        block.generator = true;
        let place = match block.comprehension {
            None => return Ok(()),
            Some(CompKind::ListComp) => "list comprehension",
            Some(CompKind::SetComp) => "set comprehension",
            Some(CompKind::DictComp) => "dict comprehension",
            Some(CompKind::GeneratorExp) => "generator expression",
        };
        self.error(loc, format!("'yield' inside {place}"))
    }

    fn named_expr(&mut self, loc: Loc, target: &Expr<'a>, value: &Expr<'a>) -> Result<()> {
        if self.current().comp_iter_expr > 0 {
            return self.error(loc, "assignment expression cannot be used in a comprehension iterable expression");
        }
        if self.current().comprehension.is_some()
            && let ExprKind::Name { id, .. } = target.kind
        {
            self.extend_named_expr_scope(id, target.loc)?;
        }
        self.expr(value)?;
        self.expr(target)
    }

    /// In a comprehension, `:=` binds in the nearest block that is none.
    fn extend_named_expr_scope(&mut self, name: Name<'a>, loc: Loc) -> Result<()> {
        let mut around = self.current;
        while let Some(id) = around {
            let block = &self.table[id];
            around = block.parent;
            let flags = self.table.flags(id, name);
            if block.comprehension.is_some() {
                if flags.intersects(Flags::COMP_ITER) {
                    let message =
                        format!("assignment expression cannot rebind comprehension iteration variable '{name}'");
                    return self.error(loc, message);
                }
                continue;
            }
            match block.kind {
                BlockKind::Function => {
                    let flag = if flags.intersects(Flags::GLOBAL) { Flags::GLOBAL } else { Flags::NONLOCAL };
                    self.add_def(name, flag, loc)?;
                    self.record_directive(name, loc);
                    return self.add_def_to(id, name, Flags::LOCAL, loc);
                }
                BlockKind::Module => {
                    self.add_def(name, Flags::GLOBAL, loc)?;
                    self.record_directive(name, loc);
                    return self.add_def_to(id, name, Flags::GLOBAL, loc);
                }
                BlockKind::Class => {
                    let message = "assignment expression within a comprehension cannot be used in a class body";
                    return self.error(loc, message);
                }
                BlockKind::Annotation => {}
            }
        }
        Ok(())
    }

    fn comp(&mut self, comp: &Comp<'a>, loc: Loc) -> Result<()> {
        let Some((outermost, rest)) = comp.generators.split_first() else { return Ok(()) };
        let is_generator = comp.kind == CompKind::GeneratorExp;
        // The outermost iterable is evaluated in the block around.
        self.current().comp_iter_expr += 1;
        self.expr(&outermost.iter)?;
        self.current().comp_iter_expr -= 1;
        self.enter_block(BlockKind::Function, Some(comp.scope), loc);
        let block = self.current();
        block.comprehension = Some(comp.kind);
        block.coroutine = outermost.is_async;
        let iterable = self.names.intern(".0");
        self.add_def(iterable, Flags::PARAM, loc)?;
        self.comp_target(&outermost.target)?;
        self.exprs(outermost.ifs)?;
        for generator in rest {
            self.comp_target(&generator.target)?;
            self.current().comp_iter_expr += 1;
            self.expr(&generator.iter)?;
            self.current().comp_iter_expr -= 1;
            self.exprs(generator.ifs)?;
            if generator.is_async {
                self.current().coroutine = true;
            }
        }
        self.expr_opt(comp.value.as_ref())?;
        self.expr(&comp.elt)?;
        let block = self.current();
        block.generator = is_generator;
        let is_async = block.coroutine && !is_generator;
        self.exit_block();
        if is_async {
            self.current().coroutine = true;
        }
        Ok(())
    }

    fn comp_target(&mut self, target: &Expr<'a>) -> Result<()> {
        self.current().comp_iter_target = true;
        self.expr(target)?;
        self.current().comp_iter_target = false;
        Ok(())
    }

    fn pattern(&mut self, pattern: &Pattern<'a>) -> Result<()> {
        self.enter()?;
        match &pattern.kind {
            PatternKind::MatchValue(value) => self.expr(value)?,
            PatternKind::MatchSingleton(_) => {}
            PatternKind::MatchSequence(patterns) | PatternKind::MatchOr(patterns) => self.patterns(patterns)?,
            PatternKind::MatchStar(name) => self.capture(*name, pattern.loc)?,
            PatternKind::MatchMapping { keys, patterns, rest } => {
                self.exprs(keys)?;
                self.patterns(patterns)?;
                self.capture(*rest, pattern.loc)?;
            }
            PatternKind::MatchClass { cls, patterns, kwd_patterns, .. } => {
                self.expr(cls)?;
                self.patterns(patterns)?;
                self.patterns(kwd_patterns)?;
            }
            PatternKind::MatchAs { pattern: inner, name } => {
                inner.as_deref().map_or(Ok(()), |inner| self.pattern(inner))?;
                self.capture(*name, pattern.loc)?;
            }
        }
        self.depth -= 1;
        Ok(())
    }

    fn patterns(&mut self, patterns: &[Pattern<'a>]) -> Result<()> {
        patterns.iter().try_for_each(|pattern| self.pattern(pattern))
    }

    fn capture(&mut self, name: Option<Name<'a>>, loc: Loc) -> Result<()> {
        name.map_or(Ok(()), |name| self.add_def(name, Flags::LOCAL, loc))
    }
}
