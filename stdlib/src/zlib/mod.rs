//! `zlib`, by `zlib-rs`. Its states cannot be copied, so that objects have no `copy`, as where CPython is built with a zlib that is old.

mod compress;
mod decompress;

use quicken_vm::args::Parameters;
use quicken_vm::object::Gc;
use quicken_vm::objects::bytes;
use quicken_vm::objects::module::Module;
use quicken_vm::spec::Convention::{Fast, FastKeywords};
use quicken_vm::spec::{ModuleSpec, method};
use quicken_vm::{Args, PyResult, Raise, Value, Vm};
use zlib_rs::{DeflateConfig, DeflateFlush, Inflate, InflateFlush, Status};

use crate::data::{module_error, new_exception};
use crate::set_attribute;

/// `zlib`.
pub static ZLIB: ModuleSpec = ModuleSpec {
    name: "zlib",
    doc: Some("Compression and checksums as in the zlib library: the formats of zlib and gzip, and raw deflate."),
    functions: &[
        method("adler32", |vm, _, args| checksum(vm, args, "adler32", 1, adler32), Fast),
        method("crc32", |vm, _, args| checksum(vm, args, "crc32", 0, zlib_rs::crc32::crc32), Fast),
        method("compress", compress_at_once, FastKeywords),
        method("decompress", decompress_at_once, FastKeywords),
        method("compressobj", compress::new_compressor, FastKeywords),
        method("decompressobj", decompress::new_decompressor, FastKeywords),
    ],
    init: Some(init),
};

const MAX_WBITS: i64 = 15;
const DEFLATED: i64 = 8;
const DEF_MEM_LEVEL: i64 = 8;
const DEFAULT_COMPRESSION: i64 = -1;
/// The least memory that output gets.
const BLOCK: usize = 16 * 1024;

fn init(vm: &mut Vm, module: Gc<Module>) -> PyResult<()> {
    let numbers = [
        ("MAX_WBITS", MAX_WBITS),
        ("DEFLATED", DEFLATED),
        ("DEF_MEM_LEVEL", DEF_MEM_LEVEL),
        ("DEF_BUF_SIZE", BLOCK as i64),
        ("Z_NO_COMPRESSION", 0),
        ("Z_BEST_SPEED", 1),
        ("Z_BEST_COMPRESSION", 9),
        ("Z_DEFAULT_COMPRESSION", DEFAULT_COMPRESSION),
        ("Z_FILTERED", 1),
        ("Z_HUFFMAN_ONLY", 2),
        ("Z_RLE", 3),
        ("Z_FIXED", 4),
        ("Z_DEFAULT_STRATEGY", 0),
        ("Z_NO_FLUSH", 0),
        ("Z_PARTIAL_FLUSH", 1),
        ("Z_SYNC_FLUSH", 2),
        ("Z_FULL_FLUSH", 3),
        ("Z_FINISH", 4),
        ("Z_BLOCK", 5),
        ("Z_TREES", 6),
    ];
    for (name, number) in numbers {
        set_attribute(vm, module, name, Value::small_int(number));
    }
    // The zlib that zlib-rs is compatible with.
    for (name, text) in [("ZLIB_VERSION", "1.3.1"), ("ZLIB_RUNTIME_VERSION", "1.3.1"), ("__version__", "1.0")] {
        let text = vm.new_str(text);
        set_attribute(vm, module, name, text.into());
    }
    let exception = vm.exc.Exception;
    let error = new_exception(vm, "zlib", "error", exception)?;
    set_attribute(vm, module, "error", error);
    Ok(())
}

/// zlib's numbers of what went wrong.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Failure {
    NeedDictionary = 2,
    Stream = -2,
    Data = -3,
    Memory = -4,
    Buffer = -5,
}

/// `zlib.error`, with what the library says or, where it says nothing, what the number means.
fn error(vm: &mut Vm, failure: Failure, during: &str, message: Option<&str>) -> Raise {
    let message = message.or(match failure {
        Failure::NeedDictionary | Failure::Memory => None,
        Failure::Stream => Some("inconsistent stream state"),
        Failure::Data => Some("invalid input data"),
        Failure::Buffer => Some("incomplete or truncated stream"),
    });
    let text = format!("Error {} {during}", failure as i32);
    let text = message.map_or_else(|| text.clone(), |message| format!("{text}: {message}"));
    module_error(vm, "zlib", "error", &text)
}

fn checksum(vm: &mut Vm, args: Args<'_>, name: &str, start: u32, update: fn(u32, &[u8]) -> u32) -> PyResult {
    let values = args.between(vm, name, 1, 2)?;
    let data = bytes::required(vm, values[0])?;
    let start = match values.get(1) {
        Some(value) => crate::binascii::start(vm, *value)?,
        None => start,
    };
    Ok(Value::small_int(i64::from(update(start, &data))))
}

/// From any start: one that is no checksum is made one.
fn adler32(start: u32, data: &[u8]) -> u32 {
    const BASE: u32 = 65_521;
    let (high, low) = ((start >> 16) % BASE, (start & 0xffff) % BASE);
    zlib_rs::adler32::adler32((high << 16) | low, data)
}

/// An argument that is a C `int`.
fn number(vm: &mut Vm, value: Value, default: i64) -> PyResult<i64> {
    if value.is_null() { Ok(default) } else { vm.index_c(value, "int") }
}

/// What zlib would set up a compressor with. `None`: it would refuse.
fn configuration(level: i64, wbits: i64, mem_level: i64, strategy: i64) -> Option<DeflateConfig> {
    let is_window = matches!(wbits, 8..=15 | -15..=-9 | 25..=31);
    let is_level = (-1..=9).contains(&level) && (1..=9).contains(&mem_level);
    if !is_window || !is_level {
        return None;
    }
    Some(DeflateConfig {
        level: level as i32,
        window_bits: wbits as i32,
        mem_level: mem_level as i32,
        strategy: i32::try_from(strategy).ok()?.try_into().ok()?,
        ..DeflateConfig::default()
    })
}

/// A decompressor for a window and format. `None`: zlib would refuse.
fn inflater(wbits: i64) -> Option<Inflate> {
    match wbits {
        -15..=-8 => Some(Inflate::new(false, -wbits as u8)),
        0 | 8..=16 | 24..=32 | 40..=47 => Some(Inflate::new(true, wbits as u8)),
        _ => None,
    }
}

fn compress_at_once(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<3> =
        Parameters { names: ["", "level", "wbits"], positional_only: 1, max_positional: 3, required: 1 };
    let [data, level, wbits] = args.bind(vm, "compress", &PARAMETERS)?;
    let data = bytes::required(vm, data)?;
    let (level, wbits) = (number(vm, level, DEFAULT_COMPRESSION)?, number(vm, wbits, MAX_WBITS)?);
    let Some(configuration) = configuration(level, wbits, DEF_MEM_LEVEL, 0) else {
        return Err(module_error(vm, "zlib", "error", "Bad compression level"));
    };
    let mut state = zlib_rs::Deflate::new_with_config(configuration);
    match compress::run(&mut state, &data, DeflateFlush::Finish) {
        Ok(output) => Ok(vm.new_bytes(&output).into()),
        Err(failure) => Err(error(vm, failure, "while compressing data", None)),
    }
}

fn decompress_at_once(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<3> =
        Parameters { names: ["", "wbits", "bufsize"], positional_only: 1, max_positional: 3, required: 1 };
    let [data, wbits, size] = args.bind(vm, "decompress", &PARAMETERS)?;
    let data = bytes::required(vm, data)?;
    let wbits = number(vm, wbits, MAX_WBITS)?;
    let size = if size.is_null() { BLOCK as i64 } else { vm.index_c(size, "ssize_t")? };
    if size < 0 {
        return Err(vm.value_error("bufsize must be non-negative"));
    }
    let Some(mut state) = inflater(wbits) else {
        return Err(error(vm, Failure::Stream, "while preparing to decompress data", None));
    };
    // A size is a hint: as much memory as is likely to be needed is had in any case.
    let mut run = decompress::Run::new(&data, None);
    match run.finish(&mut state, InflateFlush::Finish, None) {
        Ok(Status::StreamEnd) => Ok(vm.new_bytes(&run.output).into()),
        Ok(_) => Err(error(vm, Failure::Buffer, "while decompressing data", state.error_message())),
        Err(failure) => Err(error(vm, failure, "while decompressing data", state.error_message())),
    }
}
