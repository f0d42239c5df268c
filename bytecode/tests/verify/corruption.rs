//! Damaged files: whatever happens to the bytes of a `.pyc` file or to the code objects in it, reading and verifying come to an end with
//! an answer. `QUICKEN_CORRUPTIONS` sets how many files are damaged in each of the two ways (default 60,000).

use std::path::{Path, PathBuf};

use quicken_bytecode::dis::{DisOptions, dis};
use quicken_bytecode::pyc::read_pyc;
use quicken_bytecode::verify::verify;

use crate::mutate::{Random, damage, mutate};

/// What CPython 3.11.7 made of the samples.
fn files() -> Vec<Vec<u8>> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    // The largest one is for EXTENDED_ARG alone, and takes as long as all others.
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "pyc") && !path.ends_with("wide.pyc"));
    paths.sort();
    paths.iter().map(|path| std::fs::read(path).unwrap()).collect()
}

fn count() -> u64 {
    std::env::var("QUICKEN_CORRUPTIONS").map_or(60_000, |text| text.parse().unwrap())
}

#[test]
fn damaged_bytes_are_survived() {
    let files = files();
    let (mut read, mut verified) = (0u64, 0u64);
    for seed in 0..count() {
        let mut random = Random::new(seed);
        let mut bytes = files[random.below(files.len())].clone();
        damage(&mut bytes, &mut random);
        let Ok((_, code)) = read_pyc(&bytes) else { continue };
        read += 1;
        if verify(&code).is_ok() {
            verified += 1;
            code.positions().for_each(drop);
        }
    }
    // Most of the bytes are names and tables of positions; the rest has to reach the verifier and fail there.
    assert!(read > count() / 10 && verified < read, "{read} read, {verified} verified");
}

#[test]
fn damaged_code_is_survived() {
    let codes: Vec<_> = files().iter().map(|bytes| read_pyc(bytes).unwrap().1).collect();
    let (mut verified, mut refused) = (0u64, 0u64);
    for seed in 0..count() {
        let mut random = Random::new(seed);
        let code = mutate(&codes[random.below(codes.len())], &mut random);
        match verify(&code) {
            Ok(()) => verified += 1,
            Err(refusal) => {
                refused += 1;
                assert!(refusal.offset.is_none_or(|offset| offset.is_multiple_of(2)), "{refusal}");
            }
        }
        if seed % 100 == 0 {
            dis(&code, &DisOptions { show_caches: true, ..DisOptions::PLAIN });
        }
    }
    assert!(verified > count() / 50 && refused > count() / 5, "{verified} verified, {refused} refused");
}
