//! Code objects of a few hundred constructs and of the tree's programs, by the hash of what CPython 3.11.7 marshals of them
//! (`scripts/hashes.py` wrote `data/hashes.txt`). A hash says only that something differs: `cargo xtask conformance compile` says what.

use std::path::Path;

use quicken_bytecode::{Constant, marshal};
use quicken_compiler::{Mode, Options, compile};
use sha2::{Digest, Sha256};

fn hash(source: &str, filename: &str, optimize: u8) -> String {
    match compile(source, filename, Mode::Exec, &Options { optimize, ..Options::new() }) {
        Ok(compiled) => {
            let bytes = marshal::write(&Constant::Code(compiled.code)).unwrap();
            Sha256::digest(&bytes)[..16].iter().map(|byte| format!("{byte:02x}")).collect()
        }
        Err(error) => error.kind.name().to_owned(),
    }
}

#[test]
fn code_objects_have_cpythons_hashes() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &Path| std::fs::read_to_string(path).unwrap().replace("\r\n", "\n");
    let constructs = read(&package.join("tests/data/constructs.txt"));
    let constructs: Vec<&str> = constructs.split("---\n").collect();
    let mut different = Vec::new();
    let (mut construct, mut programs) = (constructs.iter(), 0);
    for line in read(&package.join("tests/data/hashes.txt")).lines() {
        let [name, expected @ ..] = &line.split(' ').collect::<Vec<_>>()[..] else { panic!("an empty line") };
        let source = match name.contains('/') {
            true => {
                programs += 1;
                read(&package.parent().unwrap().join(name))
            }
            false => (*construct.next().expect("as many constructs as hashes")).to_owned(),
        };
        assert_eq!(expected.len(), 3, "{line}");
        for (expected, optimize) in expected.iter().zip(0..) {
            if hash(&source, name, optimize) != *expected {
                different.push(format!("{name} at optimization {optimize}"));
            }
        }
    }
    assert!(construct.next().is_none(), "a construct without a hash");
    assert!(constructs.len() >= 300 && programs >= 30, "{} constructs, {programs} programs", constructs.len());
    assert!(
        different.is_empty(),
        "different from CPython (or changed: run scripts/hashes.py):\n{}",
        different.join("\n")
    );
}
