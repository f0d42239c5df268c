//! What a site does from one question to the strategy to the next, kept for when the same runs come again.
//!
//! In between, nothing matters but the state that the site is in and the runs: where both are the same again, so is the *course*. The
//! strategy is asked all the same each time, since its answer may depend on how often it was asked.

use hashbrown::HashMap;

use crate::script::Mark;
use crate::site::State;

/// What a site has done so far.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Done {
    pub executions: u64,
    pub hits: u64,
    pub misses: u64,
    pub waited: u64,
    /// How many executions were of something fresh.
    pub fresh: u64,
}

/// A place between two runs, and how far the site is there.
#[derive(Clone, Copy)]
pub(crate) struct Moment {
    /// In the bytes of the runs.
    pub place: usize,
    pub state: State,
    pub done: Done,
    /// Of its script, if that is in order.
    pub script: Option<Mark>,
}

/// From the end of a run in which the strategy was asked to the beginning of the next such run.
#[derive(Clone, Copy)]
pub(crate) struct Course {
    pub from: Moment,
    pub to: Moment,
}

/// The courses of a site, by the place where they begin: one for each, since a site that does not come to the same state there again mostly
/// never does.
#[derive(Default)]
pub(crate) struct Courses {
    known: HashMap<usize, Course>,
}

impl Courses {
    /// The course from here, if it is known.
    pub(crate) fn get(&self, place: usize, state: State) -> Option<&Course> {
        self.known.get(&place).filter(|course| course.from.state == state)
    }

    /// Keeps a course.
    pub(crate) fn add(&mut self, from: Moment, to: Moment) {
        // What is fresh once is not when it comes again.
        if from.done.fresh == to.done.fresh {
            self.known.insert(from.place, Course { from, to });
        }
    }
}
