//! Places: the units of all code objects that are executed, counted one after the other; and what is kept of them.
//!
//! These are what is looked at whenever control goes elsewhere, so they are small and lie beside each other.

/// A stretch of code that is being executed, if one is. It is no `Option`: the parts of that are written one by one and read at once, which
/// processors are slow at.
pub(super) struct Stretch {
    pub(super) serial: u32,
    /// The place of the first unit; [`NOWHERE`] if there is no stretch.
    pub(super) start: u32,
    /// What the address of a unit must be lessened by to be twice its place.
    pub(super) origin: usize,
    /// Whether its edges are counted.
    pub(super) counted: bool,
}

/// There is no such place.
pub(super) const NOWHERE: u32 = u32::MAX;

impl Default for Stretch {
    fn default() -> Self {
        Self { serial: u32::MAX, start: NOWHERE, origin: 0, counted: true }
    }
}

impl Stretch {
    pub(super) const fn is_some(&self) -> bool {
        self.start != NOWHERE
    }

    /// The place of a unit of the same code.
    #[inline]
    pub(super) fn place(&self, unit: *const u16) -> usize {
        (unit as usize).wrapping_sub(self.origin) / size_of::<u16>()
    }
}

/// What of a code object is looked at for each stretch.
#[derive(Clone, Copy)]
pub(super) struct Placed {
    /// The place of its first unit; [`NOWHERE`] if it was never executed.
    pub(super) first: u32,
    /// Whether its edges are counted.
    pub(super) counted: bool,
    /// How often `RESUME` and `JUMP_BACKWARD` were executed, while they are followed.
    pub(super) steps: u64,
}

impl Placed {
    pub(super) const NOWHERE: Self = Self { first: NOWHERE, counted: true, steps: 0 };
}

/// How often stretches began with a unit, and ended with it.
#[derive(Clone, Copy, Default)]
pub(super) struct Edges {
    pub(super) begun: u64,
    pub(super) ended: u64,
}
