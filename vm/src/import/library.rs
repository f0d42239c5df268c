//! CPython's own import system: `importlib/_bootstrap.py` and `_bootstrap_external.py` of the library that was found, which take
//! over as soon as a program asks for a module that is not native. CPython has them frozen; here they are compiled once and kept
//! in the cache directory, as is every other module: the library's own `__pycache__` is left alone.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use quicken_bytecode::CodeObject;
use quicken_bytecode::pyc::{PycHeader, read_pyc, write_pyc};
use quicken_bytecode::verify::verify;

use crate::Vm;
use crate::args::Args;
use crate::error::{PyResult, Raise};
use crate::heap::RootValue;
use crate::object::Gc;
use crate::objects::code::Code;
use crate::objects::exception::{Exception, Traceback};
use crate::objects::list::List;
use crate::objects::string::Str;
use crate::objects::tuple::Tuple;
use crate::objects::typeobj::Type;
use crate::value::Value;
use crate::vm::SourceOptions;

/// Where the modules of CPython's library are to be found.
#[derive(Default)]
pub struct LibrarySettings {
    /// Answers the directory, if there is one. Asked once, when a module is needed that is not native.
    pub find: Option<Box<dyn FnOnce() -> Option<PathBuf>>>,
    /// Where compiled modules are kept. Without it they are compiled at each run.
    pub cache: Option<PathBuf>,
}

/// How far the library's import system has come.
pub enum Library {
    /// Nothing that needs it was imported yet.
    Unasked(LibrarySettings),
    /// There is none: native loading serves.
    Absent,
    /// It is loading: native loading serves, and what the program has put in the place of `__import__` is not asked.
    Loading,
    /// It runs: `_frozen_importlib._find_and_load` and `_module_repr`.
    Running {
        /// What finds and loads.
        find_and_load: RootValue,
        /// What makes the `repr` of modules.
        module_repr: RootValue,
    },
}

/// The modules that the import system consists of: file, name, and the name in tracebacks.
const BOOTSTRAP: [&str; 3] = ["importlib/_bootstrap.py", "_frozen_importlib", "<frozen importlib._bootstrap>"];
const EXTERNAL: [&str; 3] =
    ["importlib/_bootstrap_external.py", "_frozen_importlib_external", "<frozen importlib._bootstrap_external>"];

/// The function of `importlib` behind which a program's own frames begin.
const FRAMES_REMOVED: &str = "_call_with_frames_removed";

impl Vm {
    /// Loads a module that is not in `sys.modules`.
    pub(super) fn find_and_load(&mut self, name: &str, key: Gc<Str>) -> PyResult {
        if matches!(self.library, Library::Unasked(_)) && (self.native_module(name).is_none() || self.has_finders()) {
            self.start_library()?;
        }
        let Library::Running { find_and_load, .. } = &self.library else {
            return self.find_and_load_natively(name, key);
        };
        let function = find_and_load.get();
        // Whatever stands in `builtins` now: CPython passes the function that stood there at first.
        self.call_values(function, &[key.into(), self.import_function])
            .inspect_err(|raise| self.remove_importlib_frames(*raise))
    }

    /// The `repr` of a module as `importlib` has it, once that runs.
    pub(crate) fn library_module_repr(&mut self, module: Value) -> Option<PyResult> {
        let Library::Running { module_repr, .. } = &self.library else { return None };
        let function = module_repr.get();
        Some(self.call_values(function, &[module]))
    }

    /// Whether the program has put finders of its own into `sys.meta_path`.
    fn has_finders(&mut self) -> bool {
        let finders = crate::builtins::text::sys_attribute(self, "meta_path");
        finders.and_then(Value::cast::<List>).is_some_and(|list| !list.is_empty())
    }

    /// Starts the library's import system, if there is a library.
    ///
    /// # Errors
    /// What its modules raise.
    pub fn start_library(&mut self) -> PyResult<()> {
        if !matches!(self.library, Library::Unasked(_)) {
            return Ok(());
        }
        let Library::Unasked(settings) = std::mem::replace(&mut self.library, Library::Absent) else { return Ok(()) };
        let Some(directory) = settings.find.and_then(|find| find()) else { return Ok(()) };
        self.library = Library::Loading;
        let loaded = self.load_library(&directory, settings.cache.as_deref());
        if matches!(self.library, Library::Loading) {
            self.library = Library::Absent;
        }
        loaded
    }

    fn load_library(&mut self, directory: &Path, cache: Option<&Path>) -> PyResult<()> {
        let sys = self.import_absolute("sys")?;
        let imp = self.import_absolute("_imp")?;
        let bootstrap = self.load_bootstrap(directory, cache, BOOTSTRAP)?;
        self.call_method(bootstrap, "_install", &[sys, imp])?;
        let external = self.load_bootstrap(directory, cache, EXTERNAL)?;
        self.call_method(bootstrap, "_install_external_importers", &[])?;
        self.show_library(sys, directory, cache)?;
        let (find, repr) = (self.intern("_find_and_load"), self.intern("_module_repr"));
        let (find, repr) = (self.get_attr(bootstrap, find)?, self.get_attr(bootstrap, repr)?);
        let (find_and_load, module_repr) = (self.heap.root_value(find), self.heap.root_value(repr));
        self.library = Library::Running { find_and_load, module_repr };
        // Their specs say what CPython's say of its frozen modules.
        for (module, name) in [(bootstrap, BOOTSTRAP[1]), (external, EXTERNAL[1])] {
            let importer = self.intern("FrozenImporter");
            let importer = self.get_attr(bootstrap, importer)?;
            let name = self.new_str(name);
            let spec = self.call_method(bootstrap, "ModuleSpec", &[name.into(), importer])?;
            let origin = self.new_str("frozen");
            for (attribute, value) in [("__spec__", spec), ("__loader__", importer)] {
                let attribute = self.intern(attribute);
                self.set_attr(module, attribute, value)?;
            }
            let attribute = self.intern("origin");
            self.set_attr(spec, attribute, origin.into())?;
        }
        Ok(())
    }

    /// What `sys` tells of the library: its directory at the end of the path, and where compiled modules are kept.
    fn show_library(&mut self, sys: Value, directory: &Path, cache: Option<&Path>) -> PyResult<()> {
        let directory = self.new_str(&directory.to_string_lossy());
        let path = self.names.path;
        if let Some(path) = self.lookup_attr(sys, path)?.and_then(Value::cast::<List>) {
            path.push(self, directory.into());
        }
        let name = self.intern("_stdlib_dir");
        self.set_attr(sys, name, directory.into())?;
        let prefix = match cache {
            Some(cache) => self.new_str(&cache.to_string_lossy()).into(),
            None => Value::NONE,
        };
        for (name, value) in [("pycache_prefix", prefix), ("dont_write_bytecode", Value::bool(cache.is_none()))] {
            let name = self.intern(name);
            self.set_attr(sys, name, value)?;
        }
        Ok(())
    }

    fn load_bootstrap(&mut self, directory: &Path, cache: Option<&Path>, module: [&str; 3]) -> PyResult {
        let [file, name, filename] = module;
        let object = self.library_code(&directory.join(file), cache, filename)?;
        let code = self.new_module_code(&object)?;
        let module = self.new_module(name);
        let dict = module.dict();
        let (builtins_name, builtins) = (self.names.__builtins__, self.builtins);
        dict.set_str(self, builtins_name, builtins.into());
        let key = self.intern(name);
        self.modules.set_str(self, key, module.into());
        let function = self.new_function(code, dict);
        self.call_function_with_locals(function, Args::EMPTY, dict.into())?;
        Ok(module.into())
    }

    /// The code of one of the modules that load the others: from the cache if it is there, fits its source and is sound.
    fn library_code(&mut self, path: &Path, cache: Option<&Path>, filename: &str) -> PyResult<Arc<CodeObject>> {
        let header = std::fs::metadata(path).ok().and_then(|metadata| {
            metadata.modified().ok().map(|modified| PycHeader::timestamp(modified, metadata.len()))
        });
        let place = cache.map(|cache| {
            let relative = path.strip_prefix("/").unwrap_or(path);
            cache.join(relative).with_extension("frozen-quicken-311.pyc")
        });
        if let (Some(header), Some(place)) = (header, &place)
            && let Ok(bytes) = std::fs::read(place)
            && let Ok((found, code)) = read_pyc(&bytes)
            && found == header
            && verify(&code).is_ok()
        {
            return Ok(code);
        }
        let source = std::fs::read(path).map_err(|error| {
            let name = self.new_str(&path.to_string_lossy());
            self.io_error(&error, Some(name.into()))
        })?;
        let source = self.decode_source(&source, filename)?;
        // As CPython's frozen ones: `-O` does not matter to them.
        let options = SourceOptions { byte_columns: source.byte_columns, ..SourceOptions::at_level(0) };
        let code = self.compile_source(&source.text, filename, "exec", options)?;
        if let (Some(header), Some(place)) = (header, &place)
            && let Ok(bytes) = write_pyc(&code, header)
        {
            // A cache that cannot be written costs time, nothing else.
            let _ = write_whole(place, &bytes);
        }
        Ok(code)
    }

    /// Takes the frames of `importlib` out of a traceback: all of them for an `ImportError`, else those that lead to a module's
    /// own code (`remove_importlib_frames`).
    fn remove_importlib_frames(&mut self, raise: Raise) {
        let Some(exception) = raise.0.cast::<Exception>() else { return };
        let always = self.is_raised(raise, self.exc.ImportError);
        // Where the link to the next entry stands: in the exception, or in the entry before.
        let link = |at: Option<Gc<Traceback>>, next: Value| match at {
            Some(entry) => entry.next.set(next),
            None => exception.traceback.set(next),
        };
        let (mut previous, mut outer) = (None, None);
        let mut inside = false;
        let mut entry = exception.traceback.get();
        while let Some(traceback) = entry.cast::<Traceback>() {
            let next = traceback.next.get();
            let file = traceback.code().filename;
            let now_inside = file.is_text(BOOTSTRAP[2]) || file.is_text(EXTERNAL[2]);
            if now_inside && !inside {
                outer = previous;
            }
            inside = now_inside;
            if inside && (always || traceback.code().name.is_text(FRAMES_REMOVED)) {
                link(outer, next);
                previous = outer;
            } else {
                previous = Some(traceback);
            }
            entry = next;
        }
    }

    // ---- `_imp` ----

    /// Loads a native module for `_imp.create_builtin`.
    ///
    /// # Errors
    /// What its making raises.
    pub(crate) fn create_native(&mut self, name: Gc<Str>) -> PyResult {
        if let Some(module) = self.modules.get_str(name) {
            return Ok(module);
        }
        match self.native_module(&name.to_string_lossy()) {
            Some(spec) => {
                let key = self.intern_str(name);
                self.load_native(spec, key)
            }
            None => Ok(Value::NONE),
        }
    }

    // ---- `-m` ----

    /// Runs a module as the program: `python -m`.
    ///
    /// # Errors
    /// What the module raises; `SystemExit` when it cannot be found.
    pub fn run_module(&mut self, name: &str) -> PyResult<()> {
        let module = self.new_module("__main__");
        let dict = module.dict();
        let (main, builtins_name) = (self.names.__main__, self.names.__builtins__);
        let key = self.names.builtins;
        let builtins = self.modules.get_str(key).unwrap_or(self.builtins.into());
        dict.set_str(self, builtins_name, builtins);
        let modules = self.modules;
        modules.set_str(self, main, module.into());
        let sys = self.import_absolute("sys")?;
        let details = self.module_details(name, sys)?;
        let [_, spec, code] = *details.items() else { return Err(self.system_error("runpy answers a tuple of three")) };
        let Some(code) = code.cast::<Code>() else { return Err(self.type_error("a code object was expected")) };
        for (attribute, from) in
            [("__cached__", "cached"), ("__file__", "origin"), ("__loader__", "loader"), ("__package__", "parent")]
        {
            let (attribute, from) = (self.intern(attribute), self.intern(from));
            let value = self.get_attr(spec, from)?;
            dict.set_str(self, attribute, value);
        }
        let spec_name = self.names.__spec__;
        dict.set_str(self, spec_name, spec);
        let (argv, file) = (self.intern("argv"), self.names.__file__);
        let argv = self.get_attr(sys, argv)?;
        if let (Some(argv), Some(file)) = (argv.cast::<List>().filter(|argv| !argv.is_empty()), dict.get_str(file)) {
            argv.set(0, file);
        }
        // Not by `runpy`'s own `exec`: a program at the bottom of the native stack is collected with exact roots.
        let function = self.new_function(code, dict);
        self.call_function_with_locals(function, Args::EMPTY, dict.into()).map(drop)
    }

    /// What `runpy` finds under a name: name, spec and code.
    fn module_details(&mut self, name: &str, sys: Value) -> PyResult<Gc<Tuple>> {
        let runpy = self.import_absolute("runpy")?;
        let error = self.intern("_Error");
        let error = self.get_attr(runpy, error)?;
        let name = self.new_str(name);
        match self.call_method(runpy, "_get_module_details", &[name.into(), error]) {
            Ok(details) => self.tuple_from(details),
            Err(raise) if error.cast::<Type>().is_some_and(|error| self.is_raised(raise, error)) => {
                let executable = self.intern("executable");
                let executable = self.get_attr(sys, executable)?;
                let text = format!(
                    "{}: {}",
                    self.str_of(executable)?.to_string_lossy(),
                    self.str_of(raise.0)?.to_string_lossy()
                );
                let ty = self.exc.SystemExit;
                Err(self.raise(ty, text))
            }
            Err(raise) => Err(raise),
        }
    }
}

/// Writes a file whole or not at all: others may be reading it.
fn write_whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if let Some(directory) = path.parent() {
        std::fs::create_dir_all(directory)?;
    }
    let temporary = path.with_extension(format!("{}.tmp", std::process::id()));
    std::fs::write(&temporary, bytes)?;
    std::fs::rename(&temporary, path).inspect_err(|_| {
        let _ = std::fs::remove_file(&temporary);
    })
}
