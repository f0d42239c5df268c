//! [`Opcode`] and what the instruction table says about each of them, as tables that the interpreter can index.

use std::fmt;

/// What the operand of an instruction means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operand {
    /// No operand; the byte is ignored.
    None,
    /// Index into the constants.
    Const,
    /// Index into the names.
    Name,
    /// Index into the names in the upper bits; the lowest bit asks for a NULL below the value (LOAD_GLOBAL).
    GlobalName,
    /// Index of a local variable ("localsplus").
    Local,
    /// Index of a cell or free variable, counted in "localsplus" as locals are.
    Free,
    /// Code units to jump forward, from the end of the instruction.
    JumpForward,
    /// Code units to jump backward, from the end of the instruction.
    JumpBackward,
    /// One of the six comparisons, see [`crate::operators::COMPARE_OPERATORS`].
    Compare,
    /// A binary operator, see [`crate::operators::BINARY_OPERATORS`].
    BinaryOp,
    /// A number of items or arguments.
    Count,
    /// A position on the value stack, the top being 1.
    Depth,
    /// UNPACK_EX: items before the starred one in the low byte, after it in the bytes above.
    UnpackCounts,
    /// 1 inverts the test (IS_OP, CONTAINS_OP).
    Invert,
    /// [`crate::operators::MakeFunctionFlags`].
    MakeFunction,
    /// [`crate::operators::FormatValueFlags`].
    FormatValue,
    /// CALL_FUNCTION_EX: bit 0 says that a dict of keyword arguments is given.
    CallEx,
    /// RESUME: where execution resumes.
    Resume,
    /// EXTENDED_ARG: the higher bits of the next instruction's operand.
    Extended,
    /// A number that fits none of the above.
    Raw,
}

impl Operand {
    /// Whether the operand is a distance in code units.
    pub const fn is_jump(self) -> bool {
        matches!(self, Operand::JumpForward | Operand::JumpBackward)
    }
}

/// How an instruction changes the height of the value stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StackEffect {
    /// The same always.
    Fixed(i32),
    /// A constant plus a multiple of the operand.
    Linear(i32, i32),
    /// One effect when execution falls through, another when it jumps.
    Branch(i32, i32),
    /// The first number, plus the second if the operand's lowest bit is set.
    LowBit(i32, i32),
    /// Minus one for each bit set in the operand within the mask.
    FlagCount(u32),
    /// UNPACK_EX.
    UnpackEx,
    /// BUILD_SLICE: −2 for three items, otherwise −1.
    Slice,
    /// FORMAT_VALUE: −1 if a format specification is on the stack, otherwise 0.
    FormatSpec,
}

impl StackEffect {
    /// The effect for an operand; `jump` says whether the instruction jumps.
    pub const fn of(self, oparg: u32, jump: bool) -> i32 {
        match self {
            StackEffect::Fixed(effect) => effect,
            StackEffect::Linear(base, each) => base.wrapping_add(each.wrapping_mul(oparg as i32)),
            StackEffect::Branch(falls_through, jumps) => {
                if jump {
                    jumps
                } else {
                    falls_through
                }
            }
            StackEffect::LowBit(base, extra) => {
                if oparg & 1 != 0 {
                    base + extra
                } else {
                    base
                }
            }
            StackEffect::FlagCount(mask) => -((oparg & mask).count_ones() as i32),
            StackEffect::UnpackEx => (oparg & 0xFF) as i32 + (oparg >> 8) as i32,
            StackEffect::Slice => {
                if oparg == 3 {
                    -2
                } else {
                    -1
                }
            }
            StackEffect::FormatSpec => {
                if oparg & 0x04 != 0 {
                    -1
                } else {
                    0
                }
            }
        }
    }
}

/// What an instruction is to the specializer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// What the compiler emits.
    Generic,
    /// The head of a family in quickened code: counts, and asks the strategy when the counter runs out.
    Adaptive,
    /// A form of a family for particular operands, behind guards.
    Specialized,
    /// Two instructions in one dispatch.
    Superinstruction,
    /// A generic instruction's form in quickened code that differs in bookkeeping only.
    Quick,
}

impl Role {
    /// The role in lower case, as listings show it.
    pub const fn name(self) -> &'static str {
        match self {
            Role::Generic => "generic",
            Role::Adaptive => "adaptive",
            Role::Specialized => "specialized",
            Role::Superinstruction => "superinstruction",
            Role::Quick => "quick",
        }
    }
}

/// A field of an inline cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CacheField {
    /// CPython's name of the field, as `dis` shows it.
    pub name: &'static str,
    /// First code unit of the field, counted from the unit after the instruction.
    pub offset: usize,
    /// Size in code units of 16 bits.
    pub units: usize,
}

/// One of the five pairs that quickening fuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Superinstruction {
    /// The instruction that is replaced.
    pub first: Opcode,
    /// The instruction that has to follow it.
    pub second: Opcode,
    /// What replaces the first.
    pub fused: Opcode,
}

macro_rules! own_operand {
    (Inherited) => {
        None
    };
    ($operand:ident) => {
        Some(Operand::$operand)
    };
}

macro_rules! own_effect {
    (Inherited) => {
        None
    };
    ($($effect:tt)*) => {
        Some(StackEffect::$($effect)*)
    };
}

macro_rules! own_alias {
    (none) => {
        None
    };
    ($alias:literal) => {
        Some($alias)
    };
}

/// A row of the table, before inheritance is resolved.
struct Row {
    opcode: Opcode,
    name: &'static str,
    operand: Option<Operand>,
    effect: Option<StackEffect>,
    base: Opcode,
    role: Role,
    doc: &'static str,
    alias: Option<&'static str>,
}

macro_rules! define_opcodes {
    ($( { $name:ident = $number:literal, $operand:ident, [$($effect:tt)*], $base:ident, $role:ident, $doc:literal, $alias:tt } )*) => {
        /// An instruction of CPython 3.11, generic or specialized. The variants have CPython's names and numbers.
        #[expect(non_camel_case_types, reason = "the names are CPython's")]
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Opcode {
            $( #[doc = $doc] $name = $number, )*
        }

        const ROWS: &[Row] = &[
            $( Row {
                opcode: Opcode::$name,
                name: stringify!($name),
                operand: own_operand!($operand),
                effect: own_effect!($($effect)*),
                base: Opcode::$base,
                role: Role::$role,
                doc: $doc,
                alias: own_alias!($alias),
            }, )*
        ];
    };
}

crate::for_each_instruction! { define_opcodes }

const fn row_of(opcode: Opcode) -> &'static Row {
    let mut i = 0;
    while i < ROWS.len() {
        if ROWS[i].opcode as u8 == opcode as u8 {
            return &ROWS[i];
        }
        i += 1;
    }
    panic!("every opcode has a row")
}

/// Builds a table indexed by opcode number; numbers that no instruction has keep the first value.
macro_rules! table {
    ($(#[$meta:meta])* $name:ident: $type:ty = $default:expr, |$row:ident| $value:expr) => {
        $(#[$meta])*
        static $name: [$type; 256] = {
            let mut table: [$type; 256] = [$default; 256];
            let mut i = 0;
            while i < ROWS.len() {
                let $row = &ROWS[i];
                table[$row.opcode as usize] = $value;
                i += 1;
            }
            table
        };
    };
}

table!(BY_NUMBER: Option<Opcode> = None, |row| Some(row.opcode));
table!(NAME: &str = "", |row| row.name);
table!(ALIAS: Option<&str> = None, |row| row.alias);
table!(DOC: &str = "", |row| row.doc);
table!(BASE: Opcode = Opcode::CACHE, |row| row.base);
table!(ROLE: Role = Role::Generic, |row| row.role);
table!(OPERAND: Operand = Operand::None, |row| match row.operand {
    Some(operand) => operand,
    None => match row_of(row.base).operand {
        Some(operand) => operand,
        None => panic!("a generic instruction states its operand"),
    },
});
table!(EFFECT: StackEffect = StackEffect::Fixed(0), |row| match row.effect {
    Some(effect) => effect,
    None => match row_of(row.base).effect {
        Some(effect) => effect,
        None => panic!("a generic instruction states its stack effect"),
    },
});
table!(FAMILY: Option<Family> = None, |row| Family::of_generic(row.base));
table!(CACHE_UNITS: u8 = 0, |row| match Family::of_generic(row.base) {
    Some(family) => family.cache_units() as u8,
    None => 0,
});
table!(FUSED_FIRST: Option<&'static Superinstruction> = None, |row| {
    let mut found = None;
    let mut j = 0;
    while j < SUPERINSTRUCTIONS.len() {
        if SUPERINSTRUCTIONS[j].fused as u8 == row.opcode as u8 {
            found = Some(&SUPERINSTRUCTIONS[j]);
        }
        j += 1;
    }
    found
});

/// The opcode that CPython dispatches while tracing; no instruction in code ever has it.
pub const DO_TRACING: u8 = 255;

/// As its name.
#[cfg(feature = "serde")]
impl serde::Serialize for Opcode {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Opcode {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::from_name(&name).ok_or_else(|| serde::de::Error::custom(format!("there is no instruction '{name}'")))
    }
}

impl Opcode {
    /// Number of instructions in the table.
    pub const COUNT: usize = ROWS.len();

    /// The first number whose instructions have an operand (the rule holds for generic instructions only).
    pub const HAVE_ARGUMENT: u8 = 90;

    /// The instruction with a number, if there is one.
    #[inline]
    pub const fn from_u8(number: u8) -> Option<Opcode> {
        BY_NUMBER[number as usize]
    }

    /// The instruction with CPython's name or with an alias.
    pub fn from_name(name: &str) -> Option<Opcode> {
        Opcode::all().find(|opcode| opcode.name() == name || opcode.alias() == Some(name))
    }

    /// All instructions, by number.
    pub fn all() -> impl Iterator<Item = Opcode> {
        BY_NUMBER.iter().filter_map(|opcode| *opcode)
    }

    /// CPython's name.
    #[inline]
    pub const fn name(self) -> &'static str {
        NAME[self as usize]
    }

    /// The shorter name that the literature or a later CPython uses for this form.
    pub const fn alias(self) -> Option<&'static str> {
        ALIAS[self as usize]
    }

    /// One sentence on what the instruction does.
    pub const fn doc(self) -> &'static str {
        DOC[self as usize]
    }

    /// What the operand means. A specialized form has its base's.
    #[inline]
    pub const fn operand(self) -> Operand {
        OPERAND[self as usize]
    }

    /// Whether the operand means anything.
    #[inline]
    pub const fn has_operand(self) -> bool {
        !matches!(self.operand(), Operand::None)
    }

    /// Code units of inline cache after the instruction (`INLINE_CACHE_ENTRIES_*`).
    #[inline]
    pub const fn cache_units(self) -> usize {
        CACHE_UNITS[self as usize] as usize
    }

    /// The generic instruction that de-optimization brings back (`_PyOpcode_Deopt`).
    #[inline]
    pub const fn base(self) -> Opcode {
        BASE[self as usize]
    }

    /// The family, for specializable instructions and all their forms.
    #[inline]
    pub const fn family(self) -> Option<Family> {
        FAMILY[self as usize]
    }

    /// What the instruction is to the specializer.
    #[inline]
    pub const fn role(self) -> Role {
        ROLE[self as usize]
    }

    /// The stack effect's rule. A form that is not generic has its base's, so a superinstruction counts its first half only.
    pub const fn effect(self) -> StackEffect {
        EFFECT[self as usize]
    }

    /// By how much the instruction changes the height of the value stack, when it jumps or when it does not.
    #[inline]
    pub const fn stack_effect(self, oparg: u32, jump: bool) -> i32 {
        self.effect().of(oparg, jump)
    }

    /// Whether the instruction may continue elsewhere than behind itself by its operand.
    #[inline]
    pub const fn is_jump(self) -> bool {
        self.operand().is_jump()
    }

    /// Whether execution never continues with the next instruction.
    pub const fn is_terminator(self) -> bool {
        matches!(
            self.base(),
            Opcode::RETURN_VALUE
                | Opcode::RAISE_VARARGS
                | Opcode::RERAISE
                | Opcode::JUMP_FORWARD
                | Opcode::JUMP_BACKWARD
                | Opcode::JUMP_BACKWARD_NO_INTERRUPT
        )
    }

    /// The pair that a superinstruction stands for.
    #[inline]
    pub const fn superinstruction(self) -> Option<&'static Superinstruction> {
        FUSED_FIRST[self as usize]
    }

    /// The superinstruction that quickening puts in the place of `first` where `second` follows.
    #[inline]
    pub const fn fuse(first: Opcode, second: Opcode) -> Option<Opcode> {
        let mut i = 0;
        while i < SUPERINSTRUCTIONS.len() {
            let pair = &SUPERINSTRUCTIONS[i];
            if pair.first as u8 == first as u8 && pair.second as u8 == second as u8 {
                return Some(pair.fused);
            }
            i += 1;
        }
        None
    }
}

impl fmt::Display for Opcode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl fmt::Debug for Opcode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

macro_rules! define_superinstructions {
    ($( { $first:ident, $second:ident, $fused:ident } )*) => {
        /// The pairs that quickening fuses.
        pub static SUPERINSTRUCTIONS: [Superinstruction; [$( stringify!($fused) ),*].len()] = [
            $( Superinstruction { first: Opcode::$first, second: Opcode::$second, fused: Opcode::$fused }, )*
        ];
    };
}

crate::for_each_superinstruction! { define_superinstructions }

/// Emits one constant per cache field, with its offset, and at the end the size of the cache.
macro_rules! cache_offsets {
    ($offset:expr;) => {
        /// Size of the whole cache in code units.
        pub const UNITS: usize = $offset;
    };
    ($offset:expr; $field:ident $name:literal $units:literal $(, $($rest:tt)*)?) => {
        #[doc = concat!("First unit of the field `", $name, "`, counted from the unit after the instruction.")]
        pub const $field: usize = $offset;
        cache_offsets!($offset + $units; $($($rest)*)?);
    };
}

macro_rules! define_families {
    ($( { $variant:ident, $module:ident, $generic:ident, [$( $field:ident $field_name:literal $units:literal ),*] } )*) => {
        /// A family of specializable instructions.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Family {
            $( #[doc = concat!("The family of `", stringify!($generic), "`.")] $variant, )*
        }

        /// Where the fields of the inline caches are, in code units from the unit after the instruction. Fields of two units hold 32
        /// bits, of four units 64, the lowest unit first.
        pub mod cache {
            $(
                #[doc = concat!("The inline cache of `", stringify!($generic), "` and its forms.")]
                pub mod $module {
                    cache_offsets!(0usize; $( $field $field_name $units ),*);
                }
            )*
        }

        impl Family {
            /// All families, by name.
            pub const ALL: [Family; [$( stringify!($variant) ),*].len()] = [$( Family::$variant ),*];

            /// The family of a generic instruction.
            pub const fn of_generic(opcode: Opcode) -> Option<Family> {
                match opcode {
                    $( Opcode::$generic => Some(Family::$variant), )*
                    _ => None,
                }
            }

            /// The generic instruction, which the compiler emits.
            #[inline]
            pub const fn generic(self) -> Opcode {
                match self { $( Family::$variant => Opcode::$generic, )* }
            }

            /// The name in lower case, as CPython's statistics spell it.
            pub const fn name(self) -> &'static str {
                match self { $( Family::$variant => stringify!($module), )* }
            }

            /// The fields of the inline cache, in order.
            pub const fn cache_fields(self) -> &'static [CacheField] {
                match self {
                    $( Family::$variant => &[
                        $( CacheField { name: $field_name, offset: cache::$module::$field, units: $units }, )*
                    ], )*
                }
            }

            /// Code units of the inline cache.
            #[inline]
            pub const fn cache_units(self) -> usize {
                match self { $( Family::$variant => cache::$module::UNITS, )* }
            }
        }
    };
}

crate::for_each_family! { define_families }

/// More forms than any family has.
const MOST_FORMS: usize = 24;

/// The forms of each family and how many they are.
static FORMS: [([Opcode; MOST_FORMS], usize); Family::ALL.len()] = {
    let mut forms = [([Opcode::CACHE; MOST_FORMS], 0); Family::ALL.len()];
    let mut i = 0;
    while i < ROWS.len() {
        let row = &ROWS[i];
        if let (Role::Specialized, Some(family)) = (row.role, Family::of_generic(row.base)) {
            let (list, count) = &mut forms[family as usize];
            list[*count] = row.opcode;
            *count += 1;
        }
        i += 1;
    }
    forms
};

/// The adaptive instruction of each family.
static ADAPTIVE: [Opcode; Family::ALL.len()] = {
    let mut adaptive = [Opcode::CACHE; Family::ALL.len()];
    let mut i = 0;
    while i < ROWS.len() {
        let row = &ROWS[i];
        if let (Role::Adaptive, Some(family)) = (row.role, Family::of_generic(row.base)) {
            adaptive[family as usize] = row.opcode;
        }
        i += 1;
    }
    adaptive
};

impl Family {
    /// The family that [`Family::name`] names, or the name of its generic instruction.
    pub fn from_name(name: &str) -> Option<Family> {
        Family::ALL.into_iter().find(|family| family.name() == name || family.generic().name() == name)
    }

    /// The instruction that quickening puts in the place of the generic one.
    #[inline]
    pub const fn adaptive(self) -> Opcode {
        ADAPTIVE[self as usize]
    }

    /// The specialized forms, by number; the generic and the adaptive instruction are not among them.
    pub const fn forms(self) -> &'static [Opcode] {
        let (list, count) = &FORMS[self as usize];
        list.split_at(*count).0
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
