//! The app's events, called in-process through the generated Rust clients.

use bellwire::testing::Notifications;
use bellwire::{CallOptions, Code, Server};
use futures_util::StreamExt;
use notes_notes::generated::notes::v1::{
    CreateRequest, EditRequest, ExportRequest, Note, NoteRef, NotesEventClient, SearchRequest,
};
use notes_user::Database;
use notes_user::generated::app::v1::{AppError, ErrorCode};
use notes_user::generated::user::v1::{
    Color, Profile, SignInRequest, UpdateProfileRequest, UserEventClient,
};
use prost::Message;

/// The core, and who calls it.
struct App {
    core: Server,
    users: UserEventClient<Server>,
    notes: NotesEventClient<Server>,
}

fn app() -> App {
    let core = notes_core::core(Database::in_memory().unwrap()).unwrap();
    App {
        users: UserEventClient::new(core.clone()),
        notes: NotesEventClient::new(core.clone()),
        core,
    }
}

impl App {
    /// The same core, called with the session of the user with this address.
    async fn signed_in(&self, email: &str) -> (App, Profile) {
        let request = SignInRequest {
            email: email.to_owned(),
        };
        let session = self.users.sign_in(&request).await.unwrap();
        let authorization = format!("Bearer {}", session.token).parse().unwrap();
        let options = CallOptions::default().with_header("authorization", authorization);
        let app = App {
            core: self.core.clone(),
            users: self.users.with_options(options.clone()),
            notes: self.notes.with_options(options),
        };
        (app, session.profile.unwrap())
    }

    fn notifications(&self) -> Notifications {
        Notifications::watch(self.core.hub())
    }

    async fn note(&self, title: &str, body: &str) -> Note {
        let request = CreateRequest {
            title: title.to_owned(),
            body: body.to_owned(),
        };
        self.notes.create(&request).await.unwrap()
    }
}

/// What was sent since the last look: the path behind the package, the key, and the payload.
fn taken(notifications: &mut Notifications) -> Vec<(String, Option<String>, Vec<u8>)> {
    let notices = notifications.take().into_iter();
    notices
        .map(|notice| {
            let path = notice
                .notification
                .path
                .split_once(".v1.")
                .unwrap()
                .1
                .to_owned();
            (
                path,
                notice.key.map(|key| key.to_string()),
                notice.payload.to_vec(),
            )
        })
        .collect()
}

fn note_ref(id: &str) -> NoteRef {
    NoteRef { id: id.to_owned() }
}

#[tokio::test]
async fn what_is_no_address_is_refused_with_its_field() {
    let app = app();
    let long = format!("{}@example.org", "a".repeat(254));
    for (email, message) in [
        (
            "",
            "This value is empty, which is not a valid email address.",
        ),
        ("ada", "This must be a valid email address."),
        ("@example.org", "This must be a valid email address."),
        ("ada@", "This must be a valid email address."),
        ("a da@example.org", "This must be a valid email address."),
        ("a@b@c", "This must be a valid email address."),
        ("ada@example..org", "This must be a valid email address."),
        (&long, "This must be at most 254 bytes."),
    ] {
        let request = SignInRequest {
            email: email.to_owned(),
        };
        let refusal = app.users.sign_in(&request).await.unwrap_err();
        let error = refusal.error().expect(email);
        assert_eq!(
            (error.code(), &*error.field_name, &*error.message),
            (ErrorCode::Invalid, "email", message)
        );
    }
}

#[tokio::test]
async fn without_a_session_every_event_but_sign_in_is_refused() {
    let app = app();
    let nothing = note_ref("");
    let refusals: [Option<AppError>; 11] = [
        app.users.sign_out().await.unwrap_err().error(),
        app.users.get_profile().await.unwrap_err().error(),
        app.users
            .update_profile(&UpdateProfileRequest::default())
            .await
            .unwrap_err()
            .error(),
        app.notes
            .create(&CreateRequest::default())
            .await
            .unwrap_err()
            .error(),
        app.notes.list().await.unwrap_err().error(),
        app.notes.get(&nothing).await.unwrap_err().error(),
        app.notes
            .edit(&EditRequest::default())
            .await
            .unwrap_err()
            .error(),
        app.notes
            .search(&SearchRequest::default())
            .await
            .unwrap_err()
            .error(),
        app.notes.delete(&nothing).await.unwrap_err().error(),
        app.notes.restore(&nothing).await.unwrap_err().error(),
        app.notes
            .export(&ExportRequest::default())
            .await
            .unwrap_err()
            .error(),
    ];
    for refusal in refusals {
        assert_eq!(refusal.unwrap().code(), ErrorCode::NotSignedIn);
    }
}

#[tokio::test]
async fn a_session_is_good_until_it_is_ended() {
    let (app, ada) = app().signed_in("ada@example.org").await;
    assert_eq!(app.users.get_profile().await.unwrap(), ada);
    app.users.sign_out().await.unwrap();
    let error = app.users.get_profile().await.unwrap_err().error().unwrap();
    assert_eq!(error.code(), ErrorCode::NotSignedIn);
}

#[tokio::test]
async fn everybody_is_told_who_signed_in_and_who_changed_their_profile() {
    let app = app();
    let mut notifications = app.notifications();
    let (app, ada) = app.signed_in("ada@example.org").await;
    assert_eq!(
        taken(&mut notifications),
        [(
            "UserNotification/SignedIn".to_owned(),
            None,
            ada.encode_to_vec()
        )]
    );

    let update = UpdateProfileRequest {
        name: Some("Countess".to_owned()),
        color: Some(Color::Teal.into()),
    };
    let changed = app.users.update_profile(&update).await.unwrap();
    assert_eq!(
        (changed.name.as_str(), changed.color()),
        ("Countess", Color::Teal)
    );
    assert_eq!(
        taken(&mut notifications),
        [(
            "UserNotification/ProfileChanged".to_owned(),
            Some(ada.id),
            changed.encode_to_vec()
        )]
    );
}

#[tokio::test]
async fn everybody_is_told_of_every_change_of_a_note_by_its_id() {
    let (app, _) = app().signed_in("ada@example.org").await;
    let mut notifications = app.notifications();
    let changed = |note: &Note| {
        (
            "NotesNotification/NoteChanged".to_owned(),
            Some(note.id.clone()),
            note.encode_to_vec(),
        )
    };

    let note = app.note("Title", "").await;
    assert_eq!(taken(&mut notifications), [changed(&note)]);

    let edit = EditRequest {
        id: note.id.clone(),
        body: Some("text".to_owned()),
        ..Default::default()
    };
    let edited = app.notes.edit(&edit).await.unwrap();
    assert_eq!(taken(&mut notifications), [changed(&edited)]);

    app.notes.delete(&note_ref(&note.id)).await.unwrap();
    assert_eq!(
        taken(&mut notifications),
        [(
            "NotesNotification/NoteDeleted".to_owned(),
            Some(note.id.clone()),
            Vec::new()
        )]
    );

    let restored = app.notes.restore(&note_ref(&note.id)).await.unwrap();
    assert_eq!(taken(&mut notifications), [changed(&restored)]);
}

#[tokio::test]
async fn nobody_is_told_of_what_was_refused() {
    let (app, _) = app().signed_in("ada@example.org").await;
    let mut notifications = app.notifications();
    app.notes
        .create(&CreateRequest::default())
        .await
        .unwrap_err();
    app.notes.delete(&note_ref("unknown")).await.unwrap_err();
    assert_eq!(taken(&mut notifications), []);
}

#[tokio::test]
async fn a_refusal_says_what_is_wrong_and_where() {
    let (app, _) = app().signed_in("ada@example.org").await;
    let error = app
        .notes
        .create(&CreateRequest::default())
        .await
        .unwrap_err()
        .error()
        .unwrap();
    assert_eq!(
        (error.code(), error.field_name.as_str()),
        (ErrorCode::Invalid, "title")
    );
    assert_eq!(error.message, "A note needs a title.");
    let error = app
        .notes
        .get(&note_ref("unknown"))
        .await
        .unwrap_err()
        .error()
        .unwrap();
    assert_eq!(error.code(), ErrorCode::NotFound);
}

#[tokio::test]
async fn a_search_goes_through_all_notes() {
    let (app, _) = app().signed_in("ada@example.org").await;
    app.note("Omelette", "three eggs").await;
    app.note("Tea", "water").await;
    let request = SearchRequest {
        query: "egg".to_owned(),
        limit: None,
    };
    let hits = app.notes.search(&request).await.unwrap().hits;
    let titles: Vec<_> = hits
        .into_iter()
        .map(|hit| hit.note.unwrap().title)
        .collect();
    assert_eq!(titles, ["Omelette"]);
}

#[tokio::test]
async fn an_export_streams_the_notes_as_files() {
    let (ada, profile) = app().signed_in("ada@example.org").await;
    let (bob, _) = ada.signed_in("bob@example.org").await;
    ada.note("Crème brûlée!", "sugar\n").await;
    bob.note("???", "").await;

    let export = ada.notes.export(&ExportRequest::default()).await.unwrap();
    let files: Vec<_> = export.map(Result::unwrap).collect().await;
    let names: Vec<_> = files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["0001-crème-brûlée.md", "0002-note.md"]);
    assert_eq!(files[0].content, "# Crème brûlée!\n\nsugar\n".as_bytes());
    assert!(files.iter().all(|file| file.total == 2));

    let request = ExportRequest {
        editor_id: Some(profile.id),
    };
    let export = bob.notes.export(&request).await.unwrap();
    assert_eq!(export.count().await, 1);
}

#[tokio::test]
async fn a_note_that_vanishes_during_an_export_is_left_out() {
    let (app, _) = app().signed_in("ada@example.org").await;
    app.note("First", "").await;
    let second = app.note("Second", "").await;
    app.note("Third", "").await;

    let mut export = app.notes.export(&ExportRequest::default()).await.unwrap();
    assert_eq!(export.next().await.unwrap().unwrap().name, "0001-first.md");
    app.notes.delete(&note_ref(&second.id)).await.unwrap();
    assert_eq!(export.next().await.unwrap().unwrap().name, "0003-third.md");
    assert!(export.next().await.is_none());
}

#[tokio::test]
async fn undecodable_bytes_are_a_fault_and_the_next_call_works() {
    let (app, _) = app().signed_in("ada@example.org").await;
    let garbage = bellwire::Bytes::from_static(b"\xff\xff\xff");
    let failure = app
        .core
        .call(
            "notes.v1.NotesEvent/Create",
            garbage,
            CallOptions::default(),
        )
        .await
        .expect_err("no message is encoded so");
    assert_eq!(failure.code, Code::InvalidArgument);
    app.note("Still here", "").await;
}
