//! Sources that nest without end: an error, never a crash.

use quicken_compiler::{ErrorKind, Mode, Options, compile};

fn kind(source: &str) -> Option<ErrorKind> {
    compile(source, "deep.py", Mode::Exec, &Options::new()).err().map(|error| error.kind)
}

#[test]
fn what_cpython_compiles() {
    assert_eq!(kind(&format!("{}1{}\n", "(".repeat(200), ")".repeat(200))), None);
    assert_eq!(kind(&format!("x = {}a\n", "-".repeat(2500))), None);
    assert_eq!(kind(&format!("x = {}\n", vec!["a"; 2500].join(" + "))), None);
    assert_eq!(kind(&format!("x = {}\n", vec!["a"; 20_000].join(" and "))), None);
    assert_eq!(kind(&format!("x = [{}]\n", "1, ".repeat(100_000))), None);
    assert_eq!(kind(&format!("if a: pass\n{}", "elif b: pass\n".repeat(1000))), None);
    assert_eq!(kind(&format!("x{}\n", "()".repeat(2000))), None);
}

#[test]
fn what_nests_too_deeply() {
    let brackets = compile(&"(".repeat(100_000), "deep.py", Mode::Exec, &Options::new()).unwrap_err();
    assert_eq!((brackets.message.as_str(), brackets.line, brackets.column), ("too many nested parentheses", 1, 201));
    assert_eq!(kind(&format!("x = {}a\n", "-".repeat(100_000))), Some(ErrorKind::MemoryError));
    assert_eq!(kind(&format!("x = {}\n", vec!["a"; 200_000].join(" + "))), Some(ErrorKind::RecursionError));
    assert_eq!(kind(&format!("if a: pass\n{}", "elif b: pass\n".repeat(10_000))), Some(ErrorKind::MemoryError));
    assert_eq!(kind(&format!("x{}\n", ".a".repeat(100_000))), Some(ErrorKind::RecursionError));
    assert_eq!(
        kind(&format!("x = f\"{{{}a{}}}\"\n", "(".repeat(100_000), ")".repeat(100_000))),
        Some(ErrorKind::SyntaxError)
    );
    let blocks: String = (0..150).map(|level| format!("{}if 1:\n", " ".repeat(level))).collect();
    assert_eq!(kind(&format!("{blocks}{}pass\n", " ".repeat(150))), Some(ErrorKind::IndentationError));
}
