use std::fs;

use super::words::{LISTENER_MEMBERS, LISTENER_PARAMETERS};
use super::*;

/// The names of a file `t/my-file.proto` with this text after its syntax and package.
fn named(text: &str) -> (&'static Schema, Names<'static>) {
    let root = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir(root.path().join("t")).expect("a folder in it");
    let text = format!("syntax = \"proto2\"; package t; {text}");
    fs::write(root.path().join("t/my-file.proto"), text).expect("a file in that");
    let schema = crate::compile(&[root.path().to_owned()], &["t/my-file.proto"])
        .unwrap_or_else(|report| panic!("{}", report.plain()));
    let schema = Box::leak(Box::new(schema));
    (schema, Names::of(schema))
}

/// The getters of the only message.
fn getters(fields: &str) -> Vec<String> {
    let (schema, names) = named(&format!("message M {{ {fields} }}"));
    let members = names.members(schema.files[0].messages[0]);
    members
        .fields
        .iter()
        .map(|field| field.getter.clone())
        .collect()
}

#[test]
fn fields_are_in_camel_case() {
    let fields = "optional int32 user_id = 1; optional int32 URL = 2; repeated int32 _a_1b = 3; optional int32 _9 = 4;";
    assert_eq!(getters(fields), ["userId", "uRL", "a1b", "x9"]);
}

#[test]
fn a_name_that_is_taken_gets_the_number() {
    let fields = "optional int32 clear = 1; optional int32 class = 2; repeated int32 hash_code = 3; optional int32 M = 4;";
    assert_eq!(getters(fields), ["clear_1", "class_2", "hashCode_3", "m"]);
    // The other's `hasA` takes precedence, since its number is lower.
    let fields = "optional int32 a = 2; repeated int32 has_a = 1;";
    assert_eq!(getters(fields), ["a_2", "hasA"]);
    // A message's `ensureA` counts as well.
    let fields = "optional M a = 2; repeated int32 ensure_a = 1;";
    assert_eq!(getters(fields), ["a_2", "ensureA"]);
}

#[test]
fn classes_get_an_underscore() {
    let (schema, names) = named(
        "message Function {} message dynamic {} message _P {} message A { message B {} enum E { X = 0; } } message A_B {}",
    );
    let classes: Vec<&str> = schema.files[0]
        .messages
        .iter()
        .map(|id| names.message(*id))
        .collect();
    assert_eq!(classes, ["Function_", "dynamic_", "P_", "A", "A_B_"]);
    let a = &schema[schema.files[0].messages[3]];
    assert_eq!(names.message(a.messages[0]), "A_B");
    assert_eq!(names.enumeration(a.enums[0]), "A_E");
}

#[test]
fn enum_values_get_underscores() {
    let (schema, names) = named(
        "enum E { option deprecated_legacy_json_field_conflicts = true; values = 0; values_ = 1; name = 2; in = 3; }",
    );
    assert_eq!(
        names.values(schema.files[0].enums[0]),
        ["values_", "values__", "name_", "in_"]
    );
}

#[test]
fn oneofs_and_groups() {
    let (schema, names) = named(
        "message M { oneof the_kind { int32 default = 1; } optional group MyGroup = 2 {} optional int32 clear_the_kind = 3; }",
    );
    let members = names.members(schema.files[0].messages[0]);
    assert_eq!(members.oneofs[0].class, "M_TheKind");
    // With `clear_the_kind` there, both of its methods change.
    assert_eq!(members.oneofs[0].which, "whichTheKind_");
    assert_eq!(members.fields[1].getter, "myGroup");
    assert_eq!(oneof_case(&members.fields[0].getter), "default_1");
    assert_eq!(oneof_case("index"), "index_");
}

#[test]
fn extensions_stand_in_a_class_named_after_the_file() {
    let (schema, names) =
        named("message My_file { extensions 1 to 9; } extend My_file { optional int32 is = 1; }");
    assert_eq!(names.extension_class(FileId(0)), "My_fileExt");
    assert_eq!(
        names.extension(FileId(0), &schema.files[0].extensions[0]),
        "is_1"
    );
    let (_, names) = named(
        "message A { extensions 1 to 9; } extend A { optional int32 b = 1; } service My_file {}",
    );
    assert_eq!(names.extension_class(FileId(0)), "My_fileExt");
}

#[test]
fn clients() {
    assert_eq!(request("Func", "tion"), "Function_");
    assert_eq!(request("_Group", "Event"), "GroupEvent_");
    assert_eq!(callback("Error"), "onError_");
    assert_eq!(notification_constant("Start"), "start_");
    assert_eq!(notification_constant("OnFoo"), "onFoo_");
    assert_eq!(payload_parameter("UserProfilePB"), "userProfile");
    assert_eq!(payload_parameter("Outer_Key"), "key_");
}

#[test]
fn lists_are_in_order() {
    let lists = [
        RESERVED_WORDS,
        BUILT_IN_IDENTIFIERS,
        FORBIDDEN_TYPES,
        MESSAGE_MEMBERS,
        ENUM_MEMBERS,
        LISTENER_MEMBERS,
        LISTENER_PARAMETERS,
    ];
    assert!(lists.iter().all(|list| list.is_sorted()));
}

#[test]
fn prefixes_are_the_names_of_files() {
    let mut taken = Taken::from(["$core"]);
    assert_eq!(import_prefix("a/user.proto", &mut taken), "$user");
    assert_eq!(import_prefix("b/user.proto", &mut taken), "$user2");
    assert_eq!(import_prefix("core.proto", &mut taken), "$core2");
    assert_eq!(
        import_prefix("a/My-File.v1.proto", &mut taken),
        "$my_file_v1"
    );
    assert_eq!(import_prefix("a/_1.proto", &mut taken), "$x1");
}
