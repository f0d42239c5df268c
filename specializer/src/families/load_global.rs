//! `LOAD_GLOBAL` (`_Py_Specialize_LoadGlobal`).

use quicken_bytecode::Opcode;

use super::{Form, Refusal};
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
    let module_keys_version = Demand::new(Subject::GlobalsKeys, globals.version);
    if let Some(index) = globals.index {
        let index = u16::try_from(index).map_err(|_| UNNUMBERED)?;
        return Ok(Form {
            opcode: Opcode::LOAD_GLOBAL_MODULE,
            cache: CacheContents::Global {
                module_keys_version: module_keys_version.unnumbered(),
                builtin_keys_version: None,
                index,
            },
            reason: "the globals have the name",
        });
    }
    let builtins = searchable(lookup.builtins)?;
    let index = builtins.index.and_then(|index| u16::try_from(index).ok()).ok_or(UNNUMBERED)?;
    let builtin_keys_version = Demand::short(Subject::BuiltinsKeys, builtins.version, failure::OUT_OF_RANGE);
    Ok(Form {
        opcode: Opcode::LOAD_GLOBAL_BUILTIN,
        cache: CacheContents::Global { module_keys_version, builtin_keys_version: Some(builtin_keys_version), index },
        reason: "the builtins have the name and the globals do not",
    })
}

fn searchable(keys: Option<KeysLookup>) -> Result<KeysLookup, Refusal> {
    let keys = keys.ok_or(UNNUMBERED)?;
    if keys.kind == KeysKind::General { Err(kinds::NON_STRING_OR_SPLIT.into()) } else { Ok(keys) }
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
