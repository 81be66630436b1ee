//! From a folder of schemas to the IR.

use std::fs;
use std::time::Duration;

use bellwire_build::diagnostic::Style;
use bellwire_build::schema::{Delivery, Origin, Presence, Schema};

/// Compiles files given as path and text; panics with the rendered report where they are refused.
fn compile(files: &[(&str, &str)]) -> Schema {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("the folder is writable");
        fs::write(path, text).expect("the folder is writable");
    }
    bellwire_build::compile(&[folder.path().to_owned()], &["**/*.proto"]).unwrap_or_else(|report| {
        panic!(
            "{}",
            report.render(Style {
                color: false,
                unicode: true,
                width: 100
            })
        )
    })
}

const USER: &str = r#"
syntax = "proto3";
package user.v1;
import "bellwire/options.proto";

// A profile.
message ProfilePB { string name = 1; optional string bio = 2; map<string, int32> seen = 3; oneof id { int64 a = 4; ProfilePB b = 5; } }
message FlowyError {}

// What a frontend may ask.
enum UserEvent {
  option (bellwire.events) = { error: "FlowyError" };
  // Signs a user in.
  SIGN_IN = 0 [(bellwire.event) = { input: "ProfilePB", output: ".user.v1.ProfilePB", timeout: "30s" }];
  USER_EVENT_EXPORT = 1 [(bellwire.event) = { output: "user.v1.ProfilePB", stream: true }];
  Ping = 2;
  Old = 3 [(bellwire.event) = { ignore: true }];
}
enum UserNotification {
  option (bellwire.notifications) = {};
  Unknown = 0;
  ProfileUpdate = 1 [(bellwire.notification) = { payload: "ProfilePB", keyed: true, delivery: LATEST, debounce: "100ms" }];
}
"#;

#[test]
fn event_groups_are_resolved() {
    let schema = compile(&[("user/v1/user.proto", USER)]);
    let group = &schema.event_groups[0];
    assert_eq!(schema[group.error].full_name, "user.v1.FlowyError");
    assert_eq!(
        group.comments.leading.as_deref(),
        Some(" What a frontend may ask.\n")
    );
    let paths: Vec<_> = group
        .events
        .iter()
        .map(|event| event.path.as_str())
        .collect();
    assert_eq!(
        paths,
        [
            "user.v1.UserEvent/SignIn",
            "user.v1.UserEvent/Export",
            "user.v1.UserEvent/Ping"
        ]
    );
    assert_eq!(group.events[0].timeout, Some(Duration::from_secs(30)));
    assert_eq!(group.events[0].input, group.events[0].output);
    assert!(group.events[1].stream);
    assert_eq!(group.events[2].input, None);
    // SHA-256 of "user.v1.UserEvent/Ping\nunary\n-\n-\nuser.v1.FlowyError\nunkeyed", by sha256sum.
    assert_eq!(group.events[2].fingerprint, PING);
}

const PING: u64 = 0x6b987b270d3024a3;

#[test]
fn notification_groups_are_resolved() {
    let schema = compile(&[("user/v1/user.proto", USER)]);
    let notifications = &schema.notification_groups[0].notifications;
    assert_eq!(
        notifications.len(),
        1,
        "a placeholder at zero is no notification"
    );
    let update = &notifications[0];
    assert_eq!(update.path, "user.v1.UserNotification/ProfileUpdate");
    assert!(update.keyed);
    assert_eq!(update.delivery, Delivery::Latest);
    assert_eq!(update.debounce, Some(Duration::from_millis(100)));
}

#[test]
fn files_stand_behind_what_they_import() {
    let schema = compile(&[("user/v1/user.proto", USER)]);
    let files: Vec<_> = schema
        .files
        .iter()
        .map(|file| (file.path.as_str(), file.origin))
        .collect();
    assert_eq!(
        files,
        [
            ("google/protobuf/descriptor.proto", Origin::WellKnown),
            ("bellwire/options.proto", Origin::Embedded),
            ("user/v1/user.proto", Origin::Owned),
        ]
    );
}

#[test]
fn fields_know_their_presence_and_names() {
    let schema = compile(&[("user/v1/user.proto", USER)]);
    let profile = schema
        .messages
        .iter()
        .find(|message| message.full_name == "user.v1.ProfilePB")
        .expect("it is there");
    let presence: Vec<_> = profile.fields.iter().map(|field| field.presence).collect();
    use Presence::{Explicit, Implicit};
    assert_eq!(presence, [Implicit, Explicit, Implicit, Explicit, Explicit]);
    assert_eq!(
        profile.oneofs.len(),
        1,
        "optional's synthetic oneofs are left out"
    );
    assert_eq!(profile.fields[3].oneof, Some(0));
    assert_eq!(
        profile.span.start,
        USER.find("ProfilePB {").expect("it is there")
    );
}
