//! The file format: `docs/recordings.md` describes it.
//!
//! A gzip stream of one line of JSON, which says what there is and how long each piece is, and the pieces one after the other.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;

use flate2::Compression;
use flate2::bufread::MultiGzDecoder;
use flate2::write::GzEncoder;
use quicken_specializer::{CodeId, Shape};
use serde::{Deserialize, Serialize};

use crate::bytes::{put, take};
use crate::error::ReadError;
use crate::flow::{Flow, Segment};
use crate::passages::{Passage, RunBytes};
use crate::recording::{CodeRecord, Recording, SiteRecord};

const FORMAT: &str = "quicken recording";

/// The version of the format. A reader refuses others: a recording is made again in a minute.
pub const VERSION: u32 = 4;

/// How long is searched for what a way repeats: little, but more than for the rest, since paths and guessing have taken out what is easily
/// found.
const WAY_LEVEL: u32 = 2;

/// How a gzip stream begins (RFC 1952).
const GZIP: [u8; 2] = [0x1f, 0x8b];

#[derive(Serialize, Deserialize)]
struct Header {
    format: String,
    version: u32,
    program: String,
    engine: String,
    /// For people: executions of instructions that can be specialized, and of all.
    events: u64,
    instructions: u64,
    codes: Vec<CodeHeader>,
    shapes: Vec<Shape>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    flow: Option<FlowHeader>,
}

#[derive(Serialize, Deserialize)]
struct FlowHeader {
    segments: Vec<Segment>,
    /// Bytes of the paths and chunks.
    bytes: usize,
}

#[derive(Serialize, Deserialize)]
struct CodeHeader {
    id: u32,
    qualname: String,
    filename: String,
    first_line: u32,
    flags: u32,
    steps: u64,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    raised: Vec<(u32, u64)>,
    /// Code units.
    units: usize,
    /// Bytes of the counts, and of the steps.
    counts: usize,
    step_bytes: usize,
    sites: Vec<SiteHeader>,
}

#[derive(Serialize, Deserialize)]
struct SiteHeader {
    offset: u32,
    oparg: u32,
    line: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    shapes: Vec<u32>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    named: Vec<(u64, u32)>,
    /// Bytes of the runs.
    runs: usize,
    /// Beginning, length and times of each passage, if they are not all bytes once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    passages: Vec<(usize, usize, u64)>,
}

impl Recording {
    /// Writes the recording, compressed.
    ///
    /// # Errors
    /// What the writer says.
    pub fn write(&self, out: impl Write) -> io::Result<()> {
        let mut out = GzEncoder::new(out, Compression::fast());
        let counts: Vec<Vec<u8>> = self.codes.iter().map(|code| numbers(&code.counts)).collect();
        let flow = self.flow.as_ref().map(Flow::to_bytes).unwrap_or_default();
        let header = Header {
            format: FORMAT.to_owned(),
            version: VERSION,
            program: self.program.clone(),
            engine: self.engine.clone(),
            events: self.events(),
            instructions: self.instructions(),
            codes: self.codes.iter().zip(&counts).map(|(code, counts)| code_header(code, counts.len())).collect(),
            shapes: self.shapes.clone(),
            flow: self.flow.as_ref().map(|way| FlowHeader { segments: way.segments.clone(), bytes: flow.len() }),
        };
        serde_json::to_writer(&mut out, &header)?;
        out.write_all(b"\n")?;
        for (code, counts) in self.codes.iter().zip(&counts) {
            let units: Vec<u8> = code.units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
            out.write_all(&units)?;
            out.write_all(counts)?;
            out.write_all(&code.step_bytes)?;
            for site in &code.sites {
                out.write_all(site.runs.bytes())?;
            }
        }
        let mut out = out.finish()?;
        if let Some(way) = &self.flow {
            // A member of its own (RFC 1952), at its own level.
            let mut member = GzEncoder::new(out, Compression::new(WAY_LEVEL));
            member.write_all(&flow)?;
            for chunk in &way.chunks {
                member.write_all(&chunk.order)?;
            }
            out = member.finish()?;
        }
        out.flush()
    }
}

fn numbers(counts: &[u64]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for &count in counts {
        put(&mut bytes, count);
    }
    bytes
}

fn code_header(code: &CodeRecord, counts: usize) -> CodeHeader {
    let site = |site: &SiteRecord| SiteHeader {
        offset: site.offset,
        oparg: site.oparg,
        line: site.line,
        name: site.name.clone(),
        shapes: site.shapes.clone(),
        named: site.named.clone(),
        runs: site.runs.bytes().len(),
        passages: passages_of(&site.runs),
    };
    CodeHeader {
        id: code.id.0,
        qualname: code.qualname.clone(),
        filename: code.filename.clone(),
        first_line: code.first_line,
        flags: code.flags,
        steps: code.steps,
        raised: code.raised.clone(),
        units: code.units.len(),
        counts,
        step_bytes: code.step_bytes.len(),
        sites: code.sites.iter().map(site).collect(),
    }
}

fn passages_of(runs: &RunBytes) -> Vec<(usize, usize, u64)> {
    match runs.passages() {
        [whole] if *whole == (Passage { start: 0, length: runs.bytes().len(), times: 1 }) => Vec::new(),
        passages => passages.iter().map(|passage| (passage.start, passage.length, passage.times)).collect(),
    }
}

/// Reads a recording and checks it, so that nothing later has to.
pub(crate) fn read(path: &Path) -> Result<Recording, ReadError> {
    let file = File::open(path).map_err(|error| ReadError::io(path, error))?;
    let mut file = BufReader::new(file);
    let begin = file.fill_buf().map_err(|error| ReadError::io(path, error))?;
    if !begin.is_empty() && !begin.starts_with(&GZIP) {
        return Err(ReadError::format(path, "it is not compressed with gzip"));
    }
    let mut input = BufReader::new(MultiGzDecoder::new(file));
    parse(&mut input).map_err(|error| match error {
        Failed::Io(error) if matches!(error.kind(), io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData) => {
            ReadError::format(path, "it is cut off or damaged")
        }
        Failed::Io(error) => ReadError::io(path, error),
        Failed::Format(what) => ReadError::format(path, what),
    })
}

enum Failed {
    Io(io::Error),
    Format(String),
}

impl From<io::Error> for Failed {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

fn parse(input: &mut impl BufRead) -> Result<Recording, Failed> {
    let mut line = Vec::new();
    input.read_until(b'\n', &mut line)?;
    let header: Header =
        serde_json::from_slice(&line).map_err(|error| Failed::Format(format!("its header: {error}")))?;
    if header.format != FORMAT {
        return Err(Failed::Format(format!("it is a '{}'", header.format)));
    }
    if header.version != VERSION {
        let version = header.version;
        return Err(Failed::Format(format!("it has version {version} of the format, and this is version {VERSION}")));
    }
    let mut codes = Vec::new();
    for code in header.codes {
        let units = piece(input, code.units.saturating_mul(2))?;
        let counts = piece(input, code.counts)?;
        let step_bytes = piece(input, code.step_bytes)?;
        let mut sites = Vec::new();
        for site in code.sites {
            sites.push(SiteRecord {
                offset: site.offset,
                oparg: site.oparg,
                line: site.line,
                name: site.name,
                shapes: site.shapes,
                named: site.named,
                runs: runs(piece(input, site.runs)?, &site.passages)?,
            });
        }
        let mut rest = &counts[..];
        codes.push(CodeRecord {
            id: CodeId(code.id),
            qualname: code.qualname,
            filename: code.filename,
            first_line: code.first_line,
            flags: code.flags,
            units: units.chunks_exact(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]])).collect(),
            counts: std::iter::from_fn(|| take(&mut rest)).collect(),
            steps: code.steps,
            step_bytes,
            raised: code.raised,
            sites,
        });
    }
    let flow = match header.flow {
        Some(flow) => {
            let bytes = piece(input, flow.bytes)?;
            let Some((mut flow, orders)) = Flow::from_bytes(flow.segments, &bytes) else {
                return Err(Failed::Format("its way makes no sense".to_owned()));
            };
            for (chunk, length) in flow.chunks.iter_mut().zip(orders) {
                chunk.order = piece(input, length)?;
            }
            Some(flow)
        }
        None => None,
    };
    // The stream's checksum stands at its end.
    if input.read(&mut [0])? != 0 {
        return Err(Failed::Format("something follows its end".to_owned()));
    }
    let recording = Recording { program: header.program, engine: header.engine, codes, shapes: header.shapes, flow };
    match recording.problem() {
        Some(problem) => Err(Failed::Format(problem)),
        None => Ok(recording),
    }
}

fn runs(bytes: Vec<u8>, passages: &[(usize, usize, u64)]) -> Result<RunBytes, Failed> {
    if passages.is_empty() {
        return Ok(RunBytes::whole(bytes));
    }
    let passages = passages.iter().map(|&(start, length, times)| Passage { start, length, times }).collect();
    RunBytes::from_parts(bytes, passages)
        .ok_or_else(|| Failed::Format("runs that come again are outside of its runs".to_owned()))
}

/// The next bytes; a length that lies costs no more memory than there are bytes.
fn piece(input: &mut impl Read, length: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    input.take(length as u64).read_to_end(&mut bytes)?;
    if bytes.len() == length { Ok(bytes) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}
