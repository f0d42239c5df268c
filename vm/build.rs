//! Chooses the dispatch loop: sibling tail calls where the compiler makes them (optimized code on x86-64 and aarch64), a
//! `match` everywhere else.

fn main() {
    println!("cargo::rustc-check-cfg=cfg(tail_dispatch)");
    println!("cargo::rerun-if-changed=build.rs");
    let set = |name: &str| std::env::var_os(name).is_some();
    let value = |name: &str| std::env::var(name).unwrap_or_default();
    let suits = matches!(value("CARGO_CFG_TARGET_ARCH").as_str(), "x86_64" | "aarch64") && value("OPT_LEVEL") == "3";
    let debug_assertions = set("CARGO_CFG_DEBUG_ASSERTIONS");
    let tail = if set("CARGO_FEATURE_MATCH_DISPATCH") {
        false
    } else {
        set("CARGO_FEATURE_TAIL_DISPATCH") || (suits && !debug_assertions)
    };
    if tail {
        println!("cargo::rustc-cfg=tail_dispatch");
    }
}
