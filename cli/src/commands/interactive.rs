//! The prompt of `quicken` without a program, on a terminal.

use std::path::PathBuf;
use std::sync::Arc;

use quicken::{Line, Prompt};
use rustyline::DefaultEditor;
use rustyline::error::ReadlineError;

use crate::Registry;
use crate::arguments::RunArguments;
use crate::failure::Failure;

/// Runs what is typed; the exit code is that of `sys.exit`, or 0.
pub fn run(arguments: &RunArguments, registry: Arc<Registry>) -> Result<i32, Failure> {
    let engine = arguments.engine.builder(registry).python_options(arguments.python.options()).build()?;
    eprintln!("Quicken {} ({}), Python 3.11", quicken::VERSION, engine.strategy());
    eprintln!("Type exit() or Ctrl-D to leave.");
    let mut terminal = Terminal::new()?;
    let outcome = engine.run_interactive(&mut terminal)?;
    terminal.save();
    Ok(outcome.exit_code)
}

/// A line editor with a history.
struct Terminal {
    editor: DefaultEditor,
    history: Option<PathBuf>,
}

impl Terminal {
    fn new() -> Result<Terminal, Failure> {
        let editor = DefaultEditor::new().map_err(|error| Failure::Usage(format!("no terminal: {error}")))?;
        let history = std::env::var_os("QUICKEN_HISTORY").map(PathBuf::from);
        let history = history.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".quicken_history")));
        let mut terminal = Terminal { editor, history };
        if let Some(history) = &terminal.history {
            // There is none the first time.
            let _ = terminal.editor.load_history(history);
        }
        Ok(terminal)
    }

    /// Writes the history. Where that is impossible it is lost, and nothing else.
    fn save(&mut self) {
        if let Some(history) = &self.history {
            let _ = self.editor.save_history(history);
        }
    }
}

impl Prompt for Terminal {
    fn read(&mut self, prompt: &str) -> Line {
        match self.editor.readline(prompt) {
            Ok(line) => {
                if !line.trim().is_empty() {
                    let _ = self.editor.add_history_entry(&line);
                }
                Line::Text(line)
            }
            Err(ReadlineError::Interrupted) => Line::Interrupted,
            Err(ReadlineError::Eof) => {
                eprintln!();
                Line::End
            }
            Err(error) => {
                eprintln!("quicken: {error}");
                Line::End
            }
        }
    }
}
