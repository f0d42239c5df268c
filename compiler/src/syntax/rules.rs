//! CPython's rules for frequent mistakes, recognized by what the parser says.

use ruff_python_ast::Expr;
use ruff_python_ast::token::TokenKind;
use ruff_python_parser::{
    InterpolatedStringErrorType, LexicalErrorType, ParseError, ParseErrorType, UnsupportedSyntaxError,
    UnsupportedSyntaxErrorKind,
};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::names::{Expressions, expr_name};
use super::{Report, ReportPlace, Reporter};
use crate::error::ErrorKind;
use crate::tokenizer::{Kind, Token};

impl Reporter<'_> {
    /// The message of a rule, if one applies.
    pub(super) fn rule(&self, error: &ParseError) -> Option<Report> {
        let range = error.location;
        let expressions = Expressions::of(self.parsed.syntax());
        let named = |prefix: &str| {
            expressions.exactly(range).map(|expr| Report::at(range, format!("{prefix} {}", expr_name(expr))))
        };
        match &error.error {
            ParseErrorType::InvalidAssignmentTarget => self.invalid_target(range, &expressions),
            ParseErrorType::InvalidDeleteTarget => named("cannot delete"),
            ParseErrorType::InvalidNamedAssignmentTarget => named("cannot use assignment expressions with"),
            ParseErrorType::InvalidAugmentedAssignmentTarget => {
                let name = expr_name(expressions.exactly(range)?);
                Some(Report::at(range, format!("'{name}' is an illegal expression for augmented assignment")))
            }
            ParseErrorType::InvalidAnnotatedAssignmentTarget => match self.parsed.errors().get(1) {
                Some(next) if !self.source.slice(span(range.end(), next.location.start())).contains('\n') => {
                    Some(self.invalid_syntax(range.end()))
                }
                _ => Some(Report::at(range, "illegal target for annotation")),
            },
            ParseErrorType::PositionalAfterKeywordArgument => {
                self.at_close(range, "positional argument follows keyword argument")
            }
            ParseErrorType::PositionalAfterKeywordUnpacking => {
                self.at_close(range, "positional argument follows keyword argument unpacking")
            }
            ParseErrorType::InvalidArgumentUnpackingOrder => Some(Report::token(
                self.token_at(range.start()),
                "iterable argument unpacking follows keyword argument unpacking",
            )),
            ParseErrorType::UnparenthesizedGeneratorExpression => self.generator_argument(range),
            ParseErrorType::IterableUnpackingInComprehension => {
                Some(Report::at(range, "iterable unpacking cannot be used in comprehension"))
            }
            ParseErrorType::NonDefaultParamAfterDefaultParam => {
                Some(Report::token(self.token_at(range.start()), "non-default argument follows default argument"))
            }
            ParseErrorType::ExpectedKeywordParam => self.bare_star(range),
            ParseErrorType::ParamAfterVarKeywordParam => {
                Some(Report::token(self.token_at(range.start()), "arguments cannot follow var-keyword argument"))
            }
            ParseErrorType::VarParameterWithDefault => self.star_default(range),
            ParseErrorType::InvalidMatchPatternTarget => Some(Report::at(range, "cannot use '_' as a target")),
            ParseErrorType::InvalidStarredExpressionUsage => self.starred(range),
            ParseErrorType::SimpleStatementsOnSameLine => self.same_line(range, &expressions),
            ParseErrorType::ExpectedExpression => self.expected_expression(range),
            ParseErrorType::ExpectedToken { expected, found } => {
                self.expected_token(range, *expected, *found, &expressions)
            }
            ParseErrorType::UnexpectedIndentation => Some(self.invalid_syntax(range.start())),
            ParseErrorType::FStringError(kind) | ParseErrorType::Lexical(LexicalErrorType::FStringError(kind)) => {
                self.fstring(range, kind)
            }
            ParseErrorType::Lexical(error) => self.lexical(range, error),
            ParseErrorType::OtherError(message) => self.other(range, message, &expressions),
            _ => None,
        }
    }

    pub(super) fn unsupported_report(&self, error: &UnsupportedSyntaxError) -> Report {
        let range = error.range();
        match error.kind {
            UnsupportedSyntaxErrorKind::TypeAliasStatement => {
                let index = self.token_index(range.start());
                let next = self.tokens.tokens.get(index + 1).copied();
                Report::token(next.unwrap_or_else(|| self.token_at(range.start())), "invalid syntax")
            }
            UnsupportedSyntaxErrorKind::TypeParameterList => {
                let index = self.token_index(range.start());
                let is_class = index >= 2 && self.token_text(&self.tokens.tokens[index - 2]) == "class";
                Report::token(self.token_at(range.start()), if is_class { "invalid syntax" } else { "expected '('" })
            }
            UnsupportedSyntaxErrorKind::UnparenthesizedExceptionTypes => {
                Report::at(range, "multiple exception types must be parenthesized")
            }
            UnsupportedSyntaxErrorKind::Pep701FString(_) => {
                let message = if self.source.slice(range).starts_with('\\') {
                    "f-string expression part cannot include a backslash"
                } else if self.source.slice(range).starts_with('#') {
                    "f-string expression part cannot include '#'"
                } else {
                    "f-string: expecting '}'"
                };
                self.after_string(range.start(), message)
            }
            _ => self.invalid_syntax(range.start()),
        }
    }

    fn invalid_target(&self, range: TextRange, expressions: &Expressions<'_>) -> Option<Report> {
        let expr = expressions.exactly(range)?;
        let name = expr_name(expr);
        let next = self.token_at(range.end());
        let index = self.token_index(range.start());
        let is_yield = matches!(expr, Expr::Yield(_) | Expr::YieldFrom(_));
        let grouped = index > 0 && self.token_text(&self.tokens.tokens[index - 1]) == "(";
        if is_yield && !grouped {
            return Some(Report::at(range, "assignment to yield expression not possible"));
        }
        // "here": the target starts the statement, the value is simple, and no other assignment follows.
        let tight = !matches!(
            expr,
            Expr::List(_)
                | Expr::Tuple(_)
                | Expr::Generator(_)
                | Expr::NoneLiteral(_)
                | Expr::BooleanLiteral(_)
                | Expr::Lambda(_)
                | Expr::If(_)
                | Expr::Compare(_)
                | Expr::BoolOp(_)
                | Expr::Starred(_)
                | Expr::Named(_)
        ) && !matches!(expr, Expr::UnaryOp(unary) if unary.op == ruff_python_ast::UnaryOp::Not);
        let mut equals = next;
        let mut start = index;
        if grouped && is_yield {
            equals = self.token_at(TextSize::new(next.end as u32));
            start -= 1;
        }
        let starts_statement = start == 0
            || matches!(self.tokens.tokens[start - 1].kind, Kind::Newline | Kind::Indent | Kind::Dedent)
            || matches!(self.token_text(&self.tokens.tokens[start - 1]), ";" | ":");
        if tight && starts_statement && self.token_text(&equals) == "=" {
            let value = self.token_at(TextSize::new(equals.end as u32));
            let value_end = expressions.starting_at(TextSize::new(value.start as u32)).map(Ranged::end);
            let followed = value_end.is_some_and(|end| matches!(self.token_text(&self.token_at(end)), "=" | ":="));
            if !followed {
                return Some(Report::at(
                    range,
                    format!("cannot assign to {name} here. Maybe you meant '==' instead of '='?"),
                ));
            }
        }
        Some(Report::at(range, format!("cannot assign to {name}")))
    }

    /// At the bracket that closes what an offset is in.
    fn at_close(&self, range: TextRange, message: &str) -> Option<Report> {
        let mut depth = 0;
        for token in &self.tokens.tokens[self.token_index(range.start())..] {
            match self.token_text(token) {
                "(" | "[" | "{" => depth += 1,
                ")" | "]" | "}" if depth == 0 => return Some(Report::token(*token, message)),
                ")" | "]" | "}" => depth -= 1,
                _ => {}
            }
        }
        None
    }

    fn generator_argument(&self, range: TextRange) -> Option<Report> {
        let index = self.token_index(range.start());
        let tokens = &self.tokens.tokens;
        let in_class = index >= 3 && self.token_text(&tokens[index - 3]) == "class";
        if in_class {
            let word = tokens[index..].iter().find(|token| self.token_text(token) == "for")?;
            return Some(Report::token(*word, "invalid syntax"));
        }
        Some(Report::at(range, "Generator expression must be parenthesized"))
    }

    fn bare_star(&self, range: TextRange) -> Option<Report> {
        let mut index = self.token_index(range.start()).min(self.tokens.tokens.len().checked_sub(1)?);
        while index > 0 && self.token_text(&self.tokens.tokens[index]) != "*" {
            index -= 1;
        }
        let star = self.tokens.tokens[index];
        let is_lambda = self.tokens.tokens[..index]
            .iter()
            .rev()
            .take_while(|token| token.kind != Kind::Newline)
            .find(|token| matches!(self.token_text(token), "lambda" | "def"))
            .is_some_and(|token| self.token_text(token) == "lambda");
        let place = if is_lambda { self.tokens.tokens.get(index + 1).copied().unwrap_or(star) } else { star };
        Some(Report::token(place, "named arguments must follow bare *"))
    }

    fn star_default(&self, range: TextRange) -> Option<Report> {
        let index = self.token_index(range.start());
        let before =
            self.tokens.tokens[..index].iter().rev().find(|token| matches!(self.token_text(token), "*" | "**"));
        let kind =
            if before.is_some_and(|token| self.token_text(token) == "**") { "var-keyword" } else { "var-positional" };
        let equals =
            self.tokens.tokens[index.saturating_sub(1)..].iter().find(|token| self.token_text(token) == "=")?;
        Some(Report::token(*equals, format!("{kind} argument cannot have default value")))
    }

    fn starred(&self, range: TextRange) -> Option<Report> {
        let index = self.token_index(range.start());
        let before = index.checked_sub(1).map(|before| self.token_text(&self.tokens.tokens[before]));
        match (before, self.source.slice(range).starts_with("**")) {
            (Some(":"), false) => Some(Report::at(range, "cannot use a starred expression in a dictionary value")),
            (Some("("), false) if self.token_text(&self.token_at(range.end())) == ")" => {
                Some(Report::at(range, "cannot use starred expression here"))
            }
            (_, true) => Some(self.invalid_syntax(range.end())),
            _ => Some(Report::at(range, "can't use starred expression here")),
        }
    }

    /// Two statements without a separator: a `print` of old, or something forgotten.
    fn same_line(&self, range: TextRange, expressions: &Expressions<'_>) -> Option<Report> {
        let index = self.token_index(range.start());
        let before = self.tokens.tokens.get(index.checked_sub(1)?)?;
        let name = self.token_text(before);
        if matches!(name, "print" | "exec") {
            let value = expressions.starting_at(range.start())?;
            // CPython reads one expression; a tuple that recovery has read is more.
            let end = match value {
                Expr::Tuple(tuple) if !tuple.parenthesized => tuple.end(),
                _ => value.end(),
            };
            let whole = span(TextSize::new(before.start as u32), end);
            let message = format!("Missing parentheses in call to '{name}'. Did you mean {name}(...)?");
            return Some(Report::at(whole, message));
        }
        None
    }

    fn expected_expression(&self, range: TextRange) -> Option<Report> {
        let index = self.token_index(range.start());
        let tokens = &self.tokens.tokens;
        let text = |index: usize| tokens.get(index).map_or("", |token| self.token_text(token));
        let before = index.checked_sub(1).map_or("", |before| text(before));
        match (before, text(index)) {
            (":", "}" | ",") => {
                Some(Report::token(tokens[index - 1], "expression expected after dictionary key and ':'"))
                    .filter(|_| self.is_in_braces(index))
            }
            ("=", ")" | ",") if self.is_in_parameters(index) => {
                Some(Report::token(tokens[index - 1], "expected default value expression"))
            }
            ("->", ":") => Some(Report::token(tokens[index - 1], "expected ':'")),
            ("{", "}" | "!" | ":" | "=") => None,
            _ => self.fstring_empty(range),
        }
    }

    /// An empty replacement field: the tokens do not look into the string.
    fn fstring_empty(&self, range: TextRange) -> Option<Report> {
        let index = self.tokens.tokens.partition_point(|token| token.end <= range.start().to_usize());
        let token = self.tokens.tokens.get(index)?;
        if token.kind != Kind::String || token.start > range.start().to_usize() {
            return None;
        }
        let message = match self.source.slice(range).chars().next() {
            Some(character @ ('!' | ':' | '=')) => format!("f-string: expression required before '{character}'"),
            _ => "f-string: empty expression not allowed".to_owned(),
        };
        Some(self.after_string(range.start(), &message))
    }

    /// Whether the innermost open bracket before a token is a brace.
    fn is_in_braces(&self, index: usize) -> bool {
        self.enclosing(index).is_some_and(|open| self.token_text(&self.tokens.tokens[open]) == "{")
    }

    fn is_in_parameters(&self, index: usize) -> bool {
        self.enclosing(index)
            .and_then(|open| open.checked_sub(2))
            .is_some_and(|before| self.token_text(&self.tokens.tokens[before]) == "def")
    }

    /// The bracket that is open before a token.
    fn enclosing(&self, index: usize) -> Option<usize> {
        let mut depth = 0;
        for before in (0..index.min(self.tokens.tokens.len())).rev() {
            match self.token_text(&self.tokens.tokens[before]) {
                ")" | "]" | "}" => depth += 1,
                "(" | "[" | "{" if depth == 0 => return Some(before),
                "(" | "[" | "{" => depth -= 1,
                _ => {}
            }
        }
        None
    }

    fn expected_token(
        &self,
        range: TextRange,
        expected: TokenKind,
        found: TokenKind,
        expressions: &Expressions<'_>,
    ) -> Option<Report> {
        let token = self.token_at(range.start());
        let index = self.token_index(range.start());
        let enclosing = self.enclosing(index);
        if found == TokenKind::Equal
            && let Some(report) = self.comparison_meant(index, expressions)
        {
            return Some(report);
        }
        if expected == TokenKind::Else
            && let Some(value) = self.conditional_start(index, expressions)
        {
            let end = self.tokens.tokens[index - 1].end;
            let whole = span(value, TextSize::new(end as u32));
            return Some(Report::at(whole, "expected 'else' after 'if' expression"));
        }
        if found == TokenKind::Lpar
            && let Some(report) = self.parenthesized_parameters(index)
        {
            return Some(report);
        }
        if let Some(open) = enclosing {
            if found == TokenKind::For
                && let Some(report) = self.keyword_comprehension(open, index)
            {
                return Some(report);
            }
            if found == TokenKind::For
                && matches!(self.token_text(&self.tokens.tokens[open]), "[" | "{")
                && let Some(report) = self.comprehension_target(open, index)
            {
                return Some(report);
            }
            if expected == TokenKind::Colon && matches!(self.token_text(&token), "}" | ",") && self.is_in_braces(index)
            {
                let end = self.tokens.tokens[index - 1].end as u32;
                let place = ReportPlace::Start(TextSize::new(end - 1));
                let message = "':' expected after dictionary key".to_owned();
                return Some(Report { kind: ErrorKind::SyntaxError, message, place });
            }
            return self.forgotten_comma(range, open, expressions);
        }
        match (expected, token.kind) {
            (TokenKind::Colon, Kind::Newline) => Some(Report::token(token, "expected ':'")),
            (TokenKind::Colon, _) if self.colon_is_forced(index) => Some(Report::token(token, "expected ':'")),
            (TokenKind::Lpar, _) if self.follows_def(index) => Some(Report::token(token, "expected '('")),
            _ => None,
        }
        .or_else(|| self.fstring_expected(range))
    }

    /// `if x = 1`: an assignment where a condition stands.
    fn comparison_meant(&self, index: usize, expressions: &Expressions<'_>) -> Option<Report> {
        let tokens = &self.tokens.tokens;
        let before = tokens.get(index.checked_sub(1)?)?;
        let left = expressions.ending_before(TextSize::new(before.end as u32), TextSize::new(0))?;
        let start = self.token_index(left.start());
        let opens = start.checked_sub(1).map(|before| self.token_text(&tokens[before]));
        if !matches!(opens, Some("if" | "elif" | "while" | "(" | "[" | "," | "and" | "or" | "not")) {
            return None;
        }
        let value_start = tokens.get(index + 1)?.start;
        if matches!(left, Expr::Name(_)) {
            // Recovery does not read what follows: parse it apart.
            let end = self.expression_end(value_start)?;
            if matches!(self.token_text(&self.token_at(TextSize::new(end as u32))), "=" | ":=") {
                return None;
            }
            let whole = span(left.start(), TextSize::new(end as u32));
            let message = "invalid syntax. Maybe you meant '==' or ':=' instead of '='?";
            return Some(Report::at(whole, message));
        }
        if matches!(
            left,
            Expr::List(_) | Expr::Tuple(_) | Expr::Generator(_) | Expr::BooleanLiteral(_) | Expr::NoneLiteral(_)
        ) {
            return None;
        }
        let message = format!("cannot assign to {} here. Maybe you meant '==' instead of '='?", expr_name(left));
        Some(Report::at(left.range(), message))
    }

    /// The end of the longest operand that starts at an offset and ends before the line or bracket does.
    fn expression_end(&self, start: usize) -> Option<usize> {
        let first = self.token_index(TextSize::new(start as u32));
        let mut depth = 0;
        let mut ends = Vec::new();
        for token in &self.tokens.tokens[first..] {
            match self.token_text(token) {
                "(" | "[" | "{" => depth += 1,
                ")" | "]" | "}" if depth == 0 => break,
                ")" | "]" | "}" => depth -= 1,
                ":" | "," | "=" | ":=" | "if" | "else" | "and" | "or" | "for" if depth == 0 => break,
                _ if token.kind == Kind::Newline => break,
                _ => {}
            }
            if depth == 0 {
                ends.push(token.end);
            }
        }
        ends.into_iter()
            .rev()
            .take(20)
            .find(|end| ruff_python_parser::parse_expression(&self.source.text[start..*end]).is_ok())
    }

    /// Where the value of `value if condition` starts.
    fn conditional_start(&self, index: usize, expressions: &Expressions<'_>) -> Option<TextSize> {
        let tokens = &self.tokens.tokens;
        let word = (0..index).rev().find(|before| self.token_text(&tokens[*before]) == "if")?;
        let value_end = tokens.get(word.checked_sub(1)?)?.end;
        let value = expressions.ending_before(TextSize::new(value_end as u32), TextSize::new(0))?;
        (value.end().to_usize() == value_end).then(|| value.start())
    }

    /// `def f(a, (b, c))`
    fn parenthesized_parameters(&self, index: usize) -> Option<Report> {
        let tokens = &self.tokens.tokens;
        let in_def = self.is_in_parameters(index);
        let in_lambda = !in_def && self.first_lambda(index);
        if !in_def && !in_lambda {
            return None;
        }
        let close = index + tokens[index..].iter().position(|token| self.token_text(token) == ")")?;
        let simple =
            tokens[index + 1..close].iter().all(|token| token.kind == Kind::Name || self.token_text(token) == ",");
        let whole = span(TextSize::new(tokens[index].start as u32), TextSize::new(tokens[close].end as u32));
        let what = if in_def { "Function" } else { "Lambda expression" };
        simple.then(|| Report::at(whole, format!("{what} parameters cannot be parenthesized")))
    }

    /// Whether the token stands in the parameters of a lambda.
    fn first_lambda(&self, index: usize) -> bool {
        let before = self.tokens.tokens[..index].iter().rev();
        let mut words = before.take_while(|token| token.kind != Kind::Newline).map(|token| self.token_text(token));
        words.find(|word| matches!(*word, "lambda" | ":" | "(")) == Some("lambda")
    }

    /// `f(a=b for b in c)`
    fn keyword_comprehension(&self, open: usize, index: usize) -> Option<Report> {
        let tokens = &self.tokens.tokens;
        let first = (open..index).rev().find(|before| matches!(self.token_text(&tokens[*before]), "(" | ","))? + 1;
        let (name, equals) = (tokens.get(first)?, tokens.get(first + 1)?);
        if name.kind != Kind::Name || self.token_text(equals) != "=" {
            return None;
        }
        let whole = span(TextSize::new(name.start as u32), TextSize::new(equals.end as u32));
        Some(Report::at(whole, "invalid syntax. Maybe you meant '==' or ':=' instead of '='?"))
    }

    fn comprehension_target(&self, open: usize, index: usize) -> Option<Report> {
        let tokens = &self.tokens.tokens;
        let first = tokens.get(open + 1)?;
        let last = tokens.get(index.checked_sub(1)?)?;
        let commas = tokens[open..index].iter().any(|token| self.token_text(token) == ",");
        let whole = span(TextSize::new(first.start as u32), TextSize::new(last.end as u32));
        commas.then(|| Report::at(whole, "did you forget parentheses around the comprehension target?"))
    }

    fn forgotten_comma(&self, range: TextRange, open: usize, expressions: &Expressions<'_>) -> Option<Report> {
        let index = self.token_index(range.start());
        let token = self.tokens.tokens.get(index)?;
        // Only what can start an expression was meant as one.
        let starts = match token.kind {
            Kind::Name => {
                !is_keyword(self.token_text(token))
                    || matches!(self.token_text(token), "None" | "True" | "False" | "lambda" | "not")
            }
            Kind::Number | Kind::String => true,
            _ => false,
        };
        if !starts {
            return None;
        }
        let opening = TextSize::new(self.tokens.tokens[open].end as u32);
        let left = expressions.ending_before(range.start(), opening)?;
        let before = self.tokens.tokens.get(index.checked_sub(1)?)?;
        if before.end != left.end().to_usize() && self.token_text(before) != ")" {
            return None;
        }
        let left_token = *self.tokens.tokens.get(self.token_index(left.start()))?;
        if matches!(left, Expr::Name(_))
            && (token.kind == Kind::String
                || matches!(self.token_text(&left_token), "match" | "case" | "_" | "print" | "exec"))
        {
            return None;
        }
        let left_start = match left {
            Expr::Starred(starred) => starred.value.start(),
            _ => left.start(),
        };
        let end = match expressions.starting_at(range.start()) {
            Some(right) => right.end(),
            None => TextSize::new(self.expression_end(token.start)? as u32),
        };
        Some(Report::at(span(left_start, end), "invalid syntax. Perhaps you forgot a comma?"))
    }

    /// `def`, `else`, `try` and `finally` insist on their colon.
    fn colon_is_forced(&self, index: usize) -> bool {
        let line = self.tokens.tokens[..index]
            .iter()
            .rev()
            .take_while(|token| !matches!(token.kind, Kind::Newline | Kind::Indent | Kind::Dedent));
        let words: Vec<&str> = line.map(|token| self.token_text(token)).collect();
        matches!(words.last(), Some(&("def" | "else" | "try" | "finally")))
            || (words.last() == Some(&"async") && words.get(words.len().wrapping_sub(2)) == Some(&"def"))
            || words.first() == Some(&"lambda")
    }

    fn follows_def(&self, index: usize) -> bool {
        index >= 2 && self.token_text(&self.tokens.tokens[index - 2]) == "def"
    }

    /// The parser looked into an f-string and found no end of the field.
    fn fstring_expected(&self, range: TextRange) -> Option<Report> {
        let inside = self.tokens.tokens.iter().find(|token| {
            token.kind == Kind::String && token.start < range.start().to_usize() && range.start().to_usize() < token.end
        })?;
        let _ = inside;
        Some(self.after_string(range.start(), "f-string: expecting '}'"))
    }

    /// CPython shows errors in f-strings at the token behind the strings.
    fn after_string(&self, offset: TextSize, message: &str) -> Report {
        let tokens = &self.tokens.tokens;
        let mut index = tokens.partition_point(|token| token.end <= offset.to_usize());
        while tokens.get(index).is_some_and(|token| token.kind == Kind::String) {
            index += 1;
        }
        let end = self.source.text.len();
        Report::token(tokens.get(index).copied().unwrap_or(Token { kind: Kind::EndMarker, start: end, end }), message)
    }

    fn fstring(&self, range: TextRange, kind: &InterpolatedStringErrorType) -> Option<Report> {
        let message = match kind {
            InterpolatedStringErrorType::UnclosedLbrace => "f-string: expecting '}'",
            InterpolatedStringErrorType::InvalidConversionFlag
            | InterpolatedStringErrorType::ConversionFlagNotImmediatelyAfterExclamation => {
                "f-string: invalid conversion character: expected 's', 'r', or 'a'"
            }
            InterpolatedStringErrorType::SingleRbrace => "f-string: single '}' is not allowed",
            InterpolatedStringErrorType::LambdaWithoutParentheses => "f-string: invalid syntax",
            _ => "f-string: expecting '}'",
        };
        Some(self.after_string(range.start(), message))
    }

    fn lexical(&self, range: TextRange, error: &LexicalErrorType) -> Option<Report> {
        match error {
            LexicalErrorType::UnicodeError
            | LexicalErrorType::MissingUnicodeLbrace
            | LexicalErrorType::MissingUnicodeRbrace
            | LexicalErrorType::StringError => Some(self.escape(range)),
            LexicalErrorType::InvalidByteLiteral => {
                let index = self.tokens.tokens.partition_point(|token| token.end <= range.start().to_usize());
                let token = *self.tokens.tokens.get(index)?;
                Some(Report::token(token, "bytes can only contain ASCII literal characters"))
            }
            LexicalErrorType::OtherError(message) if message.contains("cannot be mixed") => {
                Some(self.after_string(range.start(), "cannot mix bytes and nonbytes literals"))
            }
            _ => None,
        }
    }

    /// An escape that cannot be decoded.
    fn escape(&self, range: TextRange) -> Report {
        let tokens = &self.tokens.tokens;
        let index = tokens.partition_point(|token| token.end < range.start().to_usize().max(1));
        let Some(token) = tokens.get(index).filter(|token| token.kind == Kind::String) else {
            return self.invalid_syntax(range.start());
        };
        let text = self.token_text(token);
        let quote = text.find(['\'', '"']).unwrap_or(0);
        let triple = text[quote..].starts_with("\"\"\"") || text[quote..].starts_with("'''");
        let content = &text[quote + if triple { 3 } else { 1 }..];
        let is_bytes = text[..quote].contains(['b', 'B']);
        let message = bad_escape(content, is_bytes).unwrap_or_else(|| "invalid syntax".to_owned());
        self.after_string(range.start(), &message)
    }

    fn other(&self, range: TextRange, message: &str, expressions: &Expressions<'_>) -> Option<Report> {
        if let Some(what) = message.strip_prefix("Expected an indented block after ") {
            return Some(self.expected_block(range, what));
        }
        let token = self.token_at(range.start());
        let text = match message {
            "Only single target (not tuple) can be annotated" => "only single target (not tuple) can be annotated",
            "Only single target (not list) can be annotated" => "only single target (not list) can be annotated",
            "Expected `except` or `finally` after `try` block" => "expected 'except' or 'finally' block",
            "Cannot have both 'except' and 'except*' on the same 'try'" => {
                return Some(Report::token(token, "cannot have both 'except' and 'except*' on the same 'try'"));
            }
            "Expected one or more exception types" => "expected one or more exception types",
            "Only one '*' parameter allowed" => "* argument may appear only once",
            "Only one '/' separator allowed" => "/ may appear only once",
            "'/' parameter must appear before '*' parameter" => "/ must be ahead of *",
            "Positional patterns cannot follow keyword patterns" => {
                return Some(Report::at(range, "positional patterns follow keyword patterns"));
            }
            "Trailing comma not allowed" => {
                let next = self.tokens.tokens.get(self.token_index(range.start()) + 1).copied().unwrap_or(token);
                let first = self.first_word(range.start());
                let message = if first == "from" {
                    "trailing comma not allowed without surrounding parentheses"
                } else {
                    "invalid syntax"
                };
                return Some(Report::token(next, message));
            }
            "Star import must be the only import" => {
                let comma = self.tokens.tokens[self.token_index(range.start())..]
                    .iter()
                    .find(|token| self.token_text(token) == ",")?;
                return Some(Report::token(*comma, "invalid syntax"));
            }
            "Expected an identifier" if self.first_word(range.start()) == "case" => "invalid pattern target",
            "Expected a parameter name" => return self.keyword_name(range, expressions),
            "Position-only parameter separator not allowed as first parameter" => {
                let next = self.tokens.tokens.get(self.token_index(range.start()) + 1);
                if next.is_some_and(|next| self.token_text(next) == ",") {
                    "at least one argument must precede /"
                } else {
                    "invalid syntax"
                }
            }
            _ if message.contains("cannot be mixed") => {
                return Some(self.after_string(range.start(), "cannot mix bytes and nonbytes literals"));
            }
            _ => return None,
        };
        Some(match token.kind {
            Kind::Op | Kind::Name if !text.starts_with("only") => Report::token(token, text),
            _ => Report::at(range, text),
        })
    }

    /// `f(1=2)`
    fn keyword_name(&self, range: TextRange, expressions: &Expressions<'_>) -> Option<Report> {
        let equals = self.token_at(range.end());
        let whole = span(range.start(), TextSize::new(equals.end as u32));
        match expressions.exactly(range) {
            Some(expr @ (Expr::NoneLiteral(_) | Expr::BooleanLiteral(_))) => {
                Some(Report::at(whole, format!("cannot assign to {}", expr_name(expr))))
            }
            _ => {
                let text = self.source.slice(range);
                if matches!(text, "None" | "True" | "False") {
                    return Some(Report::at(whole, format!("cannot assign to {text}")));
                }
                Some(Report::at(whole, "expression cannot contain assignment, perhaps you meant \"==\"?"))
            }
        }
    }

    /// The first word of the line that an offset is in.
    fn first_word(&self, offset: TextSize) -> &str {
        let index = self.token_index(offset);
        let line = self.tokens.tokens[..index.min(self.tokens.tokens.len())].iter().rev();
        let first = line.take_while(|token| !matches!(token.kind, Kind::Newline | Kind::Indent | Kind::Dedent)).last();
        first.map_or("", |token| self.token_text(token))
    }

    fn expected_block(&self, range: TextRange, what: &str) -> Report {
        // The token behind the newline: the parser points at it or at the newline.
        let tokens = &self.tokens.tokens;
        let mut index = tokens.partition_point(|token| token.start < range.start().to_usize());
        if tokens.get(index).is_some_and(|token| token.kind == Kind::Newline) {
            index += 1;
        }
        let header = tokens[..index].iter().rposition(|token| token.kind == Kind::Newline).unwrap_or(0);
        let start = tokens[..header]
            .iter()
            .rposition(|token| matches!(token.kind, Kind::Newline | Kind::Indent | Kind::Dedent))
            .map_or(0, |before| before + 1);
        let mut keyword = tokens.get(start).copied();
        if let Some(first) = keyword
            && self.token_text(&first) == "async"
        {
            keyword = tokens.get(start + 1).copied();
        }
        let word = keyword.map_or("", |token| self.token_text(&token));
        let what = match word {
            "def" => "function definition".to_owned(),
            "class" => "class definition".to_owned(),
            "except" if what.contains('*') || self.token_text(&tokens[(start + 1).min(tokens.len() - 1)]) == "*" => {
                "'except*' statement".to_owned()
            }
            word => format!("'{word}' statement"),
        };
        let line = keyword.map_or(1, |token| self.column(token.start).0);
        let message = format!("expected an indented block after {what} on line {line}");
        let end = self.source.text.len();
        let token = tokens.get(index).copied().unwrap_or(Token { kind: Kind::EndMarker, start: end, end });
        Report { kind: ErrorKind::IndentationError, ..Report::token(token, message) }
    }
}

/// A range between two places. Recovery may have read them in any order.
fn span(start: TextSize, end: TextSize) -> TextRange {
    TextRange::new(start.min(end), start.max(end))
}

fn is_keyword(word: &str) -> bool {
    matches!(
        word,
        "False"
            | "None"
            | "True"
            | "and"
            | "as"
            | "assert"
            | "async"
            | "await"
            | "break"
            | "class"
            | "continue"
            | "def"
            | "del"
            | "elif"
            | "else"
            | "except"
            | "finally"
            | "for"
            | "from"
            | "global"
            | "if"
            | "import"
            | "in"
            | "is"
            | "lambda"
            | "nonlocal"
            | "not"
            | "or"
            | "pass"
            | "raise"
            | "return"
            | "try"
            | "while"
            | "with"
            | "yield"
    )
}

/// CPython's message about the first escape that it cannot decode.
fn bad_escape(content: &str, is_bytes: bool) -> Option<String> {
    let mut position = 0;
    let mut rest = content;
    while let Some(character) = rest.chars().next() {
        rest = &rest[character.len_utf8()..];
        let start = position;
        // CPython writes characters that are not ASCII as escapes of ten characters first.
        position += if character.is_ascii() || is_bytes { 1 } else { 10 };
        if character != '\\' {
            continue;
        }
        let Some(kind) = rest.chars().next() else { break };
        rest = &rest[kind.len_utf8()..];
        position += 1;
        let digits = match kind {
            'x' => 2,
            'u' if !is_bytes => 4,
            'U' if !is_bytes => 8,
            'N' if !is_bytes => 0,
            _ => continue,
        };
        if kind == 'N' {
            let name = rest.strip_prefix('{').and_then(|rest| rest.split_once('}'));
            let Some((name, tail)) = name.filter(|(name, _)| !name.is_empty() && !name.contains(['\'', '"'])) else {
                let end = position + usize::from(rest.starts_with('{'));
                let message = format!("in position {start}-{}: malformed \\N character escape", end - 1);
                return Some(format!("(unicode error) 'unicodeescape' codec can't decode bytes {message}"));
            };
            if ruff_python_parser::parse_expression(&format!("'\\N{{{name}}}'")).is_err() {
                let end = position + name.len() + 1;
                let message = format!("in position {start}-{end}: unknown Unicode character name");
                return Some(format!("(unicode error) 'unicodeescape' codec can't decode bytes {message}"));
            }
            position += name.len() + 2;
            rest = tail;
            continue;
        }
        let found = rest.bytes().take(digits).take_while(u8::is_ascii_hexdigit).count();
        if found < digits {
            if is_bytes {
                return Some(format!("(value error) invalid \\x escape at position {start}"));
            }
            let shape = match kind {
                'x' => "\\xXX",
                'u' => "\\uXXXX",
                _ => "\\UXXXXXXXX",
            };
            let end = position + found - 1;
            let message = format!("in position {start}-{end}: truncated {shape} escape");
            return Some(format!("(unicode error) 'unicodeescape' codec can't decode bytes {message}"));
        }
        if kind == 'U' && u32::from_str_radix(&rest[..8], 16).is_ok_and(|value| value > 0x10_FFFF) {
            let message = format!("in position {start}-{}: illegal Unicode character", position + 7);
            return Some(format!("(unicode error) 'unicodeescape' codec can't decode bytes {message}"));
        }
        rest = &rest[digits..];
        position += digits;
    }
    None
}
