//! Paths: sequences of segments that occur again and again, kept as a tree.

use super::{Segment, Then};

/// Where paths may begin: nothing was executed in the evaluation yet.
pub const ENTRY: u32 = u32::MAX;

/// The longest path.
pub(super) const LONGEST: u32 = 48;

/// A node of the tree: a path ends here, or goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Node {
    /// The node before; its own number where paths begin.
    pub parent: u32,
    /// The segment; where paths begin, what was executed before.
    pub segment: u32,
    /// How many segments the path has so far.
    pub depth: u32,
    /// The segment that was executed last in the same evaluation before this one, or [`ENTRY`].
    pub before: u32,
    /// The segment by which the evaluation was entered or left right before this one, or [`ENTRY`] if none was.
    pub via: u32,
    /// What `before` is for the segment that comes next.
    pub last: u32,
    /// What `via` is for the segment that comes next.
    pub next_via: u32,
    /// The innermost node on the path at which an evaluation began that has not ended; [`NO_NODE`] if there is none.
    pub open: u32,
    /// If an evaluation begins here: what it will go on behind when it ends, and what was open.
    outer: (u32, u32),
    /// Whether an evaluation ends here that did not begin on this path: [`Then::Back`] must say what is gone on behind.
    pub leaves: bool,
}

/// There is no such node.
pub(crate) const NO_NODE: u32 = u32::MAX;

/// The tree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Paths {
    /// The nodes: parents come before what follows them.
    pub nodes: Vec<Node>,
}

impl Paths {
    /// Adds a place where paths begin, behind a segment, if an evaluation was entered or left right before by another.
    pub(super) fn add_root(&mut self, before: u32, via: u32) -> u32 {
        let number = self.nodes.len() as u32;
        self.nodes.push(Node {
            parent: number,
            segment: before,
            depth: 0,
            before,
            via,
            last: before,
            next_via: via,
            open: NO_NODE,
            outer: (ENTRY, NO_NODE),
            leaves: false,
        });
        number
    }

    /// Adds a segment to a path. `None` if it cannot come there, or the path is as long as can be.
    pub(super) fn add(&mut self, parent: u32, number: u32, segment: &Segment) -> Option<u32> {
        let above = *self.nodes.get(parent as usize)?;
        if above.leaves != (segment.then == Then::Back) || above.depth >= LONGEST {
            return None;
        }
        let place = self.nodes.len() as u32;
        // Where nothing was executed, what was last stays so.
        let last = if segment.code.is_some() { number } else { above.last };
        let mut node = Node {
            parent,
            segment: number,
            depth: above.depth + 1,
            before: above.last,
            via: above.next_via,
            last,
            next_via: if segment.then == Then::Jump { ENTRY } else { number },
            open: above.open,
            outer: (ENTRY, NO_NODE),
            leaves: false,
        };
        match segment.then {
            Then::Jump => {}
            Then::Enter => {
                node.outer = (last, above.open);
                (node.last, node.open) = (ENTRY, place);
            }
            Then::Leave => match self.nodes.get(above.open as usize) {
                Some(entered) => (node.last, node.open) = entered.outer,
                None => node.leaves = true,
            },
            Then::Back => (node.last, node.next_via) = (segment.start, above.next_via),
        }
        self.nodes.push(node);
        Some(place)
    }

    /// Whether paths begin at a node.
    pub(crate) fn is_root(&self, number: u32) -> bool {
        self.nodes[number as usize].parent == number
    }

    /// What evaluations that began on a path and have not ended go on behind, the innermost first.
    pub(crate) fn entered(&self, number: u32) -> impl Iterator<Item = u32> {
        let mut open = self.nodes[number as usize].open;
        std::iter::from_fn(move || {
            let (last, outer) = self.nodes.get(open as usize)?.outer;
            open = outer;
            Some(last)
        })
    }

    /// The nodes of the path that ends at one, the last first.
    pub(crate) fn upward(&self, number: u32) -> impl Iterator<Item = u32> {
        let node = |number: u32| self.nodes.get(number as usize).filter(|node| node.depth > 0);
        let up = move |&number: &u32| node(number).map(|node| node.parent);
        std::iter::successors(Some(number), up).take_while(move |&number| node(number).is_some())
    }
}
