//! `join`.

use crate::Vm;
use crate::args::Args;
use crate::error::PyResult;
use crate::objects::list::List;
use crate::objects::string::{self, Str};
use crate::objects::string_methods::arguments::this;
use crate::objects::tuple::Tuple;
use crate::value::Value;

pub(super) fn join(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    let separator = this(vm, receiver)?;
    let [iterable] = args.exactly(vm, "join")?;
    // The items are copied to where the collector sees them: iterating may run Python code, and a list may change.
    let mut parts = vm.heap.temp_vec();
    if let Some(tuple) = iterable.cast::<Tuple>() {
        parts.extend_from_slice(tuple.items());
    } else if let Some(list) = iterable.cast::<List>() {
        parts.extend(list.as_cells().iter().map(|cell| cell.get()));
    } else if vm.type_of(iterable).slots().iter.is_none() && vm.type_of(iterable).slots().getitem.is_none() {
        return Err(vm.type_error("can only join an iterable"));
    } else {
        let iterator = vm.iter(iterable)?;
        vm.length_hint(iterator, 0)?;
        vm.collect(iterator, &mut parts)?;
    }
    for (i, part) in parts.iter().enumerate() {
        if part.cast::<Str>().is_none() {
            let ty = vm.type_name(*part);
            return Err(vm.type_error(format!("sequence item {i}: expected str instance, {ty} found")));
        }
    }
    string::join(vm, separator, &parts).map(Value::from)
}
