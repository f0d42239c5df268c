//! Which crate may depend on which: data flows one way.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

/// `(crate, what it stands on)`; with a crate come those that it stands on itself.
const LAYERS: &[(&str, &[&str])] = &[
    ("quicken-bytecode", &[]),
    ("quicken-compiler", &["quicken-bytecode"]),
    ("quicken-specializer", &["quicken-bytecode"]),
    ("quicken-stats", &["quicken-bytecode"]),
    ("quicken-replay", &["quicken-specializer", "quicken-stats", "quicken-bytecode"]),
    ("quicken-vm", &["quicken-replay", "quicken-specializer", "quicken-stats", "quicken-bytecode"]),
    ("quicken-stdlib", &["quicken-vm"]),
    ("quicken", &["quicken-vm", "quicken-stdlib", "quicken-compiler"]),
    ("quicken-lab", &["quicken"]),
    ("quicken-cli", &["quicken-lab"]),
    // Tools of the tree, on which nothing stands.
    ("xtask", &["quicken-compiler", "quicken-specializer"]),
    ("quicken-benches", &["quicken-lab"]),
    ("quicken-tests", &["quicken-cli", "xtask"]),
];

/// Compares the workspace with the table.
///
/// # Errors
/// One line for each dependency that may not be, and for each crate that the table does not know.
pub fn check() -> Result<(), Vec<String>> {
    let metadata = metadata().map_err(|error| vec![error])?;
    let problems = problems(&metadata);
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

fn metadata() -> Result<Value, String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(crate::root())
        .output()
        .map_err(|error| format!("can't run cargo metadata: {error}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    serde_json::from_slice(&output.stdout).map_err(|error| format!("cargo metadata: {error}"))
}

fn problems(metadata: &Value) -> Vec<String> {
    let packages = metadata["packages"].as_array().map_or(&[][..], Vec::as_slice);
    let name = |value: &Value| value["name"].as_str().unwrap_or_default().to_owned();
    let members: BTreeSet<String> = packages.iter().map(name).collect();
    let allowed = closure();
    let mut problems = Vec::new();
    for package in packages {
        let package_name = name(package);
        let Some(may) = allowed.get(package_name.as_str()) else {
            problems.push(format!("{package_name}: a crate without a place in xtask/src/layering.rs"));
            continue;
        };
        for dependency in package["dependencies"].as_array().map_or(&[][..], Vec::as_slice) {
            let dependency = name(dependency);
            if members.contains(&dependency) && !may.contains(dependency.as_str()) {
                problems.push(format!("{package_name} may not depend on {dependency}"));
            }
        }
    }
    problems
}

/// The table with everything that comes along.
fn closure() -> BTreeMap<&'static str, BTreeSet<&'static str>> {
    let mut closure: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (name, below) in LAYERS {
        let mut all = BTreeSet::new();
        for layer in *below {
            all.insert(*layer);
            // A layer stands in the table before those above it.
            all.extend(closure.get(layer).into_iter().flatten());
        }
        closure.insert(name, all);
    }
    closure
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_step_upwards_is_found() {
        let package = |name: &str, on: &[&str]| {
            let dependencies: Vec<Value> = on.iter().map(|name| json!({ "name": name })).collect();
            json!({ "name": name, "dependencies": dependencies })
        };
        let metadata = json!({ "packages": [
            package("quicken-specializer", &["quicken-vm", "serde"]),
            package("quicken-vm", &["quicken-stats"]),
            package("quicken-stats", &[]),
            package("surprise", &[]),
        ]});
        assert_eq!(
            problems(&metadata),
            [
                "quicken-specializer may not depend on quicken-vm",
                "surprise: a crate without a place in xtask/src/layering.rs"
            ]
        );
    }

    #[test]
    fn the_tables_layers_are_all_known() {
        let names: BTreeSet<&str> = LAYERS.iter().map(|(name, _)| *name).collect();
        assert!(LAYERS.iter().all(|(_, below)| below.iter().all(|layer| names.contains(layer))));
    }
}
