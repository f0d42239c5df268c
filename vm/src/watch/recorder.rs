//! The recorder: follows control from one straight stretch of code to the next, and takes down the shapes that each site finds, run by
//! run.

use hashbrown::HashMap;
use quicken_bytecode::{CodeObject, Family, Opcode};
use quicken_replay::flow::{Flow, FlowWriter, NOTHING, Then};
use quicken_replay::recording::FOLLOWED_STEPS;
use quicken_replay::{Recording, Run, RunsWriter, SiteRecord};
use quicken_specializer::observation::{Callable, MethodAccess, MethodDict, ObjectMethod};
use quicken_specializer::shape::FRESH;
use quicken_specializer::{CodeId, Operands, Shape};

use super::Watcher;
use super::codes::{CodeState, settle};
use super::keys::{Fresh, Key, Memos};
use super::places::{Edges, NOWHERE, Placed, Stretch};
use crate::Vm;
use crate::handlers::CALLED_UNITS;
use crate::heap::Heap;
use crate::object::Gc;
use crate::objects::code::Code;
use crate::specialize::describe;
use crate::state::State;
use crate::value::Value;

/// Takes shapes down.
#[derive(Default)]
pub(crate) struct ShapeRecorder {
    /// By the code objects' serial numbers; those that were never executed are not there.
    codes: Vec<Option<Box<CodeState>>>,
    /// What is looked at for each stretch, by serial number.
    placed: Vec<Placed>,
    /// Where stretches began and ended, by place: the number of a unit, counted through all code objects in the order in which they were
    /// first executed. If the way is recorded it says so itself, and they are counted only as long as somebody looks at them meanwhile.
    edges: Vec<Edges>,
    /// All sites that were executed, in the order in which they first were.
    sites: Vec<SiteState>,
    shapes: Vec<Shape>,
    numbers: HashMap<Shape, u32>,
    /// Where functions and keys were seen for the first time, by their versions.
    functions: HashMap<u32, Origin>,
    keys: HashMap<u32, Origin>,
    /// The stretch that is being executed.
    open: Stretch,
    /// The instruction that the stretch had come to when a frame came on the stack that only stands for a generator.
    reached: Option<*const u16>,
    /// The instruction that raised the exception which is leaving frames.
    raised_at: Option<*const u16>,
    /// The way of the run, if it is recorded.
    flow: Option<FlowWriter>,
}

/// An execution that saw something for the first time.
#[derive(Clone, Copy)]
struct Origin {
    site: usize,
    ordinal: u64,
}

/// A site that was executed. The counter in its inline cache, which nobody needs while everything is generic, is one more than its
/// number here, if that is small enough.
struct SiteState {
    /// The serial number of its code.
    code: u32,
    /// The key of the run that goes on.
    key: Key,
    run: Run,
    memos: Memos,
    known: Known,
    shapes: Vec<u32>,
    /// Their numbers here.
    numbers: HashMap<u32, u32>,
    runs: RunsWriter,
    fresh_seen: u64,
    named: Vec<(u64, u32)>,
    offset: u32,
    oparg: u32,
    /// How long a run must be for a form to be put here. It grows each time, so that a site that keeps changing is left alone.
    patience: u64,
    /// Of a `PRECALL` at which a form of native code stands, the site of the `CALL` that it executes as well.
    call: Option<u32>,
}

/// The first [`SiteState::patience`].
const PATIENCE: u64 = 8;

/// The shapes' numbers at a site, by key: few are searched, many are hashed.
#[derive(Default)]
struct Known {
    few: Vec<(Key, u32)>,
    many: HashMap<Key, u32>,
}

/// Up to this many keys are searched.
const FEW: usize = 8;

impl Known {
    #[inline]
    fn get(&self, key: Key) -> Option<u32> {
        match self.few.iter().find(|(known, _)| *known == key) {
            Some((_, number)) => Some(*number),
            None if self.few.len() < FEW => None,
            None => self.many.get(&key).copied(),
        }
    }

    fn insert(&mut self, key: Key, number: u32) {
        if self.few.len() < FEW {
            self.few.push((key, number));
        } else {
            self.many.insert(key, number);
        }
    }
}

/// No instruction finds this.
const NO_KEY: Key = (u64::MAX, u64::MAX);

impl SiteState {
    fn new(code: u32, offset: usize, oparg: usize) -> Self {
        Self {
            code,
            key: NO_KEY,
            run: Run { shape: 0, count: 0 },
            memos: Memos::default(),
            known: Known::default(),
            shapes: Vec::new(),
            numbers: HashMap::new(),
            runs: RunsWriter::default(),
            fresh_seen: 0,
            named: Vec::new(),
            offset: offset as u32,
            oparg: oparg as u32,
            patience: PATIENCE,
            call: None,
        }
    }

    /// Goes on with a shape, by its number here.
    #[inline]
    fn turn_to(&mut self, key: Key, number: u32) {
        if number == self.run.shape {
            self.run.count += 1;
        } else {
            self.runs.push(self.run);
            self.run = Run { shape: number, count: 1 };
        }
        self.key = key;
    }

    /// The number of a shape here.
    fn number(&mut self, shape: u32) -> u32 {
        let next = self.shapes.len() as u32;
        let number = *self.numbers.entry(shape).or_insert(next);
        if number == next {
            self.shapes.push(shape);
        }
        number
    }
}

impl Vm {
    /// Takes down what an instruction finds. The registers come one by one: were their address known here, the loop of tail calls could
    /// not leave its frame. Each family has such a function of its own, so that nothing is asked here that its handler knows.
    #[inline(never)]
    pub(super) fn record_event<const FAMILY: u8>(
        &mut self,
        pc: *const u16,
        sp: *mut Value,
        fp: *mut Value,
        k: *const Value,
        oparg: usize,
    ) {
        // The recorder is out of the VM while it works; describing an instruction runs no code that would look for it.
        let Some(mut watcher) = self.watcher.take() else { return };
        if let Watcher::Recorder(recorder) = &mut *watcher {
            let s = State { pc: pc.wrapping_add(1), sp, fp, k };
            recorder.event(self, self.running_code(), Family::ALL[usize::from(FAMILY)], pc, s, oparg);
        }
        self.watcher = Some(watcher);
    }

    /// `RESUME` or `JUMP_BACKWARD` is executed.
    #[inline(never)]
    pub(super) fn record_step(&mut self, pc: *const u16) {
        let code = self.running_code();
        if let Some(Watcher::Recorder(recorder)) = self.watcher.as_deref_mut() {
            recorder.step(&self.heap, code, pc);
        }
    }

    /// Control goes elsewhere than to the next instruction. This and what it calls is what a recording of the way spends its time with: it is
    /// inlined into the functions that the loops have for it.
    #[inline(always)]
    pub(crate) fn record_jump(&mut self, last: *const u16, next: *const u16) {
        let code = self.running_code();
        if let Some(Watcher::Recorder(recorder)) = self.watcher.as_deref_mut() {
            recorder.jump(&self.heap, code, last, next);
        }
    }

    /// The same, for the others.
    #[inline(never)]
    fn record_jump_apart(&mut self, last: *const u16, next: *const u16) {
        self.record_jump(last, next);
    }

    /// A slow function has ended, of the instruction at `pc`; `next` is behind it.
    #[inline]
    pub(crate) fn watch_slow(&mut self, pc: *const u16, next: *const u16) {
        let goes_on = self.state.pc == next;
        if let Some(Watcher::Recorder(recorder)) = self.watcher.as_deref()
            && !(goes_on && recorder.open.is_some())
        {
            self.record_jump_apart(pc, self.state.pc);
        }
    }

    /// A loop begins to run.
    pub(crate) fn watch_start(&mut self, pc: *const u16) {
        let code = self.running_code();
        if let Some(Watcher::Recorder(recorder)) = self.watcher.as_deref_mut()
            && !recorder.open.is_some()
        {
            recorder.open(&self.heap, code, pc);
        }
    }

    /// An instruction raised.
    pub(crate) fn record_raise(&mut self, code: Gc<Code>, unit: usize) {
        if let Some(Watcher::Recorder(recorder)) = self.watcher.as_deref_mut() {
            let steps = recorder.placed.get(code.serial as usize).map_or(0, |placed| placed.steps);
            let state = recorder.code(&self.heap, code);
            if state.units.get(unit).is_some_and(|unit| *unit & 0xff == Opcode::LOAD_FAST as u16) {
                state.raised.push((unit as u32, steps));
            }
        }
    }
}

impl ShapeRecorder {
    pub(super) fn new(flow: bool) -> Self {
        Self { flow: flow.then(FlowWriter::default), ..Self::default() }
    }

    /// An evaluation begins or ends, in the midst of an instruction.
    pub(super) fn mark(&mut self, instruction: *const u16, then: Then) {
        if self.open.is_some() {
            let reached = || self.reached.filter(|_| !self.is_open_at(instruction));
            let instruction = self.raised_at.or_else(reached).unwrap_or(instruction);
            self.close(instruction, then);
        } else if let Some(flow) = &mut self.flow {
            flow.push(NOTHING, 0, then);
        }
    }

    /// A stretch ends with the instruction at `last`, and another one begins at `next`.
    #[inline(always)]
    fn jump(&mut self, heap: &Heap, code: Gc<Code>, last: *const u16, next: *const u16) {
        self.close(last, Then::Jump);
        self.open(heap, code, next);
    }

    /// The same, and an evaluation begins or ends between the two, unless that is the same to whoever follows.
    #[inline(always)]
    pub(super) fn turn(&mut self, heap: &Heap, code: Gc<Code>, last: *const u16, next: *const u16, then: Then) {
        if self.open.is_some() {
            self.close(last, then);
        } else if then != Then::Jump
            && let Some(flow) = &mut self.flow
        {
            flow.push(NOTHING, 0, then);
        }
        self.open(heap, code, next);
    }

    /// An exception begins to leave frames, or does so no more: if it leaves all, what is open ends with the instruction that raised it.
    pub(super) fn unwind(&mut self, raised_at: Option<*const u16>) {
        self.raised_at = raised_at.filter(|&instruction| self.is_open_at(instruction));
    }

    /// A frame comes that is not executed: what is open stays so, at the instruction that it has come to.
    pub(super) fn stay(&mut self, instruction: *const u16) {
        if self.is_open_at(instruction) {
            self.reached = Some(instruction);
        }
    }

    /// Whether an instruction is one of the code that is being executed.
    fn is_open_at(&self, instruction: *const u16) -> bool {
        let Some(Some(code)) = self.codes.get(self.open.serial as usize) else { return false };
        let unit = self.open.place(instruction).wrapping_sub(code.first as usize);
        self.open.is_some() && unit < code.units.len()
    }

    /// A stretch begins.
    #[inline(always)]
    fn open(&mut self, heap: &Heap, code: Gc<Code>, next: *const u16) {
        if code.serial != self.open.serial {
            self.turn_to(heap, code);
        }
        let start = self.open.place(next);
        if self.open.counted
            && let Some(edge) = self.edges.get_mut(start)
        {
            edge.begun += 1;
        }
        self.open.start = start as u32;
    }

    /// The next stretch is one of another code object.
    #[inline(always)]
    fn turn_to(&mut self, heap: &Heap, code: Gc<Code>) {
        let placed = match self.placed.get(code.serial as usize) {
            Some(&placed) if placed.first != NOWHERE => placed,
            _ => self.add_code(heap, code),
        };
        self.open.serial = code.serial;
        self.open.counted = placed.counted;
        self.open.origin = (code.units as usize).wrapping_sub(placed.first as usize * size_of::<u16>());
    }

    /// The stretch that goes on, if one does, ends with the instruction at `last`.
    #[inline(always)]
    fn close(&mut self, last: *const u16, then: Then) {
        self.raised_at = None;
        let start = self.open.start;
        if start == NOWHERE {
            return;
        }
        self.open.start = NOWHERE;
        let end = self.open.place(last);
        if self.open.counted
            && let Some(edge) = self.edges.get_mut(end)
        {
            edge.ended += 1;
        }
        if let Some(flow) = &mut self.flow {
            flow.push(start, end as u32, then);
        }
    }

    /// An execution of `RESUME` or `JUMP_BACKWARD`.
    #[inline]
    fn step(&mut self, heap: &Heap, code: Gc<Code>, pc: *const u16) {
        let serial = code.serial as usize;
        if self.placed.get(serial).is_none_or(|placed| placed.first == NOWHERE) {
            self.add_code(heap, code);
        }
        let placed = &mut self.placed[serial];
        placed.steps += 1;
        if placed.steps <= FOLLOWED_STEPS {
            self.follow(code, pc);
        }
    }

    /// Such an execution while they are followed.
    #[inline(never)]
    fn follow(&mut self, code: Gc<Code>, pc: *const u16) {
        let serial = code.serial as usize;
        if let Some(Some(state)) = self.codes.get_mut(serial) {
            state.follow(&self.edges, code.unit_index(pc));
        }
        let placed = &mut self.placed[serial];
        if placed.steps < FOLLOWED_STEPS {
            return;
        }
        if self.flow.is_some() {
            placed.counted = false;
            self.open.counted &= self.open.serial != code.serial;
        }
        settle(code);
    }

    /// The form at a site was executed so often; one less is possible, where the last of those that were added has missed. Answers
    /// what stands in the counter while the site is generic.
    pub(super) fn add_executions(
        &mut self,
        heap: &Heap,
        code: Gc<Code>,
        unit: usize,
        form: u8,
        executions: i64,
    ) -> u16 {
        let number = self.code(heap, code).site_at.get(unit).map_or(0, |site| *site as usize);
        if let Some(site) = number.checked_sub(1) {
            self.add_to_runs(site, form, executions);
        }
        u16::try_from(number).unwrap_or(0)
    }

    /// A form was executed so often at a site, and with it perhaps the `CALL` behind.
    fn add_to_runs(&mut self, site: usize, form: u8, executions: i64) {
        let Some(site) = self.sites.get_mut(site) else { return };
        site.run.count = site.run.count.wrapping_add_signed(executions);
        if CALLED_UNITS[usize::from(form)] != 0
            && let Some(call) = site.call
            && let Some(call) = self.sites.get_mut(call as usize)
        {
            call.run.count = call.run.count.wrapping_add_signed(executions);
        }
    }

    /// The site of the generic `CALL` behind a `PRECALL`, if nothing else leads to it.
    fn call_behind(&mut self, heap: &Heap, code: Gc<Code>, unit: usize) -> Option<u32> {
        let state = self.code(heap, code);
        let call = state.behind(unit);
        if call >= state.units.len() || code.unit(call) & 0xff != Opcode::CALL as u16 || state.is_target(call) {
            return None;
        }
        state.site_at[call].checked_sub(1)
    }

    #[inline(always)]
    fn code(&mut self, heap: &Heap, code: Gc<Code>) -> &mut CodeState {
        let serial = code.serial as usize;
        if self.codes.get(serial).is_none_or(Option::is_none) {
            self.add_code(heap, code);
        }
        match &mut self.codes[serial] {
            Some(state) => state,
            None => unreachable!("it was added"),
        }
    }

    #[cold]
    fn add_code(&mut self, heap: &Heap, code: Gc<Code>) -> Placed {
        let serial = code.serial as usize;
        if self.codes.len() <= serial {
            self.codes.resize_with(serial + 1, || None);
            self.placed.resize(serial + 1, Placed::NOWHERE);
        }
        let first = self.edges.len() as u32;
        let state = CodeState::new(heap.root(code), first);
        self.edges.resize(first as usize + state.units.len(), Edges::default());
        self.placed[serial].first = first;
        self.codes[serial] = Some(Box::new(state));
        if let Some(flow) = &mut self.flow {
            flow.add_code(first, CodeId(code.serial));
        }
        self.placed[serial]
    }

    /// An execution of an instruction that could be specialized.
    #[inline(always)]
    fn event(&mut self, vm: &mut Vm, code: Gc<Code>, family: Family, pc: *const u16, s: State, oparg: usize) {
        let number = match usize::from(s.unit(0)).checked_sub(1) {
            Some(number) => number,
            None => self.site(vm, code, pc, oparg),
        };
        let Some(here) = self.sites.get_mut(number) else { return };
        match vm.key(family, &s, oparg, &mut here.memos) {
            Some((key, Fresh::No)) if key == here.key => {
                here.run.count += 1;
                if here.run.count == here.patience {
                    here.patience = here.patience.saturating_mul(2);
                    vm.state = State { pc, ..s };
                    vm.instruction = pc;
                    let unit = code.unit_index(pc);
                    let call = if family == Family::Precall { self.call_behind(&vm.heap, code, unit) } else { None };
                    self.sites[number].call = call;
                    vm.accelerate(code, family, unit, oparg, call.is_some());
                }
            }
            Some((key, Fresh::No)) if let Some(known) = here.known.get(key) => here.turn_to(key, known),
            found => self.other_event(vm, family, pc, &State { ..s }, oparg, (number, found)),
        }
    }

    /// The number of a site whose counter does not say it: it is new, or there are very many.
    #[cold]
    #[inline(never)]
    fn site(&mut self, vm: &Vm, code: Gc<Code>, pc: *const u16, oparg: usize) -> usize {
        let unit = code.unit_index(pc);
        let next = self.sites.len();
        let at = &mut self.code(&vm.heap, code).site_at[unit];
        if let Some(number) = (*at as usize).checked_sub(1) {
            return number;
        }
        *at = next as u32 + 1;
        code.set_unit(unit + 1, u16::try_from(*at).unwrap_or(0));
        self.sites.push(SiteState::new(code.serial, unit, oparg));
        next
    }

    /// An execution with a key that the site has not seen, or of something that nobody has.
    #[inline(never)]
    fn other_event(
        &mut self,
        vm: &mut Vm,
        family: Family,
        pc: *const u16,
        s: &State,
        oparg: usize,
        (number, found): (usize, Option<(Key, Fresh)>),
    ) {
        let (key, fresh) = found.unwrap_or((NO_KEY, Fresh::No));
        {
            let here = &mut self.sites[number];
            let ordinal = here.fresh_seen;
            if fresh != Fresh::No {
                here.fresh_seen += 1;
            }
            let known = if key == here.key { Some(here.run.shape) } else { here.known.get(key) };
            if let Some(known) = known.filter(|_| key != NO_KEY) {
                here.turn_to(key, known);
            }
            let origin = Origin { site: number, ordinal };
            match fresh {
                Fresh::No => {}
                Fresh::Function(version) => {
                    self.functions.insert(version, origin);
                }
                Fresh::Keys(version) => {
                    self.keys.insert(version, origin);
                }
            }
            if known.is_some() && key != NO_KEY {
                return;
            }
        }
        vm.state = State { pc, ..*s };
        vm.instruction = pc;
        let (operands, _) = describe(vm, family, oparg);
        let facts = vm.facts(family, oparg, &operands);
        let mut shape = Shape { operands, facts }.canonical();
        match fresh {
            Fresh::No => self.name(&shape.operands),
            Fresh::Function(_) | Fresh::Keys(_) => shape = shape.with_token(FRESH),
        }
        let shapes = &mut self.shapes;
        let global = *self.numbers.entry(shape).or_insert_with(|| {
            shapes.push(shape);
            (shapes.len() - 1) as u32
        });
        let here = &mut self.sites[number];
        let known = here.number(global);
        if key != NO_KEY {
            here.known.insert(key, known);
        }
        here.turn_to(key, known);
    }

    /// Something is seen that was fresh once: the execution that saw it first gets to know its token.
    fn name(&mut self, operands: &Operands) {
        let (origin, token) = match operands {
            Operands::Call(call) => match call.callable {
                Callable::PyFunction(function) => match function.version {
                    Some(version) => (self.functions.remove(&version), version),
                    None => return,
                },
                _ => return,
            },
            Operands::LoadMethod(MethodAccess::Object(ObjectMethod {
                dict: MethodDict::Offset { keys, .. }, ..
            })) => match keys.version {
                Some(version) => (self.keys.remove(&version), version),
                None => return,
            },
            _ => return,
        };
        if let Some(origin) = origin
            && let Some(site) = self.sites.get_mut(origin.site)
        {
            site.named.push((origin.ordinal, token));
        }
    }

    /// Counts where stretches began and ended, by what the way says.
    fn count_edges(&mut self, flow: &Flow) {
        let Some(executed) = flow.executions() else { return };
        self.edges.fill(Edges::default());
        for (segment, count) in flow.segments.iter().zip(executed) {
            let Some(placed) = segment.code.and_then(|code| self.placed.get(code.0 as usize)) else { continue };
            let (start, end) =
                (placed.first as usize + segment.start as usize, placed.first as usize + segment.end as usize);
            if let Some(edge) = self.edges.get_mut(start) {
                edge.begun += count;
            }
            if let Some(edge) = self.edges.get_mut(end) {
                edge.ended += count;
            }
        }
    }

    /// Forms that stand at sites still have hits that nobody has counted.
    fn count_hits(&mut self) {
        for number in 0..self.sites.len() {
            let site = &self.sites[number];
            let unit = site.offset as usize;
            let Some(Some(state)) = self.codes.get(site.code as usize) else { continue };
            let live = state.code.unit(unit);
            if live & 0xff != state.units[unit] & 0xff {
                let hits = state.code.unit(unit + 1);
                self.add_to_runs(number, live as u8, i64::from(hits));
            }
        }
    }

    /// The recording.
    pub(super) fn finish(mut self) -> Recording {
        let flow = self.flow.take().map(FlowWriter::finish);
        if let Some(flow) = &flow {
            self.count_edges(flow);
        }
        self.count_hits();
        let mut sites: Vec<Vec<SiteState>> = Vec::new();
        sites.resize_with(self.codes.len(), Vec::new);
        for site in self.sites {
            sites[site.code as usize].push(site);
        }
        let mut codes = Vec::new();
        for (serial, (state, sites)) in self.codes.into_iter().zip(sites).enumerate() {
            if let Some(state) = state {
                let lines = state.lines();
                let finish = |site| finish_site(site, &state.code.object, &state.units, &lines);
                let sites = sites.into_iter().map(finish).collect();
                codes.push(state.finish(serial as u32, &self.edges, sites));
            }
        }
        Recording { codes, shapes: self.shapes, flow, ..Recording::default() }
    }
}

fn finish_site(mut site: SiteState, object: &CodeObject, units: &[u16], lines: &[u32]) -> SiteRecord {
    site.runs.push(site.run);
    site.named.sort_unstable();
    let family = Opcode::from_u8(units[site.offset as usize].to_le_bytes()[0]).and_then(Opcode::family);
    let name = match family {
        Some(Family::LoadAttr | Family::StoreAttr | Family::LoadMethod) => Some(site.oparg),
        Some(Family::LoadGlobal) => Some(site.oparg >> 1),
        _ => None,
    };
    SiteRecord {
        offset: site.offset,
        oparg: site.oparg,
        line: lines.get(site.offset as usize).copied().unwrap_or(0),
        name: name.and_then(|index| object.names.get(index as usize)).map(ToString::to_string),
        shapes: site.shapes,
        runs: site.runs.into_bytes(),
        named: site.named,
    }
}
