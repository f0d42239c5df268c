//! Small native modules of a few functions: `_opcode`, `_string`, `_typing`, `_locale`.

use quicken_bytecode::Opcode;

use crate::Vm;
use crate::args::{Args, Parameters};
use crate::error::PyResult;
use crate::format::template;
use crate::object::Gc;
use crate::objects::module::Module;
use crate::objects::string::Str;
use crate::spec::Convention::{Fast, FastKeywords, NoArgs, O};
use crate::spec::{ModuleSpec, method};
use crate::value::Value;

fn set(vm: &mut Vm, module: Gc<Module>, name: &str, value: Value) {
    let name = vm.intern(name);
    module.dict().set_str(vm, name, value);
}

/// `_typing`.
pub(super) static TYPING: ModuleSpec = ModuleSpec {
    name: "_typing",
    doc: Some("Primitives and accelerators for the typing module.\n"),
    functions: &[method("_idfunc", |vm, _, args| args.exactly::<1>(vm, "_idfunc").map(|[value]| value), O)],
    init: None,
};

/// `_opcode`.
pub(super) static OPCODE: ModuleSpec = ModuleSpec {
    name: "_opcode",
    doc: Some("Opcode support module."),
    functions: &[
        method("stack_effect", stack_effect, FastKeywords),
        method("get_specialization_stats", |_, _, _| Ok(Value::NONE), NoArgs),
    ],
    init: None,
};

fn stack_effect(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<3> =
        Parameters { names: ["opcode", "oparg", "jump"], positional_only: 2, max_positional: 2, required: 1 };
    let [number, operand, jump] = args.bind(vm, "stack_effect", &PARAMETERS)?;
    let number = vm.index_c(number, "int")?;
    let opcode = u8::try_from(number).ok().and_then(Opcode::from_u8).filter(|opcode| opcode.base() == *opcode);
    let Some(opcode) = opcode else { return Err(vm.value_error("invalid opcode or oparg")) };
    let operand = operand.or_none();
    let operand = if opcode.has_operand() {
        if operand.is_none() {
            return Err(vm.value_error("stack_effect: opcode requires oparg but oparg was not specified"));
        }
        vm.index_c(operand, "int")?
    } else if operand.is_none() {
        0
    } else {
        return Err(vm.value_error("stack_effect: opcode does not permit oparg but oparg was specified"));
    };
    let operand = u32::try_from(operand).unwrap_or(0);
    let effect = match (jump.or_none(), jump.as_bool()) {
        (_, Some(jumps)) => opcode.stack_effect(operand, jumps),
        (other, None) if other.is_none() => opcode.stack_effect(operand, true).max(opcode.stack_effect(operand, false)),
        _ => return Err(vm.value_error("stack_effect: jump must be False, True or None")),
    };
    Ok(Value::small_int(i64::from(effect)))
}

/// `_string`.
pub(super) static STRING: ModuleSpec = ModuleSpec {
    name: "_string",
    doc: Some("string helper module"),
    functions: &[method("formatter_parser", formatter_parser, O), method("formatter_field_name_split", split_name, O)],
    init: None,
};

fn template_argument(vm: &mut Vm, args: Args<'_>, function: &str) -> PyResult<Gc<Str>> {
    let [text] = args.exactly(vm, function)?;
    match text.cast::<Str>() {
        Some(text) => Ok(text),
        None => {
            let given = vm.type_name(text);
            Err(vm.type_error(format!("expected str, got {given}")))
        }
    }
}

fn formatter_parser(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let text = template_argument(vm, args, "formatter_parser")?;
    let parts = template::parts(vm, text)?;
    vm.iter(parts)
}

fn split_name(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let text = template_argument(vm, args, "formatter_field_name_split")?;
    let (first, rest) = template::split_name(vm, text)?;
    let rest = vm.iter(rest)?;
    Ok(vm.new_pair(first, rest).into())
}

/// `_locale`: the C locale with UTF-8, which is the only one.
pub(super) static LOCALE: ModuleSpec = ModuleSpec {
    name: "_locale",
    doc: Some("Support for POSIX locales."),
    functions: &[
        method("setlocale", setlocale, Fast),
        method("localeconv", localeconv, NoArgs),
        method("strcoll", strcoll, Fast),
        method("strxfrm", |vm, _, args| args.exactly::<1>(vm, "strxfrm").map(|[text]| text), O),
        method("nl_langinfo", nl_langinfo, O),
        method("getencoding", |vm, _, _| Ok(vm.new_str("UTF-8").into()), NoArgs),
    ],
    init: Some(|vm, module| {
        const NUMBERS: [(&str, i64); 8] = [
            ("LC_CTYPE", 0),
            ("LC_NUMERIC", 1),
            ("LC_TIME", 2),
            ("LC_COLLATE", 3),
            ("LC_MONETARY", 4),
            ("LC_MESSAGES", 5),
            ("LC_ALL", 6),
            ("CHAR_MAX", 127),
        ];
        for (name, number) in NUMBERS.into_iter().chain([("CODESET", CODESET), ("RADIXCHAR", 0x1_0000)]) {
            set(vm, module, name, Value::small_int(number));
        }
        let (name, base) = (vm.new_str("Error"), vm.new_tuple(&[vm.exc.Exception.into()]));
        let namespace = vm.new_dict();
        let (key, value) = (vm.names.__module__, vm.new_str("locale"));
        namespace.set_str(vm, key, value.into());
        let metatype = vm.types.type_;
        let class = vm.call_values(metatype.into(), &[name.into(), base.into(), namespace.into()])?;
        set(vm, module, "Error", class);
        Ok(())
    }),
};

/// The number of `nl_langinfo(CODESET)` in the GNU C library.
const CODESET: i64 = 14;

fn setlocale(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "setlocale", 1, 2)?;
    let wanted = values.get(1).copied().unwrap_or(Value::NONE);
    let known = wanted.is_none()
        || wanted
            .cast::<Str>()
            .is_some_and(|name| matches!(name.to_string_lossy().as_ref(), "" | "C" | "POSIX" | "C.UTF-8" | "C.utf8"));
    if known {
        return Ok(vm.new_str("C").into());
    }
    let module = vm.import_absolute("_locale")?;
    let name = vm.intern("Error");
    let class = vm.get_attr(module, name)?;
    let message = vm.new_str("unsupported locale setting");
    let exception = vm.call_values(class, &[message.into()])?;
    Err(vm.raise_exception(exception))
}

fn localeconv(vm: &mut Vm, _module: Value, _args: Args<'_>) -> PyResult {
    let result = vm.new_dict();
    for name in [
        "int_curr_symbol",
        "currency_symbol",
        "mon_decimal_point",
        "mon_thousands_sep",
        "positive_sign",
        "negative_sign",
        "thousands_sep",
    ] {
        let (name, text) = (vm.intern(name), vm.new_str(""));
        result.set_str(vm, name, text.into());
    }
    for name in ["mon_grouping", "grouping"] {
        let (name, list) = (vm.intern(name), vm.new_list(&[]));
        result.set_str(vm, name, list.into());
    }
    for name in [
        "int_frac_digits",
        "frac_digits",
        "p_cs_precedes",
        "p_sep_by_space",
        "n_cs_precedes",
        "n_sep_by_space",
        "p_sign_posn",
        "n_sign_posn",
    ] {
        let name = vm.intern(name);
        result.set_str(vm, name, Value::small_int(127));
    }
    let (name, point) = (vm.intern("decimal_point"), vm.new_str("."));
    result.set_str(vm, name, point.into());
    Ok(result.into())
}

fn strcoll(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [a, b] = args.exactly(vm, "strcoll")?;
    let (Some(a), Some(b)) = (a.cast::<Str>(), b.cast::<Str>()) else {
        return Err(vm.type_error("strcoll() arguments must be str"));
    };
    Ok(Value::small_int(a.compare(&b) as i64))
}

fn nl_langinfo(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [key] = args.exactly(vm, "nl_langinfo")?;
    let text = match vm.index_c(key, "int")? {
        CODESET => "UTF-8",
        0x1_0000 => ".",
        _ => return Err(vm.value_error("unsupported langinfo constant")),
    };
    Ok(vm.new_str(text).into())
}
