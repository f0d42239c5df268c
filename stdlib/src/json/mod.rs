//! `_json`: what the library's `json` has of its encoder and decoder in C.

mod encoder;
mod scanner;
mod text;

use quicken_vm::object::Gc;
use quicken_vm::objects::module::Module;
use quicken_vm::objects::string::Str;
use quicken_vm::spec::Convention::{FastKeywords, O};
use quicken_vm::spec::{ModuleSpec, method};
use quicken_vm::{Args, PyResult, Vm};

use crate::data::native_type;
use crate::set_attribute;
use text::Text;

/// `_json`.
pub static JSON: ModuleSpec = ModuleSpec {
    name: "_json",
    doc: Some("json speedups\n"),
    functions: &[
        method("encode_basestring_ascii", |vm, _, args| encode(vm, args, true), O),
        method("encode_basestring", |vm, _, args| encode(vm, args, false), O),
        method("scanstring", scanner::scanstring, FastKeywords),
    ],
    init: Some(init),
};

fn init(vm: &mut Vm, module: Gc<Module>) -> PyResult<()> {
    for (name, spec) in [("make_scanner", &scanner::SCANNER), ("make_encoder", &encoder::ENCODER)] {
        let ty = native_type(vm, spec);
        set_attribute(vm, module, name, ty.into());
    }
    Ok(())
}

fn encode(vm: &mut Vm, args: Args<'_>, ascii: bool) -> PyResult {
    let [value] = args.exactly(vm, "encode_basestring")?;
    let Some(string) = value.cast::<Str>() else {
        let given = vm.type_name(value);
        return Err(vm.type_error(format!("first argument must be a string, not {given}")));
    };
    let mut text = Text::default();
    text.push_quoted(&string, ascii);
    Ok(text.finish(vm).into())
}
