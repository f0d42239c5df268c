//! Modules and packages beside the program: how they are found, what they see of themselves, and what is said when an
//! import fails. The expected lines are CPython 3.11.7's.

use std::path::{Path, PathBuf};

use quicken::{Engine, Output};

const FILES: &[(&str, &str)] = &[
    ("package/__init__.py", "print('init', __name__, __package__)\nfrom . import a as alias\nfrom .a import value\n"),
    ("package/a.py", "print('a', __name__, __package__)\nvalue = 5\n"),
    ("package/sub/__init__.py", "from .. import a\nfrom ..a import value as again\nfrom . import leaf\n"),
    ("package/sub/leaf.py", "from ... import nothing\n"),
    ("raises.py", "1 / 0\n"),
    ("cycle_one.py", "import cycle_two\ny = 1\n"),
    ("cycle_two.py", "from cycle_one import y\n"),
    ("replaced.py", "import sys\nclass M: attr = 42\nsys.modules[__name__] = M()\n"),
    ("star.py", "__all__ = ['p', '_q']\np = 1; _q = 2; r = 3\n"),
    ("plain.py", "_hidden = 1\nshown = 2\n"),
    ("wrong.py", "x = = 1\n"),
    ("latin.py", "# coding: latin-1\ntext = 'caf\u{e9}'\n"),
];

const PROGRAM: &str = r#"
import sys
def show(source, names=None):
    try: exec(source, {} if names is None else names)
    except BaseException as e: print(type(e).__name__, str(e).replace(sys.path[0], "DIR"), getattr(e, "name", None))
import package
print(package.value, package.alias is package.a, package.a is sys.modules["package.a"])
import package.a as again
print(again.value, sorted(m for m in sys.modules if m.startswith("package")))
show("import package.sub")
print(sorted(m for m in sys.modules if m.startswith("package")))
show("from package import nope")
show("import package.nope")
show("import package.a.b")
show("import raises")
print("raises" in sys.modules)
show("import cycle_one")
import replaced
print(type(replaced).__name__, replaced.attr)
for name in ("star", "plain"):
    names = {}
    show(f"from {name} import *", names)
    print(sorted(k for k in names if k != "__builtins__"))
show("from . import x")
show("from . import x", {"__name__": "z"})
show("from .. import x", {"__package__": "package"})
show("import nonexistent")
try: import wrong
except SyntaxError as e: print(e.msg, e.filename.replace(sys.path[0], "DIR"), e.lineno)
import latin
print(ascii(latin.text))
import builtins
real = builtins.__import__
def traced(name, globals=None, locals=None, fromlist=(), level=0):
    print("import", name, fromlist, level)
    return real(name, globals, locals, fromlist, level)
builtins.__import__ = traced
import math
from package import a
builtins.__import__ = real
show("import x", {"__builtins__": {}})
print(__import__("package.a") is package, __import__("package.a", fromlist=["value"]) is package.a)
sys.modules["halted"] = None
show("import halted")
print(__name__, __doc__, __package__, repr(package).replace(sys.path[0], "DIR"))
"#;

const EXPECTED: &str = "\
init package package
a package.a package
5 True True
5 ['package', 'package.a']
ImportError attempted relative import beyond top-level package None
['package', 'package.a']
ImportError cannot import name 'nope' from 'package' (DIR/package/__init__.py) package
ModuleNotFoundError No module named 'package.nope' package.nope
ModuleNotFoundError No module named 'package.a.b'; 'package.a' is not a package package.a.b
ZeroDivisionError division by zero None
False
ImportError cannot import name 'y' from partially initialized module 'cycle_one' (most likely due to a circular import) (DIR/cycle_one.py) cycle_one
M 42
['_q', 'p']
['shown']
KeyError \"'__name__' not in globals\" None
ImportError attempted relative import with no known parent package None
ImportError attempted relative import beyond top-level package None
ModuleNotFoundError No module named 'nonexistent' nonexistent
invalid syntax DIR/wrong.py 1
'caf\\xe9'
import math None 0
import package ('a',) 0
ImportError __import__ not found None
True True
ModuleNotFoundError import of halted halted; None in sys.modules halted
__main__ None None <module 'package' from 'DIR/package/__init__.py'>
";

fn directory() -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("imports");
    for (name, text) in FILES {
        let path = directory.join(name);
        std::fs::create_dir_all(path.parent().expect("a directory")).expect("a directory can be made");
        // One of the files is not UTF-8, and its comment says so.
        let bytes: Vec<u8> = text.chars().map(|c| c as u8).collect();
        std::fs::write(path, bytes).expect("a file can be written");
    }
    std::fs::write(directory.join("program.py"), PROGRAM).expect("a file can be written");
    directory
}

#[test]
fn modules_are_found_beside_the_program() {
    let engine =
        Engine::builder().stdout(Output::Capture).stderr(Output::Capture).build().expect("a strategy of that name");
    let outcome = engine.run_file(directory().join("program.py")).expect("a program that compiles");
    assert_eq!(String::from_utf8_lossy(&outcome.stderr), "");
    assert_eq!(String::from_utf8_lossy(&outcome.stdout), EXPECTED);
    assert_eq!(outcome.exit_code, 0);
}
