//! What CPython's `site` adds to `builtins`: `exit`, `quit` and `help`.
//!
//! `site` itself does not run: a program that imports nothing is not to wait for the library.

use std::any::Any;

use crate::Vm;
use crate::args::{Args, Parameters};
use crate::error::PyResult;
use crate::heap::Marker;
use crate::object::{Header, LayoutKind};
use crate::objects::opaque::{Opaque, OpaqueData};
use crate::slots::Slots;
use crate::spec::{TypeSpec, member};
use crate::value::Value;

/// `exit` or `quit`.
struct Quitter {
    name: &'static str,
}

/// `help`.
struct Helper;

impl OpaqueData for Quitter {
    fn trace(&self, _marker: &mut Marker) {}

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

impl OpaqueData for Helper {
    fn trace(&self, _marker: &mut Marker) {}

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

static QUITTER: TypeSpec = TypeSpec {
    module: "_sitebuiltins",
    slots: Slots { call: Some(quit), repr: Some(|vm, own| Ok(vm.new_str(&text(own)).into())), ..Slots::NONE },
    getset: &[
        member("name", |vm, own| Ok(vm.new_str(name(own)).into())),
        member("eof", |vm, _| Ok(vm.new_str(END_OF_FILE).into())),
    ],
    ..TypeSpec::new("Quitter", LayoutKind::Opaque)
};

static HELPER: TypeSpec = TypeSpec {
    module: "_sitebuiltins",
    slots: Slots {
        call: Some(help),
        repr: Some(|vm, _| {
            let text = "Type help() for interactive help, or help(object) for help about object.";
            Ok(vm.new_str(text).into())
        }),
        ..Slots::NONE
    },
    ..TypeSpec::new("_Helper", LayoutKind::Opaque)
};

/// How input is ended on a terminal.
const END_OF_FILE: &str = if cfg!(windows) { "Ctrl-Z plus Return" } else { "Ctrl-D (i.e. EOF)" };

/// Puts them into `builtins`.
pub(super) fn install(vm: &mut Vm) {
    let (object, builtins) = (vm.types.object, vm.builtins);
    for name in ["quit", "exit"] {
        let ty = vm.native_type(&QUITTER, object);
        let quitter = vm.allocate_object(ty, Opaque::new(Header::new(ty), Box::new(Quitter { name })));
        let name = vm.intern(name);
        builtins.set_str(vm, name, quitter.into());
    }
    let ty = vm.native_type(&HELPER, object);
    let helper = vm.allocate_object(ty, Opaque::new(Header::new(ty), Box::new(Helper)));
    let name = vm.intern("help");
    builtins.set_str(vm, name, helper.into());
}

fn name(own: Value) -> &'static str {
    own.cast::<Opaque>().and_then(|object| object.with(|quitter: &mut Quitter| quitter.name)).unwrap_or("exit")
}

fn text(own: Value) -> String {
    format!("Use {}() or {END_OF_FILE} to exit", name(own))
}

/// Closes standard input, so that an interpreter that reads from it ends as well, and raises `SystemExit`.
fn quit(vm: &mut Vm, _own: Value, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<1> =
        Parameters { names: ["code"], positional_only: 0, max_positional: 1, required: 0 };
    let [code] = args.bind(vm, "Quitter.__call__", &PARAMETERS)?;
    if let Some(input) = super::text::sys_attribute(vm, "stdin") {
        // Whatever goes wrong, the program ends.
        let _ = vm.call_method(input, "close", &[]);
    }
    let ty = vm.exc.SystemExit;
    Err(vm.raise_with(ty, &[code.or_none()]))
}

/// What `pydoc.help` does.
fn help(vm: &mut Vm, _own: Value, args: Args<'_>) -> PyResult {
    let name = vm.intern("help");
    let pydoc = vm.import_absolute("pydoc")?;
    let help = vm.get_attr(pydoc, name)?;
    vm.call(help, args)
}
