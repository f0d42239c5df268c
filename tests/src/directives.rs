//! The first comment lines of a program: how it is to be run (see `bless.py`).

/// How a program is to be run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directives {
    /// The exit code.
    pub exit: i32,
    /// Program arguments.
    pub arguments: Vec<String>,
    /// Standard input.
    pub stdin: String,
}

impl Directives {
    /// Reads the directives of a program.
    #[must_use]
    pub fn of(source: &str) -> Directives {
        let mut found = Directives { exit: 0, arguments: Vec::new(), stdin: String::new() };
        for line in source.lines() {
            let Some((key, value)) = line.strip_prefix("# ").and_then(|line| line.split_once(": ")) else { break };
            match key {
                "exit" => found.exit = value.trim().parse().unwrap_or(i32::MIN),
                "args" => found.arguments = split(value),
                "stdin" => found.stdin = unescape(value),
                _ => break,
            }
        }
        found
    }
}

/// Splits as a shell does: at spaces, except within quotes.
fn split(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for c in text.chars() {
        match (c, quote) {
            (c, Some(open)) if c == open => quote = None,
            (c, Some(_)) => word.get_or_insert_default().push(c),
            ('"' | '\'', None) => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (' ' | '\t', None) => words.extend(word.take()),
            (c, None) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

/// Python's commonest escapes.
fn unescape(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match rest.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some(other) => out.push(other),
            None => out.push('\\'),
        }
    }
    out
}
