//! Sets of families, forms and superinstructions: what a strategy switches on and off.

use quicken_bytecode::{Family, Opcode, SUPERINSTRUCTIONS};

/// A set of families.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FamilySet(u16);

impl FamilySet {
    /// None.
    pub const NONE: Self = Self(0);
    /// All.
    pub const ALL: Self = Self(u16::MAX >> (u16::BITS as usize - Family::ALL.len()));

    /// This set and `family`.
    #[must_use]
    pub const fn with(self, family: Family) -> Self {
        Self(self.0 | 1 << family as u16)
    }

    /// This set without `family`.
    #[must_use]
    pub const fn without(self, family: Family) -> Self {
        Self(self.0 & !(1 << family as u16))
    }

    /// What is in both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether `family` is in it.
    #[must_use]
    pub const fn contains(self, family: Family) -> bool {
        self.0 >> family as u16 & 1 != 0
    }

    /// The families in it, in the order of the table.
    pub fn iter(self) -> impl Iterator<Item = Family> {
        Family::ALL.into_iter().filter(move |family| self.contains(*family))
    }
}

/// These families and no other.
impl FromIterator<Family> for FamilySet {
    fn from_iter<I: IntoIterator<Item = Family>>(families: I) -> Self {
        families.into_iter().fold(Self::NONE, Self::with)
    }
}

/// A set of instructions, for specialized forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FormSet([u64; 4]);

impl FormSet {
    /// None.
    pub const NONE: Self = Self([0; 4]);
    /// The specialized forms of all families.
    pub const ALL: Self = {
        let mut all = Self::NONE;
        let mut family = 0;
        while family < Family::ALL.len() {
            let mut forms = Family::ALL[family].forms();
            while let [first, rest @ ..] = forms {
                all = all.with(*first);
                forms = rest;
            }
            family += 1;
        }
        all
    };

    /// This set and `form`.
    #[must_use]
    pub const fn with(mut self, form: Opcode) -> Self {
        self.0[form as usize / 64] |= 1 << (form as usize % 64);
        self
    }

    /// This set without `form`.
    #[must_use]
    pub const fn without(mut self, form: Opcode) -> Self {
        self.0[form as usize / 64] &= !(1 << (form as usize % 64));
        self
    }

    /// Whether `form` is in it.
    #[must_use]
    pub const fn contains(self, form: Opcode) -> bool {
        self.0[form as usize / 64] >> (form as usize % 64) & 1 != 0
    }
}

/// These forms and no other.
impl FromIterator<Opcode> for FormSet {
    fn from_iter<I: IntoIterator<Item = Opcode>>(forms: I) -> Self {
        forms.into_iter().fold(Self::NONE, Self::with)
    }
}

/// A set of superinstructions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SuperinstructionSet(u8);

impl SuperinstructionSet {
    /// None.
    pub const NONE: Self = Self(0);
    /// All.
    pub const ALL: Self = Self(u8::MAX >> (u8::BITS as usize - SUPERINSTRUCTIONS.len()));

    /// This set and one more; what is no superinstruction changes nothing.
    #[must_use]
    pub fn with(self, superinstruction: Opcode) -> Self {
        Self(self.0 | Self::bit(superinstruction))
    }

    /// This set without one.
    #[must_use]
    pub fn without(self, superinstruction: Opcode) -> Self {
        Self(self.0 & !Self::bit(superinstruction))
    }

    /// Whether it is in the set.
    #[must_use]
    pub fn contains(self, superinstruction: Opcode) -> bool {
        self.0 & Self::bit(superinstruction) != 0
    }

    /// The superinstructions in it, in the order of the table.
    pub fn iter(self) -> impl Iterator<Item = Opcode> {
        SUPERINSTRUCTIONS.iter().map(|row| row.fused).filter(move |fused| self.contains(*fused))
    }

    fn bit(superinstruction: Opcode) -> u8 {
        SUPERINSTRUCTIONS.iter().position(|row| row.fused == superinstruction).map_or(0, |position| 1 << position)
    }
}

/// Sizes that the sets above rely on.
const _: () = assert!(SUPERINSTRUCTIONS.len() <= 8 && Family::ALL.len() <= 16);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_in_is_in() {
        let families = FamilySet::NONE.with(Family::Call).with(Family::LoadAttr);
        assert_eq!(families.iter().collect::<Vec<_>>(), [Family::Call, Family::LoadAttr]);
        assert!(!families.without(Family::Call).contains(Family::Call));
        let forms: FormSet = [Opcode::LOAD_ATTR_SLOT, Opcode::PRECALL_NO_KW_LEN].into_iter().collect();
        assert!(forms.contains(Opcode::LOAD_ATTR_SLOT) && !forms.contains(Opcode::LOAD_ATTR_MODULE));
        assert!(!FormSet::ALL.without(Opcode::LOAD_ATTR_SLOT).contains(Opcode::LOAD_ATTR_SLOT));
        let pair = SuperinstructionSet::NONE.with(Opcode::LOAD_FAST__LOAD_FAST);
        assert_eq!(pair.iter().collect::<Vec<_>>(), [Opcode::LOAD_FAST__LOAD_FAST]);
        assert_eq!(SuperinstructionSet::ALL.iter().count(), SUPERINSTRUCTIONS.len());
    }
}
