//! What protoc accepts, we accept, however odd it looks. Each schema here was refused once.

use std::fs;

use bellwire_build::config::Config;
use bellwire_build::diagnostic::Report;
use bellwire_build::{Compiled, compile_files};

fn compile(text: &str) -> Compiled {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("a.proto"), text).expect("the folder is writable");
    let config = Config {
        roots: vec![folder.path().to_owned()],
        ..Config::default()
    };
    compile_files(&config, vec!["a.proto".to_owned()], Report::default())
}

fn accept(text: &str) -> Compiled {
    let compiled = compile(text);
    assert!(
        compiled.report.is_empty(),
        "{text}\n{}",
        compiled.report.plain()
    );
    compiled
}

#[test]
fn a_type_may_be_named_map() {
    let compiled = accept(
        r#"syntax = "proto3";
        package p;
        message map { message Entry {} map next = 1; }
        message A { map field = 1; map.Entry entry = 2; oneof o { map left = 3; } map<string, map> by_name = 4; }"#,
    );
    let bytes = compiled.loaded.descriptors().next().expect("one file");
    let text = String::from_utf8_lossy(&bytes);
    assert!(text.contains(".p.map.Entry") && !text.contains("m_p"));
}

#[test]
fn the_oneof_of_an_optional_field_gets_out_of_the_way() {
    let compiled = accept(
        r#"syntax = "proto3";
        message A { optional int32 a = 1; int32 _a = 2; int32 X_a = 3; }
        message B { optional int32 _b = 1; optional int32 b = 2; oneof _c { int32 d = 3; } optional int32 c = 4; }"#,
    );
    let bytes = compiled.loaded.descriptors().next().expect("one file");
    let text = String::from_utf8_lossy(&bytes);
    for name in ["XX_a", "X_b", "XX_b", "X_c"] {
        assert!(text.contains(name), "{name}");
    }
}

#[test]
fn a_reserved_name_may_be_any_string() {
    accept(
        r#"syntax = "proto3";
        message A { reserved "", "1a", "a b"; }
        enum E { ZERO = 0; reserved ""; }"#,
    );
}

#[test]
fn what_is_reserved_may_be_more_than_field_numbers() {
    accept(
        r#"syntax = "proto3"; message A { reserved 5, 03777777777, 536870912, 2000000000 to 2147483646; }"#,
    );
}

#[test]
fn names_in_json_may_clash_where_the_schema_says_that_it_knows() {
    accept(
        r#"syntax = "proto3";
        message A {
          option deprecated_legacy_json_field_conflicts = true;
          string user_name = 1;
          string userName = 2;
          string a = 3 [json_name = "x"];
          string b = 4 [json_name = "x"];
        }"#,
    );
}

#[test]
fn an_extension_may_name_its_own_json_name() {
    accept(
        r#"syntax = "proto2";
        message A { extensions 1 to 9; }
        extend A { optional int32 user_name = 1 [json_name = "userName"]; }"#,
    );
}

#[test]
fn a_method_may_take_the_entry_of_a_map() {
    accept(
        r#"syntax = "proto3";
        message A { map<string, int32> counts = 1; }
        service S { rpc Count(A.CountsEntry) returns (A); }"#,
    );
}

#[test]
fn a_group_in_a_value_goes_by_either_of_its_names() {
    accept(
        r#"syntax = "proto2";
        import "google/protobuf/descriptor.proto";
        message A { optional group Pair = 1 { optional int32 left = 1; } }
        extend google.protobuf.FileOptions { repeated A a = 50000; }
        option (a) = { Pair { left: 1 } };
        option (a) = { pair { left: 1 } };"#,
    );
}

#[test]
fn a_character_may_be_a_pair_of_escapes() {
    accept(
        r#"syntax = "proto3";
        import "google/protobuf/descriptor.proto";
        message A { string text = 1; A more = 2; }
        extend google.protobuf.FileOptions { A a = 50000; repeated A others = 50001; }
        option java_package = "\uD83C\uDDFA \501";
        option (a) = { text: "\uD83C\uDDFA" };
        option (others) = { text: "a" "\uD83C\uDDFA" more { text: '\uD83C\uDDFA' } };"#,
    );
}

#[test]
fn an_option_of_proto2_may_be_false_in_proto3() {
    accept(r#"syntax = "proto3"; message A { option message_set_wire_format = false; }"#);
}
