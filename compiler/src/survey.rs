//! One quick look over a source before it is parsed: how deeply it may nest, and whether its indentation is odd.
//!
//! Knows strings, comments, brackets and indentation, but no words: each of them counts as an operator. So the bound on the depth is rougher
//! than that of [`crate::nesting`], which is asked where this one is not small.

/// What there is to know about a source before it is parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Survey {
    /// Nothing in the source nests more deeply.
    pub(crate) depth: usize,
    /// Whether indentation could be read in more than one way: it is of tabs and of spaces, has form feeds in it, or goes on behind a
    /// backslash.
    pub(crate) odd_indentation: bool,
}

/// What a byte outside of strings and comments may mean.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Nothing,
    Newline,
    Comment,
    Backslash,
    Open,
    Close,
    Separator,
    Quote,
    Operator,
    Space,
}

static CLASSES: [Class; 256] = {
    let mut classes = [Class::Nothing; 256];
    let members: [(&[u8], Class); 9] = [
        (b"\n", Class::Newline),
        (b"#", Class::Comment),
        (b"\\", Class::Backslash),
        (b"([{", Class::Open),
        (b")]}", Class::Close),
        (b",;", Class::Separator),
        (b"'\"", Class::Quote),
        (b"+-~*/%&|^@<>=.:", Class::Operator),
        (b" \t\x0c", Class::Space),
    ];
    let mut row = 0;
    while row < members.len() {
        let (bytes, class) = members[row];
        let mut index = 0;
        while index < bytes.len() {
            classes[bytes[index] as usize] = class;
            index += 1;
        }
        row += 1;
    }
    classes
};

/// Surveys a source.
pub(crate) fn survey(text: &str) -> Survey {
    let mut surveyor = Surveyor {
        bytes: text.as_bytes(),
        at: 0,
        operators: 0,
        around: Vec::new(),
        indents: vec![0],
        depth: 0,
        deepest: 0,
        elifs: 0,
        tabs: false,
        spaces: false,
        odd: false,
    };
    surveyor.run();
    surveyor.separator();
    let odd_indentation = surveyor.odd || surveyor.tabs && surveyor.spaces;
    Survey { depth: surveyor.deepest + surveyor.elifs, odd_indentation }
}

struct Surveyor<'s> {
    bytes: &'s [u8],
    at: usize,
    /// What may be operators since the last comma. Only those can nest.
    operators: usize,
    /// The same for what is around each open bracket.
    around: Vec<usize>,
    indents: Vec<usize>,
    /// What is around brackets, brackets, and indentation together.
    depth: usize,
    deepest: usize,
    elifs: usize,
    tabs: bool,
    spaces: bool,
    odd: bool,
}

impl Surveyor<'_> {
    fn run(&mut self) {
        self.indentation();
        while let Some(&byte) = self.bytes.get(self.at) {
            self.at += 1;
            let class = CLASSES[usize::from(byte)];
            if class == Class::Nothing {
                let rest = &self.bytes[self.at..];
                self.at += rest.iter().take_while(|byte| CLASSES[usize::from(**byte)] == Class::Nothing).count();
                continue;
            }
            match class {
                Class::Newline if self.around.is_empty() => {
                    self.separator();
                    self.indentation();
                }
                // A run of blanks stands behind one word only.
                Class::Newline | Class::Space => {
                    self.operators += 1;
                    self.at += self.bytes[self.at..].iter().take_while(|byte| **byte == b' ').count();
                }
                Class::Comment => self.skip_to(memchr::memchr(b'\n', &self.bytes[self.at..])),
                Class::Backslash => {
                    self.operators += 1;
                    self.at = (self.at + 1).min(self.bytes.len());
                    self.at += self.bytes[self.at..].iter().take_while(|byte| **byte == b' ').count();
                    self.count_elif();
                }
                Class::Open => {
                    // A word may stand before it.
                    let around = std::mem::take(&mut self.operators) + 1;
                    self.around.push(around);
                    self.depth += around + 1;
                    self.deepest = self.deepest.max(self.depth);
                }
                Class::Close => {
                    if let Some(around) = self.around.pop() {
                        self.separator();
                        self.depth -= around + 1;
                        self.operators = around;
                    }
                    // `f()()()` nests to the left; and a word may stand before it.
                    self.operators += 2;
                }
                Class::Separator => self.separator(),
                Class::Quote => {
                    self.operators += 1;
                    self.string(byte);
                }
                Class::Operator => self.operators += 2,
                Class::Nothing => {}
            }
        }
    }

    fn separator(&mut self) {
        self.deepest = self.deepest.max(self.depth + self.operators);
        self.operators = 0;
    }

    /// Goes to what was found, or to the end.
    fn skip_to(&mut self, found: Option<usize>) {
        self.at = found.map_or(self.bytes.len(), |found| self.at + found);
    }

    fn string(&mut self, quote: u8) {
        let triple = self.bytes[self.at..].starts_with(&[quote, quote]);
        let before = self.at - 1;
        if triple {
            self.at += 2;
        }
        if is_formatted(&self.bytes[..before]) {
            return self.formatted_string(quote, triple);
        }
        loop {
            let rest = &self.bytes[self.at.min(self.bytes.len())..];
            let found = match triple {
                true => memchr::memchr2(quote, b'\\', rest),
                false => memchr::memchr3(quote, b'\\', b'\n', rest),
            };
            self.skip_to(found);
            self.at += 1;
            match self.bytes.get(self.at - 1) {
                Some(b'\\') => self.at += 1,
                Some(byte) if triple && *byte == quote => {
                    if self.bytes[self.at..].starts_with(&[quote, quote]) {
                        self.at += 2;
                        return;
                    }
                }
                Some(b'\n') => {
                    self.at -= 1;
                    return;
                }
                _ => return,
            }
        }
    }

    /// The replacement fields of an f-string are code.
    fn formatted_string(&mut self, quote: u8, triple: bool) {
        let (mut fields, mut operators) = (0usize, 0);
        while let Some(&byte) = self.bytes.get(self.at) {
            self.at += 1;
            match byte {
                b'\\' => self.at += 1,
                b'\n' if !triple => {
                    // The string does not end, but the line does.
                    self.at -= 1;
                    break;
                }
                _ if byte == quote => {
                    if !triple {
                        break;
                    }
                    if self.bytes[self.at..].starts_with(&[quote, quote]) {
                        self.at += 2;
                        break;
                    }
                }
                b'{' => {
                    fields += 1;
                    operators += 2;
                }
                b'}' => fields = fields.saturating_sub(1),
                _ if fields > 0 && CLASSES[usize::from(byte)] != Class::Nothing => operators += 2,
                _ => {}
            }
        }
        self.deepest = self.deepest.max(self.depth + self.operators + operators);
    }

    /// At the start of a line outside brackets.
    fn indentation(&mut self) {
        let mut column = self.bytes[self.at..].iter().take_while(|byte| **byte == b' ').count();
        self.at += column;
        let (mut tabs, mut spaces, mut form_feeds) = (false, column > 0, false);
        loop {
            match self.bytes.get(self.at) {
                Some(b' ') => {
                    column += 1;
                    spaces = true;
                }
                Some(b'\t') => {
                    column = (column / 8 + 1) * 8;
                    tabs = true;
                }
                Some(b'\x0c') => {
                    column = 0;
                    form_feeds = true;
                }
                Some(b'#' | b'\n') | None => return,
                Some(b'\\') => {
                    self.odd = true;
                    break;
                }
                Some(_) => break,
            }
            self.at += 1;
        }
        self.odd |= form_feeds;
        self.tabs |= tabs;
        self.spaces |= spaces;
        while self.indents.last().is_some_and(|indent| *indent > column) {
            self.indents.pop();
            self.depth -= 1;
        }
        if self.indents.last().is_none_or(|indent| *indent < column) {
            self.indents.push(column);
            self.depth += 1;
        }
        self.deepest = self.deepest.max(self.depth);
        self.count_elif();
    }

    /// An `elif` is in the `else` of what is before it.
    fn count_elif(&mut self) {
        self.elifs += usize::from(self.bytes[self.at..].starts_with(b"elif"));
    }
}

/// Whether a string with this before its quote is an f-string.
fn is_formatted(before: &[u8]) -> bool {
    matches!(before, [.., b'f' | b'F'] | [.., b'f' | b'F', b'r' | b'R'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flat_sources_are_seen_to_be_flat() {
        let depth = |text: &str| survey(text).depth;
        assert!(depth("x = 1\n") < 10);
        assert!(depth(&"x = f(a, b)[c].d + (e - 1)  # ((((((\n".repeat(1000)) < 30);
        assert!(depth(&format!("x = [{}]\n", "a + b, ".repeat(1000))) < 20);
        assert!(depth(&format!("'''{}'''\n", "(not a) + ".repeat(1000))) < 10);
        assert!(depth(&format!("f'{}'\n", "a + b. ".repeat(1000))) < 10);
    }

    #[test]
    fn indentation_is_odd_in_code_only() {
        let odd = |text: &str| survey(text).odd_indentation;
        assert!(!odd("if x:\n    y\n"));
        assert!(!odd("if x:\n\ty\n"));
        assert!(odd("if x:\n    y\nif x:\n\ty\n"));
        assert!(odd("if x:\n \ty\n"));
        assert!(odd("if x:\n\x0c y\n"));
        assert!(odd("if x:\n  \\\n  y\n"));
        // In strings, brackets and comments, and behind a backslash, indentation is none.
        assert!(!odd("if x:\n    y = '''\n\tz\n\\\n'''\n"));
        assert!(!odd("if x:\n    y = f(\n\t\tz,\n\\\n)\n"));
        assert!(!odd("if x:\n    y\n\t# z\n\n\t\n"));
        assert!(!odd("if x:\n    y = 1 + \\\n\t2\n"));
        assert!(!odd("\x0c\nif x:\n    y\n"));
    }
}
