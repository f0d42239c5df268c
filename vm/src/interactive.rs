//! The interactive prompt: statements are read, run and forgotten one by one, and what they raise ends none but themselves.

use crate::Vm;
use crate::args::Args;
use crate::builtins::text::sys_attribute;
use crate::error::PyResult;
use crate::objects::exception::Exception;
use crate::vm::{CompileError, SourceOptions};
use quicken_bytecode::CodeFlags;
use quicken_bytecode::tree::Node;

/// Where the lines come from.
pub trait Prompt {
    /// Reads a line, without its end, behind a prompt.
    fn read(&mut self, prompt: &str) -> Line;
}

/// What a [`Prompt`] answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// A line.
    Text(String),
    /// Ctrl-C: what was typed so far is dropped.
    Interrupted,
    /// Ctrl-D: there is no more.
    End,
}

/// The name of what is typed, in tracebacks.
const FILENAME: &str = "<stdin>";

/// The statements that end with an empty line.
const COMPOUND: &[&str] = &[
    "FunctionDef",
    "AsyncFunctionDef",
    "ClassDef",
    "For",
    "AsyncFor",
    "While",
    "If",
    "With",
    "AsyncWith",
    "Match",
    "Try",
    "TryStar",
];

/// What CPython's `site` adds to the builtins for whoever sits at the prompt; without a library it is not there.
const SITE: &str = "\
try:
    import builtins, _sitebuiltins
    for name in 'quit', 'exit':
        setattr(builtins, name, _sitebuiltins.Quitter(name, 'Ctrl-D (i.e. EOF)'))
    builtins.help = _sitebuiltins._Helper()
except ImportError:
    pass
";

/// The features of `__future__` that one statement hands on to the next.
const FEATURES: u32 = 0x1fe_0000;

impl Vm {
    /// Reads and runs statements until there are no more.
    ///
    /// # Errors
    /// `SystemExit`.
    pub fn run_interactive(&mut self, prompt: &mut dyn Prompt) -> PyResult<()> {
        let module = self.new_main();
        let dict = module.dict();
        // It is made when it is first asked for.
        self.import_absolute("sys")?;
        for (name, text) in [("ps1", ">>> "), ("ps2", "... ")] {
            if sys_attribute(self, name).is_none() {
                let text = self.new_str(text);
                self.set_sys_attribute(name, text.into());
            }
        }
        let site = self.compile_source(SITE, FILENAME, "exec", SourceOptions::at_level(0))?;
        let (code, scratch) = (self.new_code(&site)?, self.new_dict());
        let function = self.new_function(code, scratch);
        self.call_function_with_locals(function, Args::EMPTY, scratch.into())?;
        let mut options = SourceOptions::at_level(self.optimization_level());
        loop {
            let source = match self.read_statement(prompt, options) {
                Some(source) if source.trim().is_empty() => continue,
                Some(source) => source,
                None => return Ok(()),
            };
            let result = self.compile_source(&source, FILENAME, "single", options).and_then(|object| {
                options.future |= object.flags & CodeFlags::from_bits_truncate(FEATURES);
                let code = self.new_code(&object)?;
                let function = self.new_function(code, dict);
                self.call_function_with_locals(function, Args::EMPTY, dict.into())
            });
            if let Err(raise) = result {
                if self.is_raised(raise, self.exc.SystemExit) {
                    return Err(raise);
                }
                self.remember_last(raise.0);
                self.report_uncaught(raise);
            }
            // Where it cannot be written there is nobody to tell.
            let _ = self.flush();
        }
    }

    /// `sys.last_type` and the others, for `pdb.pm`.
    fn remember_last(&mut self, raised: crate::Value) {
        let class = self.type_of(raised);
        let traceback = raised.cast::<Exception>().map_or(crate::Value::NONE, |e| e.traceback.get().or_none());
        for (name, value) in [("last_type", class.into()), ("last_value", raised), ("last_traceback", traceback)] {
            self.set_sys_attribute(name, value);
        }
    }

    /// Reads the lines of one statement; none at the end.
    fn read_statement(&mut self, prompt: &mut dyn Prompt, options: SourceOptions) -> Option<String> {
        let mut source = String::new();
        loop {
            let text = self.prompt_text(if source.is_empty() { "ps1" } else { "ps2" });
            match prompt.read(&text) {
                Line::Text(line) => {
                    source += &line;
                    source.push('\n');
                }
                Line::Interrupted => {
                    let _ = self.write_stderr("\nKeyboardInterrupt\n");
                    source.clear();
                    continue;
                }
                Line::End if source.is_empty() => return None,
                // What is there is all that comes.
                Line::End => return Some(source),
            }
            if source.trim().is_empty() || self.is_complete(&source, options) {
                return Some(source);
            }
        }
    }

    /// The text of a prompt, which may be any object.
    fn prompt_text(&mut self, name: &str) -> String {
        let Some(prompt) = sys_attribute(self, name) else { return String::new() };
        self.str_of(prompt).map(|text| text.to_string_lossy().into_owned()).unwrap_or_default()
    }

    /// Whether lines are a whole statement, or can never become one.
    fn is_complete(&mut self, source: &str, options: SourceOptions) -> bool {
        let Some(compiler) = &self.compiler else { return true };
        let ended = source.ends_with("\n\n") || source.lines().last().is_some_and(|line| line.trim().is_empty());
        match compiler.parse(source, FILENAME, "single", options) {
            Ok(parsed) => ended || !is_compound(&parsed.tree),
            Err(error) => !is_cut_off(&error, source, ended),
        }
    }
}

fn is_compound(tree: &Node) -> bool {
    let first = tree.list("body").first().and_then(|stmt| stmt.as_node());
    first.is_some_and(|stmt| COMPOUND.contains(&stmt.name))
}

/// Whether what the parser says comes of the source ending too early.
pub(crate) fn is_cut_off(error: &CompileError, source: &str, ended: bool) -> bool {
    let message = &error.message;
    let is_open = message.ends_with("was never closed")
        || message.starts_with("unterminated triple-quoted")
        || message.starts_with("unexpected EOF");
    if is_open {
        return true;
    }
    // A backslash at the end of the line asks for more.
    if source.ends_with("\\\n") {
        return true;
    }
    if ended {
        return false;
    }
    let behind = error.place.as_ref().map_or(0, |place| usize::try_from(place.line).unwrap_or(0));
    let is_empty = |line: &str| line.trim().is_empty() || line.trim_start().starts_with('#');
    let at_end = behind > 0 && source.lines().skip(behind).all(is_empty);
    let wants_block = message.starts_with("expected an indented block") || message.starts_with("expected 'except'");
    // A decorator alone, which a definition must follow.
    let decorates = source.lines().last().is_some_and(|line| line.trim_start().starts_with('@'));
    at_end && (wants_block || decorates)
}
