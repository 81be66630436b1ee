//! The kinds of elements that an option is for: `targets = TARGET_TYPE_MESSAGE`.

use prost_types::FieldDescriptorProto;

use crate::load::link::misuse::is;

/// What an element with options of that type is, as `targets` has it.
pub fn of(options_type: &str) -> &'static str {
    match options_type.rsplit('.').next().unwrap_or_default() {
        "FileOptions" => "TARGET_TYPE_FILE",
        "ExtensionRangeOptions" => "TARGET_TYPE_EXTENSION_RANGE",
        "MessageOptions" => "TARGET_TYPE_MESSAGE",
        "OneofOptions" => "TARGET_TYPE_ONEOF",
        "EnumOptions" => "TARGET_TYPE_ENUM",
        "EnumValueOptions" => "TARGET_TYPE_ENUM_ENTRY",
        "ServiceOptions" => "TARGET_TYPE_SERVICE",
        "MethodOptions" => "TARGET_TYPE_METHOD",
        _ => "TARGET_TYPE_FIELD",
    }
}

/// What the field is for, where that is something else.
pub fn misses<'a>(field: &'a FieldDescriptorProto, target: &str) -> Option<Vec<&'a str>> {
    let options = field.options.as_ref()?.uninterpreted_option.iter();
    let targets: Vec<&str> = options
        .filter(|option| is(option, "targets"))
        .filter_map(|option| option.identifier_value.as_deref())
        .collect();
    (!targets.is_empty() && !targets.contains(&target)).then_some(targets)
}
