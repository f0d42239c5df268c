//! Native modules that look into the VM. The others are in the crate `quicken-stdlib`.

mod gc;
mod standard;
mod sys;

use crate::spec::ModuleSpec;

pub(crate) use standard::is_standard;
pub(crate) use sys::EXCEPTHOOK;

/// The modules of this crate, besides `builtins`.
pub(crate) static MODULES: &[&ModuleSpec] = &[&gc::MODULE, &sys::MODULE];
