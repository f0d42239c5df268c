//! The pairs of instructions that a live run would have dispatched one after the other.
//!
//! Each site has played its part already and left a *script*: what it dispatched, execution by execution. Here the scripts are put
//! in the order of the run. The segments of the recorded way are cut into blocks, such that each block is always executed as
//! a whole; a block dispatches the same instructions as long as none of its sites goes on to another line of its script, so
//! that most of the way is counting how often which block was executed.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use quicken_bytecode::Opcode;

use crate::bytes::{put, take};
use crate::flow::{Flow, Then};
use crate::recording::{CodeRecord, opcode_of};
use crate::replay::PlayedCode;

/// What one execution of a site dispatches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Line {
    pub ops: [u8; 4],
    pub len: u8,
    /// Whether the instruction behind is done as well: one, or for `list.append` the `CALL` and the `POP_TOP`.
    pub swallows: bool,
    /// Whether a Python `__getitem__` is entered without going through C.
    pub enters: bool,
}

impl Line {
    /// Nothing: something else did the work.
    pub(crate) const SWALLOWED: Self = Self { ops: [0; 4], len: 0, swallows: false, enters: false };

    /// A dispatch more.
    pub(crate) fn then(mut self, opcode: Opcode) -> Self {
        if let Some(place) = self.ops.get_mut(usize::from(self.len)) {
            *place = opcode as u8;
            self.len += 1;
        }
        self
    }

    /// This, and then what another line dispatches, with its consequences.
    pub(crate) fn followed_by(self, other: Self) -> Self {
        let ops = other.ops().iter().filter_map(|&op| Opcode::from_u8(op));
        let both = ops.fold(self, Self::then);
        Self { swallows: other.swallows, enters: other.enters, ..both }
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.len == 0
    }

    fn ops(&self) -> &[u8] {
        &self.ops[..usize::from(self.len)]
    }
}

/// The lines of a site, in order, each with how often in a row.
#[derive(Clone, Debug, Default)]
pub(crate) struct Script {
    lines: Vec<Line>,
    bytes: Vec<u8>,
    last: Option<(usize, u64)>,
}

impl Script {
    /// Takes down so many executions.
    pub(crate) fn push(&mut self, line: Line, count: u64) {
        let number = self.lines.iter().position(|known| *known == line).unwrap_or_else(|| {
            self.lines.push(line);
            self.lines.len() - 1
        });
        match &mut self.last {
            Some((last, times)) if *last == number => *times += count,
            _ => {
                self.flush();
                self.last = Some((number, count));
            }
        }
    }

    fn flush(&mut self) {
        if let Some((number, count)) = self.last.take() {
            put(&mut self.bytes, number as u64);
            put(&mut self.bytes, count);
        }
    }
}

/// A script that is read.
struct Reader<'a> {
    lines: &'a [Line],
    bytes: &'a [u8],
    line: Line,
    left: u64,
}

impl<'a> Reader<'a> {
    fn new(script: &'a mut Script) -> Self {
        script.flush();
        Self { lines: &script.lines, bytes: &script.bytes, line: Line::default(), left: 0 }
    }

    /// Goes on by so many executions.
    fn consume(&mut self, mut count: u64) {
        while count > 0 {
            self.fill();
            let done = count.min(self.left);
            if done == 0 {
                return;
            }
            self.left -= done;
            count -= done;
        }
    }

    /// The present line, and for how many executions it holds.
    fn peek(&mut self) -> (Line, u64) {
        self.fill();
        (self.line, self.left)
    }

    fn fill(&mut self) {
        if self.left == 0
            && let Some(number) = take(&mut self.bytes)
            && let Some(count) = take(&mut self.bytes)
        {
            self.line = self.lines.get(number as usize).copied().unwrap_or_default();
            self.left = count;
        }
    }
}

/// Instructions that are always executed together.
struct Block {
    code: usize,
    /// The units of its instructions.
    units: Vec<u32>,
    /// The readers of its sites, with the place of each among the instructions.
    sites: Vec<(usize, usize)>,
    /// Whether it steps the warm-up counter.
    steps: bool,
    /// Executions for which the plans hold.
    left: u64,
    /// Executions since the plans were made.
    done: u64,
    /// By whether the first instruction is done already when the block is entered.
    plans: [Plan; 2],
}

/// What a block dispatches.
#[derive(Clone, Default)]
struct Plan {
    ops: Vec<u8>,
    /// How often it was executed.
    count: u64,
    swallows: bool,
    enters: bool,
}

/// A code object on the way.
struct Way<'a> {
    played: &'a PlayedCode<'a>,
    steps: u64,
    quick: bool,
    blocks: Vec<usize>,
}

struct Walker<'a> {
    codes: Vec<Way<'a>>,
    blocks: Vec<Block>,
    readers: Vec<Reader<'a>>,
    pairs: Box<[u64]>,
    last: u8,
    swallowed: bool,
    enters: bool,
    /// What was dispatched last in the evaluations that others were entered from; `None` if one was entered without C.
    outer: Vec<Option<u8>>,
    segments: Vec<Stretch>,
    /// For how many segments it is settled which are steady, and how many of them are left.
    period: u64,
    left: u64,
}

/// A segment. It is *steady* while each of its blocks has a plan that holds for a whole period: then it is enough to count how often it
/// was executed.
#[derive(Default)]
struct Stretch {
    blocks: Vec<usize>,
    steady: bool,
    /// Executions that the blocks do not know of yet.
    count: u64,
    /// The first and the last instruction that it dispatches, if it dispatches any.
    ends: Option<(u8, u8)>,
    enters: bool,
}

/// The least number of segments between looks at which are steady.
const SHORTEST_PERIOD: u64 = 4096;

/// The pairs of the whole way: `pairs[this << 8 | last]`, as [`quicken_stats::Counters`] has them.
pub(crate) fn walk(flow: &Flow, played: &[PlayedCode<'_>], scripts: &mut [Vec<Script>]) -> Box<[u64]> {
    let mut readers = Vec::new();
    // The reader of each site, by code object.
    let mut numbers: Vec<Vec<usize>> = Vec::new();
    for scripts in scripts {
        let first = readers.len();
        readers.extend(scripts.iter_mut().map(Reader::new));
        numbers.push((first..readers.len()).collect());
    }
    let codes: HashMap<u32, usize> = played.iter().enumerate().map(|(index, code)| (code.record.id.0, index)).collect();
    let (blocks, of_segment) = cut(flow, played, &codes, &numbers);
    let period = SHORTEST_PERIOD.max(8 * of_segment.len() as u64);
    let mut walker = Walker {
        codes: played.iter().map(|played| Way { played, steps: 0, quick: false, blocks: Vec::new() }).collect(),
        blocks,
        readers,
        pairs: vec![0; 256 * 256].into(),
        last: 0,
        swallowed: false,
        enters: false,
        outer: Vec::new(),
        segments: of_segment.into_iter().map(|blocks| Stretch { blocks, ..Stretch::default() }).collect(),
        period,
        left: 0,
    };
    for (index, block) in walker.blocks.iter().enumerate() {
        walker.codes[block.code].blocks.push(index);
    }
    for number in flow.way() {
        walker.execute_segment(number as usize);
        match flow.segments[number as usize].then {
            Then::Jump => {}
            Then::Enter => walker.enter(),
            Then::Leave => walker.leave(),
        }
    }
    walker.commit();
    for block in 0..walker.blocks.len() {
        walker.flush(block);
    }
    walker.pairs
}

/// Cuts the segments into blocks; answers the blocks of each segment as well.
fn cut(
    flow: &Flow,
    played: &[PlayedCode<'_>],
    codes: &HashMap<u32, usize>,
    numbers: &[Vec<usize>],
) -> (Vec<Block>, Vec<Vec<usize>>) {
    // Where blocks begin, by code object.
    let mut begins: BTreeMap<usize, BTreeSet<u32>> = BTreeMap::new();
    let code_of = |code: Option<quicken_specializer::CodeId>| code.and_then(|id| codes.get(&id.0).copied());
    for segment in &flow.segments {
        let Some(code) = code_of(segment.code) else { continue };
        let begins = begins.entry(code).or_default();
        begins.insert(segment.start);
        begins.insert(behind(played[code].record, segment.end));
        for unit in instructions(played[code].record, segment.start, segment.end) {
            // What follows RESUME runs quickened already when that makes the code warm.
            if played[code].record.opcode(unit as usize) == Some(Opcode::RESUME) {
                begins.insert(behind(played[code].record, unit));
            }
        }
    }
    let mut blocks: Vec<Block> = Vec::new();
    let mut known: HashMap<(usize, u32), usize> = HashMap::new();
    let mut of_segment = Vec::new();
    for segment in &flow.segments {
        let mut here = Vec::new();
        if let Some(code) = code_of(segment.code) {
            let record = played[code].record;
            let mut units: Vec<u32> = Vec::new();
            let all: Vec<u32> = instructions(record, segment.start, segment.end).collect();
            for (index, &unit) in all.iter().enumerate() {
                units.push(unit);
                let ends = all.get(index + 1).is_none_or(|next| begins[&code].contains(next));
                if ends {
                    let units = std::mem::take(&mut units);
                    let number = *known.entry((code, units[0])).or_insert_with(|| {
                        blocks.push(Block::new(code, record, units, &numbers[code]));
                        blocks.len() - 1
                    });
                    here.push(number);
                }
            }
        }
        of_segment.push(here);
    }
    (blocks, of_segment)
}

/// The unit behind an instruction and its cache.
fn behind(record: &CodeRecord, unit: u32) -> u32 {
    unit + 1 + record.opcode(unit as usize).map_or(0, |opcode| opcode.cache_units() as u32)
}

/// The units of the instructions from one to another.
fn instructions(record: &CodeRecord, start: u32, end: u32) -> impl Iterator<Item = u32> {
    let end = end.min(record.units.len() as u32);
    let next = move |unit: &u32| Some(behind(record, *unit)).filter(|unit| *unit <= end);
    std::iter::successors(Some(start).filter(|start| *start <= end), next)
}

impl Block {
    fn new(code: usize, record: &CodeRecord, units: Vec<u32>, numbers: &[usize]) -> Self {
        let site = |unit: &u32| record.sites.binary_search_by_key(unit, |site| site.offset).ok();
        let sites = units.iter().enumerate().filter_map(|(place, unit)| Some((numbers[site(unit)?], place))).collect();
        let steps = |unit: &u32| matches!(record.opcode(*unit as usize), Some(Opcode::RESUME | Opcode::JUMP_BACKWARD));
        Self {
            code,
            steps: units.iter().any(steps),
            units,
            sites,
            left: 0,
            done: 0,
            plans: [Plan::default(), Plan::default()],
        }
    }
}

impl Walker<'_> {
    #[inline]
    fn execute_segment(&mut self, number: usize) {
        if self.left == 0 {
            self.look();
        }
        self.left -= 1;
        let segment = &mut self.segments[number];
        if segment.steady {
            segment.count += 1;
            self.enters = segment.enters;
            if let Some((first, last)) = segment.ends {
                self.pairs[usize::from(first) << 8 | usize::from(self.last)] += 1;
                self.last = last;
            }
            return;
        }
        for index in 0..segment.blocks.len() {
            let block = self.segments[number].blocks[index];
            self.execute(block);
        }
        // What a form swallows stands right behind it, in the same segment.
        self.swallowed = false;
    }

    /// Tells the blocks how often steady segments were executed.
    fn commit(&mut self) {
        for segment in &mut self.segments {
            let count = std::mem::take(&mut segment.count);
            if count == 0 {
                continue;
            }
            let mut swallowed = false;
            let mut last: Option<u8> = None;
            for &block in &segment.blocks {
                let block = &mut self.blocks[block];
                block.left -= count;
                block.done += count;
                if block.steps {
                    self.codes[block.code].steps += count;
                }
                let plan = &mut block.plans[usize::from(swallowed)];
                plan.count += count;
                swallowed = plan.swallows;
                if let (Some(&first), Some(&end)) = (plan.ops.first(), plan.ops.last()) {
                    if let Some(last) = last {
                        self.pairs[usize::from(first) << 8 | usize::from(last)] += count;
                    }
                    last = Some(end);
                }
            }
        }
    }

    /// Looks which segments are steady for a period.
    fn look(&mut self) {
        self.commit();
        self.left = self.period;
        for segment in &mut self.segments {
            let mut swallowed = false;
            segment.ends = None;
            segment.enters = false;
            segment.steady = segment.blocks.iter().all(|&block| {
                let block = &self.blocks[block];
                let code = &self.codes[block.code];
                // Until the code is quickened, its steps are counted one by one.
                let settled = !block.steps || code.quick || code.played.step == u64::MAX;
                let plan = &block.plans[usize::from(swallowed)];
                swallowed = plan.swallows;
                segment.enters = plan.enters;
                if let (Some(&first), Some(&last)) = (plan.ops.first(), plan.ops.last()) {
                    segment.ends = Some((segment.ends.map_or(first, |(first, _)| first), last));
                }
                settled && block.left >= self.period
            });
        }
    }

    #[inline]
    fn execute(&mut self, number: usize) {
        if self.blocks[number].left == 0 {
            self.plan(number);
        }
        let block = &mut self.blocks[number];
        block.left -= 1;
        block.done += 1;
        let steps = block.steps;
        let plan = &mut block.plans[usize::from(self.swallowed)];
        plan.count += 1;
        self.swallowed = plan.swallows;
        self.enters = plan.enters;
        if let (Some(&first), Some(&last)) = (plan.ops.first(), plan.ops.last()) {
            self.pairs[usize::from(first) << 8 | usize::from(self.last)] += 1;
            self.last = last;
        }
        if steps {
            self.step(number);
        }
    }

    /// The warm-up counter of a block's code is counted.
    fn step(&mut self, number: usize) {
        let code = self.blocks[number].code;
        let way = &mut self.codes[code];
        way.steps += 1;
        if way.steps == way.played.step {
            way.quick = true;
            // What was counted so far belongs to the old plans.
            self.commit();
            self.left = 0;
            for segment in &mut self.segments {
                segment.steady = false;
            }
            for index in 0..self.codes[code].blocks.len() {
                let block = self.codes[code].blocks[index];
                self.flush(block);
            }
        }
    }

    fn enter(&mut self) {
        if std::mem::take(&mut self.enters) {
            self.outer.push(None);
        } else {
            self.outer.push(Some(std::mem::replace(&mut self.last, 0)));
        }
    }

    fn leave(&mut self) {
        if let Some(Some(last)) = self.outer.pop() {
            self.last = last;
        }
        self.enters = false;
    }

    /// Counts what the present plans of a block dispatched, and goes on in the scripts.
    fn flush(&mut self, number: usize) {
        let block = &mut self.blocks[number];
        for plan in &mut block.plans {
            let count = std::mem::take(&mut plan.count);
            for pair in plan.ops.windows(2) {
                self.pairs[usize::from(pair[1]) << 8 | usize::from(pair[0])] += count;
            }
        }
        for &(reader, _) in &block.sites {
            self.readers[reader].consume(block.done);
        }
        block.done = 0;
        block.left = 0;
    }

    fn plan(&mut self, number: usize) {
        self.flush(number);
        let block = &mut self.blocks[number];
        let way = &self.codes[block.code];
        let mut left = u64::MAX;
        let mut lines: Vec<Option<Line>> = vec![None; block.units.len()];
        for &(reader, place) in &block.sites {
            let (line, count) = self.readers[reader].peek();
            lines[place] = Some(line);
            left = left.min(count);
        }
        // A site that was executed more often than its script says would be an error in the recording; it must not hang.
        block.left = left.max(1);
        for (entered, plan) in block.plans.iter_mut().enumerate() {
            *plan = plan_of(way, &block.units, &lines, entered == 1);
        }
    }
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
    plan.swallows = done > 0;
    plan
}
