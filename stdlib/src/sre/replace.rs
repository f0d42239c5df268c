//! `sub`, `subn` and `split`.

use quicken_vm::args::Parameters;
use quicken_vm::objects::bytes;
use quicken_vm::objects::string::Str;
use quicken_vm::{Args, PyResult, Value, Vm};

use super::found::new_match;
use super::pattern::{each, pattern_of};
use super::subject::Subject;

pub(super) fn sub(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    substitute(vm, own, args, "sub").map(|(text, _)| text)
}

pub(super) fn subn(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let (text, count) = substitute(vm, own, args, "subn")?;
    Ok(vm.new_pair(text, Value::small_int(count as i64)).into())
}

fn substitute(vm: &mut Vm, own: Value, args: Args<'_>, function: &str) -> PyResult<(Value, usize)> {
    const PARAMETERS: Parameters<3> =
        Parameters { names: ["repl", "string", "count"], positional_only: 0, max_positional: 3, required: 2 };
    let [replacement, string, count] = args.bind(vm, function, &PARAMETERS)?;
    let most = if count.is_null() { 0 } else { vm.index_position(count)? };
    let most = usize::try_from(most).unwrap_or(0);
    let pattern = pattern_of(vm, own)?;
    let replacement = template(vm, own, replacement)?;
    let callable = vm.is_callable(replacement);
    let subject = Subject::new(vm, string, &pattern)?;
    let end = subject.len;
    let (mut count, mut from) = (0, 0);
    let mut parts = vm.heap.temp_vec();
    each(vm, &pattern, &subject, (0, end), |vm, found| {
        if from < found.whole.0 {
            let part = subject.part(vm, (from, found.whole.0));
            parts.push(part);
        }
        from = found.whole.1;
        count += 1;
        let part = if callable {
            let found = new_match(vm, own, string, (0, end), found);
            vm.call_values(replacement, &[found])?
        } else {
            replacement
        };
        if !part.is_none() {
            parts.push(part);
        }
        Ok(most == 0 || count < most)
    })?;
    if from < end {
        let part = subject.part(vm, (from, end));
        parts.push(part);
    }
    let empty = subject.part(vm, (0, 0));
    let list = vm.new_list(&parts);
    let joined = vm.call_method(empty, "join", &[list.into()])?;
    Ok((joined, count))
}

/// What a replacement means: something to call, or text as it is.
fn template(vm: &mut Vm, own: Value, replacement: Value) -> PyResult {
    if vm.is_callable(replacement) {
        return Ok(replacement);
    }
    let literal = match replacement.cast::<Str>() {
        Some(text) => text.position_of(b'\\', 0) >= text.len(),
        None => bytes::to_vec(replacement).is_some_and(|data| !data.contains(&b'\\')),
    };
    if literal {
        return Ok(replacement);
    }
    let re = vm.import_absolute("re")?;
    vm.call_method(re, "_subx", &[own, replacement])
}

pub(super) fn split(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<2> =
        Parameters { names: ["string", "maxsplit"], positional_only: 0, max_positional: 2, required: 1 };
    let [string, most] = args.bind(vm, "split", &PARAMETERS)?;
    let most = if most.is_null() { 0 } else { vm.index_position(most)? };
    let pattern = pattern_of(vm, own)?;
    let subject = Subject::new(vm, string, &pattern)?;
    let list = vm.new_list(&[]);
    let (mut count, mut from) = (0, 0);
    if most >= 0 {
        let end = subject.len;
        each(vm, &pattern, &subject, (0, end), |vm, found| {
            let part = subject.part(vm, (from, found.whole.0));
            list.push(vm, part);
            for place in &found.groups {
                let part = match place {
                    Some(place) => subject.part(vm, *place),
                    None => Value::NONE,
                };
                list.push(vm, part);
            }
            from = found.whole.1;
            count += 1;
            Ok(most == 0 || count < most)
        })?;
    }
    let part = subject.part(vm, (from, subject.len));
    list.push(vm, part);
    Ok(list.into())
}
