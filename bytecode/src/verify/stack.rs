//! The operand stack as the verifier sees it: for each entry, what kind of value stands there.

use super::refusal::Rule;
use crate::Constant;

/// What is known of an entry of the operand stack.
///
/// Every kind but the first two is a value that a program may see. The kinds below [`Kind::Value`] are those on which a handler of the
/// interpreter relies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A value or NULL, as LOAD_METHOD leaves it.
    MaybeNull,
    /// NULL.
    Null,
    /// Any value.
    Value,
    /// The constant with this number.
    Constant(u32),
    /// A cell, by LOAD_CLOSURE.
    Cell,
    /// A tuple of so many cells.
    Cells(u32),
    /// An exception.
    Exception,
    /// An exception or None: what was being handled before.
    Handled,
    /// The number of the instruction that raised.
    Lasti,
    /// A list.
    List,
    /// A set.
    Set,
    /// A dict.
    Dict,
    /// A tuple.
    Tuple,
    /// A string.
    Str,
}

impl Kind {
    /// Whether NULL is excluded.
    pub const fn is_value(self) -> bool {
        !matches!(self, Kind::MaybeNull | Kind::Null)
    }

    /// The kind with what is special about one constant, or one tuple of cells, left out.
    fn widened(self, consts: &[Constant]) -> Kind {
        match self {
            Kind::Constant(index) => match consts.get(index as usize) {
                Some(Constant::Tuple(_)) => Kind::Tuple,
                Some(Constant::Str(_)) => Kind::Str,
                _ => Kind::Value,
            },
            Kind::Cells(_) => Kind::Tuple,
            other => other,
        }
    }

    /// Whether the value is of this kind too, which is not one of the special ones.
    pub fn is(self, wanted: Kind, consts: &[Constant]) -> bool {
        self == wanted
            || self.widened(consts) == wanted
            || wanted == Kind::Handled && self == Kind::Exception
            || wanted == Kind::Value && self.is_value()
    }

    /// What is known of a value that is one of the two.
    fn joined(self, other: Kind, consts: &[Constant]) -> Kind {
        if self == other {
            return self;
        }
        match (self.widened(consts), other.widened(consts)) {
            (a, b) if a == b => a,
            (Kind::Exception, Kind::Handled) | (Kind::Handled, Kind::Exception) => Kind::Handled,
            (a, b) if a.is_value() && b.is_value() => Kind::Value,
            _ => Kind::MaybeNull,
        }
    }

    /// What it is, for messages.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::MaybeNull => "what may be NULL",
            Kind::Null => "NULL",
            Kind::Value => "a value",
            Kind::Constant(_) => "a constant",
            Kind::Cell => "a cell",
            Kind::Cells(_) => "a tuple of cells",
            Kind::Exception => "an exception",
            Kind::Handled => "an exception or None",
            Kind::Lasti => "an instruction's number",
            Kind::List => "a list",
            Kind::Set => "a set",
            Kind::Dict => "a dict",
            Kind::Tuple => "a tuple",
            Kind::Str => "a string",
        }
    }
}

/// What is wrong with an instruction's use of the stack.
pub(super) type Effect<T = ()> = Result<T, (Rule, String)>;

/// An operand stack.
#[derive(Clone, Debug, Default)]
pub(super) struct Stack {
    kinds: Vec<Kind>,
    /// So many entries at the bottom were not changed since [`Stack::begin`].
    floor: usize,
}

impl Stack {
    /// The number of entries.
    pub fn height(&self) -> usize {
        self.kinds.len()
    }

    /// The entries that the current instruction has left alone, and nothing above them.
    pub fn untouched(&self) -> usize {
        self.floor
    }

    /// Starts a new instruction.
    pub fn begin(&mut self) {
        self.floor = self.kinds.len();
    }

    fn index(&self, depth: usize) -> Effect<usize> {
        match self.kinds.len().checked_sub(depth) {
            Some(index) => Ok(index),
            None => Err((
                Rule::StackUnderflow,
                format!("{depth} operands are needed, {} are on the stack", self.kinds.len()),
            )),
        }
    }

    /// The entry at a depth; the top is 1.
    pub fn peek(&self, depth: usize) -> Effect<Kind> {
        self.index(depth).map(|index| self.kinds[index])
    }

    /// Replaces the entry at a depth.
    pub fn poke(&mut self, depth: usize, kind: Kind) -> Effect {
        let index = self.index(depth)?;
        self.kinds[index] = kind;
        self.floor = self.floor.min(index);
        Ok(())
    }

    /// Takes the top, whatever it is.
    pub fn pop(&mut self) -> Effect<Kind> {
        let index = self.index(1)?;
        let kind = self.kinds[index];
        self.shrink(1)?;
        Ok(kind)
    }

    /// Takes the top entries, whatever they are.
    pub fn shrink(&mut self, count: usize) -> Effect {
        let index = self.index(count)?;
        self.kinds.truncate(index);
        self.floor = self.floor.min(index);
        Ok(())
    }

    /// Demands a kind at a depth.
    pub fn expect(&self, depth: usize, wanted: Kind, consts: &[Constant]) -> Effect {
        let found = self.peek(depth)?;
        if found.is(wanted, consts) {
            return Ok(());
        }
        Err((Rule::OperandKind, format!("operand {depth} has to be {}, but is {}", wanted.name(), found.name())))
    }

    /// Demands values in the entries from this depth to the top.
    pub fn expect_values(&self, count: usize) -> Effect {
        let index = self.index(count)?;
        match self.kinds[index..].iter().rposition(|kind| !kind.is_value()) {
            None => Ok(()),
            Some(at) => {
                let depth = count - at;
                let found = self.kinds[index + at].name();
                Err((Rule::OperandKind, format!("operand {depth} has to be a value, but is {found}")))
            }
        }
    }

    /// Whether the top entries are all of one kind.
    pub fn all_are(&self, count: usize, kind: Kind) -> bool {
        self.index(count).is_ok_and(|index| self.kinds[index..].iter().all(|found| *found == kind))
    }

    /// Puts an entry on the top; `limit` is how many there may be.
    pub fn push(&mut self, kind: Kind, limit: usize) -> Effect {
        self.extend(kind, 1, limit)
    }

    /// Puts equal entries on the top.
    pub fn extend(&mut self, kind: Kind, count: usize, limit: usize) -> Effect {
        let height = self.kinds.len() + count;
        if height > limit {
            return Err((Rule::StackSize, format!("the stack grows to {height}, but co_stacksize is {limit}")));
        }
        self.kinds.resize(height, kind);
        Ok(())
    }

    /// The entries, from the bottom.
    pub fn kinds(&self) -> impl Iterator<Item = Kind> + '_ {
        self.kinds.iter().copied()
    }

    /// The entries that a handler finds which keeps so many of these.
    pub fn caught(&self, depth: usize, lasti: bool) -> impl Iterator<Item = Kind> + '_ {
        let pushed = lasti.then_some(Kind::Lasti).into_iter().chain([Kind::Exception]);
        self.kinds().take(depth).chain(pushed)
    }

    /// Joins entries into these, which are as many. Answers whether that changed anything.
    pub fn join(&mut self, others: impl Iterator<Item = Kind>, consts: &[Constant]) -> bool {
        let mut changed = false;
        for (mine, its) in self.kinds.iter_mut().zip(others) {
            let joined = mine.joined(its, consts);
            changed |= joined != *mine;
            *mine = joined;
        }
        changed
    }
}
