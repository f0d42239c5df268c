//! Running `__del__`: after a collection that found the object unreachable, and at the end of the program for what is left.

use crate::Vm;

impl Vm {
    /// Runs the finalizers of the objects that became unreachable, in the order in which the objects were made. Each object is
    /// finalized once; what its finalizer makes reachable again stays.
    #[cold]
    pub(crate) fn run_finalizers(&mut self) {
        let name = self.names.__del__;
        while let Some(object) = self.heap.take_finalizable() {
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

    /// Runs the finalizers of all objects that have not been finalized: the program has ended.
    pub fn finalize(&mut self) {
        self.heap.finalize_all();
        self.run_finalizers();
    }
}
