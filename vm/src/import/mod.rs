//! Imports: what the import instructions and `__import__` do (`Python/import.c`).
//!
//! Where there is the library of a CPython 3.11, its own `importlib` finds and loads modules (`library`), as soon as one is asked
//! for that is not native; without one, `native` looks for Python files on `sys.path` by itself.

mod library;
mod native;

use crate::Vm;
use crate::error::{PyResult, Raise};
use crate::object::Gc;
use crate::objects::dict::Dict;
use crate::objects::exception::{self, Exception};
use crate::objects::module::Module;
use crate::objects::native::NativeFunction;
use crate::objects::string::Str;
use crate::value::Value;

pub use library::{Library, LibrarySettings};

/// The attribute of a module's `__spec__` that is true while its code runs.
const INITIALIZING: &str = "_initializing";

impl Vm {
    // ---- the import instructions ----

    /// `IMPORT_NAME`: calls `builtins.__import__`, directly if that is ours.
    ///
    /// # Errors
    /// What the import raises.
    pub fn import_name(&mut self, name: Gc<Str>, globals: Gc<Dict>, from_list: Value, level: i64) -> PyResult {
        let import = self.names.__import__;
        let builtins = self.builtins_of(globals);
        let Some(function) = builtins.get_str(import) else {
            return Err(self.import_error("__import__ not found"));
        };
        let own = function
            .cast::<NativeFunction>()
            .is_some_and(|f| std::ptr::fn_addr_eq(f.spec.function, crate::builtins::run::IMPORT.function));
        if own || matches!(self.library, Library::Loading) {
            return self.import_module_level(name, Some(globals), from_list, level);
        }
        let locals = self.current_frame().map_or(Value::NULL, |frame| frame.locals).or_none();
        let level = self.int(level);
        self.call_values(function, &[name.into(), globals.into(), locals, from_list, level])
    }

    /// What `IMPORT_FROM` does when the module lacks the attribute: a submodule of that name may be loaded already.
    ///
    /// # Errors
    /// `ImportError`.
    pub fn import_submodule_attribute(&mut self, module: Value, name: Gc<Str>) -> PyResult {
        let dunder_name = self.names.__name__;
        let package = self.lookup_attr(module, dunder_name)?.and_then(|value| value.cast::<Str>());
        if let Some(package) = package {
            let full = self.intern(&format!("{}.{}", package.to_string_lossy(), name.to_string_lossy()));
            if let Some(found) = self.modules.get_str(full) {
                return Ok(found);
            }
        }
        let file = self.names.__file__;
        let path = self.lookup_attr(module, file)?.filter(|path| path.cast::<Str>().is_some());
        let package = match package {
            Some(package) => self.repr_text(package.into())?,
            None => "'<unknown module name>'".to_owned(),
        };
        let place = match path {
            Some(path) => self.str_of(path)?.to_string_lossy().into_owned(),
            None => "unknown location".to_owned(),
        };
        let name = self.repr_text(name.into())?;
        let raise = if path.is_some() && self.is_initializing(module)? {
            self.import_error(&format!(
                "cannot import name {name} from partially initialized module {package} (most likely due to a circular \
                 import) ({place})"
            ))
        } else {
            self.import_error(&format!("cannot import name {name} from {package} ({place})"))
        };
        if let (Some(exception), Some(package)) = (raise.0.cast::<Exception>(), self.lookup_attr(module, dunder_name)?)
        {
            exception.set_member(self, exception::NAME, package);
            exception.set_member(self, exception::PATH, path.unwrap_or(Value::NONE));
        }
        Err(raise)
    }

    /// Whether a module's code is still running (`__spec__._initializing`).
    fn is_initializing(&mut self, module: Value) -> PyResult<bool> {
        let (spec, flag) = (self.names.__spec__, self.intern(INITIALIZING));
        let Some(spec) = self.lookup_attr(module, spec)? else { return Ok(false) };
        match self.lookup_attr(spec, flag)? {
            Some(flag) => self.is_true(flag),
            None => Ok(false),
        }
    }

    /// An `ImportError` that knows no module.
    pub fn import_error(&mut self, message: &str) -> Raise {
        let ty = self.exc.ImportError;
        self.raise(ty, message)
    }

    pub(crate) fn module_not_found(&mut self, name: &str, message: String) -> Raise {
        let ty = self.exc.ModuleNotFoundError;
        let raise = self.raise(ty, message);
        let name = self.new_str(name);
        if let Some(exception) = raise.0.cast::<Exception>() {
            exception.set_member(self, exception::NAME, name.into());
        }
        raise
    }

    // ---- `__import__` ----

    /// `__import__(name, globals, locals, from_list, level)` (`PyImport_ImportModuleLevelObject`).
    ///
    /// # Errors
    /// `ModuleNotFoundError`, or what the module raises.
    pub fn import_module_level(
        &mut self,
        name: Gc<Str>,
        globals: Option<Gc<Dict>>,
        from_list: Value,
        level: i64,
    ) -> PyResult {
        if level < 0 {
            return Err(self.value_error("level must be >= 0"));
        }
        let text = name.to_string_lossy();
        // The usual case, which hot functions that import inside meet again and again.
        if level == 0
            && !text.contains('.')
            && let Some(module) = self.modules.get_str(name).filter(|module| !module.is_none())
            && (from_list.is_none()
                || from_list.is_null()
                || module.cast::<Module>().is_some_and(|m| m.dict().get_str(self.names.__path__).is_none()))
        {
            return Ok(module);
        }
        let text = text.into_owned();
        let full = if level > 0 {
            self.resolve_relative(&text, globals, level)?
        } else if text.is_empty() {
            return Err(self.value_error("Empty module name"));
        } else {
            text.clone()
        };
        let module = self.import_absolute(&full)?;
        if !from_list.is_none() && !from_list.is_null() && self.is_true(from_list)? {
            let path = self.names.__path__;
            if self.lookup_attr(module, path)?.is_some() {
                self.import_from_list(module, from_list, false)?;
            }
            return Ok(module);
        }
        match text.find('.') {
            Some(dot) if level == 0 => self.import_absolute(&text[..dot]),
            Some(dot) => {
                let front = &full[..full.len() - (text.len() - dot)];
                let front = self.intern(front);
                match self.modules.get_str(front) {
                    Some(module) => Ok(module),
                    None => {
                        let ty = self.exc.KeyError;
                        let name = self.repr_text(front.into())?;
                        Err(self.raise(ty, format!("{name} not in sys.modules as expected")))
                    }
                }
            }
            None => Ok(module),
        }
    }

    /// The absolute name of a relative import (`resolve_name`).
    fn resolve_relative(&mut self, name: &str, globals: Option<Gc<Dict>>, level: i64) -> PyResult<String> {
        let Some(globals) = globals else {
            let ty = self.exc.KeyError;
            return Err(self.raise(ty, "'__name__' not in globals"));
        };
        let (package, own_name, path) = (self.names.__package__, self.names.__name__, self.names.__path__);
        let (spec, parent) = (self.names.__spec__, self.intern("parent"));
        let spec = globals.get_str(spec).filter(|value| !value.is_none());
        let package = match globals.get_str(package).filter(|value| !value.is_none()) {
            Some(value) => {
                let Some(text) = value.cast::<Str>() else {
                    return Err(self.type_error("package must be a string"));
                };
                if let Some(spec) = spec {
                    let parent = self.get_attr(spec, parent)?;
                    if !self.equals(value, parent)? {
                        let category = self.exc.ImportWarning;
                        self.warn(category, "__package__ != __spec__.parent", 1)?;
                    }
                }
                text.to_string_lossy().into_owned()
            }
            None if spec.is_some() => {
                let parent = self.get_attr(spec.unwrap_or(Value::NONE), parent)?;
                match parent.cast::<Str>() {
                    Some(text) => text.to_string_lossy().into_owned(),
                    None => return Err(self.type_error("__spec__.parent must be a string")),
                }
            }
            None => {
                let category = self.exc.ImportWarning;
                let message =
                    "can't resolve package from __spec__ or __package__, falling back on __name__ and __path__";
                self.warn(category, message, 1)?;
                let Some(own) = globals.get_str(own_name) else {
                    let ty = self.exc.KeyError;
                    return Err(self.raise(ty, "'__name__' not in globals"));
                };
                let Some(own) = own.cast::<Str>() else {
                    return Err(self.type_error("__name__ must be a string"));
                };
                let own = own.to_string_lossy().into_owned();
                if globals.get_str(path).is_some() {
                    own
                } else {
                    own.rsplit_once('.').map_or(String::new(), |(package, _)| package.to_owned())
                }
            }
        };
        if package.is_empty() {
            return Err(self.import_error("attempted relative import with no known parent package"));
        }
        let mut base = package.as_str();
        for _ in 1..level {
            match base.rsplit_once('.') {
                Some((parent, _)) => base = parent,
                None => return Err(self.import_error("attempted relative import beyond top-level package")),
            }
        }
        Ok(if name.is_empty() { base.to_owned() } else { format!("{base}.{name}") })
    }

    /// The submodules that a `from` statement names (`_handle_fromlist`).
    fn import_from_list(&mut self, module: Value, from_list: Value, recursive: bool) -> PyResult<()> {
        let mut names = self.heap.temp_vec();
        self.collect(from_list, &mut names)?;
        let own_name = self.names.__name__;
        for &item in names.iter() {
            let Some(name) = item.cast::<Str>() else {
                let given = self.type_name(item);
                let place = if recursive {
                    let module = self.get_attr(module, own_name)?;
                    format!("{}.__all__", self.str_of(module)?.to_string_lossy())
                } else {
                    "``from list''".to_owned()
                };
                return Err(self.type_error(format!("Item in {place} must be str, not {given}")));
            };
            if name.is_text("*") {
                let all = self.names.__all__;
                if !recursive && let Some(all) = self.lookup_attr(module, all)? {
                    self.import_from_list(module, all, true)?;
                }
            } else if self.lookup_attr(module, name)?.is_none() {
                let package = self.get_attr(module, own_name)?;
                let full = format!("{}.{}", self.str_of(package)?.to_string_lossy(), name.to_string_lossy());
                match self.import_absolute(&full) {
                    Ok(_) => {}
                    // Then `IMPORT_FROM` says what is missing, unless the submodule lacks something itself or is blocked by a `None`.
                    Err(raise) if self.is_missing_module(raise, &full) && !self.is_blocked(&full) => {}
                    Err(raise) => return Err(raise),
                }
            }
        }
        Ok(())
    }

    fn is_blocked(&mut self, name: &str) -> bool {
        let key = self.intern(name);
        self.modules.get_str(key).is_some_and(Value::is_none)
    }

    fn is_missing_module(&self, raise: Raise, name: &str) -> bool {
        self.is_raised(raise, self.exc.ModuleNotFoundError)
            && raise.0.cast::<Exception>().is_some_and(|exception| {
                exception.member(exception::NAME).cast::<Str>().is_some_and(|missing| missing.is_text(name))
            })
    }

    // ---- finding and loading ----

    /// The module with this absolute name, loaded if it is not yet.
    ///
    /// # Errors
    /// `ModuleNotFoundError`, or what the module raises.
    pub fn import_absolute(&mut self, name: &str) -> PyResult {
        let key = self.intern(name);
        match self.modules.get_str(key) {
            Some(module) if module.is_none() => {
                Err(self.module_not_found(name, format!("import of {name} halted; None in sys.modules")))
            }
            Some(module) => Ok(module),
            None => {
                self.check_native_stack(" while importing a module")?;
                self.find_and_load(name, key)
            }
        }
    }
}
