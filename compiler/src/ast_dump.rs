//! The syntax tree as text, as `ast.dump` of CPython 3.11 writes it.

use quicken_bytecode::repr::{repr_constant, repr_str};
use quicken_bytecode::tree::{Field, Node, PLACE};

/// How to write a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct DumpOptions {
    /// Spaces per level; none writes everything on one line.
    pub indent: Option<usize>,
    /// Whether lines and columns are written.
    pub include_attributes: bool,
}

/// Writes a tree.
pub(crate) fn dump(tree: &Node, options: DumpOptions) -> String {
    format_node(tree, options, 0).0
}

/// What stands before the first of a list's parts, and between them.
fn separators(indent: Option<usize>, level: usize) -> (String, String) {
    match indent {
        Some(indent) => {
            let spaces = " ".repeat(indent * level);
            (format!("\n{spaces}"), format!(",\n{spaces}"))
        }
        None => (String::new(), ", ".to_owned()),
    }
}

/// The text, and whether it is so simple that what is around may stay on one line.
fn format(field: &Field, options: DumpOptions, level: usize) -> (String, bool) {
    match field {
        Field::None => ("None".to_owned(), true),
        Field::Int(number) => (number.to_string(), true),
        Field::Str(text) => (repr_str(text), true),
        Field::Constant(value) => (repr_constant(value, &|_| 0), true),
        Field::NoConstant(class) => (format!("<{class}>"), true),
        Field::List(items) if items.is_empty() => ("[]".to_owned(), true),
        Field::List(items) => {
            let (prefix, separator) = separators(options.indent, level + 1);
            let items: Vec<String> = items.iter().map(|item| format(item, options, level + 1).0).collect();
            (format!("[{prefix}{}]", items.join(&separator)), false)
        }
        Field::Node(node) => format_node(node, options, level),
    }
}

fn format_node(node: &Node, options: DumpOptions, level: usize) -> (String, bool) {
    let (prefix, separator) = separators(options.indent, level + 1);
    let mut all_simple = true;
    let mut arguments = Vec::new();
    for (name, value) in &node.fields {
        let (text, simple) = format(value, options, level + 1);
        all_simple &= simple;
        arguments.push(format!("{name}={text}"));
    }
    for (name, value) in PLACE.iter().zip(node.place.iter().flatten()).filter(|_| options.include_attributes) {
        arguments.push(format!("{name}={value}"));
    }
    let name = node.name;
    if all_simple && arguments.len() <= 3 {
        (format!("{name}({})", arguments.join(", ")), arguments.is_empty())
    } else {
        (format!("{name}({prefix}{})", arguments.join(&separator)), false)
    }
}
