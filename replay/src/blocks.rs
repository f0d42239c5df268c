//! Blocks: instructions that are always executed together, and what they dispatch.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use quicken_bytecode::Opcode;

use crate::flow::{Flow, Segment};
use crate::inner::{Certain, Inner, may_swallow};
use crate::recording::{CodeRecord, opcode_of};
use crate::replay::PlayedCode;
use crate::script::{GAP, Line, Reader};

/// Instructions that are always executed together.
pub(crate) struct Block {
    pub code: usize,
    /// The units of its instructions.
    units: Vec<u32>,
    /// The readers of its sites, with the place of each among the instructions.
    sites: Vec<(usize, usize)>,
    /// The places of those that are counted elsewhere.
    gaps: Vec<usize>,
    /// Whether it steps the warm-up counter.
    pub steps: bool,
    /// Executions for which the present plan holds.
    pub left: u64,
    /// Executions that the readers do not know of yet.
    done: u64,
    /// The plans that were made since the code was quickened, by the lines that the sites had.
    plans: Vec<(Vec<usize>, Plans)>,
    /// The numbers of those that are not searched for.
    more: HashMap<Vec<usize>, usize>,
    /// For low numbers of lines, put together into one: one more than the number of the plan.
    by_line: Vec<usize>,
    /// The present one.
    current: usize,
    /// The lines that it is for.
    numbers: Vec<usize>,
}

/// So many plans are searched one after the other.
const SEARCHED: usize = 8;

/// What more numbers of lines are put together to than this takes too much room to be a place in a list.
const MOST_PACKED: usize = 1 << 9;

/// Which plans the next executions of a block have, each with how often, and where its readers will be then.
pub(crate) struct Survey<'a> {
    pub plans: Vec<(usize, u64)>,
    /// The plan of the last of them.
    pub last: usize,
    /// Where the readers are before.
    pub first: Vec<Reader<'a>>,
    readers: Vec<Reader<'a>>,
}

/// The lines that some readers are at, and for how many executions all of them hold.
#[inline]
pub(crate) fn look_ahead(readers: &mut [Reader<'_>], numbers: &mut [usize]) -> u64 {
    let mut left = u64::MAX;
    for (number, reader) in numbers.iter_mut().zip(readers) {
        let (line, count) = reader.peek();
        *number = line;
        left = left.min(count);
    }
    left
}

#[inline]
pub(crate) fn consume(readers: &mut [Reader<'_>], count: u64) {
    for reader in readers {
        reader.consume(count);
    }
}

/// What a block dispatches: by whether its first instruction is done already when it is entered.
pub(crate) type Plans = [Plan; 2];

#[derive(Clone, Default)]
pub(crate) struct Plan {
    ops: Vec<u8>,
    /// How often it was executed.
    pub count: u64,
    /// The first and the last instruction that it dispatches, if it dispatches any.
    pub ends: Option<(u8, u8)>,
    /// Whether the first instruction behind the block is done as well.
    pub swallows: bool,
    pub enters: bool,
}

impl Plan {
    pub(crate) fn ops(&self) -> &[u8] {
        &self.ops
    }
}

/// A code object on the way.
pub(crate) struct Way<'a> {
    pub played: &'a PlayedCode<'a>,
    pub steps: u64,
    pub quick: bool,
    pub blocks: Vec<usize>,
}

/// Cuts segments into blocks, code object by code object.
pub(crate) struct Cutter<'f> {
    flow: &'f Flow,
    /// How often each segment was executed.
    executed: Vec<u64>,
    /// The segments of each code object, by its number in the recording.
    of_code: HashMap<u32, Vec<usize>>,
    pub blocks: Vec<Block>,
    /// The blocks of each segment.
    pub of_segment: Vec<Vec<usize>>,
}

/// Instructions that are always executed together, before it is known which of them are sites that the order matters to.
struct Straight {
    units: Vec<u32>,
    /// How often they were executed.
    count: u64,
    /// Whether the first may be done already when they are entered.
    may_be_done: bool,
}

impl<'f> Cutter<'f> {
    pub(crate) fn new(flow: &'f Flow) -> Self {
        let mut of_code: HashMap<u32, Vec<usize>> = HashMap::new();
        for (number, segment) in flow.segments.iter().enumerate() {
            if let Some(code) = segment.code {
                of_code.entry(code.0).or_default().push(number);
            }
        }
        let executed = flow.executions().unwrap_or_default();
        Self { flow, executed, of_code, blocks: Vec::new(), of_segment: vec![Vec::new(); flow.segments.len()] }
    }

    /// Cuts the segments of a code object, whose first site has this reader. Answers, for each of its sites, what is beside it, if that is
    /// always the same: then the site is no part of its block.
    pub(crate) fn cut(&mut self, code: usize, played: &PlayedCode<'_>, first_reader: usize) -> Vec<Option<Inner>> {
        let record = played.record;
        let mut inner = vec![None; record.sites.len()];
        let segments = self.of_code.remove(&record.id.0).unwrap_or_default();
        let mut begins = self.begins(record, &segments);
        for straight in self.straights(played, &segments, &begins).values() {
            let certain = Certain { played, units: &straight.units, may_be_done: straight.may_be_done };
            let mut last_site = None;
            for (place, unit) in straight.units.iter().enumerate() {
                let Some(site) = site_at(record, *unit) else { continue };
                // Executions that are not on the way have no pairs.
                if straight.count == record.counts[*unit as usize]
                    && let Some(beside) = certain.beside(place)
                {
                    inner[site] = Some(beside);
                    continue;
                }
                if let Some(last) = last_site
                    && let Some(cut) = certain.cut_between(last, place)
                {
                    begins.insert(straight.units[cut]);
                }
                last_site = Some(place);
            }
        }
        let mut known: BTreeMap<u32, usize> = BTreeMap::new();
        for segment in segments {
            let Segment { start, end, .. } = self.flow.segments[segment];
            let mut units: Vec<u32> = Vec::new();
            let mut all = instructions(record, start, end).peekable();
            while let Some(unit) = all.next() {
                units.push(unit);
                if all.peek().is_none_or(|next| begins.contains(next)) {
                    let units = std::mem::take(&mut units);
                    let number = *known.entry(units[0]).or_insert_with(|| {
                        self.blocks.push(Block::new(code, record, units, first_reader, &inner));
                        self.blocks.len() - 1
                    });
                    self.of_segment[segment].push(number);
                }
            }
        }
        inner
    }

    /// The units that something begins at.
    fn begins(&self, record: &CodeRecord, segments: &[usize]) -> BTreeSet<u32> {
        let mut begins = BTreeSet::new();
        for &segment in segments {
            let Segment { start, end, .. } = self.flow.segments[segment];
            begins.insert(start);
            begins.insert(behind(record, end));
            for unit in instructions(record, start, end) {
                // What follows RESUME runs quickened already when that makes the code warm.
                if record.opcode(unit as usize) == Some(Opcode::RESUME) {
                    begins.insert(behind(record, unit));
                }
            }
        }
        begins
    }

    /// The stretches between these, by their first units.
    fn straights(
        &self,
        played: &PlayedCode<'_>,
        segments: &[usize],
        begins: &BTreeSet<u32>,
    ) -> BTreeMap<u32, Straight> {
        let record = played.record;
        let mut straights: BTreeMap<u32, Straight> = BTreeMap::new();
        for &segment in segments {
            let Segment { start, end, .. } = self.flow.segments[segment];
            let mut first = start;
            let mut before = None;
            for unit in instructions(record, start, end) {
                if unit == start || begins.contains(&unit) {
                    first = unit;
                    let new = Straight { units: Vec::new(), count: 0, may_be_done: false };
                    let straight = straights.entry(first).or_insert(new);
                    straight.count = straight.count.saturating_add(self.executed.get(segment).copied().unwrap_or(0));
                    straight.may_be_done |= before.is_some_and(|before| may_do(played, before, unit));
                }
                if let Some(straight) = straights.get_mut(&first)
                    && straight.units.last().is_none_or(|&last| last < unit)
                {
                    straight.units.push(unit);
                }
                before = Some(unit);
            }
        }
        straights
    }
}

/// Whether the instruction at a unit may do the work of the next one, too.
fn may_do(played: &PlayedCode<'_>, unit: u32, next: u32) -> bool {
    let opcode = |unit: u32| played.record.opcode(unit as usize);
    let fused = played.live_opcode(unit as usize).is_some_and(|live| live.superinstruction().is_some());
    fused || opcode(unit).zip(opcode(next)).is_some_and(|(opcode, next)| may_swallow(opcode, next))
}

/// The number of the site at a unit.
fn site_at(record: &CodeRecord, unit: u32) -> Option<usize> {
    record.sites.binary_search_by_key(&unit, |site| site.offset).ok()
}

/// The unit behind an instruction and its cache.
fn behind(record: &CodeRecord, unit: u32) -> u32 {
    unit + 1 + record.opcode(unit as usize).map_or(0, |opcode| opcode.cache_units() as u32)
}

/// The units of the instructions from one to another.
pub(crate) fn instructions(record: &CodeRecord, start: u32, end: u32) -> impl Iterator<Item = u32> {
    let end = end.min(record.units.len() as u32);
    let next = move |unit: &u32| Some(behind(record, *unit)).filter(|unit| *unit <= end);
    std::iter::successors(Some(start).filter(|start| *start <= end), next)
}

impl Block {
    fn new(code: usize, record: &CodeRecord, units: Vec<u32>, first_reader: usize, inner: &[Option<Inner>]) -> Self {
        let mut sites = Vec::new();
        let mut gaps = Vec::new();
        for (place, unit) in units.iter().enumerate() {
            match site_at(record, *unit) {
                Some(site) if inner[site].is_some() => gaps.push(place),
                Some(site) => sites.push((first_reader + site, place)),
                None => {}
            }
        }
        let steps = |unit: &u32| matches!(record.opcode(*unit as usize), Some(Opcode::RESUME | Opcode::JUMP_BACKWARD));
        let steps = units.iter().any(steps);
        Self {
            code,
            steps,
            units,
            sites,
            gaps,
            left: 0,
            done: 0,
            plans: Vec::new(),
            more: HashMap::new(),
            by_line: Vec::new(),
            current: 0,
            numbers: Vec::new(),
        }
    }

    /// The present plan. There is one once [`Block::plan`] was called.
    #[inline]
    pub(crate) fn current(&mut self) -> &mut Plans {
        &mut self.plans[self.current].1
    }

    /// The same to look at.
    pub(crate) fn present(&self, entered: usize) -> Option<&Plan> {
        self.plans.get(self.current).map(|(_, plans)| &plans[entered])
    }

    /// A plan that [`Block::survey`] told of.
    pub(crate) fn plans(&self, number: usize) -> &Plans {
        &self.plans[number].1
    }

    /// The same to change.
    pub(crate) fn plans_mut(&mut self, number: usize) -> &mut Plans {
        &mut self.plans[number].1
    }

    /// Goes on by so many executions, for which the present plan holds.
    #[inline]
    pub(crate) fn advance(&mut self, count: u64) {
        self.left -= count;
        self.done += count;
    }

    /// Lets the readers know of all executions.
    pub(crate) fn settle(&mut self, readers: &mut [Reader<'_>]) {
        for &(reader, _) in &self.sites {
            readers[reader].consume(self.done);
        }
        (self.done, self.left) = (0, 0);
    }

    /// Finds the plan for the executions that follow.
    pub(crate) fn plan(&mut self, readers: &mut [Reader<'_>], way: &Way<'_>) {
        self.settle(readers);
        let mut numbers = std::mem::take(&mut self.numbers);
        numbers.clear();
        let mut left = u64::MAX;
        for &(reader, _) in &self.sites {
            let (number, count) = readers[reader].peek();
            numbers.push(number);
            left = left.min(count);
        }
        // A site that was executed more often than its script says would be an error in the recording; it must not hang.
        self.left = left.max(1);
        self.current = self.find(&numbers, readers, way);
        self.numbers = numbers;
    }

    /// The plan for such lines, if there is one yet.
    #[inline(always)]
    pub(crate) fn known(&self, numbers: &[usize]) -> Option<usize> {
        match packed(numbers) {
            Some(line) => self.by_line.get(line)?.checked_sub(1),
            None => self.search(numbers),
        }
    }

    fn search(&self, numbers: &[usize]) -> Option<usize> {
        let here = |(known, _): &(Vec<usize>, Plans)| known == numbers;
        if self.plans.get(self.current).is_some_and(here) {
            return Some(self.current);
        }
        let first = self.plans.iter().take(SEARCHED).position(here);
        first.or_else(|| self.more.get(numbers).copied())
    }

    /// The plan for such lines.
    #[inline]
    fn find(&mut self, numbers: &[usize], readers: &[Reader<'_>], way: &Way<'_>) -> usize {
        match self.known(numbers) {
            Some(known) => known,
            None => self.make(numbers, readers, way),
        }
    }

    #[inline(never)]
    fn make(&mut self, numbers: &[usize], readers: &[Reader<'_>], way: &Way<'_>) -> usize {
        if let Some(line) = packed(numbers) {
            // The numbers of as many sites as there are in this block have one packed form.
            if self.by_line.len() <= line {
                self.by_line.resize(line + 1, 0);
            }
            self.by_line[line] = self.plans.len() + 1;
        }
        let mut lines: Vec<Option<Line>> = vec![None; self.units.len()];
        for &place in &self.gaps {
            lines[place] = Some(Line::GAP);
        }
        for (&(reader, place), &number) in self.sites.iter().zip(numbers) {
            lines[place] = Some(readers[reader].line(number));
        }
        let plan = |entered| plan_of(way, &self.units, &lines, entered);
        let number = self.plans.len();
        if number >= SEARCHED {
            self.more.insert(numbers.to_vec(), number);
        }
        self.plans.push((numbers.to_vec(), [plan(false), plan(true)]));
        number
    }

    /// Which plans the next executions have, whatever the order. Nothing is changed, but for plans that are new.
    pub(crate) fn survey<'a>(&mut self, mut count: u64, readers: &mut [Reader<'a>], way: &Way<'_>) -> Survey<'a> {
        self.settle(readers);
        let first: Vec<Reader<'a>> = self.sites.iter().map(|&(reader, _)| readers[reader].clone()).collect();
        let mut ahead = first.clone();
        let mut numbers = std::mem::take(&mut self.numbers);
        numbers.clear();
        numbers.resize(ahead.len(), 0);
        let mut counts: Vec<u64> = vec![0; self.plans.len()];
        while count > 0 {
            let left = look_ahead(&mut ahead, &mut numbers);
            let taken = if left == 0 { count } else { left.min(count) };
            self.current = self.find(&numbers, readers, way);
            if counts.len() <= self.current {
                counts.resize(self.current + 1, 0);
            }
            counts[self.current] += taken;
            consume(&mut ahead, taken);
            count -= taken;
        }
        self.numbers = numbers;
        let plans = counts.into_iter().enumerate().filter(|(_, count)| *count > 0).collect();
        Survey { plans, last: self.current, first, readers: ahead }
    }

    /// Goes on as was surveyed.
    pub(crate) fn follow<'a>(&self, survey: &Survey<'a>, readers: &mut [Reader<'a>]) {
        for (&(reader, _), ahead) in self.sites.iter().zip(&survey.readers) {
            readers[reader].clone_from(ahead);
        }
    }

    /// Counts the pairs within the plans, and forgets these.
    pub(crate) fn count_pairs(&mut self, pairs: &mut [u64]) {
        for plan in self.plans.drain(..).flat_map(|(_, plans)| plans) {
            for pair in plan.ops.windows(2).filter(|pair| !pair.contains(&GAP)) {
                pairs[usize::from(pair[1]) << 8 | usize::from(pair[0])] += plan.count;
            }
        }
        self.more.clear();
        self.by_line.clear();
        (self.current, self.left) = (0, 0);
    }
}

/// For low numbers of lines, all of them in one number.
#[inline(always)]
fn packed(numbers: &[usize]) -> Option<usize> {
    let packed = numbers.iter().try_fold(0, |packed, &number| {
        let fits = number < SEARCHED && packed < MOST_PACKED;
        fits.then(|| packed * SEARCHED + number)
    });
    packed.filter(|_| !numbers.is_empty())
}

fn plan_of(way: &Way<'_>, units: &[u32], lines: &[Option<Line>], first_is_done: bool) -> Plan {
    let record = way.played.record;
    let mut plan = Plan::default();
    // How many of the next instructions other than sites are done already.
    let mut done = u32::from(first_is_done);
    for (&unit, line) in units.iter().zip(lines) {
        let unit = unit as usize;
        plan.enters = false;
        if let Some(line) = line {
            // Only a CALL is done by what stands before it, and its script knows.
            plan.ops.extend_from_slice(line.ops());
            plan.enters = line.enters;
            match record.opcode(unit) {
                Some(Opcode::PRECALL) => {}
                _ => done = u32::from(line.swallows),
            }
            continue;
        }
        if done > 0 {
            done -= 1;
            continue;
        }
        let opcode = if way.quick { way.played.live_opcode(unit) } else { opcode_of(record.units[unit]) };
        let Some(opcode) = opcode else { continue };
        plan.ops.push(opcode as u8);
        done = u32::from(opcode.superinstruction().is_some());
    }
    plan.ends = plan.ops.first().copied().zip(plan.ops.last().copied());
    plan.swallows = done > 0;
    plan
}
