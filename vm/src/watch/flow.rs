//! The way of a run, cut into segments while it is taken.

use hashbrown::HashMap;
use quicken_replay::flow::{Flow, FlowWriter, Segment, Then};

/// Takes the way down.
pub(super) struct FlowRecorder {
    writer: FlowWriter,
    segments: Vec<Segment>,
    numbers: HashMap<Segment, u32>,
    /// Segments that came lately, so that most need no hashing.
    recent: Box<[(Segment, u32)]>,
}

/// Places for recent segments, a power of two.
const RECENT: usize = 1 << 10;

const NOWHERE: Segment = Segment { code: None, start: 0, end: 0, then: Then::Jump };

impl FlowRecorder {
    pub(super) fn new() -> Self {
        Self {
            writer: FlowWriter::default(),
            segments: Vec::new(),
            numbers: HashMap::new(),
            recent: vec![(NOWHERE, u32::MAX); RECENT].into(),
        }
    }

    /// Nothing was executed since what came before.
    pub(super) fn nothing(&mut self, then: Then) {
        self.segment(Segment { then, ..NOWHERE });
    }

    /// A segment was executed.
    pub(super) fn segment(&mut self, segment: Segment) {
        let code = segment.code.map_or(0, |code| code.0);
        let place = (segment.start.wrapping_mul(31) ^ segment.end ^ code.wrapping_mul(131)) as usize % RECENT;
        let (known, number) = self.recent[place];
        if known == segment && number != u32::MAX {
            return self.writer.push(number);
        }
        let segments = &mut self.segments;
        let number = *self.numbers.entry(segment).or_insert_with(|| {
            segments.push(segment);
            (segments.len() - 1) as u32
        });
        self.recent[place] = (segment, number);
        self.writer.push(number);
    }

    pub(super) fn finish(self) -> Flow {
        self.writer.finish(self.segments)
    }
}
