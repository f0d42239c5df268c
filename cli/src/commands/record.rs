//! `quicken record`: runs a program and takes down what a replay needs.

use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

use quicken::Level;
use quicken::replay::Recording;
use tempfile::NamedTempFile;

use crate::Registry;
use crate::arguments::RecordArguments;
use crate::failure::Failure;
use crate::output::Target;

/// Runs the program without specialization and writes the recording; the exit code is the program's.
pub fn run(arguments: &RecordArguments, registry: Arc<Registry>) -> Result<i32, Failure> {
    let engine =
        arguments.engine.builder(registry).strategy("never").statistics(Level::Shapes { flow: arguments.control_flow });
    let (program, program_arguments) = arguments.program.load(0)?;
    let file = Destination::new(&arguments.output)?;
    let outcome = engine.arguments(program_arguments).build()?.run(&program)?;
    let Some(recording) = outcome.recording else {
        return Err(Failure::Usage("the run left no recording".to_owned()));
    };
    let size = file.write(&recording)?;
    if !arguments.quiet {
        Target::Stderr.write(&summary(&recording, &arguments.output, size))?;
    }
    Ok(outcome.exit_code)
}

fn summary(recording: &Recording, path: &Path, size: u64) -> String {
    let events = recording.events();
    let codes = recording.codes.len();
    let sites: usize = recording.codes.iter().map(|code| code.sites.len()).sum();
    format!(
        "{}: {} instructions in {codes} code objects, {events} of them at {sites} sites that can be specialized, {} shapes; \
         {size} bytes, {:.4} for each such execution",
        path.display(),
        recording.instructions(),
        recording.shapes.len(),
        if events == 0 { 0.0 } else { size as f64 / events as f64 },
    )
}

/// A file that is replaced when all of it is written, and not before. It is made before the program runs: an hour's run must not
/// end with "no such directory".
struct Destination<'p> {
    path: &'p Path,
    file: NamedTempFile,
}

impl<'p> Destination<'p> {
    fn new(path: &'p Path) -> Result<Self, Failure> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let file = NamedTempFile::new_in(folder).map_err(|error| failed(path, error))?;
        Ok(Self { path, file })
    }

    fn write(mut self, recording: &Recording) -> Result<u64, Failure> {
        let path = self.path;
        let mut out = BufWriter::new(&mut self.file);
        recording.write(&mut out).and_then(|()| out.flush()).map_err(|error| failed(path, error))?;
        drop(out);
        let file = self.file.persist(path).map_err(|error| failed(path, error.error))?;
        readable(&file);
        Ok(file.metadata().map_err(|error| failed(path, error))?.len())
    }
}

/// A temporary file is its owner's alone; a result is for everybody who may read files here.
fn readable(file: &std::fs::File) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // The recording is there in any case.
        let _ = file.set_permissions(std::fs::Permissions::from_mode(0o644));
    }
    #[cfg(not(unix))]
    let _ = file;
}

fn failed(path: &Path, error: std::io::Error) -> Failure {
    Failure::Output(format!("'{}'", path.display()), error)
}
