//! `zlib.decompressobj`.

use std::any::Any;

use quicken_vm::args::Parameters;
use quicken_vm::heap::Marker;
use quicken_vm::object::LayoutKind;
use quicken_vm::objects::bytes;
use quicken_vm::objects::opaque::OpaqueData;
use quicken_vm::spec::Convention::{Fast, FastKeywords};
use quicken_vm::spec::{TypeSpec, member, method};
use quicken_vm::{Args, PyResult, Value, Vm};
use zlib_rs::{Inflate, InflateError, InflateFlush, Status};

use super::{BLOCK, Failure, MAX_WBITS, error, inflater, number};
use crate::data::{make, native_type, with};

struct Decompressor {
    /// Nothing once `flush` has found the end.
    state: Option<Inflate>,
    dictionary: Option<Vec<u8>>,
    /// What stood behind the end.
    unused: Vec<u8>,
    /// What was left when the output had the length that was asked for.
    tail: Vec<u8>,
    is_at_end: bool,
}

impl OpaqueData for Decompressor {
    fn trace(&self, _: &mut Marker) {}

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

static DECOMPRESS: TypeSpec = TypeSpec {
    module: "zlib",
    methods: &[method("decompress", decompress, FastKeywords), method("flush", flush, Fast)],
    getset: &[
        member("unused_data", |vm, own| {
            let data = with(vm, own, |own: &mut Decompressor| own.unused.clone())?;
            Ok(vm.new_bytes(&data).into())
        }),
        member("unconsumed_tail", |vm, own| {
            let data = with(vm, own, |own: &mut Decompressor| own.tail.clone())?;
            Ok(vm.new_bytes(&data).into())
        }),
        member("eof", |vm, own| with(vm, own, |own: &mut Decompressor| Value::bool(own.is_at_end))),
    ],
    ..TypeSpec::new("Decompress", LayoutKind::Opaque)
};

pub(super) fn new_decompressor(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<2> =
        Parameters { names: ["wbits", "zdict"], positional_only: 0, max_positional: 2, required: 0 };
    let [wbits, dictionary] = args.bind(vm, "decompressobj", &PARAMETERS)?;
    let wbits = number(vm, wbits, MAX_WBITS)?;
    let dictionary = match dictionary.non_null() {
        Some(value) => match bytes::to_vec(value) {
            Some(dictionary) => Some(dictionary),
            None => return Err(vm.type_error("zdict argument must support the buffer protocol")),
        },
        None => None,
    };
    let Some(mut state) = inflater(wbits) else { return Err(vm.value_error("Invalid initialization option")) };
    if let (Some(dictionary), true) = (&dictionary, wbits < 0)
        && state.set_dictionary(dictionary).is_err()
    {
        return Err(error(vm, Failure::Stream, "while setting zdict", state.error_message()));
    }
    let ty = native_type(vm, &DECOMPRESS);
    let state = Some(state);
    make(vm, ty, Decompressor { state, dictionary, unused: Vec::new(), tail: Vec::new(), is_at_end: false })
}

/// Input that is being decompressed.
pub(super) struct Run<'a> {
    /// What has not been read.
    input: &'a [u8],
    pub output: Vec<u8>,
    /// How long the output may become.
    limit: usize,
    /// What is being done, for messages.
    pub during: &'static str,
}

impl<'a> Run<'a> {
    pub(super) fn new(input: &'a [u8], limit: Option<usize>) -> Run<'a> {
        Run { input, output: Vec::new(), limit: limit.unwrap_or(usize::MAX), during: "while decompressing data" }
    }

    /// Goes on until the end, the limit, or the end of the input.
    pub(super) fn finish(
        &mut self,
        state: &mut Inflate,
        flush: InflateFlush,
        dictionary: Option<&[u8]>,
    ) -> Result<Status, Failure> {
        let mut len = 0;
        self.output = vec![0; BLOCK.max(self.input.len().saturating_mul(2)).min(self.limit)];
        let result = loop {
            let (before_in, before_out) = (state.total_in(), state.total_out());
            let result = state.decompress(self.input, &mut self.output[len..], flush);
            self.input = &self.input[(state.total_in() - before_in) as usize..];
            len += (state.total_out() - before_out) as usize;
            match (result, dictionary) {
                (Ok(Status::StreamEnd), _) => break Ok(Status::StreamEnd),
                (Ok(status), _) => {
                    // Only when there is room left is there nothing more to come.
                    if len < self.output.len() || len == self.limit {
                        break Ok(status);
                    }
                    self.output.resize(len.saturating_mul(2).min(self.limit), 0);
                }
                (Err(InflateError::NeedDict { .. }), Some(dictionary)) => {
                    if state.set_dictionary(dictionary).is_err() {
                        self.during = "while setting zdict";
                        break Err(Failure::Data);
                    }
                }
                (Err(reason), _) => {
                    break Err(match reason {
                        InflateError::NeedDict { .. } => Failure::NeedDictionary,
                        InflateError::StreamError => Failure::Stream,
                        InflateError::DataError => Failure::Data,
                        InflateError::MemError => Failure::Memory,
                    });
                }
            }
        };
        self.output.truncate(len);
        result
    }
}

struct Outcome {
    output: Vec<u8>,
    result: Result<Status, Failure>,
    during: &'static str,
    /// What the library says.
    message: Option<&'static str>,
}

impl Decompressor {
    fn run(&mut self, input: &[u8], limit: Option<usize>, flush: InflateFlush) -> Outcome {
        let Some(state) = &mut self.state else {
            let output = Vec::new();
            return Outcome { output, result: Err(Failure::Stream), during: "while decompressing data", message: None };
        };
        let mut run = Run::new(input, limit);
        let result = run.finish(state, flush, self.dictionary.as_deref());
        let is_at_end = result == Ok(Status::StreamEnd);
        if is_at_end {
            self.unused.extend_from_slice(run.input);
            self.is_at_end = true;
        }
        if !is_at_end && !run.input.is_empty() || !self.tail.is_empty() {
            self.tail = run.input.to_vec();
        }
        Outcome { output: run.output, result, during: run.during, message: state.error_message() }
    }
}

fn decompress(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<2> =
        Parameters { names: ["", "max_length"], positional_only: 1, max_positional: 2, required: 1 };
    let [data, limit] = args.bind(vm, "decompress", &PARAMETERS)?;
    let data = bytes::required(vm, data)?;
    let limit = if limit.is_null() { 0 } else { vm.index_c(limit, "ssize_t")? };
    let Ok(limit) = usize::try_from(limit) else { return Err(vm.value_error("max_length must be non-negative")) };
    let limit = Some(limit).filter(|limit| *limit != 0);
    let outcome = with(vm, own, |own: &mut Decompressor| own.run(&data, limit, InflateFlush::SyncFlush))?;
    match outcome.result {
        Ok(_) => Ok(vm.new_bytes(&outcome.output).into()),
        Err(failure) => Err(error(vm, failure, outcome.during, outcome.message)),
    }
}

fn flush(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let length = match args.between(vm, "flush", 0, 1)? {
        [length] => vm.index_c(*length, "ssize_t")?,
        _ => BLOCK as i64,
    };
    if length <= 0 {
        return Err(vm.value_error("length must be greater than zero"));
    }
    let output = with(vm, own, |own: &mut Decompressor| {
        let tail = own.tail.clone();
        let output = own.run(&tail, None, InflateFlush::Finish).output;
        if own.is_at_end {
            own.state = None;
        }
        output
    })?;
    Ok(vm.new_bytes(&output).into())
}
