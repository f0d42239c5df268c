//! How arguments reach native functions: a run of values on the VM stack, as in CPython's vectorcall.

use crate::Vm;
use crate::error::PyResult;
use crate::object::Gc;
use crate::objects::string::Str;
use crate::objects::tuple::Tuple;
use crate::value::Value;

/// The arguments of a call: positional ones, then the values of the keyword ones. They lie on the VM stack (or in a
/// tuple) and stay where they are for the duration of the call.
#[derive(Clone, Copy)]
pub struct Args<'a> {
    values: &'a [Value],
    names: Option<Gc<Tuple>>,
}

impl<'a> Args<'a> {
    /// Positional arguments alone.
    #[inline(always)]
    pub const fn positional(values: &'a [Value]) -> Args<'a> {
        Args { values, names: None }
    }

    /// Arguments of which the last `names.len()` are keyword arguments.
    #[inline(always)]
    pub const fn new(values: &'a [Value], names: Option<Gc<Tuple>>) -> Args<'a> {
        Args { values, names }
    }

    /// No arguments.
    pub const EMPTY: Args<'static> = Args { values: &[], names: None };

    /// All values, keyword ones last.
    #[inline(always)]
    pub const fn values(&self) -> &'a [Value] {
        self.values
    }

    /// The keyword names, if any.
    #[inline(always)]
    pub const fn names(&self) -> Option<Gc<Tuple>> {
        self.names
    }

    /// The number of keyword arguments.
    #[inline]
    pub fn keyword_count(&self) -> usize {
        self.names.map_or(0, |n| n.len())
    }

    /// The positional arguments.
    #[inline]
    pub fn positionals(&self) -> &'a [Value] {
        &self.values[..self.values.len() - self.keyword_count()]
    }

    /// The number of positional arguments.
    #[inline]
    pub fn len(&self) -> usize {
        self.values.len() - self.keyword_count()
    }

    /// Whether there is no positional argument.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The positional argument at `index`.
    #[inline]
    pub fn get(&self, index: usize) -> Option<Value> {
        self.positionals().get(index).copied()
    }

    /// The keyword arguments, name first.
    pub fn keywords(&self) -> impl Iterator<Item = (Gc<Str>, Value)> + use<'a> {
        let values = &self.values[self.len()..];
        let names = self.names;
        values.iter().enumerate().filter_map(move |(i, v)| Some((names?.get(i)?.cast::<Str>()?, *v)))
    }

    /// The same arguments without the first positional one.
    #[inline]
    pub fn skip_first(&self) -> Args<'a> {
        Args { values: &self.values[1..], names: self.names }
    }

    /// Refuses keyword arguments ("NAME() takes no keyword arguments").
    pub fn no_keywords(&self, vm: &mut Vm, name: &str) -> PyResult<()> {
        if self.keyword_count() == 0 {
            Ok(())
        } else {
            Err(vm.type_error(format!("{name}() takes no keyword arguments")))
        }
    }

    /// The positional arguments, of which there must be between `min` and `max`; the messages are those of
    /// CPython's `PyArg_UnpackTuple`/`_PyArg_CheckPositional`.
    #[inline(always)]
    pub fn between(&self, vm: &mut Vm, name: &str, min: usize, max: usize) -> PyResult<&'a [Value]> {
        if self.names.is_none() && self.values.len() >= min && self.values.len() <= max {
            return Ok(self.values);
        }
        self.check_between(vm, name, min, max)
    }

    #[cold]
    fn check_between(&self, vm: &mut Vm, name: &str, min: usize, max: usize) -> PyResult<&'a [Value]> {
        self.no_keywords(vm, name)?;
        let n = self.len();
        if n < min || n > max {
            let (word, limit) = if n < min {
                (if min == max { "" } else { "at least " }, min)
            } else {
                (if min == max { "" } else { "at most " }, max)
            };
            let plural = if limit == 1 { "" } else { "s" };
            return Err(vm.type_error(format!("{name} expected {word}{limit} argument{plural}, got {n}")));
        }
        Ok(self.positionals())
    }

    /// Exactly `N` positional arguments and no keyword.
    #[inline(always)]
    pub fn exactly<const N: usize>(&self, vm: &mut Vm, name: &str) -> PyResult<[Value; N]> {
        let values = self.between(vm, name, N, N)?;
        let mut out = [Value::NULL; N];
        out.copy_from_slice(values);
        Ok(out)
    }

    /// Binds positional and keyword arguments to parameters by name, as CPython's Argument Clinic does. The first
    /// `positional_only` parameters cannot be given by name, those from `max_positional` on only by name; those before
    /// `required` must be given. What is not given is `NULL`.
    #[inline]
    pub fn bind<const N: usize>(
        &self,
        vm: &mut Vm,
        function: &str,
        parameters: &Parameters<N>,
    ) -> PyResult<[Value; N]> {
        let given = self.values;
        if self.names.is_none() && (parameters.required..=parameters.max_positional.min(N)).contains(&given.len()) {
            let mut out = [Value::NULL; N];
            out[..given.len()].copy_from_slice(given);
            return Ok(out);
        }
        self.bind_by_name(vm, function, parameters)
    }

    /// What `bind` does where the arguments do not simply stand in the order of the parameters.
    #[cold]
    fn bind_by_name<const N: usize>(
        &self,
        vm: &mut Vm,
        function: &str,
        parameters: &Parameters<N>,
    ) -> PyResult<[Value; N]> {
        let mut out = [Value::NULL; N];
        let given = self.positionals();
        let plural = |n: usize| if n == 1 { "" } else { "s" };
        let most = parameters.max_positional;
        let least = parameters.required.min(parameters.positional_only);
        let total = self.values.len();
        if total > N {
            let keyword = if given.is_empty() { "keyword " } else { "" };
            return Err(
                vm.type_error(format!("{function}() takes at most {N} {keyword}argument{} ({total} given)", plural(N)))
            );
        }
        if given.len() > most {
            return Err(vm.type_error(if most == 0 {
                format!("{function}() takes no positional arguments")
            } else {
                let word = if parameters.required < most { "at most" } else { "exactly" };
                format!("{function}() takes {word} {most} positional argument{} ({} given)", plural(most), given.len())
            }));
        }
        if given.len() < least {
            let word = if least < most { "at least" } else { "exactly" };
            return Err(vm.type_error(format!(
                "{function}() takes {word} {least} positional argument{} ({} given)",
                plural(least),
                given.len()
            )));
        }
        out[..given.len()].copy_from_slice(given);
        let place = |name: Gc<Str>| {
            let text = name.to_string_lossy();
            parameters.names.iter().skip(parameters.positional_only).position(|p| *p == text)
        };
        // What is missing is complained about before what is too much.
        let mut rest = 0;
        for (name, value) in self.keywords() {
            match place(name).map(|i| i + parameters.positional_only) {
                Some(index) if index >= given.len() => out[index] = value,
                _ => rest += 1,
            }
        }
        for (index, given_value) in out.iter().enumerate().take(parameters.required) {
            if given_value.is_null() {
                let name = parameters.names[index];
                return Err(
                    vm.type_error(format!("{function}() missing required argument '{name}' (pos {})", index + 1))
                );
            }
        }
        if rest > 0 {
            for (name, _) in self.keywords() {
                let text = name.to_string_lossy();
                match place(name).map(|i| i + parameters.positional_only) {
                    Some(index) if index >= given.len() => {}
                    Some(index) => {
                        return Err(vm.type_error(format!(
                            "argument for {function}() given by name ('{text}') and position ({})",
                            index + 1
                        )));
                    }
                    None => {
                        return Err(vm.type_error(format!("'{text}' is an invalid keyword argument for {function}()")));
                    }
                }
            }
        }
        Ok(out)
    }
}

/// The parameters of a native function, for [`Args::bind`].
pub struct Parameters<const N: usize> {
    /// The names, in order.
    pub names: [&'static str; N],
    /// How many of them are positional-only.
    pub positional_only: usize,
    /// How many may be given by position.
    pub max_positional: usize,
    /// How many of them (from the first) must be given.
    pub required: usize,
}
