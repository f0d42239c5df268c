//! Native modules that look into the VM. The others are in the crate `quicken-stdlib`.

pub(crate) mod abc;
mod ast;
mod atexit;
mod codecs;
mod contextvars;
mod faulthandler;
mod gc;
mod imp;
mod marshal;
mod signal;
mod small;
mod standard;
mod sys;
mod thread;
mod warnings;
mod weakref;

use crate::spec::ModuleSpec;

pub(crate) use ast::Classes as SyntaxClasses;
pub(crate) use codecs::Registry as CodecRegistry;
pub(crate) use faulthandler::Faults;
pub(crate) use gc::Settings as GcSettings;
pub(crate) use standard::is_standard;
pub(crate) use sys::EXCEPTHOOK;
pub(crate) use thread::{forget_thread_locals, release_sentinel};
pub(crate) use warnings::Defaults as WarningDefaults;

/// The modules of this crate, besides `builtins`.
pub(crate) static MODULES: &[&ModuleSpec] = &[
    &abc::MODULE,
    &ast::MODULE,
    &atexit::MODULE,
    &codecs::MODULE,
    &contextvars::MODULE,
    &faulthandler::MODULE,
    &gc::MODULE,
    &imp::MODULE,
    &marshal::MODULE,
    &signal::MODULE,
    &small::LOCALE,
    &small::OPCODE,
    &small::STRING,
    &small::TYPING,
    &sys::MODULE,
    &thread::MODULE,
    &warnings::MODULE,
    &weakref::MODULE,
];
