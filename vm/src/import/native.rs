//! Finding and loading without CPython's library: native modules, then Python files on `sys.path`.

use std::path::{Path, PathBuf};

use super::INITIALIZING;
use crate::Vm;
use crate::args::Args;
use crate::error::{PyResult, Raise};
use crate::object::Gc;
use crate::objects::dict::Dict;
use crate::objects::list::List;
use crate::objects::namespace::new_namespace;
use crate::objects::string::Str;
use crate::objects::tuple::Tuple;
use crate::spec::{Binding, MethodSpec, ModuleSpec};
use crate::value::Value;
use crate::vm::SourceOptions;

impl Vm {
    pub(super) fn find_and_load_natively(&mut self, name: &str, key: Gc<Str>) -> PyResult {
        let Some((parent_name, child)) = name.rsplit_once('.') else {
            return self.load(name, key, None);
        };
        let parent = self.import_absolute(parent_name)?;
        // Loading the package may have loaded this one.
        if let Some(module) = self.modules.get_str(key) {
            return Ok(module);
        }
        let path = self.names.__path__;
        let Some(path) = self.lookup_attr(parent, path)? else {
            let (text, package) = (quoted(name), quoted(parent_name));
            let message = format!("No module named {text}; {package} is not a package");
            return Err(self.module_not_found(name, message));
        };
        let module = self.load(name, key, Some(path))?;
        let child = self.intern(child);
        self.set_attr(parent, child, module)?;
        Ok(module)
    }

    /// Loads a module that is not in `sys.modules`; `path` is the package's, if it is in one.
    fn load(&mut self, name: &str, key: Gc<Str>, path: Option<Value>) -> PyResult {
        if let Some(spec) = self.native_module(name) {
            return self.load_native(spec, key);
        }
        let leaf = name.rsplit('.').next().unwrap_or(name);
        for directory in self.search_path(path)? {
            if let Some(found) = find_source(&directory, leaf) {
                return self.load_source(name, key, &found);
            }
        }
        let raise = self.module_not_found(name, format!("No module named {}", quoted(name)));
        if path.is_none() && crate::modules::is_standard(name) {
            self.add_note(
                raise,
                &format!(
                    "{} is part of CPython's standard library: install python3.11, or name the Lib directory of a CPython 3.11 with \
                     --stdlib or QUICKEN_STDLIB",
                    quoted(name)
                ),
            )?;
        }
        Err(raise)
    }

    /// Adds a line that is printed below an exception (`BaseException.add_note`).
    fn add_note(&mut self, raise: Raise, note: &str) -> PyResult<()> {
        let note = self.new_str(note);
        self.call_method(raise.0, "add_note", &[note.into()]).map(drop)
    }

    /// The native module with this name.
    pub fn native_module(&self, name: &str) -> Option<&'static ModuleSpec> {
        crate::modules::MODULES.iter().chain(&self.native_modules).find(|spec| spec.name == name).copied()
    }

    /// Makes a native module importable.
    pub fn add_native_module(&mut self, spec: &'static ModuleSpec) {
        self.native_modules.push(spec);
    }

    pub(super) fn load_native(&mut self, spec: &'static ModuleSpec, key: Gc<Str>) -> PyResult {
        let module = self.new_module(spec.name);
        let dict = module.dict();
        if let Some(doc) = spec.doc {
            let (name, doc) = (self.names.__doc__, self.new_str(doc));
            dict.set_str(self, name, doc.into());
        }
        self.add_functions(dict, key, spec.functions);
        self.modules.set_str(self, key, module.into());
        if let Some(init) = spec.init
            && let Err(raise) = init(self, module)
        {
            self.modules.del_str(key);
            return Err(raise);
        }
        Ok(module.into())
    }

    /// Adds native functions to the namespace of a module.
    pub fn add_functions(&mut self, dict: Gc<Dict>, module: Gc<Str>, functions: &'static [MethodSpec]) {
        for spec in functions {
            debug_assert!(spec.binding == Binding::Instance, "{} is a function of a module", spec.name);
            let function = self.new_native_function(spec, Value::NULL, module.into());
            let name = self.intern(spec.name);
            dict.set_str(self, name, function);
        }
    }

    /// The directories in which to look for Python files: those of a package, or `sys.path`.
    fn search_path(&mut self, package: Option<Value>) -> PyResult<Vec<PathBuf>> {
        let entries = match package {
            Some(path) => path,
            None => {
                let sys = self.import_absolute("sys")?;
                let name = self.names.path;
                self.lookup_attr(sys, name)?.unwrap_or(Value::NONE)
            }
        };
        let mut values = self.heap.temp_vec();
        if let Some(list) = entries.cast::<List>() {
            values.extend(list.as_cells().iter().map(std::cell::Cell::get));
        } else if let Some(tuple) = entries.cast::<Tuple>() {
            values.extend_from_slice(tuple.items());
        }
        // Entries that are no strings are ignored, as CPython's path finder does.
        let texts = values.iter().filter_map(|value| value.cast::<Str>());
        Ok(texts.map(|text| PathBuf::from(text.to_string_lossy().into_owned())).collect())
    }

    fn load_source(&mut self, name: &str, key: Gc<Str>, found: &Source) -> PyResult {
        let filename = found.file.to_string_lossy().into_owned();
        let source = match std::fs::read(&found.file) {
            Ok(bytes) => self.decode_source(&bytes, &filename)?,
            Err(error) => return Err(crate::builtins::text::os_error(self, &error)),
        };
        let options =
            SourceOptions { byte_columns: source.byte_columns, ..SourceOptions::at_level(self.optimization_level()) };
        let object = self.compile_source(&source.text, &filename, "exec", options)?;
        let code = self.new_module_code(&object)?;
        let module = self.new_module(name);
        let dict = module.dict();
        let file = self.new_str(&filename);
        let package =
            if found.package.is_some() { name } else { name.rsplit_once('.').map_or("", |(package, _)| package) };
        let package = self.new_str(package);
        let (file_name, package_name, builtins_name) =
            (self.names.__file__, self.names.__package__, self.names.__builtins__);
        dict.set_str(self, package_name, package.into());
        if let Some(directory) = &found.package {
            let directory = self.new_str(&directory.to_string_lossy());
            let path = self.new_list(&[directory.into()]);
            let path_name = self.names.__path__;
            dict.set_str(self, path_name, path.into());
        }
        dict.set_str(self, file_name, file.into());
        let name = self.new_str(name);
        let path_name = self.names.__path__;
        let locations = dict.get_str(path_name).unwrap_or(Value::NONE);
        let spec = new_namespace(
            self,
            &[
                ("name", name.into()),
                ("loader", Value::NONE),
                ("origin", file.into()),
                ("submodule_search_locations", locations),
                ("cached", Value::NONE),
                ("parent", package.into()),
                ("has_location", Value::TRUE),
                (INITIALIZING, Value::TRUE),
            ],
        )?;
        let spec_name = self.names.__spec__;
        dict.set_str(self, spec_name, spec);
        let builtins = self.builtins;
        dict.set_str(self, builtins_name, builtins.into());
        self.modules.set_str(self, key, module.into());
        let function = self.new_function(code, dict);
        if let Err(raise) = self.call_function_with_locals(function, Args::EMPTY, dict.into()) {
            self.modules.del_str(key);
            return Err(raise);
        }
        let flag = self.intern(INITIALIZING);
        self.set_attr(spec, flag, Value::FALSE)?;
        // A module may put something else in its place.
        Ok(self.modules.get_str(key).unwrap_or(module.into()))
    }
}

/// A module's name in messages: `repr` of a name that is nearly always an identifier.
fn quoted(name: &str) -> String {
    quicken_bytecode::repr::repr_str(&quicken_bytecode::PyString::from(name))
}

/// A Python file.
struct Source {
    file: PathBuf,
    /// The directory, if the file is a package's.
    package: Option<PathBuf>,
}

fn find_source(directory: &Path, leaf: &str) -> Option<Source> {
    let package = directory.join(leaf);
    let init = package.join("__init__.py");
    if init.is_file() {
        return Some(Source { file: init, package: Some(package) });
    }
    let file = directory.join(format!("{leaf}.py"));
    file.is_file().then_some(Source { file, package: None })
}
