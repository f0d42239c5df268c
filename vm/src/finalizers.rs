//! Running `__del__`, the `finally` blocks of abandoned generators, and the callbacks of weak references: after a collection that
//! found the object unreachable, and at the end of the program for what is left.

use quicken_bytecode::CodeFlags;

use crate::Vm;
use crate::object::Gc;
use crate::objects::async_generator::FINALIZER;
use crate::objects::generator::{Generator, GeneratorState};
use crate::objects::generator_methods;
use crate::objects::module::Module;

impl Vm {
    /// Runs the finalizers of the objects that became unreachable, in the order in which the objects were made. Each object is
    /// finalized once; what its finalizer makes reachable again stays.
    #[cold]
    pub(crate) fn run_finalizers(&mut self) {
        self.run_weak_callbacks();
        let name = self.names.__del__;
        while let Some(object) = self.heap.take_finalizable() {
            if let Some(generator) = object.cast::<Generator>() {
                // It may have been ended by a finalizer that ran before.
                if generator.is_finished() {
                    continue;
                }
                let hook = self.asyncgen_hooks[FINALIZER].as_ref().map(|hook| hook.get());
                if let Some(hook) = hook.filter(|_| generator.hooked.get()) {
                    if let Err(raised) = self.call_values(hook, &[object]) {
                        self.write_unraisable(raised, object);
                    }
                    continue;
                }
                if generator.state.get() == GeneratorState::Created && generator.code.is(CodeFlags::COROUTINE) {
                    self.warn_unawaited(generator);
                    continue;
                }
                // One that has not begun has nothing to clean up.
                if generator.state.get() == GeneratorState::Suspended
                    && let Err(raised) = generator_methods::close(self, generator)
                {
                    self.write_unraisable(raised, object);
                }
                continue;
            }
            let class = self.type_of(object);
            // The class may have lost the method since.
            let Some(function) = self.lookup(class, name) else { continue };
            let result = match self.lookup_special(object, name) {
                Ok(Some(method)) => self.call_values(method, &[]).map(drop),
                Ok(None) => Ok(()),
                Err(raised) => Err(raised),
            };
            if let Err(raised) = result {
                self.write_unraisable(raised, function);
            }
        }
    }

    /// Warns of a coroutine that was made and never awaited (`_PyErr_WarnUnawaitedCoroutine`).
    fn warn_unawaited(&mut self, coroutine: Gc<Generator>) {
        let name = self.intern("warnings");
        let module = match self.modules.get_str(name) {
            Some(module) => Some(module),
            None => self.import_absolute("warnings").ok(),
        };
        let name = self.intern("_warn_unawaited_coroutine");
        let function = module.and_then(|module| self.lookup_attr(module, name).ok().flatten());
        let result = match function {
            Some(function) => self.call_values(function, &[coroutine.into()]).map(drop),
            None => {
                let (category, name) = (self.exc.RuntimeWarning, coroutine.qualname.get());
                let name = self.str_of(name).map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
                self.warn(category, &format!("coroutine '{name}' was never awaited"), 1)
            }
        };
        if let Err(raised) = result {
            self.write_unraisable(raised, coroutine.into());
        }
    }

    /// Calls the callbacks of weak references whose referents have died, as CPython does before it runs finalizers.
    fn run_weak_callbacks(&mut self) {
        while let Some(weak) = self.heap.take_weak_callback() {
            let callback = weak.callback.get();
            weak.callback.set(crate::Value::NULL);
            if let Err(raised) = self.call_values(callback, &[weak.into()]) {
                self.write_unraisable(raised, callback);
            }
        }
    }

    /// Waits for the threads that are not daemons, which `threading` knows (`wait_for_thread_shutdown`).
    fn wait_for_threads(&mut self) {
        let (name, shutdown) = (self.intern("threading"), self.intern("_shutdown"));
        let Some(module) = self.modules.get_str(name).filter(|module| module.cast::<Module>().is_some()) else {
            return;
        };
        let result = self.get_attr(module, shutdown).and_then(|shutdown| self.call_values(shutdown, &[]));
        if let Err(raised) = result {
            self.write_unraisable(raised, module);
        }
    }

    /// Calls what the program registered for its end, and runs the finalizers of all objects that have not been finalized.
    pub fn finalize(&mut self) {
        self.wait_for_threads();
        self.run_exit_functions();
        self.abandon_threads();
        // What is being finalized is known to this native frame alone: nothing may collect with exact roots meanwhile.
        self.native_depth += 1;
        self.heap.finalize_all();
        self.run_finalizers();
        self.native_depth -= 1;
    }
}
