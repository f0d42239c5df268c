//! Private names: `__name` in a class `Class` becomes `_Class__name`.

use bumpalo::Bump;

/// The name as it is known at run time, in a class of this name.
pub(crate) fn mangle<'a>(arena: &'a Bump, private: Option<&str>, name: &'a str) -> &'a str {
    let Some(class) = private else { return name };
    if !name.starts_with("__") || name.ends_with("__") || name.contains('.') {
        return name;
    }
    let class = class.trim_start_matches('_');
    if class.is_empty() {
        return name;
    }
    bumpalo::format!(in arena, "_{}{}", class, name).into_bump_str()
}
