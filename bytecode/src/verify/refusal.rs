//! What the verifier says when it refuses: the rule, the place and the reason.

use std::fmt;

macro_rules! rules {
    ($($(#[doc = $doc:literal])* $rule:ident $name:literal,)*) => {
        /// A rule of the verifier.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Rule {
            $($(#[doc = $doc])* $rule,)*
        }

        impl Rule {
            /// All rules.
            pub const ALL: &'static [Rule] = &[$(Rule::$rule),*];

            /// The rule's name, as refusals and JSON show it.
            pub const fn name(self) -> &'static str {
                match self { $(Rule::$rule => $name,)* }
            }

            /// What the rule demands.
            pub const fn doc(self) -> &'static str {
                match self { $(Rule::$rule => concat!($($doc),*).trim_ascii(),)* }
            }
        }
    };
}

rules! {
    /// Every unit that is executed is a generic instruction: no form of quickened code, no free number.
    Opcode "opcode",
    /// Behind an instruction stands the whole of its inline cache, all zero.
    Cache "cache",
    /// At most three EXTENDED_ARGs stand before an instruction that has an operand, and the operand fits 24 bits.
    ExtendedArg "extended-arg",
    /// Jumps go to the start of an instruction, its EXTENDED_ARGs included.
    JumpTarget "jump-target",
    /// Operands that are indices or numbers with a meaning are in their range.
    Operand "operand",
    /// Instructions for locals name locals, instructions for cells name cells and free variables.
    LocalKind "local-kind",
    /// Names and kinds of the local variables go together: locals, then cells, then free variables.
    Locals "locals",
    /// The parameters are the first local variables.
    Parameters "parameters",
    /// What the flags say of generators and what the instructions do agree.
    Flags "flags",
    /// Cells are made, free variables copied and generators returned once, at the start.
    Prologue "prologue",
    /// PRECALL and CALL, and KW_NAMES before them, stand together and agree on the arguments.
    Call "call",
    /// What suspends a generator stands in the order in which resuming it looks for it.
    Suspension "suspension",
    /// No instruction takes more from the operand stack than there is.
    StackUnderflow "stack-underflow",
    /// The operand stack never exceeds `co_stacksize`, which is a size that a frame can have.
    StackSize "stack-size",
    /// All ways to an instruction leave equally many operands.
    StackHeight "stack-height",
    /// Operands are of the kind on which the instruction relies.
    OperandKind "operand-kind",
    /// Execution never runs off the end of the code.
    End "end",
    /// The exception table is sorted and lies within the code; handlers find what they keep on the stack.
    ExceptionTable "exception-table",
    /// The location table can be decoded and covers the code.
    LocationTable "location-table",
    /// Code objects are not nested too deeply.
    Nesting "nesting",
    /// The code is not of a size that takes unreasonably long to verify.
    Size "size",
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Why code was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The code object: its name and the names of those that it is nested in, joined by dots.
    pub code: String,
    /// The offending instruction, in bytes from the start of the code; none if it is about the code object as a whole.
    pub offset: Option<u32>,
    /// The rule that it breaks.
    pub rule: Rule,
    /// What is wrong.
    pub reason: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code)?;
        if let Some(offset) = self.offset {
            write!(f, ", offset {offset}")?;
        }
        write!(f, ": {} [{}]", self.reason, self.rule)
    }
}

impl std::error::Error for Refusal {}

/// A refusal before the code object is named: the checks know the place within the code only.
#[derive(Debug)]
pub(super) struct Fault {
    pub unit: Option<u32>,
    pub rule: Rule,
    pub reason: String,
}

pub(super) type Check<T = ()> = Result<T, Fault>;

impl Fault {
    /// About the code object as a whole.
    pub fn whole<T>(rule: Rule, reason: impl Into<String>) -> Check<T> {
        Err(Fault { unit: None, rule, reason: reason.into() })
    }

    /// About the code unit at an index.
    pub fn at<T>(unit: u32, rule: Rule, reason: impl Into<String>) -> Check<T> {
        Err(Fault { unit: Some(unit), rule, reason: reason.into() })
    }
}
