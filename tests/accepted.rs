//! What protoc accepts, we accept, however odd it looks. Each schema here was refused once.

use std::fs;

use prost::Message;

use bellwire_build::config::Config;
use bellwire_build::diagnostic::Report;
use bellwire_build::{Compiled, compile_files};

fn compile(text: &str) -> Compiled {
    compile_all(&[("a.proto", text.to_owned())])
}

fn compile_all(files: &[(&str, String)]) -> Compiled {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, text) in files {
        fs::write(folder.path().join(name), text).expect("the folder is writable");
    }
    let config = Config {
        roots: vec![folder.path().to_owned()],
        ..Config::default()
    };
    let names = files.iter().map(|(name, _)| (*name).to_owned()).collect();
    compile_files(&config, names, Report::default())
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

/// What a file may use is what it imports, and what that imports publicly, however far.
#[test]
fn public_imports_lead_on() {
    let files = [
        (
            "a.proto",
            "import \"b.proto\"; message A { d.D d = 1; e.E e = 2; }",
        ),
        ("b.proto", "import public \"c.proto\";"),
        ("c.proto", "import public \"d.proto\";"),
        (
            "d.proto",
            "package d; import public \"e.proto\"; message D {}",
        ),
        ("e.proto", "package e; message E {}"),
    ];
    let compiled =
        compile_all(&files.map(|(name, text)| (name, format!("syntax = \"proto3\"; {text}"))));
    assert!(compiled.report.is_empty(), "{}", compiled.report.plain());
    let first = compiled
        .loaded
        .descriptors()
        .last()
        .expect("the first file");
    let text = String::from_utf8_lossy(&first);
    assert!(
        text.contains("b.proto") && !text.contains("e.proto"),
        "{text}"
    );
}

#[test]
fn names_in_json_may_clash_in_proto2() {
    let compiled = accept(
        r#"syntax = "proto2";
        message A {
          optional string user_name = 1;
          optional string userName = 2;
          optional string a = 3 [json_name = "b"];
          optional string b = 4;
          optional string c_d = 5 [json_name = "cD"];
          optional string cD = 6 [json_name = "cD"];
        }"#,
    );
    let bytes = compiled.loaded.descriptors().next().expect("one file");
    let text = String::from_utf8_lossy(&bytes);
    assert_eq!(text.matches("R\u{8}userName").count(), 2);
}

#[test]
fn an_extension_number_may_be_taken_in_another_file() {
    let file = |name: &str| {
        format!(
            "syntax = \"proto2\"; import \"google/protobuf/descriptor.proto\"; extend google.protobuf.FileOptions {{ optional int32 {name} = 50000; }}"
        )
    };
    let compiled = compile_all(&[("a.proto", file("a")), ("b.proto", file("b"))]);
    assert!(compiled.report.is_empty(), "{}", compiled.report.plain());
}

#[test]
fn a_reserved_name_may_be_a_row_of_strings() {
    let compiled = accept(
        r#"syntax = "proto3";
        message A { reserved "foo" '_"bar' "\x21\n"; }"#,
    );
    let bytes = compiled.loaded.descriptors().next().expect("one file");
    assert!(String::from_utf8_lossy(&bytes).contains("foo_\"bar!\n"));
}

#[test]
fn a_field_of_an_options_message_goes_by_its_full_name_too() {
    accept(
        r#"syntax = "proto3";
        import "google/protobuf/descriptor.proto";
        message A { option (google.protobuf.MessageOptions.deprecated) = true; }"#,
    );
}

#[test]
fn what_a_message_set_holds_goes_by_its_type_too() {
    accept(
        r#"syntax = "proto2";
        package p;
        import "google/protobuf/descriptor.proto";
        message Set { option message_set_wire_format = true; extensions 4 to max; }
        message Item { extend Set { optional Item item = 5; } optional string name = 1; }
        extend google.protobuf.FileOptions { optional Set set = 50000; }
        option (set) = { [p.Item] { name: "a" } };"#,
    );
}

#[test]
fn an_escape_may_be_beyond_all_characters() {
    let compiled = accept(r#"syntax = "proto3"; option java_package = "\U001FFFFF";"#);
    let bytes = compiled.loaded.descriptors().next().expect("one file");
    assert!(String::from_utf8_lossy(&bytes).contains(r"\U001fffff"));
}

#[test]
fn options_that_protobuf_got_later_are_known() {
    accept(
        r#"syntax = "proto3";
        message A {
          int32 a = 1 [feature_support = { edition_introduced: EDITION_2023 }];
          int32 b = 2 [edition_defaults = { edition: EDITION_2024 value: "x" }];
        }"#,
    );
    accept(
        r#"syntax = "proto2";
        import "google/protobuf/descriptor.proto";
        extend google.protobuf.FileDescriptorSet { optional int32 a = 536000000; }
        extend google.protobuf.FieldOptions { optional int32 b = 998; }
        message A { optional google.protobuf.Edition edition = 1 [default = EDITION_2026]; }"#,
    );
}

/// The entries of a map stay in the order of the schema, each whole.
#[test]
fn maps_in_options_stay_in_order() {
    let text = r#"syntax = "proto3";
        import "google/protobuf/descriptor.proto";
        message A { map<string, int32> counts = 1; map<int32, A> more = 2; }
        extend google.protobuf.FileOptions { A a = 50000; }
        option (a) = { counts { key: "zz" value: 1 } counts { key: "b" } counts { value: 3 } counts { key: "b" value: 4 }
          more { key: 7 value { counts { key: "y" } counts { key: "x" } } } };"#;
    let entries =
        b"\n\x06\n\x02zz\x10\x01\n\x05\n\x01b\x10\x00\n\x04\n\x00\x10\x03\n\x05\n\x01b\x10\x04\
        \x12\x12\x08\x07\x12\x0e\n\x05\n\x01y\x10\x00\n\x05\n\x01x\x10\x00";
    let bytes = accept(text).loaded.descriptors().last().expect("the file");
    let found = bytes.windows(entries.len()).any(|window| window == entries);
    assert!(found, "{}", bytes.escape_ascii());
}

/// protoc leaves what has source retention out of what it writes, and counts a tab as eight columns at most.
#[test]
fn descriptors_are_as_protoc_writes_them() {
    let text = "syntax = \"proto2\";\nimport \"google/protobuf/descriptor.proto\";\n\
        message A {\n\textensions 1 [declaration = { number: 1 full_name: \".b\" type: \"int32\" }];\n}\n\
        extend google.protobuf.FieldOptions { optional string note = 50000 [retention = RETENTION_SOURCE]; }\n\
        message B {\n \toptional int32 c = 1 [(note) = \"unseen\", deprecated = true];\n\toptional int32 d = 2 [(note) = \"unseen\"];\n}\n";
    let bytes = accept(text).loaded.descriptors().last().expect("the file");
    let file = prost_types::FileDescriptorProto::decode(bytes.as_slice()).expect("a descriptor");
    assert!(!String::from_utf8_lossy(&bytes).contains("unseen"));
    assert_eq!(file.message_type[0].extension_range[0].options, None);
    let fields = &file.message_type[1].field;
    assert!(fields[0].options.is_some() && fields[1].options.is_none());
    let info = file.source_code_info.expect("source info");
    let spans = |path: &[i32]| {
        let locations = info
            .location
            .iter()
            .filter(|location| location.path == path);
        locations
            .map(|location| location.span.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(spans(&[4, 1, 2, 0]), [[7, 8, 68]]);
    assert_eq!(spans(&[4, 1, 2, 0, 8, 50000]), Vec::<Vec<i32>>::new());
    assert_eq!(spans(&[4, 1, 2, 1, 8]), Vec::<Vec<i32>>::new());
    assert_eq!(spans(&[4, 0, 5, 0, 2]), spans(&[4, 0, 5, 0, 1]));
}

#[test]
fn a_block_comment_keeps_its_empty_lines() {
    let compiled = accept("syntax = \"proto3\";\n/* One.\n\n   Two.\n */\nmessage A {}\n");
    let bytes = compiled.loaded.descriptors().next().expect("one file");
    assert!(String::from_utf8_lossy(&bytes).contains(" One.\n\nTwo.\n"));
}

/// A block comment behind a statement belongs to it, and to neither where both stand on its line.
#[test]
fn a_block_comment_belongs_to_what_protoc_says() {
    let text = "syntax = \"proto3\";\nmessage A {\n  int32 a = 1; /* of\n    a */\n  int32 b = 2; /* of none */ int32 c = 3;\n\
        \n  int32 d = 4; /* of d */ /* of e */ int32 e = 5;\n}\n";
    let bytes = accept(text).loaded.descriptors().next().expect("one file");
    let file = prost_types::FileDescriptorProto::decode(bytes.as_slice()).expect("a descriptor");
    let info = file.source_code_info.expect("source info");
    let comments = |field: i32| {
        let mut locations = info.location.iter();
        let location = locations.find(|location| location.path == [4, 0, 2, field]);
        let location = location.expect("a location");
        let detached = location.leading_detached_comments.join("|");
        let [leading, trailing] =
            [location.leading_comments(), location.trailing_comments()].map(str::to_owned);
        [detached, leading, trailing]
    };
    assert_eq!(comments(0), ["", "", " of\na "]);
    assert_eq!(comments(1), ["", "", ""]);
    assert_eq!(comments(2), [" of none ", "", ""]);
    assert_eq!(comments(3), ["", "", " of d "]);
    assert_eq!(comments(4), ["", " of e ", ""]);
}

#[test]
fn an_integer_beyond_all_floating_point_numbers_is_infinite() {
    let digits = "1".repeat(400);
    let compiled = accept(&format!(
        r#"syntax = "proto2";
        import "google/protobuf/descriptor.proto";
        extend google.protobuf.FileOptions {{ optional double far = 50000; }}
        option (far) = {digits};
        message A {{ optional double a = 1 [default = -{digits}]; }}"#,
    ));
    let bytes = compiled.loaded.descriptors().last().expect("a file");
    let text = String::from_utf8_lossy(&bytes);
    assert!(text.contains("-inf") && !text.contains("111"));
}

#[test]
fn a_negative_integer_beyond_64_bits_is_a_floating_point_number() {
    accept(
        r#"syntax = "proto2";
        import "google/protobuf/descriptor.proto";
        extend google.protobuf.FileOptions { optional double far = 50000; }
        option (far) = -9223372036854775809;"#,
    );
}

#[test]
fn a_hash_ends_the_value_of_an_option() {
    let compiled = accept(
        r#"syntax = "proto2";
        message A {
          extensions 4 to 9 [declaration = { number: 4 full_name: ".a" type: ".A" # repeated: true }];
        }
        extend A { optional A a = 4; }"#,
    );
    assert_eq!(compiled.loaded.descriptors().count(), 1);
}

#[test]
fn an_extension_of_a_message_set_keeps_its_number() {
    let compiled = accept(
        r#"syntax = "proto2";
        message Set { option message_set_wire_format = true; extensions 4 to max; }
        message Entry { extend Set { optional Entry inner = 1000000000; } }
        extend Set { optional Entry outer = 2147483646; optional Entry low = 536870911; }"#,
    );
    let bytes = compiled.loaded.descriptors().next().expect("one file");
    let file = prost_types::FileDescriptorProto::decode(bytes.as_slice()).expect("a descriptor");
    let outer = file.extension.iter();
    let found: Vec<_> = outer
        .chain(&file.message_type[1].extension)
        .map(|extension| (extension.number(), extension.json_name()))
        .collect();
    let expected = [
        (2_147_483_646, "outer"),
        (536_870_911, "low"),
        (1_000_000_000, "inner"),
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_value_of_an_enum_may_be_named_like_a_number() {
    let compiled = accept(
        r#"syntax = "proto2";
        message Limit { optional Kind kind = 1 [default = INFINITY]; }
        enum Kind { NONE = 0; INFINITY = 1; }"#,
    );
    let bytes = compiled.loaded.descriptors().next().expect("one file");
    let file = prost_types::FileDescriptorProto::decode(bytes.as_slice()).expect("a descriptor");
    assert_eq!(file.message_type[0].field[0].default_value(), "INFINITY");
}
