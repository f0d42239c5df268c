//! `zlib.compressobj`.

use std::any::Any;

use quicken_vm::args::Parameters;
use quicken_vm::heap::Marker;
use quicken_vm::object::LayoutKind;
use quicken_vm::objects::bytes;
use quicken_vm::objects::opaque::OpaqueData;
use quicken_vm::spec::Convention::{Fast, O};
use quicken_vm::spec::{TypeSpec, method};
use quicken_vm::{Args, PyResult, Value, Vm};
use zlib_rs::{Deflate, DeflateFlush, Status};

use super::{BLOCK, DEF_MEM_LEVEL, DEFAULT_COMPRESSION, DEFLATED, Failure, MAX_WBITS, configuration, error, number};
use crate::data::{make, native_type, with};

struct Compressor {
    /// Nothing when the end has been written.
    state: Option<Deflate>,
}

impl OpaqueData for Compressor {
    fn trace(&self, _: &mut Marker) {}

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

static COMPRESS: TypeSpec = TypeSpec {
    module: "zlib",
    methods: &[method("compress", compress, O), method("flush", flush, Fast)],
    ..TypeSpec::new("Compress", LayoutKind::Opaque)
};

pub(super) fn new_compressor(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<6> = Parameters {
        names: ["level", "method", "wbits", "memLevel", "strategy", "zdict"],
        positional_only: 0,
        max_positional: 6,
        required: 0,
    };
    let [level, method, wbits, mem_level, strategy, dictionary] = args.bind(vm, "compressobj", &PARAMETERS)?;
    let level = number(vm, level, DEFAULT_COMPRESSION)?;
    let method = number(vm, method, DEFLATED)?;
    let wbits = number(vm, wbits, MAX_WBITS)?;
    let mem_level = number(vm, mem_level, DEF_MEM_LEVEL)?;
    let strategy = number(vm, strategy, 0)?;
    let dictionary = match dictionary.non_null() {
        Some(dictionary) => Some(bytes::required(vm, dictionary)?),
        None => None,
    };
    let configuration = configuration(level, wbits, mem_level, strategy).filter(|_| method == DEFLATED);
    let Some(configuration) = configuration else { return Err(vm.value_error("Invalid initialization option")) };
    let mut state = Deflate::new_with_config(configuration);
    if let Some(dictionary) = dictionary
        && state.set_dictionary(&dictionary).is_err()
    {
        return Err(vm.value_error("Invalid dictionary"));
    }
    let ty = native_type(vm, &COMPRESS);
    make(vm, ty, Compressor { state: Some(state) })
}

/// Compresses all of the input, and as much of what is held back as the flush asks for.
pub(super) fn run(state: &mut Deflate, mut input: &[u8], flush: DeflateFlush) -> Result<Vec<u8>, Failure> {
    let (mut output, mut len) = (vec![0; BLOCK], 0);
    loop {
        let (before_in, before_out) = (state.total_in(), state.total_out());
        let status = state.compress(input, &mut output[len..], flush).map_err(|_| Failure::Stream)?;
        input = &input[(state.total_in() - before_in) as usize..];
        len += (state.total_out() - before_out) as usize;
        // Only when there is room left is there nothing more to come.
        if status == Status::StreamEnd || len < output.len() && input.is_empty() {
            output.truncate(len);
            return Ok(output);
        }
        if len == output.len() {
            output.resize(2 * len, 0);
        }
    }
}

fn compress(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [data] = args.exactly(vm, "compress")?;
    let data = bytes::required(vm, data)?;
    let output = with(vm, own, |own: &mut Compressor| match &mut own.state {
        Some(state) => run(state, &data, DeflateFlush::NoFlush),
        None => Err(Failure::Stream),
    })?;
    match output {
        Ok(output) => Ok(vm.new_bytes(&output).into()),
        Err(failure) => Err(error(vm, failure, "while compressing data", None)),
    }
}

fn flush(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let mode = match args.between(vm, "flush", 0, 1)? {
        [mode] => number(vm, *mode, 0)?,
        _ => DeflateFlush::Finish as i64,
    };
    let output = with(vm, own, |own: &mut Compressor| {
        match (i32::try_from(mode).ok().and_then(|mode| mode.try_into().ok()), &mut own.state) {
            (Some(DeflateFlush::NoFlush), _) => Ok(Vec::new()),
            (Some(mode), Some(state)) => {
                let output = run(state, &[], mode);
                if mode == DeflateFlush::Finish && output.is_ok() {
                    own.state = None;
                }
                output
            }
            _ => Err(Failure::Stream),
        }
    })?;
    match output {
        Ok(output) => Ok(vm.new_bytes(&output).into()),
        Err(failure) => Err(error(vm, failure, "while flushing", None)),
    }
}
