//! With which tokens rules and alternatives can begin: what cannot begin with the next token is not tried.
//!
//! Nothing else may change by that. An alternative counts as one that may begin with a token if it looks beyond it, if it would
//! end the choice by a cut, or if it reports that something is missing.

use super::grammar::{Alternative, Item, Rule, TokenKind};

/// A set of kinds of tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Kinds(u128);

impl Kinds {
    const ALL: Kinds = Kinds(u128::MAX);

    fn of(kind: TokenKind) -> Kinds {
        let index = match kind {
            TokenKind::EndMarker => 0,
            TokenKind::Name => 1,
            TokenKind::Number => 2,
            TokenKind::String => 3,
            TokenKind::Newline => 4,
            TokenKind::Indent => 5,
            TokenKind::Dedent => 6,
            TokenKind::Async => 7,
            TokenKind::Await => 8,
            TokenKind::TypeComment => 9,
            TokenKind::Error => 10,
            // Whatever has no bit of its own shares the last one.
            TokenKind::Literal(number) => (u32::from(number) + 11).min(127),
        };
        Kinds(1 << index)
    }

    pub(super) fn contains(self, kind: TokenKind) -> bool {
        self.0 & Kinds::of(kind).0 != 0
    }

    fn add(&mut self, other: Kinds) {
        self.0 |= other.0;
    }
}

/// For the first pass, and for the second, in which there are more alternatives.
pub(super) type First = [Kinds; 2];

/// What a part begins with in a pass, and whether it can be empty.
type Beginning = (Kinds, bool);

/// Finds what everything begins with: from nothing on, until nothing is added.
pub(super) fn find(rules: &mut [Rule]) {
    let mut known: Vec<[Beginning; 2]> = vec![[(Kinds::default(), false); 2]; rules.len()];
    loop {
        let next: Vec<[Beginning; 2]> = rules
            .iter()
            .map(|rule| [false, true].map(|second| choice(&known, &rule.alternatives, second && !rule.plain)))
            .collect();
        if next == known {
            break;
        }
        known = next;
    }
    for (number, rule) in rules.iter_mut().enumerate() {
        rule.first = known[number].map(all_if_empty);
        finish(&known, &mut rule.alternatives);
    }
}

/// Writes down what is found, in groups as well.
fn finish(known: &[[Beginning; 2]], alternatives: &mut [Alternative]) {
    for alternative in alternatives {
        alternative.first = [false, true].map(|second| all_if_empty(sequence(known, alternative, second)));
        for (_, item) in &mut alternative.items {
            finish_item(known, item);
        }
    }
}

fn finish_item(known: &[[Beginning; 2]], item: &mut Item) {
    match item {
        Item::Group(alternatives) => finish(known, alternatives),
        Item::Optional(item) | Item::Repeat { item, .. } | Item::Gather { item, .. } | Item::Lookahead { item, .. } => {
            finish_item(known, item)
        }
        Item::Token(_) | Item::Soft(_) | Item::SoftKeyword | Item::Rule(_) | Item::Cut | Item::Forced(..) => {}
    }
}

fn all_if_empty((kinds, empty): Beginning) -> Kinds {
    if empty { Kinds::ALL } else { kinds }
}

fn choice(known: &[[Beginning; 2]], alternatives: &[Alternative], second: bool) -> Beginning {
    let (mut kinds, mut empty) = (Kinds::default(), false);
    for alternative in alternatives.iter().filter(|alternative| second || !alternative.second_pass) {
        let beginning = sequence(known, alternative, second);
        kinds.add(beginning.0);
        empty |= beginning.1;
    }
    (kinds, empty)
}

fn sequence(known: &[[Beginning; 2]], alternative: &Alternative, second: bool) -> Beginning {
    let mut kinds = Kinds::default();
    for (_, item) in &alternative.items {
        let (more, empty) = beginning(known, item, second);
        kinds.add(more);
        if !empty {
            return (kinds, false);
        }
    }
    (kinds, true)
}

fn beginning(known: &[[Beginning; 2]], item: &Item, second: bool) -> Beginning {
    match item {
        Item::Token(kind) => (Kinds::of(*kind), false),
        Item::Soft(_) | Item::SoftKeyword => (Kinds::of(TokenKind::Name), false),
        Item::Rule(rule) => known[*rule][usize::from(second)],
        Item::Group(alternatives) => choice(known, alternatives, second),
        Item::Optional(item) | Item::Lookahead { item, .. } | Item::Repeat { item, at_least_one: false } => {
            (beginning(known, item, second).0, true)
        }
        Item::Repeat { item, at_least_one: true } | Item::Gather { item, .. } => beginning(known, item, second),
        Item::Cut | Item::Forced(..) => (Kinds::ALL, false),
    }
}
