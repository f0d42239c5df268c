//! Which of the objects that a collection frees reference counting would have kept: those in cycles, and what only they refer to. Their number
//! is what `gc.collect()` answers in CPython, whose collector sees no others.

use hashbrown::HashMap;

use super::block::{Bits, Block, Family, WORDS, block_of};
use super::{Heap, Marker, TempVec};
use crate::object::{Gc, Header, LayoutKind};
use crate::objects::instance::Instance;

/// What is asked of the next exact collection besides.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Ask {
    /// Nothing.
    Nothing,
    /// How many objects are freed that only a collector can free.
    Count,
    /// The same, and that they are kept (`gc.DEBUG_SAVEALL`).
    Keep,
}

/// What a collection found that only a collector can free.
#[derive(Default)]
pub(crate) struct Found {
    /// How many of the objects CPython's collector would know.
    pub count: usize,
    /// The objects, where they were to be kept.
    pub kept: Option<TempVec>,
}

impl Heap {
    /// Asks something of the next exact collection.
    pub(crate) fn ask_for_cyclic(&mut self, ask: Ask) {
        self.cyclic_ask = ask;
    }

    /// What the last exact collection found, if it was asked.
    pub(crate) fn take_cyclic(&mut self) -> Found {
        self.cyclic_ask = self.cyclic_rest;
        std::mem::take(&mut self.cyclic)
    }

    /// Says whether the program wants no collections but those that it asks for. Where there are others at every turn, under stress, what they
    /// find is added to what the next one finds that is asked for.
    pub(crate) fn add_up_cyclic(&mut self, on: bool) {
        self.cyclic_rest = if on && self.config.stress.is_some() { Ask::Count } else { Ask::Nothing };
        self.cyclic_ask = self.cyclic_rest;
    }

    /// After marking: takes away what nothing dead refers to, and what nothing refers to then, as counters would have. The rest is in cycles
    /// or hangs on them.
    pub(super) fn find_cyclic(&mut self, marker: &mut Marker) {
        if self.cyclic_ask == Ask::Nothing {
            return;
        }
        // An object tells what it refers to by marking it, which is undone each time. Objects without references stay marked until the end.
        let mut marks: Vec<(*mut Block, Bits)> = Vec::new();
        let mut references: HashMap<usize, usize> = HashMap::new();
        self.space.for_each_used(|block| {
            // SAFETY: a block in use.
            unsafe {
                marks.push((block, (*block).mark));
                if (*block).family.traced() || (*block).family == Family::Type {
                    for word in 0..WORDS {
                        let mut dead = (*block).dead_word(word);
                        while dead != 0 {
                            references.insert((*block).cell(word * 64 + dead.trailing_zeros() as usize) as usize, 0);
                            dead &= dead - 1;
                        }
                    }
                }
            }
        });
        let mut parts = Vec::new();
        let dead: Vec<usize> = references.keys().copied().collect();
        for object in &dead {
            marker.parts_of(*object, &mut parts);
            for part in parts.drain(..) {
                if let Some(count) = references.get_mut(&part) {
                    *count += 1;
                }
            }
        }
        let mut free: Vec<usize> = dead.into_iter().filter(|object| references[object] == 0).collect();
        while let Some(object) = free.pop() {
            references.remove(&object);
            marker.parts_of(object, &mut parts);
            for part in parts.drain(..) {
                if let Some(count) = references.get_mut(&part) {
                    *count -= 1;
                    if *count == 0 {
                        free.push(part);
                    }
                }
            }
        }
        for (block, bits) in marks {
            // SAFETY: the same blocks; nothing was freed.
            unsafe { (*block).mark = bits };
        }
        references.retain(|object, _| is_known(*object));
        self.cyclic.count += references.len();
        if self.cyclic_ask == Ask::Keep {
            let mut kept = self.cyclic.kept.take().unwrap_or_else(|| self.temp_vec());
            let mut addresses: Vec<usize> = references.into_keys().collect();
            addresses.sort_unstable();
            for address in addresses {
                marker.address(address);
                // SAFETY: a cell that holds an object. A value knows the address alone, whatever the layout.
                kept.push(unsafe { Gc::<Instance>::from_raw((address as *mut u8).cast()) }.into());
            }
            marker.drain();
            self.cyclic.kept = Some(kept);
        }
    }
}

/// Whether CPython's collector would know an object: programs can see it, and it may refer to others.
fn is_known(address: usize) -> bool {
    let header = address as *const Header;
    // SAFETY: a dead cell that was not swept yet holds an object, whose type was not swept either.
    let (ty, layout) = unsafe { ((*header).visible_type(), (*header).layout()) };
    let is_atom = matches!(
        layout,
        LayoutKind::Int
            | LayoutKind::Float
            | LayoutKind::Complex
            | LayoutKind::Str
            | LayoutKind::Bytes
            | LayoutKind::ByteArray
            | LayoutKind::Range
            | LayoutKind::Code
    );
    ty.is_some_and(|ty| ty.is_heap_type() || !is_atom)
}

impl Marker {
    /// The objects without a mark that an object refers to and that may refer to others, each of them once.
    fn parts_of(&mut self, object: usize, into: &mut Vec<usize>) {
        self.look_into(object as *const Header);
        self.take_slices();
        for part in self.take_stack() {
            let address = part as usize;
            let block = block_of(address);
            // SAFETY: what was put on the stack was just marked.
            unsafe {
                let index = (*block).index_of(address);
                (*block).mark.clear_range(index, index + 1);
            }
            into.push(address);
        }
    }
}
