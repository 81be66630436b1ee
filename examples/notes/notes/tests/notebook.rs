//! Notes in a database.

use notes_notes::Notebook;
use notes_notes::generated::notes::v1::{CreateRequest, EditRequest, Note, SearchRequest};
use notes_user::generated::app::v1::ErrorCode;
use notes_user::generated::user::v1::SignInRequest;
use notes_user::{Database, Users};

struct Fixture {
    notebook: Notebook,
    users: Users,
    /// The id of a user.
    ada: String,
}

async fn fixture() -> Fixture {
    let database = Database::in_memory().unwrap();
    let users = Users::open(database.clone()).unwrap();
    let notebook = Notebook::open(database).unwrap();
    let ada = user(&users, "ada@example.org").await;
    Fixture {
        notebook,
        users,
        ada,
    }
}

async fn user(users: &Users, email: &str) -> String {
    let request = SignInRequest {
        email: email.to_owned(),
    };
    users.sign_in(request).await.unwrap().profile.unwrap().id
}

impl Fixture {
    async fn note(&self, title: &str, body: &str) -> Note {
        let request = CreateRequest {
            title: title.to_owned(),
            body: body.to_owned(),
        };
        self.notebook
            .create(request, self.ada.clone())
            .await
            .unwrap()
    }

    async fn titles(&self) -> Vec<String> {
        self.notebook
            .list()
            .await
            .unwrap()
            .into_iter()
            .map(|note| note.title)
            .collect()
    }

    /// The titles that a search finds, in order.
    async fn found(&self, query: &str) -> Vec<String> {
        let request = SearchRequest {
            query: query.to_owned(),
            limit: None,
        };
        let hits = self.notebook.search(request).await.unwrap();
        hits.into_iter()
            .map(|hit| hit.note.unwrap().title)
            .collect()
    }
}

#[tokio::test]
async fn a_new_note_is_what_was_written() {
    let f = fixture().await;
    let note = f.note("  Shopping ", "milk\nbread").await;
    assert_eq!(
        (note.title.as_str(), note.body.as_str(), note.revision),
        ("Shopping", "milk\nbread", 1)
    );
    assert_eq!(note.created_at, note.updated_at);
    assert_eq!(note.editor.as_ref().unwrap().id, f.ada);
    assert_eq!(f.notebook.get(note.id.clone()).await.unwrap(), note);
}

#[tokio::test]
async fn illegal_titles_and_bodies_are_refused_with_their_field() {
    let f = fixture().await;
    let long_title = "x".repeat(201);
    let long_body = "x".repeat(100_001);
    let cases = [
        (" ", "", "title"),
        ("two\nlines", "", "title"),
        (&long_title, "", "title"),
        ("Fine", &long_body, "body"),
    ];
    for (title, body, field) in cases {
        let request = CreateRequest {
            title: title.to_owned(),
            body: body.to_owned(),
        };
        let error = f.notebook.create(request, f.ada.clone()).await.unwrap_err();
        assert_eq!(
            (error.code(), error.field_name.as_str()),
            (ErrorCode::Invalid, field)
        );
    }
    assert!(f.titles().await.is_empty());
}

#[tokio::test]
async fn the_note_that_was_changed_last_stands_first() {
    let f = fixture().await;
    let first = f.note("first", "").await;
    f.note("second", "").await;
    assert_eq!(f.titles().await, ["second", "first"]);

    // Time has to pass, or the two were changed at the same millisecond.
    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    let request = EditRequest {
        id: first.id,
        body: Some("more".to_owned()),
        ..Default::default()
    };
    f.notebook.edit(request, f.ada.clone()).await.unwrap();
    assert_eq!(f.titles().await, ["first", "second"]);
}

#[tokio::test]
async fn an_edit_changes_what_it_gives_and_names_its_editor() {
    let f = fixture().await;
    let bob = user(&f.users, "bob@example.org").await;
    let note = f.note("Title", "body").await;

    let request = EditRequest {
        id: note.id.clone(),
        body: Some("new".to_owned()),
        ..Default::default()
    };
    let edited = f.notebook.edit(request, bob.clone()).await.unwrap();
    assert_eq!(
        (edited.title.as_str(), edited.body.as_str(), edited.revision),
        ("Title", "new", 2)
    );
    assert_eq!(edited.editor.unwrap().id, bob);
    assert_eq!(edited.created_at, note.created_at);
}

#[tokio::test]
async fn an_edit_of_an_old_revision_is_a_conflict_and_changes_nothing() {
    let f = fixture().await;
    let note = f.note("Title", "mine").await;
    let edit = |body: &str| EditRequest {
        id: note.id.clone(),
        body: Some(body.to_owned()),
        revision: Some(1),
        ..Default::default()
    };
    f.notebook
        .edit(edit("theirs"), f.ada.clone())
        .await
        .unwrap();
    let error = f
        .notebook
        .edit(edit("too late"), f.ada.clone())
        .await
        .unwrap_err();
    assert_eq!(error.code(), ErrorCode::Conflict);
    assert_eq!(
        f.notebook.get(note.id.clone()).await.unwrap().body,
        "theirs"
    );
}

#[tokio::test]
async fn a_note_in_the_bin_is_gone_until_it_is_restored() {
    let f = fixture().await;
    let note = f.note("Secret", "treasure").await;
    f.notebook.delete(note.id.clone()).await.unwrap();

    assert!(f.titles().await.is_empty());
    assert!(f.found("treasure").await.is_empty());
    assert_eq!(
        f.notebook.get(note.id.clone()).await.unwrap_err().code(),
        ErrorCode::NotFound
    );
    assert_eq!(
        f.notebook.delete(note.id.clone()).await.unwrap_err().code(),
        ErrorCode::NotFound
    );

    let restored = f.notebook.restore(note.id.clone()).await.unwrap();
    assert_eq!((restored.body.as_str(), restored.revision), ("treasure", 2));
    assert_eq!(f.found("treasure").await, ["Secret"]);
}

#[tokio::test]
async fn a_search_finds_all_words_in_any_case_and_the_start_of_the_last() {
    let f = fixture().await;
    f.note("Crème brûlée", "sugar, cream, eggs").await;
    f.note("Omelette", "eggs and butter").await;

    assert_eq!(f.found("EGGS sugar").await, ["Crème brûlée"]);
    assert_eq!(f.found("creme").await, ["Crème brûlée"]);
    assert_eq!(f.found("but").await, ["Omelette"]);
    assert!(f.found("but eggs").await.is_empty());
    assert!(f.found("bacon").await.is_empty());
    assert!(f.found("  ").await.is_empty());
}

#[tokio::test]
async fn a_match_in_the_title_stands_before_one_in_the_body() {
    let f = fixture().await;
    f.note("Garden", "dig, sow, water").await;
    f.note("Water", "is wet").await;
    f.note("Garden again", "water").await;
    assert_eq!(f.found("water").await[0], "Water");
}

#[tokio::test]
async fn no_query_is_taken_for_the_search_engines_own_language() {
    let f = fixture().await;
    f.note("Said", r#"he said "no" AND left"#).await;
    for query in [
        r#""no""#,
        "AND",
        "title:Said OR",
        "(",
        "\"",
        "NEAR(",
        "-said",
        "^",
        "*",
        "'; DROP TABLE note",
        "a\0b",
    ] {
        f.found(query).await;
    }
    assert_eq!(f.found("AND no").await, ["Said"]);
}

#[tokio::test]
async fn an_excerpt_says_which_of_its_words_were_found() {
    let f = fixture().await;
    f.note("Omelette", "three eggs and butter").await;
    let request = SearchRequest {
        query: "egg".to_owned(),
        limit: None,
    };
    let hits = f.notebook.search(request).await.unwrap();
    let pieces: Vec<_> = hits[0]
        .excerpt
        .iter()
        .map(|piece| (piece.text.as_str(), piece.matched))
        .collect();
    assert_eq!(
        pieces,
        [("three ", false), ("eggs", true), (" and butter", false)]
    );
}

#[tokio::test]
async fn a_search_gives_no_more_than_was_asked_for() {
    let f = fixture().await;
    for n in 0..5 {
        f.note(&format!("Note {n}"), "word").await;
    }
    let request = SearchRequest {
        query: "word".to_owned(),
        limit: Some(3),
    };
    assert_eq!(f.notebook.search(request).await.unwrap().len(), 3);
}
