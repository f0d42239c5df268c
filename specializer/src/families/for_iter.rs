//! `FOR_ITER` is no family in 3.11, but a stats build classifies its iterator at every execution
//! (`_PySpecialization_ClassifyIterator`) and counts it as a failure.

use crate::failure::{self, FailureKind, for_iter as kinds};

/// What is iterated over, by the exact type of the iterator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IteratorKind {
    /// A generator.
    Generator,
    /// A coroutine.
    Coroutine,
    /// An asynchronous generator.
    AsyncGenerator,
    /// `list_iterator`
    List,
    /// `tuple_iterator`
    Tuple,
    /// `set_iterator`
    Set,
    /// `str_iterator`; CPython's `str_ascii_iterator` is not counted as one.
    String,
    /// `bytes_iterator`
    Bytes,
    /// `range_iterator` of machine integers.
    Range,
    /// Anything of which the type's name begins with `itertools`.
    Itertools,
    /// `dict_keyiterator`
    DictKeys,
    /// `dict_itemiterator`
    DictItems,
    /// `dict_valueiterator`
    DictValues,
    /// `enumerate`
    Enumerate,
    /// Any other.
    Other,
}

/// The kind that one execution counts.
#[must_use]
pub const fn classify(iterator: IteratorKind) -> FailureKind {
    match iterator {
        IteratorKind::Generator => kinds::GENERATOR,
        IteratorKind::Coroutine => kinds::COROUTINE,
        IteratorKind::AsyncGenerator => kinds::ASYNC_GENERATOR,
        IteratorKind::List => kinds::LIST,
        IteratorKind::Tuple => kinds::TUPLE,
        IteratorKind::Set => kinds::SET,
        IteratorKind::String => kinds::STRING,
        IteratorKind::Bytes => kinds::BYTES,
        IteratorKind::Range => kinds::RANGE,
        IteratorKind::Itertools => kinds::ITERTOOLS,
        IteratorKind::DictKeys => kinds::DICT_KEYS,
        IteratorKind::DictItems => kinds::DICT_ITEMS,
        IteratorKind::DictValues => kinds::DICT_VALUES,
        IteratorKind::Enumerate => kinds::ENUMERATE,
        IteratorKind::Other => failure::OTHER,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use quicken_bytecode::Opcode;

    #[test]
    fn cpythons_numbers_and_names() {
        assert_eq!(classify(IteratorKind::Generator).number(), 10);
        assert_eq!(classify(IteratorKind::Enumerate).number(), 23);
        assert_eq!(classify(IteratorKind::DictItems).name(Opcode::FOR_ITER), Some("dict items"));
        assert_eq!(classify(IteratorKind::Other).number(), 0);
    }
}
