//! Running a program from its start to its end: the module `__main__`, the standard streams, what an uncaught exception
//! prints and which exit code it gives.

use std::sync::Arc;

use quicken_bytecode::CodeObject;
use quicken_bytecode::tree::Node;

use crate::Vm;
use crate::args::Args;
use crate::builtins::text::sys_attribute;
use crate::error::{PyResult, Raise};
use crate::interactive::is_cut_off;
use crate::object::Gc;
use crate::objects::exception::Exception;
use crate::objects::int;
use crate::objects::module::Module;
use crate::objects::namespace::new_namespace;
use crate::objects::native::NativeFunction;
use crate::objects::textio::{self, Stream};
use crate::objects::typeobj::Type;
use crate::value::Value;
use crate::vm::{
    CompileError, CompileErrorPlace, CompileWarnings, CompiledSource, DecodedSource, ParsedSource, SourceOptions,
};

/// What `codeop` takes for input that is to go on.
fn incomplete(error: CompileError) -> CompileError {
    CompileError { kind: "SyntaxError", message: "incomplete input".to_owned(), ..error }
}

/// Whether the last line is indented and has no end.
fn ends_in_block(source: &str) -> bool {
    let last = source.rsplit('\n').next().unwrap_or_default();
    source.contains('\n') && last.starts_with([' ', '\t']) && !last.trim().is_empty()
}

impl Vm {
    /// Runs a program: its code, in a new module `__main__`. `filename` is what `__file__` says, unless it stands for no
    /// file (`<string>`, `<stdin>`).
    ///
    /// # Errors
    /// What the program does not catch: [`Vm::report_uncaught`] prints it.
    pub fn run_main(&mut self, code: Arc<CodeObject>, filename: &str) -> PyResult<()> {
        let code = self.new_module_code(&code)?;
        let dict = self.new_main().dict();
        if !filename.starts_with('<') {
            let (name, file) = (self.names.__file__, self.new_str(filename));
            dict.set_str(self, name, file.into());
            let name = self.intern("__cached__");
            dict.set_str(self, name, Value::NONE);
        }
        let function = self.new_function(code, dict);
        self.call_function_with_locals(function, Args::EMPTY, dict.into()).map(drop)
    }

    /// The module `__main__`, empty.
    pub(crate) fn new_main(&mut self) -> Gc<Module> {
        let module = self.new_module("__main__");
        let dict = module.dict();
        let (builtins_name, main_name) = (self.names.__builtins__, self.names.__main__);
        let key = self.intern("builtins");
        let builtins = self.modules.get_str(key).unwrap_or(self.builtins.into());
        let (name, annotations) = (self.names.__annotations__, self.new_dict());
        dict.set_str(self, name, annotations.into());
        dict.set_str(self, builtins_name, builtins);
        let modules = self.modules;
        modules.set_str(self, main_name, module.into());
        module
    }

    /// Sets an attribute of the module `sys`, if there is one.
    pub(crate) fn set_sys_attribute(&mut self, name: &str, value: Value) {
        let (sys, name) = (self.intern("sys"), self.intern(name));
        if let Some(module) = self.modules.get_str(sys).and_then(|module| module.cast::<Module>()) {
            module.dict().set_str(self, name, value);
        }
    }

    // ---- source ----

    /// The level at which sources are compiled where nothing else is said (`sys.flags.optimize`).
    pub(crate) fn optimization_level(&self) -> u8 {
        self.python_options.optimize
    }

    /// Compiles source for `compile`, `exec`, `eval` and imports. Warnings go to standard error.
    ///
    /// # Errors
    /// `SyntaxError`; `RuntimeError` when the VM was made without a compiler.
    pub fn compile_source(
        &mut self,
        source: &str,
        filename: &str,
        mode: &str,
        options: SourceOptions,
    ) -> PyResult<Arc<CodeObject>> {
        let Some(compiler) = &self.compiler else {
            return Err(self.runtime_error("this VM has no compiler"));
        };
        let compiled = compiler.compile(source, filename, mode, options);
        let compiled = match compiled {
            Err(error) if options.allow_incomplete_input && is_cut_off(&error, source, false) => Err(incomplete(error)),
            Ok(_) if options.dont_imply_dedent && mode == "single" && ends_in_block(source) => {
                let (message, warnings) = (String::new(), CompileWarnings::default());
                Err(incomplete(CompileError { kind: "SyntaxError", message, place: None, warnings }))
            }
            compiled => compiled,
        };
        let (Ok(CompiledSource { warnings, .. }) | Err(CompileError { warnings, .. })) = &compiled;
        self.show_warnings(warnings, filename)?;
        match compiled {
            Ok(compiled) => Ok(compiled.code),
            Err(error) => Err(self.syntax_error(&error)),
        }
    }

    /// The tree of source, as plain data.
    ///
    /// # Errors
    /// As for [`Vm::compile_source`].
    pub(crate) fn parse_source(
        &mut self,
        source: &str,
        filename: &str,
        mode: &str,
        options: SourceOptions,
    ) -> PyResult<Node> {
        let Some(compiler) = &self.compiler else {
            return Err(self.runtime_error("this VM has no compiler"));
        };
        let parsed = compiler.parse(source, filename, mode, options);
        let (Ok(ParsedSource { warnings, .. }) | Err(CompileError { warnings, .. })) = &parsed;
        self.show_warnings(warnings, filename)?;
        parsed.map(|parsed| parsed.tree).map_err(|error| self.syntax_error(&error))
    }

    /// Compiles a tree.
    ///
    /// # Errors
    /// As for [`Vm::compile_source`]; `ValueError` or `TypeError` for a tree that stands for no program.
    pub(crate) fn compile_tree(
        &mut self,
        tree: &Node,
        filename: &str,
        options: SourceOptions,
    ) -> PyResult<Arc<CodeObject>> {
        let Some(compiler) = &self.compiler else {
            return Err(self.runtime_error("this VM has no compiler"));
        };
        let compiled = compiler.compile_tree(tree, filename, options);
        let (Ok(CompiledSource { warnings, .. }) | Err(CompileError { warnings, .. })) = &compiled;
        self.show_warnings(warnings, filename)?;
        compiled.map(|compiled| compiled.code).map_err(|error| self.syntax_error(&error))
    }

    /// Warns of what the compiler found.
    fn show_warnings(&mut self, warnings: &CompileWarnings, filename: &str) -> PyResult<()> {
        for (category, message, line) in &warnings.all {
            let class = crate::builtins::lookup(self, category).unwrap_or(self.exc.SyntaxWarning.into());
            match self.warn_of_line(class, message, filename, i64::from(*line)) {
                Ok(()) => {}
                // A filter that makes it an error makes it one of the syntax.
                Err(raise) if class.cast::<Type>().is_some_and(|class| self.is_raised(raise, class)) => {
                    let place = CompileErrorPlace {
                        filename: filename.to_owned(),
                        line: *line,
                        column: 0,
                        end_line: *line,
                        end_column: Some(0),
                        text: None,
                    };
                    return Err(self.syntax_error(&CompileError {
                        kind: "SyntaxError",
                        message: message.clone(),
                        place: Some(Box::new(place)),
                        warnings: CompileWarnings::default(),
                    }));
                }
                Err(raise) => return Err(raise),
            }
        }
        Ok(())
    }

    /// The exception for what the compiler found.
    pub fn syntax_error(&mut self, error: &CompileError) -> Raise {
        let ty = match error.kind {
            "IndentationError" => self.exc.IndentationError,
            "TabError" => self.exc.TabError,
            "RecursionError" => self.exc.RecursionError,
            "MemoryError" => self.exc.MemoryError,
            "ValueError" => self.exc.ValueError,
            "TypeError" => self.exc.TypeError,
            _ => self.exc.SyntaxError,
        };
        if error.kind == "MemoryError" {
            return self.raise_with(ty, &[]);
        }
        let message = self.new_str(&error.message);
        let Some(place) = &error.place else {
            return self.raise_with(ty, &[message.into()]);
        };
        let filename = self.new_str(&place.filename);
        let text = match &place.text {
            Some(text) => self.new_str(text).into(),
            None => Value::NONE,
        };
        let number = |number: i32| Value::small_int(i64::from(number));
        let place = [
            filename.into(),
            number(place.line),
            number(place.column),
            text,
            number(place.end_line),
            place.end_column.map_or(Value::NONE, number),
        ];
        let place = self.new_tuple(&place);
        self.raise_with(ty, &[message.into(), place.into()])
    }

    /// Decodes the bytes of a Python file, in the encoding that it declares.
    ///
    /// # Errors
    /// `SyntaxError`; `RuntimeError` when the VM was made without a compiler.
    pub fn decode_source(&mut self, bytes: &[u8], filename: &str) -> PyResult<DecodedSource> {
        let Some(compiler) = &self.compiler else {
            return Err(self.runtime_error("this VM has no compiler"));
        };
        compiler.decode(bytes, filename).map_err(|error| self.syntax_error(&error))
    }

    // ---- streams ----

    /// Writes to `sys.stdout`, whatever the program made of it.
    ///
    /// # Errors
    /// What its `write` raises.
    pub fn write_stdout(&mut self, text: &str) -> PyResult<()> {
        self.write_to("stdout", Stream::Output, text)
    }

    /// Writes to `sys.stderr`, whatever the program made of it.
    ///
    /// # Errors
    /// What its `write` raises.
    pub fn write_stderr(&mut self, text: &str) -> PyResult<()> {
        self.write_to("stderr", Stream::Error, text)
    }

    fn write_to(&mut self, name: &str, stream: Stream, text: &str) -> PyResult<()> {
        let text = self.new_str(text);
        let Some(file) = sys_attribute(self, name) else { return textio::write(self, stream, text) };
        if file.is_none() {
            return Ok(());
        }
        match textio::text_stream(self, file) {
            Some(stream) => textio::write(self, stream, text),
            None => self.call_method(file, "write", &[text.into()]).map(drop),
        }
    }

    /// Hands everything that was written to the operating system.
    ///
    /// # Errors
    /// `OSError` when it refuses.
    pub fn flush(&mut self) -> PyResult<()> {
        textio::flush(self, Stream::Output)?;
        textio::flush(self, Stream::Error)
    }

    // ---- the end ----

    /// Does what CPython does with an exception that reaches the top: prints it (`SystemExit` aside) and answers the
    /// exit code.
    pub fn report_uncaught(&mut self, raise: Raise) -> i32 {
        // The exception is known to this native frame alone: while Python code prints it, nothing may collect with exact
        // roots.
        self.native_depth += 1;
        let code = self.report(raise);
        self.native_depth -= 1;
        code
    }

    fn report(&mut self, raise: Raise) -> i32 {
        // Errors while reporting have nowhere to go.
        let _ = textio::flush(self, Stream::Output);
        if self.is_raised(raise, self.exc.SystemExit) {
            return self.exit_code(raise);
        }
        let interrupted = self.is_raised(raise, self.exc.KeyboardInterrupt);
        self.print_uncaught(raise);
        let _ = self.flush();
        if interrupted { 130 } else { 1 }
    }

    /// The exit code that a `SystemExit` asks for (`_Py_HandleSystemExit`).
    fn exit_code(&mut self, raise: Raise) -> i32 {
        let code = raise.0.cast::<Exception>().map_or(Value::NONE, |exception| exception.value.get().or_none());
        if code.is_none() {
            return 0;
        }
        if let Some(number) = int::to_big(code) {
            // A number that fits no `long` counts as −1; the operating system keeps eight bits.
            return (i64::try_from(number).unwrap_or(-1) & 255) as i32;
        }
        if let Ok(text) = self.str_of(code) {
            let _ = self.write_stderr(&text.to_string_lossy());
        }
        let _ = self.write_stderr("\n");
        let _ = self.flush();
        1
    }

    fn print_uncaught(&mut self, raise: Raise) {
        let hook = sys_attribute(self, "excepthook").filter(|hook| {
            let ours = crate::modules::EXCEPTHOOK.function;
            !hook.cast::<NativeFunction>().is_some_and(|f| std::ptr::fn_addr_eq(f.spec.function, ours))
        });
        if let Some(hook) = hook {
            let class = self.type_of(raise.0);
            let traceback =
                raise.0.cast::<Exception>().map_or(Value::NONE, |exception| exception.traceback.get().or_none());
            match self.call_values(hook, &[class.into(), raise.0, traceback]) {
                Ok(_) => return,
                Err(second) => {
                    let _ = self.write_stderr("Error in sys.excepthook:\n");
                    self.print_exception(second.0);
                    let _ = self.write_stderr("\nOriginal exception was:\n");
                }
            }
        }
        self.print_exception(raise.0);
    }

    /// Prints an exception to `sys.stderr`, as the interpreter does at the end.
    pub fn print_exception(&mut self, exception: Value) {
        let text = self.format_exception(exception);
        let _ = self.write_stderr(&text);
    }
}

impl Vm {
    /// Reports an exception that nobody can catch, as those of finalizers (`PyErr_WriteUnraisable`).
    pub fn write_unraisable(&mut self, raise: Raise, object: Value) {
        self.write_unraisable_in(None, raise, object);
    }

    /// The same with other words than "Exception ignored in".
    pub(crate) fn write_unraisable_in(&mut self, words: Option<&str>, raise: Raise, object: Value) {
        let Some(exception) = raise.0.cast::<Exception>() else { return };
        let hook = sys_attribute(self, "unraisablehook").filter(|hook| hook.cast::<NativeFunction>().is_none());
        if let Some(hook) = hook {
            let class = self.type_of(raise.0);
            let message = words.map_or(Value::NONE, |words| self.new_str(words).into());
            let attributes = [
                ("exc_type", class.into()),
                ("exc_value", raise.0),
                ("exc_traceback", exception.traceback.get().or_none()),
                ("err_msg", message),
                ("object", object),
            ];
            // What the hook raises has nowhere to go either.
            let _ = new_namespace(self, &attributes).and_then(|arguments| self.call_values(hook, &[arguments]));
            return;
        }
        let subject = self.repr_text(object).unwrap_or_else(|_| "<object repr() failed>".to_owned());
        // The exception alone is shown, without those before it.
        let (cause, context) = (exception.cause.get(), exception.context.get());
        exception.cause.set(Value::NULL);
        exception.context.set(Value::NULL);
        let text = self.format_exception(raise.0);
        exception.cause.set(cause);
        exception.context.set(context);
        let _ = self.write_stderr(&format!("{}: {subject}\n{text}", words.unwrap_or("Exception ignored in")));
    }
}
