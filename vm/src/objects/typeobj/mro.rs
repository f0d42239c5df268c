//! Method resolution order (C3) and the subclass lists.

use crate::Vm;
use crate::error::PyResult;
use crate::object::Gc;
use crate::objects::list::List;
use crate::objects::tuple::Tuple;
use crate::objects::typeobj::{Type, solid_base};
use crate::value::Value;

/// Calls `each` with every direct subclass.
pub fn for_each_subclass(ty: Gc<Type>, mut each: impl FnMut(Gc<Type>)) {
    let Some(list) = ty.subclasses.get().cast::<List>() else { return };
    let mut index = 0;
    while let Some(subclass) = list.get(index) {
        index += 1;
        if let Some(subclass) = subclass.cast::<Type>() {
            each(subclass);
        }
    }
}

/// Notes a class with its bases.
pub(crate) fn add_to_bases(vm: &mut Vm, ty: Gc<Type>, bases: Gc<Tuple>) {
    for index in 0..bases.len() {
        let Some(base) = bases.get(index).and_then(|b| b.cast::<Type>()) else { continue };
        let list = match base.subclasses.get().cast::<List>() {
            Some(list) => list,
            None => {
                let list = vm.new_list(&[]);
                base.subclasses.set(list.into());
                list
            }
        };
        list.push(vm, ty.into());
    }
}

/// Removes a class from the lists of its bases.
pub(crate) fn remove_from_bases(ty: Gc<Type>, bases: Gc<Tuple>) {
    for index in 0..bases.len() {
        let Some(base) = bases.get(index).and_then(|b| b.cast::<Type>()) else { continue };
        let Some(list) = base.subclasses.get().cast::<List>() else { continue };
        let place = (0..list.len()).find(|&i| list.get(i).is_some_and(|v| v.is(ty.into())));
        if let Some(place) = place {
            list.remove(place);
        }
    }
}

/// The linearization of a class by C3 (`type.mro`).
pub(crate) fn linearize(vm: &mut Vm, ty: Gc<Type>) -> PyResult<Vec<Gc<Type>>> {
    let bases = ty.bases.get();
    let bases: Vec<Gc<Type>> = (0..bases.len()).filter_map(|i| bases.get(i)?.cast::<Type>()).collect();
    let mut result = vec![ty];
    for base in &bases {
        if base.mro.get().is_empty() {
            let name = base.display_name();
            return Err(vm.type_error(format!("Cannot extend an incomplete type '{name}'")));
        }
    }
    if let [base] = bases[..] {
        result.extend(base.mro_types());
        return Ok(result);
    }
    for (index, base) in bases.iter().enumerate() {
        if bases[index + 1..].contains(base) {
            let name = base.name.get().to_string_lossy().into_owned();
            return Err(vm.type_error(format!("duplicate base class {name}")));
        }
    }
    let mut sequences: Vec<Vec<Gc<Type>>> = bases.iter().map(|b| b.mro_types().collect()).collect();
    sequences.push(bases);
    // Where each sequence goes on.
    let mut next = vec![0usize; sequences.len()];
    'candidates: loop {
        let mut exhausted = true;
        for index in 0..sequences.len() {
            let Some(&candidate) = sequences[index].get(next[index]) else { continue };
            exhausted = false;
            let in_tail =
                sequences.iter().zip(&next).any(|(s, &n)| s.iter().skip(n + 1).any(|later| *later == candidate));
            if in_tail {
                continue;
            }
            result.push(candidate);
            for (sequence, place) in sequences.iter().zip(&mut next) {
                if sequence.get(*place) == Some(&candidate) {
                    *place += 1;
                }
            }
            continue 'candidates;
        }
        if exhausted {
            return Ok(result);
        }
        let mut stuck: Vec<Gc<Type>> = Vec::new();
        for (sequence, &place) in sequences.iter().zip(&next) {
            if let Some(candidate) = sequence.get(place)
                && !stuck.contains(candidate)
            {
                stuck.push(*candidate);
            }
        }
        let names: Vec<String> = stuck.iter().map(|t| t.name.get().to_string_lossy().into_owned()).collect();
        return Err(vm.type_error(format!(
            "Cannot create a consistent method resolution\norder (MRO) for bases {}",
            names.join(", ")
        )));
    }
}

/// Computes and sets the MRO of a class, through its metaclass's `mro` if that has its own. Answers whether it did: a
/// `mro` that sets the class's bases has set a newer MRO already.
pub(crate) fn set_mro(vm: &mut Vm, ty: Gc<Type>) -> PyResult<bool> {
    let before = ty.mro.get();
    let metatype = vm.type_of(ty.into());
    let mro = if metatype == vm.types.type_ {
        let types = linearize(vm, ty)?;
        let values: Vec<Value> = types.into_iter().map(Value::from_gc).collect();
        // Types are reachable from their bases' tuples while the tuple is made.
        vm.new_tuple(&values)
    } else {
        let name = vm.names.mro;
        let Some(answer) = vm.call_special(ty.into(), name, &[])? else {
            return Err(vm.attribute_error("mro"));
        };
        let mut items = vm.heap.temp_vec();
        vm.collect(answer, &mut items)?;
        if items.is_empty() {
            return Err(vm.type_error("type MRO must not be empty"));
        }
        let solid = solid_base(vm, ty);
        for item in items.iter() {
            let Some(class) = item.cast::<Type>() else {
                let given = vm.type_name(*item);
                return Err(vm.type_error(format!("mro() returned a non-class ('{given}')")));
            };
            if class != ty && !solid.is_subtype(solid_base(vm, class)) {
                let given = class.display_name();
                return Err(vm.type_error(format!("mro() returned base with unsuitable layout ('{given}')")));
            }
        }
        vm.new_tuple(&items)
    };
    if ty.mro.get() != before {
        return Ok(false);
    }
    ty.mro.set(mro);
    vm.type_modified(ty);
    Ok(true)
}
