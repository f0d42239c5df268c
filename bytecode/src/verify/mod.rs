//! The verifier: what passes it cannot make the interpreter read or write out of bounds, or take a value for what it is not.
//!
//! The interpreter checks nothing that a compiler gets right by itself: operands index constants and locals without a bounds check, the
//! operand stack has as many places as `co_stacksize` says. Code that comes from outside, from a `.pyc` file or from a program that makes
//! code objects, is therefore verified before it becomes code that can run.
//!
//! The rules ([`Rule`]) hold for everything that the compilers of CPython 3.11 and of this project emit, so that no good file is refused.
//! A `.pyc` file has generic instructions only and empty inline caches: `co_code` is what CPython writes, and that is the code as it was
//! before quickening. The steps, a file each:
//!
//! 1. `variables`: local variables, parameters, sizes;
//! 2. `layout`: the code as instructions, with EXTENDED_ARGs and inline caches, and where jumps may go;
//! 3. `tables`: the exception table and the location table, read strictly;
//! 4. `operands`: operands by themselves, and instructions that have to stand together;
//! 5. `flow`, `effects`, `stack`: abstract interpretation of the operand stack over all ways, with the kind of each entry.
//!
//! # What the interpreter relies on, and who sees to it
//!
//! | what it takes for granted | why | who checks |
//! |---|---|---|
//! | opcodes have a handler, caches are whole | dispatch, specialization in place | `opcode`, `cache` |
//! | an operand is that of all EXTENDED_ARGs before it, and fits the dispatch word | FOR_ITER and SEND read it again, backwards, when a generator returns | `extended-arg`, `jump-target` |
//! | constants, names, locals exist | unchecked indices | `operand` |
//! | COMPARE_OP, BINARY_OP, BUILD_SLICE and the like have a meaning | tables of operators | `operand` |
//! | a cell's slot holds a cell from the prologue on | LOAD_CLOSURE takes it as it is | `prologue`, `local-kind` |
//! | a function has as many cells as its code has free variables | COPY_FREE_VARS | `operand-kind` (MAKE_FUNCTION); COPY_FREE_VARS itself, since a function can be made otherwise |
//! | arguments fit into the locals | binding writes them there | `parameters` |
//! | the stack neither underflows nor exceeds `co_stacksize` | pushes and pops are unchecked | `stack-underflow`, `stack-size`, `stack-height` |
//! | `None` below a just started generator has a place | resuming pushes it | RETURN_GENERATOR counts as a push |
//! | NULL stands where a call expects it and nowhere else | NULL marks calls, unbound locals, ends of iteration | `operand-kind` |
//! | a method or NULL lies below each call's arguments | PRECALL and CALL look there | `operand-kind` |
//! | CALL follows PRECALL at a known distance, KW_NAMES comes just before | specialized PRECALLs skip the CALL; names lie beside the stack | `call` |
//! | keyword names are strings and not more than arguments | binding counts backwards | `call` |
//! | a handler's operands below the exception are those of the `try` | unwinding only moves the stack pointer | `exception-table`, `stack-height` |
//! | what is raised again is an exception; what was handled is one, or None | they are kept as such | `operand-kind`; RERAISE itself refuses None |
//! | LIST_APPEND, MAP_ADD, DICT_MERGE and the like find their container | their container is the compiler's own | `operand-kind` |
//! | the parts of a function are code, tuples, dicts, cells | MAKE_FUNCTION stores them | `operand-kind` |
//! | patterns' keys and names are tuples, a format specification is a string | MATCH_KEYS, MATCH_CLASS, FORMAT_VALUE | `operand-kind` |
//! | a suspended generator that delegates stands behind SEND, YIELD_VALUE, with the iterator on top | `throw`, `close`, `gi_yieldfrom` look there and jump to SEND's target | `suspension` |
//! | a wrapped value is yielded at once | only asynchronous generators unwrap it | `suspension` |
//! | exceptions are found by the last unit of an instruction as by its first | callers are resumed behind their caches | `exception-table` (whole instructions) |
//! | what is iterated, sent to, awaited, matched is of a fitting type | it never was certain | the handlers: TypeError |
//! | class bodies have a namespace | LOAD_NAME, LOAD_CLASSDEREF, IMPORT_STAR | the handlers: SystemError |

mod effects;
mod flow;
mod layout;
mod operands;
mod refusal;
mod stack;
mod tables;
mod variables;

use std::collections::HashMap;
use std::sync::Arc;

pub use refusal::{Refusal, Rule};

use crate::{CodeObject, Constant, Opcode};
use flow::{Budget, Flow};
use layout::Layout;
use operands::Operands;
use refusal::{Check, Fault};

/// How deeply code objects may be nested. CPython's compiler goes to about a hundred; [`crate::marshal::MAX_DEPTH`] allows a few more
/// than this.
pub const MAX_NESTING: usize = 200;

/// How much is checked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Extent {
    /// All rules.
    Everything,
    /// What makes the code safe to run.
    Execution,
}

/// Checks a code object and all that are nested in it against all rules.
///
/// # Errors
/// The first rule that is broken, with the place.
pub fn verify(code: &CodeObject) -> Result<(), Refusal> {
    verify_nested(code, Extent::Everything)
}

/// Checks what the interpreter relies on, and nothing else: programs that make code objects themselves (`code.replace`) may give them
/// an empty location table, or flags that only mean something to whoever looks at them.
///
/// # Errors
/// The first rule that is broken, with the place.
pub fn verify_execution(code: &CodeObject) -> Result<(), Refusal> {
    verify_nested(code, Extent::Execution)
}

fn verify_nested(code: &CodeObject, extent: Extent) -> Result<(), Refusal> {
    let mut walk = Walk { extent, budget: Budget::new(), path: Vec::new(), heights: HashMap::new() };
    walk.visit(code).map(drop)
}

/// The way through a code object and those nested in it.
struct Walk<'a> {
    extent: Extent,
    budget: Budget,
    path: Vec<&'a CodeObject>,
    /// How many code objects are nested in each other below those that were seen, by address.
    heights: HashMap<*const CodeObject, usize>,
}

impl<'a> Walk<'a> {
    fn visit(&mut self, code: &'a CodeObject) -> Result<usize, Refusal> {
        self.path.push(code);
        self.budget.grow(code.code.len());
        verify_one(code, self.extent, &mut self.budget).map_err(|fault| self.refusal(fault))?;
        let mut height = 0;
        for nested in code_constants(&code.consts) {
            let address = Arc::as_ptr(nested);
            let below = match self.heights.get(&address) {
                Some(known) => *known,
                // Deeper still is refused below, before any more of it is visited.
                None if self.path.len() > MAX_NESTING => 0,
                None => self.visit(nested)?,
            };
            self.heights.insert(address, below);
            height = height.max(below + 1);
        }
        if self.path.len() - 1 + height > MAX_NESTING {
            let fault = Fault::whole(Rule::Nesting, format!("code objects are nested more than {MAX_NESTING} deep"));
            return fault.map_err(|fault| self.refusal(fault));
        }
        self.path.pop();
        Ok(height)
    }

    fn refusal(&self, fault: Fault) -> Refusal {
        let names: Vec<String> = self.path.iter().map(|code| code.name.to_string_lossy()).collect();
        Refusal {
            code: names.join("."),
            offset: fault.unit.map(|unit| 2 * unit),
            rule: fault.rule,
            reason: fault.reason,
        }
    }
}

/// The code objects among constants, in tuples and frozensets too: a program can take them out and run them.
fn code_constants(consts: &[Constant]) -> Vec<&Arc<CodeObject>> {
    let mut found = Vec::new();
    let mut pending: Vec<&Constant> = consts.iter().rev().collect();
    while let Some(constant) = pending.pop() {
        match constant {
            Constant::Code(code) => found.push(code),
            Constant::Tuple(items) | Constant::FrozenSet(items) => pending.extend(items.iter().rev()),
            _ => {}
        }
    }
    found
}

fn verify_one(code: &CodeObject, extent: Extent, budget: &mut Budget) -> Check {
    let variables = variables::check(code)?;
    let layout = Layout::of(&code.code)?;
    let handlers = tables::handlers(&code.exceptiontable, &layout)?;
    let suspends = layout.steps.iter().any(|step| step.opcode == Opcode::RETURN_GENERATOR);
    if extent == Extent::Everything {
        tables::locations(&code.linetable, layout.units())?;
        operands::flags(code, suspends)?;
    }
    let mut targets = vec![false; layout.steps.len()];
    for step in &layout.steps {
        if let Some(target) = layout.jump_target(step)? {
            targets[target] = true;
        }
    }
    for handler in &handlers {
        targets[handler.target] = true;
    }
    let operands = Operands { code, layout: &layout, variables: &variables, targets: &targets, suspends };
    let prologue = operands.check()?;
    if let Some(handler) = handlers.first().filter(|handler| handler.start < prologue) {
        let unit = layout.steps[handler.start].unit;
        return Fault::at(unit, Rule::Prologue, "a handler covers the prologue");
    }
    Flow::new(code, &layout, &handlers, &targets, budget).run()
}
