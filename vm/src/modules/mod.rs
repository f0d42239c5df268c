//! Native modules that look into the VM. The others are in the crate `quicken-stdlib`.

mod codecs;
mod gc;
mod imp;
mod marshal;
mod standard;
mod sys;
mod thread;
mod warnings;
mod weakref;

use crate::spec::ModuleSpec;

pub(crate) use codecs::Registry as CodecRegistry;
pub(crate) use standard::is_standard;
pub(crate) use sys::EXCEPTHOOK;

/// The modules of this crate, besides `builtins`.
pub(crate) static MODULES: &[&ModuleSpec] = &[
    &codecs::MODULE,
    &gc::MODULE,
    &imp::MODULE,
    &marshal::MODULE,
    &sys::MODULE,
    &thread::MODULE,
    &warnings::MODULE,
    &weakref::MODULE,
];
