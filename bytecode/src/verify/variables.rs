//! What does not depend on the instructions: local variables, parameters, sizes.

use super::refusal::{Check, Fault, Rule};
use crate::{CodeFlags, CodeObject, LocalKind};

/// What a code object's local variables are, by number.
pub(super) struct Variables {
    /// Variables of the function itself; the first ones of all.
    pub locals: usize,
    /// Variables of enclosing functions; the last ones of all.
    pub free: usize,
}

/// Checks names, kinds and counts.
pub(super) fn check(code: &CodeObject) -> Check<Variables> {
    let kinds = &code.localspluskinds;
    if kinds.len() != code.localsplusnames.len() {
        let (names, kinds) = (code.localsplusnames.len(), kinds.len());
        return Fault::whole(Rule::Locals, format!("there are {names} names of local variables and {kinds} kinds"));
    }
    // Locals (which may be cells as well), cells, free variables: COPY_FREE_VARS counts from the end.
    let rank = |kind: LocalKind| match kind {
        _ if kind == LocalKind::LOCAL || kind == LocalKind::LOCAL | LocalKind::CELL => Some(0),
        LocalKind::CELL => Some(1),
        LocalKind::FREE => Some(2),
        _ => None,
    };
    let mut last = 0;
    let mut variables = Variables { locals: 0, free: 0 };
    for (index, kind) in kinds.iter().enumerate() {
        let name = &code.localsplusnames[index];
        let Some(rank) = rank(*kind) else {
            return Fault::whole(
                Rule::Locals,
                format!("'{name}' has the kind {:#04x}, which does not exist", kind.bits()),
            );
        };
        if rank < last {
            return Fault::whole(Rule::Locals, format!("'{name}' is out of order: locals, then cells, then free ones"));
        }
        last = rank;
        variables.locals += usize::from(rank == 0);
        variables.free += usize::from(rank == 2);
    }
    if code.posonlyargcount > code.argcount {
        return Fault::whole(
            Rule::Parameters,
            format!("{} of {} positional parameters are positional-only", code.posonlyargcount, code.argcount),
        );
    }
    let extra = [CodeFlags::VARARGS, CodeFlags::VARKEYWORDS];
    let extra = extra.iter().filter(|flag| code.flags.contains(**flag)).count() as u64;
    let parameters = u64::from(code.argcount) + u64::from(code.kwonlyargcount) + extra;
    if parameters > variables.locals as u64 {
        return Fault::whole(
            Rule::Parameters,
            format!("{parameters} parameters, but only {} local variables", variables.locals),
        );
    }
    if u64::from(code.stacksize) + kinds.len() as u64 > i32::MAX as u64 {
        return Fault::whole(Rule::StackSize, format!("no frame can have a stack of {}", code.stacksize));
    }
    Ok(variables)
}
