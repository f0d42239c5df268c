//! One site under a strategy: the state machine of the inline cache, driven by runs of shapes instead of executions.

use std::iter::Peekable;

use quicken_bytecode::{Family, Opcode, cache};
use quicken_specializer::decision::Subject;
use quicken_specializer::{
    Action, AdaptiveCounter, CacheContents, Decision, Entry, Miss, MissAction, MissCounter, Observation, Operands,
    Shape, Site, Strategy, Tuning, check, matches,
};

use crate::courses::{Course, Courses, Done, Moment};
use crate::error::ReplayError;
use crate::recording::{CodeRecord, SiteRecord};
use crate::result::{Replayed, SiteOutcome};
use crate::runs::{PlainRuns, Run};
use crate::script::{Line, Script};

/// Tokens for what was seen only once: they are given out downward from here, far from those that a VM counts upward.
const ANONYMOUS: u32 = u32::MAX - 1;

/// What all sites of a replay share.
pub(crate) struct Shared<'a> {
    pub strategy: &'a mut dyn Strategy,
    pub tuning: Tuning,
    pub result: Replayed,
    next_anonymous: u32,
}

impl<'a> Shared<'a> {
    pub(crate) fn new(strategy: &'a mut dyn Strategy) -> Self {
        let (tuning, result) = (strategy.tuning(), Replayed::new(strategy.name()));
        Self { strategy, tuning, result, next_anonymous: ANONYMOUS }
    }

    fn anonymous(&mut self) -> u32 {
        self.next_anonymous -= 1;
        self.next_anonymous
    }
}

/// Executions in a row that do the work of the instruction behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stretch {
    /// The ordinal number of the first at the site.
    pub start: u64,
    /// … and of the one behind the last.
    pub end: u64,
    /// Whether they are of `list.append`, which does the `POP_TOP` as well.
    pub appends: bool,
}

impl Stretch {
    pub(crate) fn len(&self) -> u64 {
        self.end - self.start
    }
}

/// Where a site is and how it begins.
pub(crate) struct Place<'a> {
    pub code: &'a CodeRecord,
    pub site: &'a SiteRecord,
    pub head: Opcode,
    pub family: Family,
    /// The live units when the code was quickened.
    pub live: &'a [u16],
    /// Executions before that.
    pub before: u64,
    /// The counter, if the site became adaptive then.
    pub adaptive: Option<AdaptiveCounter>,
    /// Executions that never come to this site, because what stands before it did its work.
    pub swallowed: &'a [Stretch],
}

/// What became of a site.
pub(crate) struct Played {
    pub outcome: SiteOutcome,
    /// The executions that passed the guards of a form that swallows the next instruction.
    pub swallowing: Vec<Stretch>,
    /// What it dispatched, if that was asked for.
    pub script: Option<Script>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Generic,
    Adaptive(AdaptiveCounter),
    Specialized(Entry, MissCounter),
}

/// Plays all executions of a site. What it dispatches goes into the script, if there is one.
pub(crate) fn play(
    shared: &mut Shared<'_>,
    shapes: &[Shape],
    place: &Place<'_>,
    script: Option<Script>,
) -> Result<Played, ReplayError> {
    let state = match place.adaptive {
        Some(counter) => State::Adaptive(counter),
        None => State::Generic,
    };
    let site = place.site;
    let fresh = site.shapes.iter().map(|&shape| shapes[shape as usize].is_fresh()).collect();
    let mut player = Player {
        shared,
        shapes,
        place,
        id: Site { code: place.code.id, offset: site.offset },
        state,
        outcome: SiteOutcome::default(),
        swallowing: Vec::new(),
        ordered: script.as_ref().is_some_and(Script::is_ordered),
        script,
        prefix: Line::default(),
        fresh,
        fresh_seen: 0,
        memo: vec![0; site.shapes.len()],
        generation: 1,
        asked: 0,
        passing: 0,
        quiet: false,
        numbers: [0; 2],
        waiting: 0,
        sees_fresh: false,
        waited: 0,
        hits: 0,
        misses: 0,
        asked_strategy: false,
    };
    player.sees_fresh = player.fresh.contains(&true);
    if let Some(script) = &mut player.script {
        player.waiting = script.number(Line::default().then(place.family.adaptive()));
    }
    player.play()?;
    let Player { state, mut outcome, swallowing, script, .. } = player;
    outcome.form = match state {
        State::Specialized(entry, _) => Some(entry.form),
        State::Adaptive(_) => Some(place.family.adaptive()),
        State::Generic => None,
    };
    Ok(Played { outcome, swallowing, script })
}

struct Player<'a, 'b> {
    shared: &'a mut Shared<'b>,
    shapes: &'a [Shape],
    place: &'a Place<'a>,
    id: Site,
    state: State,
    outcome: SiteOutcome,
    swallowing: Vec<Stretch>,
    script: Option<Script>,
    /// Whether it is written line by line, in their order.
    ordered: bool,
    /// What the next execution has dispatched already.
    prefix: Line,
    /// Which of the site's shapes are of something never seen before.
    fresh: Vec<bool>,
    /// How many such executions there were.
    fresh_seen: u64,
    /// For each of the site's shapes, whether it passes the guards of the present form: the generation, doubled, and the answer.
    memo: Vec<u32>,
    generation: u32,
    /// The same for the first shapes, a bit each: of which it is known, and which pass.
    asked: u32,
    passing: u32,
    /// Whether nobody asks which executions of the present form were which.
    quiet: bool,
    /// The numbers in the script of what it dispatches when its guards pass and when they fail, and while it waits.
    numbers: [usize; 2],
    waiting: usize,
    /// Whether one of the site's shapes is of something never seen before.
    sees_fresh: bool,
    /// Executions that waited, and hits and misses of the present form, that are not counted yet.
    waited: u64,
    hits: u64,
    misses: u64,
    /// Whether the strategy was asked something lately.
    asked_strategy: bool,
}

impl Player<'_, '_> {
    fn play(&mut self) -> Result<(), ReplayError> {
        let mut at = 0u64;
        let runs = &self.place.site.runs;
        let mut courses = runs.repeats().then(Courses::default);
        let mut swallowed = self.place.swallowed.iter().copied().peekable();
        for passage in runs.passages() {
            let bytes = runs.until_end(passage);
            for _ in 0..passage.times {
                let mut runs = PlainRuns::new(bytes.get(passage.start..).unwrap_or_default());
                while !runs.rest().is_empty() {
                    if at < self.place.before || swallowed.peek().is_some() {
                        let Some(run) = runs.next() else { break };
                        self.execute_part(run, at, &mut swallowed)?;
                        at += run.count;
                    } else if let Some(courses) = &mut courses {
                        at = self.play_courses(courses, bytes, runs, at)?;
                        break;
                    } else {
                        let Some(run) = runs.next() else { break };
                        self.execute(run.shape as usize, at, run.count)?;
                        at += run.count;
                        at += self.go_along(&mut runs);
                    }
                }
            }
        }
        self.settle();
        Ok(())
    }

    /// The rest of a passage, of which something may have been played already. Answers how many executions there were then.
    fn play_courses<'r>(
        &mut self,
        courses: &mut Courses,
        bytes: &'r [u8],
        mut runs: PlainRuns<'r>,
        mut at: u64,
    ) -> Result<u64, ReplayError> {
        let mut from: Option<Moment> = None;
        self.asked_strategy = false;
        loop {
            let to = self.moment(bytes.len() - runs.rest().len(), at);
            let Some(run) = runs.next() else { return Ok(at) };
            self.execute(run.shape as usize, at, run.count)?;
            at += run.count;
            if !std::mem::take(&mut self.asked_strategy) {
                at += self.go_along(&mut runs);
                continue;
            }
            if let Some(from) = from.take() {
                courses.add(from, to);
            }
            let nothing_else = match self.state {
                State::Generic => false,
                State::Adaptive(_) => true,
                State::Specialized(entry, _) => !swallows(entry.form),
            };
            if !nothing_else || !self.prefix.is_empty() {
                continue;
            }
            let place = bytes.len() - runs.rest().len();
            match courses.get(place, self.state) {
                Some(course) if course.to.place <= bytes.len() => {
                    self.take(course);
                    runs = PlainRuns::new(&bytes[course.to.place..]);
                    at += course.to.done.executions - course.from.done.executions;
                }
                _ => {
                    let script = self.script.as_mut().and_then(Script::flushed_mark);
                    from = Some(Moment { script, ..self.moment(place, at) });
                }
            }
        }
    }

    /// Where the site is.
    #[inline]
    fn moment(&self, place: usize, executions: u64) -> Moment {
        let done = Done {
            executions,
            hits: self.outcome.hits + self.hits,
            misses: self.outcome.misses + self.misses,
            waited: self.outcome.deferred + self.waited,
            fresh: self.fresh_seen,
        };
        Moment { place, state: self.state, done, script: self.script.as_ref().and_then(Script::mark) }
    }

    /// Goes a course once more.
    fn take(&mut self, course: &Course) {
        let Course { from, to } = course;
        self.hits += to.done.hits - from.done.hits;
        self.misses += to.done.misses - from.done.misses;
        self.waited += to.done.waited - from.done.waited;
        self.state = to.state;
        if let (Some(script), Some(from), Some(to)) = (&mut self.script, from.script, to.script) {
            script.repeat(from, to);
        }
    }

    /// Short runs that the present form goes on through, where the order does not matter. Which of them pass its guards is as good as random
    /// where a site sees several shapes, so there is no branch for it. Answers how many executions these were.
    #[inline]
    fn go_along(&mut self, runs: &mut PlainRuns<'_>) -> u64 {
        let State::Specialized(_, left) = &mut self.state else { return 0 };
        if self.ordered || !self.quiet || !self.prefix.is_empty() {
            return 0;
        }
        let limit = u64::from(left.0);
        let (mut executed, mut missed) = (0, 0);
        while let Some(run) = runs.short() {
            let misses = run.count & u64::from(self.passing >> run.shape & 1).wrapping_sub(1);
            if self.asked >> run.shape & 1 == 0 || missed + misses >= limit {
                break;
            }
            missed += misses;
            executed += run.count;
            runs.skip_short();
        }
        // Less than what was left.
        left.0 -= missed as u16;
        self.misses += missed;
        self.hits += executed - missed;
        executed
    }

    /// A run of which a part may be before the code was quickened, or done by what stands before the site.
    fn execute_part(
        &mut self,
        run: Run,
        start: u64,
        swallowed: &mut Peekable<impl Iterator<Item = Stretch>>,
    ) -> Result<(), ReplayError> {
        let local = run.shape as usize;
        let (mut left, end) = (run.count, start + run.count);
        while left > 0 {
            let at = end - left;
            if at < self.place.before {
                let count = left.min(self.place.before - at);
                self.generic(count);
                self.pass(local, count);
                left -= count;
                continue;
            }
            while swallowed.next_if(|stretch| stretch.end <= at).is_some() {}
            let count = match swallowed.peek() {
                Some(stretch) if stretch.start <= at => {
                    let count = left.min(stretch.end - at);
                    self.outcome.swallowed += count;
                    self.write(Line { swallows: stretch.appends, ..Line::SWALLOWED }, count);
                    self.pass(local, count);
                    left -= count;
                    continue;
                }
                Some(stretch) => left.min(stretch.start - at),
                None => left,
            };
            self.execute(local, at, count)?;
            left -= count;
        }
        Ok(())
    }

    /// Counts what is fresh.
    fn pass(&mut self, local: usize, count: u64) {
        if self.fresh[local] {
            self.fresh_seen += count;
        }
    }

    /// Takes down what so many executions dispatched; the first of them dispatched what stands before, too.
    fn write(&mut self, line: Line, count: u64) {
        let Some(script) = self.script.as_mut().filter(|_| count > 0) else { return };
        let prefix = std::mem::take(&mut self.prefix);
        if prefix.is_empty() {
            script.push(line, count);
        } else {
            script.push(prefix.followed_by(line), 1);
            if count > 1 {
                script.push(line, count - 1);
            }
        }
    }

    fn generic(&mut self, count: u64) {
        self.write(Line::default().then(self.place.head), count);
        self.shared.result.execute(self.place.head, count);
        self.outcome.generic += count;
    }

    /// Executions with one shape, the first of which is the `at`-th of the site.
    #[inline]
    fn execute(&mut self, local: usize, at: u64, count: u64) -> Result<(), ReplayError> {
        // A form that goes on as it did, the most frequent case by far.
        if let State::Specialized(_, misses) = &mut self.state
            && self.quiet
            && self.memo[local] >> 1 == self.generation
            && self.prefix.is_empty()
        {
            if self.memo[local] & 1 != 0 {
                self.hits += count;
                if let Some(script) = self.script.as_mut().filter(|_| self.ordered) {
                    script.push_number(self.numbers[0], count);
                }
                return Ok(());
            }
            if count < u64::from(misses.0) {
                misses.0 -= count as u16;
                self.misses += count;
                if let Some(script) = self.script.as_mut().filter(|_| self.ordered) {
                    script.push_number(self.numbers[1], count);
                }
                return Ok(());
            }
        }
        // The same of an instruction that waits.
        if let State::Adaptive(counter) = &mut self.state
            && count <= u64::from(counter.value())
            && self.prefix.is_empty()
            && !self.sees_fresh
        {
            // `count` is at most the value, of 12 bits.
            *counter = AdaptiveCounter::new(counter.value() - count as u16, counter.backoff());
            self.waited += count;
            if let Some(script) = self.script.as_mut().filter(|_| self.ordered) {
                script.push_number(self.waiting, count);
            }
            return Ok(());
        }
        self.execute_slowly(local, at, count)
    }

    /// Counts what the present form did so far.
    fn settle(&mut self) {
        let waited = std::mem::take(&mut self.waited);
        if waited > 0 {
            self.shared.result.execute(self.place.family.adaptive(), waited);
            self.shared.result.of_mut(self.place.head).deferred += waited;
            self.outcome.deferred += waited;
            self.add_line(self.waiting, waited);
        }
        let State::Specialized(entry, _) = self.state else { return };
        let (hits, misses) = (std::mem::take(&mut self.hits), std::mem::take(&mut self.misses));
        self.count_hits(entry.form, hits);
        self.count_misses(entry.form, misses);
        self.add_line(self.numbers[0], hits);
        self.add_line(self.numbers[1], misses);
    }

    /// Adds executions to a line of a script whose order does not matter; nothing stands before them, or they would have been written.
    fn add_line(&mut self, number: usize, count: u64) {
        if let Some(script) = self.script.as_mut().filter(|_| !self.ordered && count > 0) {
            script.push_number(number, count);
        }
    }

    fn count_hits(&mut self, form: Opcode, count: u64) {
        self.shared.result.execute(form, count);
        if quicken_stats::counters::reports_hits(form) {
            self.shared.result.of_mut(self.place.head).hit += count;
        }
        self.outcome.hits += count;
    }

    fn count_misses(&mut self, form: Opcode, count: u64) {
        let head = self.place.head;
        self.shared.result.execute(form, count);
        // The generic instruction is dispatched after a miss.
        self.shared.result.execute(head, count);
        self.shared.result.of_mut(form).miss += count;
        self.shared.result.of_mut(head).miss += count;
        self.outcome.misses += count;
    }

    #[inline(never)]
    fn execute_slowly(&mut self, local: usize, at: u64, count: u64) -> Result<(), ReplayError> {
        self.settle();
        let mut left = count;
        while left > 0 {
            let done = match self.state {
                State::Generic => {
                    self.generic(left);
                    left
                }
                State::Adaptive(counter) if counter.is_due() => {
                    // The attempt is a dispatch of its own; what it leaves is dispatched again.
                    self.shared.result.execute(self.place.family.adaptive(), 1);
                    if self.script.is_some() {
                        self.prefix = self.prefix.then(self.place.family.adaptive());
                    }
                    let shape = self.exact_shape(local);
                    self.attempt(counter, &shape)?;
                    // A form that compares the version of something fresh knows it from now on.
                    match self.state {
                        State::Specialized(entry, _) if self.fresh[local] => {
                            let passes = matches(&entry, self.place.site.oparg, &shape);
                            self.specialized(at + (count - left), 1, passes)?
                        }
                        _ => 0,
                    }
                }
                State::Adaptive(counter) => {
                    let waits = left.min(u64::from(counter.value()));
                    self.shared.result.execute(self.place.family.adaptive(), waits);
                    self.write(Line::default().then(self.place.family.adaptive()), waits);
                    self.shared.result.of_mut(self.place.head).deferred += waits;
                    self.outcome.deferred += waits;
                    // `waits` is at most the value, of 12 bits.
                    self.state =
                        State::Adaptive(AdaptiveCounter::new(counter.value() - waits as u16, counter.backoff()));
                    waits
                }
                State::Specialized(entry, _) => {
                    let passes = self.passes(&entry, local);
                    self.specialized(at + (count - left), left, passes)?
                }
            };
            self.pass(local, done);
            left -= done;
        }
        Ok(())
    }

    /// The shape of the execution that is next, with a token of its own if it is of something fresh.
    fn exact_shape(&mut self, local: usize) -> Shape {
        let shape = self.shapes[self.place.site.shapes[local] as usize];
        if !self.fresh[local] {
            return shape;
        }
        let named = &self.place.site.named;
        let token = match named.binary_search_by_key(&self.fresh_seen, |&(ordinal, _)| ordinal) {
            Ok(index) => named[index].1,
            Err(_) => self.shared.anonymous(),
        };
        shape.with_token(token)
    }

    fn passes(&mut self, entry: &Entry, local: usize) -> bool {
        let known = self.memo[local];
        if known >> 1 == self.generation {
            return known & 1 != 0;
        }
        let passes = matches(entry, self.place.site.oparg, &self.shapes[self.place.site.shapes[local] as usize]);
        self.memo[local] = self.generation << 1 | u32::from(passes);
        if local < u32::BITS as usize {
            self.asked |= 1 << local;
            self.passing |= u32::from(passes) << local;
        }
        passes
    }

    /// Executions of the present form; answers how many before something changes.
    fn specialized(&mut self, at: u64, count: u64, passes: bool) -> Result<u64, ReplayError> {
        let State::Specialized(entry, misses) = self.state else { return Ok(0) };
        let (form, head) = (entry.form, self.place.head);
        if passes {
            self.count_hits(form, count);
            self.write(hit_line(form), count);
            if swallows(form) {
                let appends = form == Opcode::PRECALL_NO_KW_LIST_APPEND;
                match self.swallowing.last_mut() {
                    Some(stretch) if stretch.end == at && stretch.appends == appends => stretch.end += count,
                    _ => self.swallowing.push(Stretch { start: at, end: at + count, appends }),
                }
            }
            return Ok(count);
        }
        let missed = count.min(u64::from(misses.0));
        self.count_misses(form, missed);
        self.write(miss_line(form, head), missed);
        let left = MissCounter(misses.0 - missed as u16);
        if !left.is_used_up() {
            self.state = State::Specialized(entry, left);
            return Ok(missed);
        }
        self.asked_strategy = true;
        let decision = self.shared.strategy.missing(&Miss { site: self.id, form });
        if let Err(misfit) = check::check_miss(&decision) {
            return Err(self.refused(misfit.to_string(), decision.reason));
        }
        self.state = match decision.action {
            MissAction::Keep(misses) => State::Specialized(entry, misses),
            MissAction::Deoptimize(counter) => {
                self.shared.result.of_mut(head).deopt += 1;
                self.outcome.deopts += 1;
                State::Adaptive(counter)
            }
        };
        Ok(missed)
    }

    fn attempt(&mut self, counter: AdaptiveCounter, shape: &Shape) -> Result<(), ReplayError> {
        let mut operands = shape.operands;
        add_what_follows(self.place.live, self.place.site.offset, &mut operands);
        let head = self.place.head;
        let observation = Observation { site: self.id, head, oparg: self.place.site.oparg, counter, operands };
        self.asked_strategy = true;
        let decision: Decision = self.shared.strategy.specialize(&observation);
        if let Err(misfit) = check(&observation, &decision) {
            return Err(self.refused(misfit.to_string(), decision.reason));
        }
        match decision.action {
            Action::Specialize(wanted) => {
                let versions = versions(&wanted.cache, shape);
                self.state = State::Specialized(Entry::new(wanted.form, &wanted.cache, versions), wanted.counter);
                self.generation += 1;
                (self.asked, self.passing) = (0, 0);
                self.quiet = !swallows(wanted.form) && !self.fresh.contains(&true);
                if let Some(script) = &mut self.script {
                    self.numbers =
                        [hit_line(wanted.form), miss_line(wanted.form, head)].map(|line| script.number(line));
                }
                self.shared.result.of_mut(head).success += 1;
                self.outcome.successes += 1;
            }
            Action::Fail { kind, counter } => {
                let counts = self.shared.result.of_mut(head);
                counts.failure += 1;
                if let Some(slot) = kind.and_then(|kind| counts.failure_kinds.get_mut(usize::from(kind.0))) {
                    *slot += 1;
                }
                self.outcome.failures += 1;
                self.state = State::Adaptive(counter);
            }
            Action::Never => self.state = State::Generic,
        }
        Ok(())
    }

    fn refused(&self, what: String, reason: &str) -> ReplayError {
        ReplayError::Refused {
            strategy: self.shared.strategy.name().to_owned(),
            place: format!("{} at {} ({})", self.place.code.qualname, self.id.offset * 2, self.place.head),
            what: format!("{what}; its reason was '{reason}'"),
        }
    }
}

/// Adds the instruction that follows, which depends on the strategy and so is not in the recording.
pub(crate) fn add_what_follows(live: &[u16], offset: u32, operands: &mut Operands) {
    let after = |units: usize| {
        let unit = live.get(offset as usize + units)?;
        Opcode::from_u8(unit.to_le_bytes()[0])
    };
    match operands {
        Operands::BinaryOp(o) => o.next = after(1 + cache::binary_op::UNITS),
        Operands::CompareOp(o) => o.next = after(1 + cache::compare_op::UNITS),
        Operands::Precall(o) => o.after_call = after(1 + cache::precall::UNITS + 1 + cache::call::UNITS),
        _ => {}
    }
}

/// The versions that the demands are met with, in their order: the tokens of the shape.
fn versions(contents: &CacheContents, shape: &Shape) -> [u32; 2] {
    let mut versions = [0; 2];
    for (place, demand) in versions.iter_mut().zip(contents.demands()) {
        debug_assert!(demand.of != Subject::Function || demand.observed.is_some() || !shape.is_fresh());
        *place = demand.observed.unwrap_or(0);
    }
    versions
}

/// What is dispatched when a form's guards pass.
fn hit_line(form: Opcode) -> Line {
    let enters = form == Opcode::BINARY_SUBSCR_GETITEM;
    Line { swallows: swallows(form), enters, ..Line::default() }.then(form)
}

/// What is dispatched when they fail: the generic instruction, too.
fn miss_line(form: Opcode, head: Opcode) -> Line {
    Line::default().then(form).then(head)
}

/// Whether a form does the work of the instruction behind it.
pub(crate) fn swallows(form: Opcode) -> bool {
    match form.base() {
        Opcode::COMPARE_OP => true,
        Opcode::PRECALL => !matches!(form, Opcode::PRECALL_PYFUNC | Opcode::PRECALL_BOUND_METHOD),
        _ => form == Opcode::BINARY_OP_INPLACE_ADD_UNICODE,
    }
}
