//! `_warnings`: what CPython has of `warnings` in C (`Python/_warnings.c`). The library's module takes it over; programs that never
//! import that get their warnings all the same.

use crate::Vm;
use crate::args::{Args, Parameters};
use crate::error::PyResult;
use crate::heap::RootValue;
use crate::object::Gc;
use crate::objects::dict::Dict;
use crate::objects::list::List;
use crate::objects::module::Module;
use crate::objects::string::Str;
use crate::objects::tuple::Tuple;
use crate::objects::typeobj::Type;
use crate::spec::Convention::{FastKeywords, NoArgs};
use crate::spec::{ModuleSpec, method};
use crate::traceback::SourceCache;
use crate::value::Value;

/// `_warnings`.
pub(super) static MODULE: ModuleSpec = ModuleSpec {
    name: "_warnings",
    doc: Some(
        "_warnings provides basic warning filtering support.\nIt is a helper module to speed up interpreter start-up.",
    ),
    functions: &[
        method("warn", warn, FastKeywords),
        method("warn_explicit", warn_explicit, FastKeywords),
        method("_filters_mutated", filters_mutated, NoArgs),
    ],
    init: Some(init),
};

/// What is there before a program changes it.
pub(crate) struct Defaults {
    filters: RootValue,
    once_registry: RootValue,
    action: RootValue,
    /// Counts the changes of the filters: what a registry says holds for one of them.
    version: i64,
}

/// A place in the source that is warned of.
struct Place {
    filename: Value,
    line: i64,
    /// The module's name, or `NULL`.
    module: Value,
    /// What was warned of before: a dict, `None`, or `NULL`.
    registry: Value,
}

fn init(vm: &mut Vm, module: Gc<Module>) -> PyResult<()> {
    let defaults = vm.warning_defaults();
    let values = [
        ("filters", defaults.filters.get()),
        ("_onceregistry", defaults.once_registry.get()),
        ("_defaultaction", defaults.action.get()),
    ];
    for (name, value) in values {
        let name = vm.intern(name);
        module.dict().set_str(vm, name, value);
    }
    Ok(())
}

fn filters_mutated(vm: &mut Vm, _module: Value, _args: Args<'_>) -> PyResult {
    vm.warning_defaults().version += 1;
    Ok(Value::NONE)
}

fn warn(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<4> = Parameters {
        names: ["message", "category", "stacklevel", "source"],
        positional_only: 0,
        max_positional: 4,
        required: 1,
    };
    let [message, category, level, source] = args.bind(vm, "warn", &PARAMETERS)?;
    let level = if level.is_null() { 1 } else { vm.index_c(level, "int")? };
    let category = if vm.is_instance(message, vm.exc.Warning.into())? {
        vm.type_of(message).into()
    } else {
        match category.non_null().filter(|category| !category.is_none()) {
            None => vm.exc.UserWarning.into(),
            Some(category) => match category.cast::<Type>() {
                Some(class) if class.is_subtype(vm.exc.Warning) => category,
                _ => {
                    let given = vm.type_name(category);
                    return Err(vm.type_error(format!("category must be a Warning subclass, not '{given}'")));
                }
            },
        }
    };
    vm.warn_at(message, category, level, source.or_none())?;
    Ok(Value::NONE)
}

fn warn_explicit(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<8> = Parameters {
        names: ["message", "category", "filename", "lineno", "module", "registry", "module_globals", "source"],
        positional_only: 0,
        max_positional: 8,
        required: 4,
    };
    let [message, category, filename, line, module, registry, _, source] =
        args.bind(vm, "warn_explicit", &PARAMETERS)?;
    if filename.cast::<Str>().is_none() {
        let given = vm.type_name(filename);
        return Err(vm.type_error(format!("warn_explicit() argument 3 must be str, not {given}")));
    }
    let line = vm.index_c(line, "int")?;
    let place = Place { filename, line, module, registry };
    vm.warn_of(message, category, &place, source.or_none())?;
    Ok(Value::NONE)
}

impl Vm {
    /// Warns as `warnings.warn` does: `level` 1 is the Python function that runs.
    ///
    /// # Errors
    /// What the filters make an error.
    pub fn warn(&mut self, category: Gc<Type>, message: &str, level: i64) -> PyResult<()> {
        let message = self.new_str(message);
        self.warn_at(message.into(), category.into(), level, Value::NONE)
    }

    /// Warns of a line of a file, for which nothing is remembered (`PyErr_WarnExplicitObject`).
    ///
    /// # Errors
    /// What the filters make an error.
    pub(crate) fn warn_of_line(&mut self, category: Value, message: &str, filename: &str, line: i64) -> PyResult<()> {
        let (message, filename) = (self.new_str(message), self.new_str(filename).into());
        let place = Place { filename, line, module: Value::NULL, registry: Value::NULL };
        self.warn_of(message.into(), category, &place, Value::NONE)
    }

    fn warning_defaults(&mut self) -> &mut Defaults {
        if self.warning_defaults.is_none() {
            let ignored = [
                self.exc.DeprecationWarning,
                self.exc.PendingDeprecationWarning,
                self.exc.ImportWarning,
                self.exc.ResourceWarning,
            ];
            let (shown, main) = (self.intern("default"), self.intern("__main__"));
            let mut filters = self.heap.temp_vec();
            let zero = Value::small_int(0);
            let of_main = [shown.into(), Value::NONE, self.exc.DeprecationWarning.into(), main.into(), zero];
            filters.push(self.new_tuple(&of_main).into());
            let ignore = self.intern("ignore");
            for category in ignored {
                filters.push(self.new_tuple(&[ignore.into(), Value::NONE, category.into(), Value::NONE, zero]).into());
            }
            let (filters, once_registry) = (self.new_list(&filters), self.new_dict());
            self.warning_defaults = Some(Defaults {
                filters: self.heap.root_value(filters.into()),
                once_registry: self.heap.root_value(once_registry.into()),
                action: self.heap.root_value(shown.into()),
                version: 0,
            });
        }
        self.warning_defaults.as_mut().expect("was just made")
    }

    /// An attribute of the library's `warnings`, if the program has imported that. What stands on the command line is only known
    /// to it.
    fn warnings_attribute(&mut self, name: &str) -> PyResult<Option<Value>> {
        let key = self.intern("warnings");
        let module = match self.modules.get_str(key) {
            Some(module) => module,
            None if self.python_options.warnings.is_empty() && self.python_options.implementation.is_empty() => {
                return Ok(None);
            }
            None => match self.import_absolute("warnings") {
                Ok(module) => module,
                Err(raise) if self.is_raised(raise, self.exc.ImportError) => return Ok(None),
                Err(raise) => return Err(raise),
            },
        };
        let name = self.intern(name);
        self.lookup_attr(module, name)
    }

    /// Warns of the place where the frame that is `level` - 1 levels below the running one stands (`do_warn`).
    fn warn_at(&mut self, message: Value, category: Value, level: i64, source: Value) -> PyResult<()> {
        let (globals, filename, line) = match self.warned_frame(level) {
            Some(depth) => {
                let (object, globals) = (self.frame_object(depth), self.frame_below(depth).map(|frame| frame.globals));
                let line = object.and_then(|object| self.line_of_object(object)).unwrap_or(0);
                let filename = object.map(|object| object.code.object.filename.to_string());
                (globals, self.new_str(&filename.unwrap_or_default()), i64::from(line))
            }
            None => {
                let name = self.intern("sys");
                let sys = self.modules.get_str(name).and_then(|module| module.cast::<Module>());
                (sys.map(|sys| sys.dict()), name, 1)
            }
        };
        let mut place = Place { filename: filename.into(), line, module: Value::NULL, registry: Value::NONE };
        if let Some(globals) = globals {
            let name = self.intern("__warningregistry__");
            place.registry = match globals.get_str(name) {
                Some(registry) => registry,
                None => {
                    let registry = self.new_dict().into();
                    globals.set_str(self, name, registry);
                    registry
                }
            };
            let name = self.names.__name__;
            let module = globals.get_str(name).filter(|name| name.is_none() || name.cast::<Str>().is_some());
            place.module = match module {
                Some(module) => module,
                None => self.intern("<string>").into(),
            };
        }
        self.warn_of(message, category, &place, source)
    }

    /// How deep the frame of a stack level lies. Those of `importlib` count only where the level points into them.
    fn warned_frame(&self, level: i64) -> Option<usize> {
        let is_internal = |depth: usize| {
            self.frame_below(depth).is_some_and(|frame| {
                let filename = frame.code.object.filename.as_str().unwrap_or_default();
                filename.contains("importlib") && filename.contains("_bootstrap")
            })
        };
        let count_all = level <= 0 || is_internal(0);
        let mut depth = 0;
        for _ in 1..level {
            self.frame_below(depth)?;
            depth += 1;
            while !count_all && is_internal(depth) {
                depth += 1;
            }
        }
        self.frame_below(depth).map(|_| depth)
    }

    /// Warns as the filters say (`warn_explicit`).
    fn warn_of(&mut self, message: Value, category: Value, place: &Place, source: Value) -> PyResult<()> {
        if place.module.is_none() {
            return Ok(());
        }
        let registry = match place.registry.non_null().filter(|registry| !registry.is_none()) {
            None => None,
            Some(registry) => match registry.cast::<Dict>() {
                Some(registry) => Some(registry),
                None => return Err(self.type_error("'registry' must be a dict or None")),
            },
        };
        let module = match place.module.non_null() {
            Some(module) => module,
            None => self.module_of_file(place.filename),
        };
        let (text, message, category) = if self.is_instance(message, self.exc.Warning.into())? {
            (self.str_of(message)?.into(), message, self.type_of(message).into())
        } else {
            (message, self.call_values(category, &[message])?, category)
        };
        let line = self.int(place.line);
        let key = self.new_tuple(&[text, category, line]).into();
        if let Some(registry) = registry
            && self.is_warned_already(registry, key, false)?
        {
            return Ok(());
        }
        let (action, item) = self.warning_action(category, text, place.line, module)?;
        match action.as_str() {
            "error" => return Err(self.raise_exception(message)),
            "ignore" => return Ok(()),
            "always" => {}
            _ => {
                if let Some(registry) = registry {
                    registry.set_item(self, key, Value::TRUE)?;
                }
                let remembered = match action.as_str() {
                    "default" => None,
                    "module" => registry,
                    "once" => match registry {
                        Some(registry) => Some(registry),
                        None => {
                            let given = self.warnings_attribute("onceregistry")?;
                            let registry = given.unwrap_or_else(|| self.warning_defaults().once_registry.get());
                            registry.cast::<Dict>()
                        }
                    },
                    _ => {
                        let item = self.repr_text(item)?;
                        let message = format!("Unrecognized action ('{action}') in warnings.filters:\n {item}");
                        return Err(self.runtime_error(message));
                    }
                };
                if let Some(remembered) = remembered {
                    let key = self.new_tuple(&[text, category, Value::small_int(0)]).into();
                    if self.is_warned_already(remembered, key, true)? {
                        return Ok(());
                    }
                }
            }
        }
        self.show_warning(message, text, category, place, source)
    }

    /// The name of a module by that of its file.
    fn module_of_file(&mut self, filename: Value) -> Value {
        let name = filename.cast::<Str>().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let name = name.strip_suffix(".py").unwrap_or(&name);
        self.new_str(if name.is_empty() { "<unknown>" } else { name }).into()
    }

    /// Whether a registry has the warning. What it has from before the filters changed is forgotten.
    fn is_warned_already(&mut self, registry: Gc<Dict>, key: Value, remember: bool) -> PyResult<bool> {
        let (name, version) = (self.intern("version"), self.warning_defaults().version);
        let known =
            registry.get_str(name).is_some_and(|known| known.is_small_int() && known.small_int_unchecked() == version);
        if known {
            if let Some(warned) = registry.get_item(self, key)?
                && self.is_true(warned)?
            {
                return Ok(true);
            }
        } else {
            registry.clear();
            registry.set_str(self, name, Value::small_int(version));
        }
        if remember {
            registry.set_item(self, key, Value::TRUE)?;
        }
        Ok(false)
    }

    /// What the first filter that fits says, and that filter (`get_filter`).
    fn warning_action(&mut self, category: Value, text: Value, line: i64, module: Value) -> PyResult<(String, Value)> {
        let filters = self.warnings_attribute("filters")?.unwrap_or_else(|| self.warning_defaults().filters.get());
        let Some(filters) = filters.cast::<List>() else {
            return Err(self.value_error("_warnings.filters must be a list"));
        };
        // A filter may change the list.
        let mut index = 0;
        while let Some(item) = filters.get(index) {
            let Some(&[action, message, class, name, number]) = item.cast::<Tuple>().map(|item| item.items()) else {
                return Err(self.value_error(format!("_warnings.filters item {index} isn't a 5-tuple")));
            };
            let Some(action) = action.cast::<Str>() else {
                let given = self.type_name(action);
                return Err(self.type_error(format!("action must be a string, not '{given}'")));
            };
            let number = self.index_c(number, "int")?;
            if self.filter_fits(message, text)?
                && self.is_subclass(category, class)?
                && self.filter_fits(name, module)?
                && (number == 0 || number == line)
            {
                return Ok((action.to_string_lossy().into_owned(), item));
            }
            index += 1;
        }
        let action = self.warnings_attribute("defaultaction")?;
        let action = action.unwrap_or_else(|| self.warning_defaults().action.get());
        match action.cast::<Str>() {
            Some(action) => Ok((action.to_string_lossy().into_owned(), Value::NONE)),
            None => {
                let given = self.type_name(action);
                Err(self.type_error(format!("_warnings.defaultaction must be a string, not '{given}'")))
            }
        }
    }

    /// Whether a part of a filter fits: `None`, the text itself, or a pattern.
    fn filter_fits(&mut self, part: Value, text: Value) -> PyResult<bool> {
        if part.is_none() {
            return Ok(true);
        }
        if part.is_exact(self.types.str) {
            return self.equals(part, text);
        }
        let found = self.call_method(part, "match", &[text])?;
        self.is_true(found)
    }

    /// By the library's `_showwarnmsg` where that is imported, else as the C code of CPython prints it (`call_show_warning`).
    fn show_warning(
        &mut self,
        message: Value,
        text: Value,
        category: Value,
        place: &Place,
        source: Value,
    ) -> PyResult<()> {
        if !source.is_none() {
            // The library tells where the object was made.
            self.start_library()?;
            if let Err(raise) = self.import_absolute("warnings")
                && !self.is_raised(raise, self.exc.ImportError)
            {
                return Err(raise);
            }
        }
        let line = self.int(place.line);
        let Some(show) = self.warnings_attribute("_showwarnmsg")? else {
            let name = category.cast::<Type>().map_or(Value::NONE, |ty| ty.name.get().into());
            return self.print_warning(text, name, place);
        };
        if !self.is_callable(show) {
            return Err(self.type_error("warnings._showwarnmsg() must be set to a callable"));
        }
        let Some(class) = self.warnings_attribute("WarningMessage")? else {
            return Err(self.runtime_error("unable to get warnings.WarningMessage"));
        };
        let parts = [message, category, place.filename, line, Value::NONE, Value::NONE, source];
        let message = self.call_values(class, &parts)?;
        self.call_values(show, &[message]).map(drop)
    }

    fn print_warning(&mut self, text: Value, category: Value, place: &Place) -> PyResult<()> {
        let filename = self.str_of(place.filename)?.to_string_lossy().into_owned();
        let category = self.str_of(category)?.to_string_lossy().into_owned();
        let text = self.str_of(text)?.to_string_lossy().into_owned();
        let mut shown = format!("{filename}:{}: {category}: {text}\n", place.line);
        let mut sources = SourceCache::default();
        if let Ok(line) = u32::try_from(place.line)
            && let Some(source) = sources.line(&filename, line)
            && !source.trim().is_empty()
        {
            shown.push_str(&format!("  {}\n", source.trim()));
        }
        self.write_stderr(&shown)
    }
}
