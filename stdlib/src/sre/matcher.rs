//! The matcher: goes on through a program's instructions as long as the subject allows, and notes on a stack where else it could have gone.

use super::characters::{is_ascii_word, is_word};
use super::program::{At, Follow, Item, One, Op, Pc, Program};
use super::set::Set;

/// A place in the subject that is none.
pub(super) const NOWHERE: usize = usize::MAX;

/// A character as a subject holds it.
pub(super) trait Unit: Copy + Eq + Into<u32> + TryFrom<u32> {
    /// Whether all characters are below U+0100.
    const IS_BYTE: bool;

    /// Where the first unit like this one stands.
    fn find(self, units: &[Self]) -> Option<usize> {
        units.iter().position(|unit| *unit == self)
    }

    /// The units, if they are bytes.
    fn as_bytes(units: &[Self]) -> Option<&[u8]> {
        let _ = units;
        None
    }
}

impl Unit for u8 {
    const IS_BYTE: bool = true;

    fn find(self, units: &[u8]) -> Option<usize> {
        memchr::memchr(self, units)
    }

    #[inline(always)]
    fn as_bytes(units: &[u8]) -> Option<&[u8]> {
        Some(units)
    }
}

impl Unit for u16 {
    const IS_BYTE: bool = false;
}

impl Unit for u32 {
    const IS_BYTE: bool = false;
}

/// What a failure goes back over, from the top.
#[derive(Clone, Copy)]
enum Entry {
    /// There is another way from here.
    Way { pc: Pc, at: usize },
    /// A mark was somewhere else before.
    Mark { mark: u32, at: usize, last_group: usize },
    /// So was a counter.
    Counter { index: u32, own: Counter },
    /// A repeated character can be given back, down to `least`.
    Greedy { pc: Pc, least: usize, at: usize },
    /// A repeated character can be taken once more.
    Lazy { pc: Pc, count: usize, at: usize },
    /// The part above belongs to the assertion, group or repetition that began at `pc`; `outer` is the next such entry below.
    Barrier { pc: Pc, at: usize, outer: usize },
}

/// How often a loop has been run through, and where its last run began.
#[derive(Clone, Copy)]
struct Counter {
    count: usize,
    last: usize,
}

const UNUSED: Counter = Counter { count: 0, last: NOWHERE };

/// What a match needs memory for. It is used again for the next one.
pub(super) struct Scratch {
    stack: Vec<Entry>,
    counters: Vec<Counter>,
    /// Where groups begin and end.
    pub marks: Vec<usize>,
    /// The number of the group that ended last, 0 for none.
    pub last_group: usize,
}

/// A stack that has grown larger than this is given back.
const LARGE: usize = 1 << 16;

impl Scratch {
    pub(super) const fn new() -> Scratch {
        Scratch { stack: Vec::new(), counters: Vec::new(), marks: Vec::new(), last_group: 0 }
    }

    /// Makes it fit a program.
    pub(super) fn prepare(&mut self, program: &Program) {
        if self.stack.capacity() > LARGE {
            self.stack = Vec::new();
        }
        self.stack.clear();
        self.counters.clear();
        self.counters.resize(program.loops.len(), UNUSED);
        self.marks.clear();
        self.marks.resize(2 * program.groups, NOWHERE);
        self.last_group = 0;
    }
}

/// A subject and what is looked for in it.
pub(super) struct Matcher<'a, U> {
    pub program: &'a Program,
    /// The subject up to where the match must end.
    pub text: &'a [U],
    pub scratch: &'a mut Scratch,
    /// Whether the match must reach the end.
    pub whole: bool,
    /// Whether it must not be empty.
    pub advance: bool,
    /// The topmost barrier.
    barrier: usize,
    /// Whether marks were set that no failure takes back.
    marked: bool,
}

impl<'a, U: Unit> Matcher<'a, U> {
    pub(super) fn new(program: &'a Program, text: &'a [U], scratch: &'a mut Scratch) -> Matcher<'a, U> {
        scratch.prepare(program);
        Matcher { program, text, scratch, whole: false, advance: false, barrier: NOWHERE, marked: false }
    }

    #[inline(always)]
    fn point(&self, at: usize) -> Option<u32> {
        self.text.get(at).map(|unit| (*unit).into())
    }

    #[inline(always)]
    fn begins(&self, set: &Set, at: usize) -> bool {
        self.point(at).is_some_and(|point| set.contains(point))
    }

    /// Whether what begins with a set, if that is known, can begin here.
    #[inline(always)]
    fn may_begin(&self, first: Option<u32>, at: usize) -> bool {
        first.is_none_or(|set| self.begins(&self.program.sets[set as usize], at))
    }

    #[inline(always)]
    fn may_follow(&self, follow: Follow, at: usize) -> bool {
        match follow {
            Follow::Unknown => true,
            Follow::Literal(point) => self.point(at) == Some(point),
            Follow::Set(set) => self.begins(&self.program.sets[set as usize], at),
        }
    }

    /// Matches at this place. The answer is where the match ends.
    pub(super) fn run(&mut self, start: usize) -> Option<usize> {
        if self.marked {
            self.scratch.marks.fill(NOWHERE);
            self.scratch.last_group = 0;
            self.marked = false;
        }
        let program = self.program;
        let (mut pc, mut at): (Pc, usize) = (0, start);
        loop {
            // `None` is failure.
            let next = match program.ops[pc as usize] {
                Op::Literal(point) => (self.point(at) == Some(point)).then_some((pc + 1, at + 1)),
                Op::Set(set) => self.begins(&program.sets[set as usize], at).then_some((pc + 1, at + 1)),
                Op::Any => self.point(at).is_some_and(|point| point != u32::from(b'\n')).then_some((pc + 1, at + 1)),
                Op::AnyAll => (at < self.text.len()).then_some((pc + 1, at + 1)),
                Op::Mark(mark) => {
                    self.set_mark(mark, at);
                    Some((pc + 1, at))
                }
                Op::Greedy(one) => self.greedy(pc, &program.ones[one as usize], at).map(|at| (pc + 1, at)),
                Op::Lazy(one) => self.lazy(pc, &program.ones[one as usize], at).map(|at| (pc + 1, at)),
                Op::Possessive(one) => {
                    let one = &program.ones[one as usize];
                    let count = self.count(one.item, at, one.most);
                    (count >= one.least).then_some((pc + 1, at + count))
                }
                Op::Branch { next, first } => {
                    if self.may_begin(first, at) {
                        self.scratch.stack.push(Entry::Way { pc: next, at });
                        Some((pc + 1, at))
                    } else {
                        Some((next, at))
                    }
                }
                Op::Jump(target) => Some((target, at)),
                Op::At(position) => self.is_at(position, at).then_some((pc + 1, at)),
                Op::Repeat(index) => {
                    self.set_counter(index, UNUSED);
                    Some((pc + 1, at))
                }
                Op::Again(index) => {
                    self.count_loop(index);
                    Some((program.loops[index as usize].head, at))
                }
                Op::MaxLoop(index) => {
                    let own = &program.loops[index as usize];
                    let Counter { count, last } = self.scratch.counters[index as usize];
                    if count < own.least {
                        Some((own.body, at))
                    } else if count < own.most && last != at && self.may_begin(own.body_first, at) {
                        if self.may_begin(own.tail_first, at) {
                            self.scratch.stack.push(Entry::Way { pc: own.tail, at });
                        }
                        self.scratch.counters[index as usize].last = at;
                        Some((own.body, at))
                    } else {
                        Some((own.tail, at))
                    }
                }
                Op::MinLoop(index) => {
                    let own = &program.loops[index as usize];
                    if self.scratch.counters[index as usize].count < own.least {
                        Some((own.body, at))
                    } else if self.may_begin(own.tail_first, at) {
                        self.scratch.stack.push(Entry::Way { pc: pc + 1, at });
                        Some((own.tail, at))
                    } else {
                        Some((pc + 1, at))
                    }
                }
                Op::MinMore(index) => {
                    let own = &program.loops[index as usize];
                    let counter = &mut self.scratch.counters[index as usize];
                    if counter.count < own.most && counter.last != at {
                        counter.last = at;
                        Some((own.body, at))
                    } else {
                        None
                    }
                }
                Op::PossessiveLoop(index) => {
                    let own = &program.loops[index as usize];
                    let counter = &mut self.scratch.counters[index as usize];
                    if counter.count < own.least {
                        self.raise_barrier(pc, at);
                        Some((own.body, at))
                    } else if counter.count < own.most && counter.last != at {
                        counter.last = at;
                        self.raise_barrier(pc, at);
                        Some((own.body, at))
                    } else {
                        Some((own.tail, at))
                    }
                }
                Op::PossessiveAgain(index) => {
                    self.keep();
                    self.count_loop(index);
                    Some((program.loops[index as usize].head, at))
                }
                Op::Group { group, fold } => {
                    let own = self.group(group).and_then(|(start, end)| {
                        let (own, here) = (&self.text[start..end], self.text.get(at..at + (end - start))?);
                        let same = |(a, b): (&U, &U)| a == b || fold.lower((*a).into()) == fold.lower((*b).into());
                        own.iter().zip(here).all(same).then_some(end - start)
                    });
                    own.map(|len| (pc + 1, at + len))
                }
                Op::IfGroup { group, otherwise } => {
                    Some((if self.group(group).is_some() { pc + 1 } else { otherwise }, at))
                }
                Op::Assert { back, .. } => at.checked_sub(back as usize).map(|from| {
                    self.raise_barrier(pc, at);
                    (pc + 1, from)
                }),
                Op::AssertNot { back, after } => Some(match at.checked_sub(back as usize) {
                    Some(from) => {
                        self.raise_barrier(pc, at);
                        (pc + 1, from)
                    }
                    None => (after, at),
                }),
                Op::Atomic => {
                    self.raise_barrier(pc, at);
                    Some((pc + 1, at))
                }
                Op::AssertEnd => Some((pc + 1, self.keep())),
                Op::AtomicEnd => {
                    self.keep();
                    Some((pc + 1, at))
                }
                Op::AssertNotEnd => {
                    self.drop_to_barrier();
                    None
                }
                Op::Failure => None,
                Op::Success => {
                    if !(self.whole && at != self.text.len() || self.advance && at == start) {
                        return Some(at);
                    }
                    None
                }
            };
            (pc, at) = match next {
                Some(next) => next,
                None => self.go_back()?,
            };
        }
    }

    /// The next way that has not been tried.
    fn go_back(&mut self) -> Option<(Pc, usize)> {
        let program = self.program;
        loop {
            match self.scratch.stack.pop()? {
                Entry::Way { pc, at } => return Some((pc, at)),
                Entry::Mark { mark, at, last_group } => {
                    self.scratch.marks[mark as usize] = at;
                    self.scratch.last_group = last_group;
                }
                Entry::Counter { index, own } => self.scratch.counters[index as usize] = own,
                Entry::Greedy { pc, least, mut at } => {
                    let Op::Greedy(one) = program.ops[pc as usize] else { continue };
                    let follow = program.ones[one as usize].follow;
                    while at > least {
                        at -= 1;
                        if self.may_follow(follow, at) {
                            if at > least {
                                self.scratch.stack.push(Entry::Greedy { pc, least, at });
                            }
                            return Some((pc + 1, at));
                        }
                    }
                }
                Entry::Lazy { pc, mut count, mut at } => {
                    let Op::Lazy(one) = program.ops[pc as usize] else { continue };
                    let one = &program.ones[one as usize];
                    while count < one.most && self.is_item(one.item, at) {
                        (count, at) = (count + 1, at + 1);
                        if self.may_follow(one.follow, at) {
                            self.scratch.stack.push(Entry::Lazy { pc, count, at });
                            return Some((pc + 1, at));
                        }
                    }
                }
                Entry::Barrier { pc, at, outer } => {
                    self.barrier = outer;
                    match program.ops[pc as usize] {
                        Op::AssertNot { after, .. } => return Some((after, at)),
                        Op::PossessiveLoop(index) => {
                            let own = &program.loops[index as usize];
                            if self.scratch.counters[index as usize].count >= own.least {
                                return Some((own.tail, at));
                            }
                        }
                        _ => {}
                    }
                }
            }
        }
    }

    // ---- repeated characters ----

    /// Where the longest run ends behind which the rest may match.
    #[inline(always)]
    fn greedy(&mut self, pc: Pc, one: &One, from: usize) -> Option<usize> {
        let count = self.count(one.item, from, one.most);
        if count < one.least {
            return None;
        }
        let (least, mut at) = (from + one.least, from + count);
        if one.apart && U::IS_BYTE {
            return self.may_follow(one.follow, at).then_some(at);
        }
        while !self.may_follow(one.follow, at) {
            if at == least {
                return None;
            }
            at -= 1;
        }
        if at > least {
            self.scratch.stack.push(Entry::Greedy { pc, least, at });
        }
        Some(at)
    }

    /// Where the shortest run ends behind which the rest may match.
    fn lazy(&mut self, pc: Pc, one: &One, from: usize) -> Option<usize> {
        let mut count = self.count(one.item, from, one.least);
        if count < one.least {
            return None;
        }
        let mut at = from + count;
        while !self.may_follow(one.follow, at) {
            if count == one.most || !self.is_item(one.item, at) {
                return None;
            }
            (count, at) = (count + 1, at + 1);
        }
        self.scratch.stack.push(Entry::Lazy { pc, count, at });
        Some(at)
    }

    #[inline(always)]
    fn is_item(&self, item: Item, at: usize) -> bool {
        let Some(point) = self.point(at) else { return false };
        match item {
            Item::Any => point != u32::from(b'\n'),
            Item::AnyAll => true,
            Item::Literal(own) => point == own,
            Item::NotLiteral(own) => point != own,
            Item::Set(set) => self.program.sets[set as usize].contains(point),
        }
    }

    /// How many characters from here on are such, up to `most`.
    #[inline(always)]
    fn count(&self, item: Item, from: usize, most: usize) -> usize {
        let text = &self.text[from..];
        let text = &text[..most.min(text.len())];
        let before = |point: u32| U::try_from(point).ok().and_then(|unit| unit.find(text)).unwrap_or(text.len());
        match item {
            Item::Any => before(u32::from(b'\n')),
            Item::AnyAll => text.len(),
            Item::NotLiteral(point) => before(point),
            Item::Literal(point) => text.iter().take_while(|unit| (**unit).into() == point).count(),
            Item::Set(set) => {
                let set = &self.program.sets[set as usize];
                text.iter().take_while(|unit| set.contains((**unit).into())).count()
            }
        }
    }

    // ---- marks and counters ----

    #[inline(always)]
    fn set_mark(&mut self, mark: u32, at: usize) {
        let scratch = &mut *self.scratch;
        let own = &mut scratch.marks[mark as usize];
        // Where there is no way back, nothing needs to be known of what was.
        if scratch.stack.is_empty() {
            self.marked = true;
        } else {
            scratch.stack.push(Entry::Mark { mark, at: *own, last_group: scratch.last_group });
        }
        *own = at;
        if mark % 2 == 1 {
            scratch.last_group = mark as usize / 2 + 1;
        }
    }

    fn set_counter(&mut self, index: u32, counter: Counter) {
        let scratch = &mut *self.scratch;
        let own = &mut scratch.counters[index as usize];
        if !scratch.stack.is_empty() {
            scratch.stack.push(Entry::Counter { index, own: *own });
        }
        *own = counter;
    }

    fn count_loop(&mut self, index: u32) {
        let Counter { count, last } = self.scratch.counters[index as usize];
        self.set_counter(index, Counter { count: count + 1, last });
    }

    /// Where a group has matched.
    pub(super) fn group(&self, group: u32) -> Option<(usize, usize)> {
        let marks = self.scratch.marks.get(2 * group as usize..)?;
        let (start, end) = (*marks.first()?, *marks.get(1)?);
        (start != NOWHERE && end != NOWHERE && start <= end).then_some((start, end))
    }

    // ---- barriers ----

    fn raise_barrier(&mut self, pc: Pc, at: usize) {
        let barrier = self.scratch.stack.len();
        self.scratch.stack.push(Entry::Barrier { pc, at, outer: self.barrier });
        self.barrier = barrier;
    }

    /// Gives up all other ways above the topmost barrier, and the barrier: what was found in there stays. Answers where it was raised.
    fn keep(&mut self) -> usize {
        let stack = &mut self.scratch.stack;
        let Some(Entry::Barrier { at, outer, .. }) = stack.get(self.barrier).copied() else { return 0 };
        let mut kept = self.barrier;
        for index in self.barrier + 1..stack.len() {
            if matches!(stack[index], Entry::Mark { .. } | Entry::Counter { .. }) {
                stack[kept] = stack[index];
                kept += 1;
            }
        }
        stack.truncate(kept);
        self.barrier = outer;
        at
    }

    /// Undoes all that was done above the topmost barrier, and removes that.
    fn drop_to_barrier(&mut self) {
        while let Some(entry) = self.scratch.stack.pop() {
            match entry {
                Entry::Mark { mark, at, last_group } => {
                    self.scratch.marks[mark as usize] = at;
                    self.scratch.last_group = last_group;
                }
                Entry::Counter { index, own } => self.scratch.counters[index as usize] = own,
                // Those of inner ones are gone by now.
                Entry::Barrier { outer, .. } => {
                    self.barrier = outer;
                    return;
                }
                _ => {}
            }
        }
    }

    // ---- positions ----

    fn is_at(&self, position: At, at: usize) -> bool {
        let is_line_feed = |at: usize| self.point(at) == Some(u32::from(b'\n'));
        let end = self.text.len();
        match position {
            At::Beginning => at == 0,
            At::BeginningLine => at == 0 || is_line_feed(at - 1),
            At::End => at == end || at + 1 == end && is_line_feed(at),
            At::EndLine => at == end || is_line_feed(at),
            At::EndString => at == end,
            // Within nothing there is neither a boundary nor a place that is none.
            _ if end == 0 => false,
            At::Boundary => self.is_boundary(at, is_ascii_word),
            At::NonBoundary => !self.is_boundary(at, is_ascii_word),
            At::UnicodeBoundary => self.is_boundary(at, is_word),
            At::UnicodeNonBoundary => !self.is_boundary(at, is_word),
        }
    }

    fn is_boundary(&self, at: usize, is_word: fn(u32) -> bool) -> bool {
        let before = at > 0 && self.point(at - 1).is_some_and(is_word);
        before != self.point(at).is_some_and(is_word)
    }
}
