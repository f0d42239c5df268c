//! The tree itself: layers, generated pages, and the targets that the code must build for.

use std::process::Command;

#[test]
fn crates_depend_on_each_other_only_downwards() {
    xtask::layering::check().unwrap_or_else(|problems| panic!("{}", problems.join("\n")));
}

#[test]
fn generated_pages_are_up_to_date() {
    xtask::reference::check().unwrap_or_else(|problems| panic!("{}", problems.join("\n")));
}

/// Where the VM must at least compile. (The parser's crate wants a C compiler for the target, which few machines have, so
/// the crates above it are left out.)
const TARGETS: [&str; 3] = ["aarch64-unknown-linux-gnu", "aarch64-apple-darwin", "x86_64-pc-windows-gnu"];

#[test]
fn the_vm_compiles_for_other_targets() {
    let root = xtask::root();
    let installed = match Command::new("rustup").args(["target", "list", "--installed"]).current_dir(&root).output() {
        Ok(output) if output.status.success() => String::from_utf8_lossy(&output.stdout).into_owned(),
        _ => return eprintln!("skipped: there is no rustup to ask for targets"),
    };
    let mut problems = Vec::new();
    for target in TARGETS {
        let is_there = installed.lines().any(|line| line == target);
        if !is_there && !rustup_adds(target, &root) {
            // Without the network there is nothing to check with; where there is one, the target is there now.
            eprintln!("skipped: rustup cannot add the target {target}");
            continue;
        }
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let output = Command::new(cargo)
            .args(["check", "--quiet", "--package", "quicken-vm", "--package", "quicken-stdlib", "--target", target])
            // A target directory of its own: the test run holds the lock of the usual one in some set-ups.
            .arg("--target-dir")
            .arg(root.join("target/cross"))
            .env_remove("RUSTFLAGS")
            .current_dir(&root)
            .output();
        match output {
            Ok(output) if output.status.success() => {}
            Ok(output) => problems.push(format!("{target}:\n{}", String::from_utf8_lossy(&output.stderr))),
            Err(error) => problems.push(format!("{target}: {error}")),
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

fn rustup_adds(target: &str, root: &std::path::Path) -> bool {
    let output = Command::new("rustup").args(["target", "add", target]).current_dir(root).output();
    output.is_ok_and(|output| output.status.success())
}
