//! Search functions, the codecs that they found, and error handlers by name.

use crate::Vm;
use crate::args::{Args, Parameters};
use crate::error::{PyResult, Raise};
use crate::heap::Marker;
use crate::object::Gc;
use crate::objects::dict::Dict;
use crate::objects::list::List;
use crate::objects::module::Module;
use crate::objects::string::Str;
use crate::objects::tuple::Tuple;
use crate::value::Value;

use super::handlers;

/// What programs registered.
#[derive(Clone, Copy)]
pub(crate) struct Registry {
    search: Gc<List>,
    found: Gc<Dict>,
    errors: Gc<Dict>,
}

impl Registry {
    /// Reports what it holds.
    pub(crate) fn trace(&self, marker: &mut Marker) {
        marker.mark(self.search);
        marker.mark(self.found);
        marker.mark(self.errors);
    }
}

pub(super) fn init(vm: &mut Vm, _module: Gc<Module>) -> PyResult<()> {
    vm.codec_registry();
    Ok(())
}

impl Vm {
    /// The registry, made when it is asked for first.
    fn codec_registry(&mut self) -> Registry {
        if let Some(registry) = self.codecs {
            return registry;
        }
        let registry = Registry { search: self.new_list(&[]), found: self.new_dict(), errors: self.new_dict() };
        self.codecs = Some(registry);
        let name = self.intern("codecs");
        for spec in handlers::HANDLERS {
            let function = self.new_native_function(&spec.function, Value::NULL, name.into());
            let key = self.intern(spec.name);
            registry.errors.set_str(self, key, function);
        }
        registry
    }

    /// The codec of an encoding: a tuple of four (`codecs.lookup`).
    ///
    /// # Errors
    /// `LookupError` when nobody knows it.
    pub(crate) fn lookup_codec(&mut self, encoding: &str) -> PyResult {
        let registry = self.codec_registry();
        let normal: String = encoding.to_ascii_lowercase().replace(' ', "_");
        let key = self.intern(&normal);
        if let Some(found) = registry.found.get_str(key) {
            return Ok(found);
        }
        if registry.search.is_empty() {
            // The package registers its search function.
            match self.import_absolute("encodings") {
                Ok(_) => {}
                Err(raise) if self.is_raised(raise, self.exc.ImportError) => {}
                Err(raise) => return Err(raise),
            }
        }
        let mut index = 0;
        while let Some(search) = registry.search.get(index) {
            index += 1;
            let found = self.call_values(search, &[key.into()])?;
            if found.is_none() {
                continue;
            }
            if found.cast::<Tuple>().is_none_or(|codec| codec.len() != 4) {
                return Err(self.type_error("codec search functions must return 4-tuples"));
            }
            registry.found.set_str(self, key, found);
            return Ok(found);
        }
        Err(self.lookup_error(format!("unknown encoding: {encoding}")))
    }

    /// The error handler of this name, as it was registered; `None` for those that the VM's own codecs know and no program changed.
    pub(crate) fn codec_error_handler(&mut self, name: &str) -> Option<Value> {
        let registry = self.codec_registry();
        let key = self.intern(name);
        registry.errors.get_str(key)
    }

    /// Calls an error handler: what it puts in place, and where to go on in an input of `length`.
    pub(crate) fn call_error_handler(
        &mut self,
        handler: Value,
        raised: Raise,
        length: usize,
        decoding: bool,
    ) -> PyResult<(Value, usize)> {
        let answer = self.call_values(handler, &[raised.0])?;
        let what = if decoding { "decoding" } else { "encoding" };
        let given = answer.cast::<Tuple>().filter(|tuple| tuple.len() == 2);
        let parts = given.map(|tuple| (tuple.items()[0], tuple.items()[1]));
        let wrong = if decoding { "(str, int)" } else { "(str/bytes, int)" };
        let Some((replacement, position)) = parts.filter(|(text, position)| {
            (text.cast::<Str>().is_some() || !decoding && crate::objects::bytes::to_vec(*text).is_some())
                && crate::objects::slice::is_index(self, *position)
        }) else {
            return Err(self.type_error(format!("{what} error handler must return {wrong} tuple")));
        };
        let given = self.index_position(position)?;
        match crate::objects::slice::place(given, length + 1) {
            Some(position) if given >= 0 || position <= length => {
                let position = if given < 0 { (length as i64 + given) as usize } else { position };
                Ok((replacement, position))
            }
            _ => Err(self.index_error(format!("position {given} from error handler out of bounds"))),
        }
    }

    /// `text.encode(encoding, errors)` for an encoding that the VM does not know itself.
    pub(crate) fn encode_by_codec(&mut self, text: Value, encoding: &str, errors: &str) -> PyResult {
        let codec = self.lookup_codec(encoding)?;
        self.check_text_codec(codec, encoding, "encode")?;
        let function = self.get_item(codec, Value::small_int(0))?;
        let errors = self.new_str(errors);
        let answer = self.call_values(function, &[text, errors.into()])?;
        self.codec_result(answer, "encoder")
    }

    /// `data.decode(encoding, errors)` for an encoding that the VM does not know itself.
    pub(crate) fn decode_by_codec(&mut self, data: Value, encoding: &str, errors: &str) -> PyResult {
        let codec = self.lookup_codec(encoding)?;
        self.check_text_codec(codec, encoding, "decode")?;
        let function = self.get_item(codec, Value::small_int(1))?;
        let errors = self.new_str(errors);
        let answer = self.call_values(function, &[data, errors.into()])?;
        self.codec_result(answer, "decoder")
    }

    fn codec_result(&mut self, answer: Value, what: &str) -> PyResult {
        match answer.cast::<Tuple>().filter(|tuple| tuple.len() == 2) {
            Some(tuple) => Ok(tuple.items()[0]),
            None => Err(self.type_error(format!("{what} must return a tuple (object, integer)"))),
        }
    }

    fn check_text_codec(&mut self, codec: Value, encoding: &str, verb: &str) -> PyResult<()> {
        let name = self.intern("_is_text_encoding");
        if let Some(is_text) = self.lookup_attr(codec, name)?
            && !self.is_true(is_text)?
        {
            return Err(self.lookup_error(format!(
                "'{encoding}' is not a text encoding; use codecs.{verb}() to handle arbitrary codecs"
            )));
        }
        Ok(())
    }
}

pub(super) fn register(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [search] = args.exactly(vm, "register")?;
    if !vm.is_callable(search) {
        return Err(vm.type_error("argument must be callable"));
    }
    let registry = vm.codec_registry();
    registry.search.push(vm, search);
    Ok(Value::NONE)
}

pub(super) fn unregister(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [search] = args.exactly(vm, "unregister")?;
    let registry = vm.codec_registry();
    let place = (0..registry.search.len()).find(|index| registry.search.get(*index).is_some_and(|s| s.is(search)));
    if let Some(place) = place {
        registry.search.remove(place);
        registry.found.clear();
    }
    Ok(Value::NONE)
}

pub(super) fn lookup_method(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [name] = args.exactly(vm, "lookup")?;
    let name = super::text_argument(vm, name, "lookup")?.to_string_lossy().into_owned();
    vm.lookup_codec(&name)
}

pub(super) fn forget(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [name] = args.exactly(vm, "_forget_codec")?;
    let name = super::text_argument(vm, name, "_forget_codec")?.to_string_lossy().to_ascii_lowercase();
    let (registry, key) = (vm.codec_registry(), vm.intern(&name));
    registry.found.del_str(key);
    Ok(Value::NONE)
}

/// The parameters of `codecs.encode` and `decode`.
fn arguments(vm: &mut Vm, args: Args<'_>, function: &str) -> PyResult<(Value, String, String)> {
    const PARAMETERS: Parameters<3> =
        Parameters { names: ["obj", "encoding", "errors"], positional_only: 0, max_positional: 3, required: 1 };
    let [object, encoding, errors] = args.bind(vm, function, &PARAMETERS)?;
    let mut text = ["utf-8".to_owned(), "strict".to_owned()];
    for (place, value) in text.iter_mut().zip([encoding, errors]) {
        if !value.is_null() {
            *place = super::text_argument(vm, value, function)?.to_string_lossy().into_owned();
        }
    }
    let [encoding, errors] = text;
    Ok((object, encoding, errors))
}

pub(super) fn encode_method(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let (object, encoding, errors) = arguments(vm, args, "encode")?;
    run(vm, object, &encoding, &errors, 0)
}

pub(super) fn decode_method(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let (object, encoding, errors) = arguments(vm, args, "decode")?;
    run(vm, object, &encoding, &errors, 1)
}

fn run(vm: &mut Vm, object: Value, encoding: &str, errors: &str, part: i64) -> PyResult {
    let codec = vm.lookup_codec(encoding)?;
    let function = vm.get_item(codec, Value::small_int(part))?;
    let errors = vm.new_str(errors);
    let answer = vm.call_values(function, &[object, errors.into()])?;
    vm.codec_result(answer, if part == 0 { "encoder" } else { "decoder" })
}

pub(super) fn register_error(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [name, handler] = args.exactly(vm, "register_error")?;
    let name = super::text_argument(vm, name, "register_error")?;
    if !vm.is_callable(handler) {
        return Err(vm.type_error("handler must be callable"));
    }
    let registry = vm.codec_registry();
    let name = vm.intern_str(name);
    registry.errors.set_str(vm, name, handler);
    Ok(Value::NONE)
}

pub(super) fn lookup_error(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [name] = args.exactly(vm, "lookup_error")?;
    let name = super::text_argument(vm, name, "lookup_error")?.to_string_lossy().into_owned();
    match vm.codec_error_handler(&name) {
        Some(handler) => Ok(handler),
        None => Err(vm.lookup_error(format!("unknown error handler name '{name}'"))),
    }
}
