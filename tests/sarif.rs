//! What `--error-format sarif` writes has the structure that the schema of SARIF 2.1.0 asks for.

mod project;

use project::Project;
use serde_json::Value;

/// A document in which every object has what it must have, and nothing has a value that it may not have.
fn sarif(project: &Project, arguments: &[&str], code: i32) -> Value {
    let arguments = [arguments, &["--error-format=sarif"]].concat();
    let ran = project.run(&arguments);
    assert_eq!(ran.code, code, "{}", ran.stderr);
    let log: Value = serde_json::from_str(&ran.stderr).expect("JSON and nothing else");
    assert_eq!(log["version"], "2.1.0");
    assert!(is_uri(&log["$schema"]));
    for run in list(&log["runs"]) {
        check_run(run);
    }
    log
}

fn check_run(run: &Value) {
    let driver = &run["tool"]["driver"];
    assert_text(&driver["name"]);
    assert!(["utf16CodeUnits", "unicodeCodePoints"].contains(&text(&run["columnKind"])));
    let rules: Vec<&str> = list(&driver["rules"])
        .iter()
        .map(|rule| {
            assert_text(&rule["shortDescription"]["text"]);
            text(&rule["id"])
        })
        .collect();
    assert!(
        rules.is_sorted_by(|a, b| a < b),
        "each rule once: {rules:?}"
    );
    for result in list(&run["results"]) {
        assert_text(&result["message"]["text"]);
        assert!(["none", "note", "warning", "error"].contains(&text(&result["level"])));
        assert!(rules.contains(&text(&result["ruleId"])), "{result}");
        list(&result["locations"]).iter().for_each(check_location);
        if let Some(related) = result.get("relatedLocations") {
            list(related).iter().for_each(check_location);
        }
    }
}

fn check_location(location: &Value) {
    let place = &location["physicalLocation"];
    assert!(is_uri(&place["artifactLocation"]["uri"]), "{place}");
    let number = |name: &str| place["region"][name].as_u64().expect("a number");
    let [start, end] = [("startLine", "startColumn"), ("endLine", "endColumn")]
        .map(|(line, column)| (number(line), number(column)));
    assert!(
        start.0 >= 1 && start.1 >= 1,
        "lines and columns count from 1: {place}"
    );
    assert!(start <= end, "{place}");
    if let Some(message) = location.get("message") {
        assert_text(&message["text"]);
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

fn assert_text(value: &Value) {
    assert!(!text(value).is_empty());
}

/// A URI reference: nothing but what RFC 3986 lets stand in one, and a `%` only before two digits.
fn is_uri(value: &Value) -> bool {
    let uri = text(value);
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-._~:/?#[]@!$&'()*+,;=%".contains(c);
    let escapes = uri.split('%').skip(1).all(|rest| {
        rest.get(..2)
            .is_some_and(|digits| u8::from_str_radix(digits, 16).is_ok())
    });
    !uri.is_empty() && uri.chars().all(allowed) && escapes
}

fn results(log: &Value) -> &[Value] {
    list(&log["runs"][0]["results"])
}

#[test]
fn findings_with_one_place_and_with_several() {
    let project = Project::new();
    project.write(
        "schemas/a.proto",
        "syntax = \"proto3\";\nimport \"notes/v1/notes.proto\";\nmessage A { Nothing one = 1; }\nmessage B {}\nmessage B {}\n",
    );
    let log = sarif(&project, &["check"], 1);
    assert!(
        results(&log)
            .iter()
            .any(|result| result.get("relatedLocations").is_some())
    );
}

#[test]
fn columns_are_characters_and_paths_are_uris() {
    let project = Project::new();
    project.write(
        "schemas/50% ü: a#b?.proto",
        "syntax = \"proto3\";\nmessage A { /* é🙂 */ Nothing one = 1; }\n",
    );
    let log = sarif(&project, &["check"], 1);
    let place = &results(&log)[0]["locations"][0]["physicalLocation"];
    assert_eq!(
        place["artifactLocation"]["uri"],
        "schemas/50%25%20%C3%BC%3A%20a%23b%3F.proto"
    );
    assert_eq!(place["region"]["startLine"], 2);
    assert_eq!(place["region"]["startColumn"], 22);
    assert_eq!(place["region"]["endColumn"], 29);
}

#[test]
fn an_absolute_path_is_a_file() {
    let project = Project::new();
    project.write("bellwire.yaml", "root: [schemas]\nroots: schemas\n");
    let config = project.path("bellwire.yaml");
    let config = config.to_str().expect("a path in UTF-8");
    let log = sarif(&project, &["check", "--config", config], 2);
    assert_eq!(results(&log).len(), 2);
    let uri = &results(&log)[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    assert!(text(uri).starts_with("file:///"), "{uri}");
}

#[test]
fn a_finding_without_a_place_and_no_finding() {
    let project = Project::new();
    let log = sarif(&project, &["check", "--config", "none.yaml"], 2);
    assert!(list(&results(&log)[0]["locations"]).is_empty());
    let log = sarif(&project, &["check"], 0);
    assert!(results(&log).is_empty());
}
