//! `LOAD_GLOBAL` (`_Py_Specialize_LoadGlobal`).

use quicken_bytecode::Opcode;

use super::{Form, Refusal};
use crate::check::Fit;
use crate::decision::{CacheContents, Demand, Subject};
use crate::failure::{self, load_global as kinds};
use crate::observation::{KeysKind, KeysLookup, LoadGlobal};

/// CPython counts some of this family's failures without a kind.
const UNNUMBERED: Refusal = Refusal::Fail(None);

/// The form, or CPython's reason.
///
/// # Errors
///
/// The failure that CPython counts.
pub fn decide(lookup: &LoadGlobal) -> Result<Form, Refusal> {
    let globals = searchable(lookup.globals)?;
    if globals.index.is_some() {
        let cache = in_globals(&globals)?;
        return Ok(Form { opcode: Opcode::LOAD_GLOBAL_MODULE, cache, reason: "the globals have the name" });
    }
    let cache = in_builtins(&globals, &searchable(lookup.builtins)?)?;
    let reason = "the builtins have the name and the globals do not";
    Ok(Form { opcode: Opcode::LOAD_GLOBAL_BUILTIN, cache, reason })
}

fn in_globals(globals: &KeysLookup) -> Result<CacheContents, Refusal> {
    Ok(CacheContents::Global {
        module_keys_version: Demand::new(Subject::GlobalsKeys, globals.version).unnumbered(),
        builtin_keys_version: None,
        index: short_index(globals)?,
    })
}

fn in_builtins(globals: &KeysLookup, builtins: &KeysLookup) -> Result<CacheContents, Refusal> {
    let builtin_keys_version = Demand::short(Subject::BuiltinsKeys, builtins.version, failure::OUT_OF_RANGE);
    Ok(CacheContents::Global {
        module_keys_version: Demand::new(Subject::GlobalsKeys, globals.version),
        builtin_keys_version: Some(builtin_keys_version),
        index: short_index(builtins)?,
    })
}

fn short_index(keys: &KeysLookup) -> Result<u16, Refusal> {
    keys.index.and_then(|index| u16::try_from(index).ok()).ok_or(UNNUMBERED)
}

fits! { LoadGlobal(lookup, oparg):
    LOAD_GLOBAL_MODULE => match searchable(lookup.globals).and_then(|globals| in_globals(&globals)) {
        Ok(cache) => Ok(cache.into()),
        Err(_) => Err("the globals do not have the name"),
    };
    LOAD_GLOBAL_BUILTIN => fit_builtin(lookup);
}

/// The keys of the globals are compared, and that they do not have the name is taken for granted.
fn fit_builtin(lookup: &LoadGlobal) -> Fit {
    let Ok(globals) = searchable(lookup.globals) else { return Err("the globals cannot be searched") };
    if globals.index.is_some() {
        return Err("the globals have the name");
    }
    match searchable(lookup.builtins).and_then(|builtins| in_builtins(&globals, &builtins)) {
        Ok(cache) => Ok(cache.into()),
        Err(_) => Err("the builtins do not have the name"),
    }
}

fn searchable(keys: Option<KeysLookup>) -> Result<KeysLookup, Refusal> {
    let keys = keys.ok_or(UNNUMBERED)?;
    if keys.kind == KeysKind::General { Err(kinds::NON_STRING_OR_SPLIT.into()) } else { Ok(keys) }
}

guards! { LoadGlobal(lookup, facts, oparg, entry):
    LOAD_GLOBAL_MODULE => version(lookup.globals) == Some(entry.version);
    LOAD_GLOBAL_BUILTIN => {
        version(lookup.globals) == Some(entry.version) && version(lookup.builtins) == Some(entry.second_version)
    };
}

fn version(keys: Option<KeysLookup>) -> Option<u32> {
    keys.and_then(|keys| keys.version)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::families::testing::keys;

    fn run(globals: Option<KeysLookup>, builtins: Option<KeysLookup>) -> Result<Form, Refusal> {
        decide(&LoadGlobal { globals, builtins })
    }

    #[test]
    fn forms() {
        let form = run(Some(keys(Some(5))), Some(keys(None))).unwrap();
        assert_eq!(form.opcode, Opcode::LOAD_GLOBAL_MODULE);
        assert_eq!(form.cache.demands().count(), 1);
        assert_eq!(form.cache.demands().next().unwrap().exhausted, None);
        let form = run(Some(keys(None)), Some(keys(Some(7)))).unwrap();
        assert_eq!(form.opcode, Opcode::LOAD_GLOBAL_BUILTIN);
        let demands: Vec<Demand> = form.cache.demands().collect();
        assert_eq!(demands[0], Demand::new(Subject::GlobalsKeys, Some(9)));
        assert_eq!(demands[1].of, Subject::BuiltinsKeys);
        assert_eq!(demands[1].at_most, 0xffff);
        assert_eq!(demands[1].exhausted, Some(failure::OUT_OF_VERSIONS));
        assert_eq!(demands[1].too_large, Some(failure::OUT_OF_RANGE));
        // The globals of a function may be an instance's split dict.
        let split = KeysLookup { kind: KeysKind::Split, ..keys(Some(1)) };
        assert!(run(Some(split), None).is_ok());
    }

    #[test]
    fn failures() {
        let general = KeysLookup { kind: KeysKind::General, ..keys(Some(1)) };
        assert_eq!(run(None, Some(keys(Some(1)))), Err(UNNUMBERED));
        assert_eq!(run(Some(keys(Some(70_000))), None), Err(UNNUMBERED));
        assert_eq!(run(Some(keys(None)), None), Err(UNNUMBERED));
        assert_eq!(run(Some(keys(None)), Some(keys(None))), Err(UNNUMBERED));
        assert_eq!(run(Some(keys(None)), Some(keys(Some(70_000)))), Err(UNNUMBERED));
        assert_eq!(run(Some(general), None), Err(kinds::NON_STRING_OR_SPLIT.into()));
        assert_eq!(run(Some(keys(None)), Some(general)), Err(kinds::NON_STRING_OR_SPLIT.into()));
    }
}
