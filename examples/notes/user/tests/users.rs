//! Users and sessions in a database.

use notes_user::generated::app::v1::{AppError, ErrorCode};
use notes_user::generated::user::v1::{Color, Session, SignInRequest, UpdateProfileRequest};
use notes_user::{Database, Users};

fn users() -> Users {
    Users::open(Database::in_memory().unwrap()).unwrap()
}

async fn sign_in(users: &Users, email: &str) -> Result<Session, AppError> {
    let email = email.to_owned();
    users.sign_in(SignInRequest { email }).await
}

#[tokio::test]
async fn a_new_address_becomes_a_user_with_a_name_and_a_colour() {
    let users = users();
    let ada = sign_in(&users, "Ada.Lovelace@Example.org")
        .await
        .unwrap()
        .profile
        .unwrap();
    assert_eq!(ada.email, "ada.lovelace@example.org");
    assert_eq!(ada.name, "Ada Lovelace");
    assert_ne!(ada.color(), Color::Unspecified);

    let bob = sign_in(&users, "bob@example.org")
        .await
        .unwrap()
        .profile
        .unwrap();
    assert_ne!(bob.id, ada.id);
    assert_ne!(bob.color, ada.color);
}

#[tokio::test]
async fn an_address_that_is_known_stays_the_same_user_in_a_new_session() {
    let users = users();
    let first = sign_in(&users, "ada@example.org").await.unwrap();
    let second = sign_in(&users, "ADA@example.org").await.unwrap();
    assert_eq!(first.profile, second.profile);
    assert_ne!(first.token, second.token);
}

#[tokio::test]
async fn a_session_ends_with_its_sign_out_and_no_other_does() {
    let users = users();
    let ended = sign_in(&users, "ada@example.org").await.unwrap();
    let other = sign_in(&users, "ada@example.org").await.unwrap();
    users.sign_out(ended.token.clone()).await.unwrap();

    let error = users.by_token(ended.token).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::NotSignedIn);
    assert_eq!(
        users.by_token(other.token).await.unwrap(),
        other.profile.unwrap()
    );
}

#[tokio::test]
async fn an_update_changes_what_it_gives_and_leaves_the_rest() {
    let users = users();
    let session = sign_in(&users, "ada@example.org").await.unwrap();
    let before = session.profile.unwrap();

    let update = UpdateProfileRequest {
        name: Some("  Countess ".to_owned()),
        color: None,
    };
    let renamed = users.update(session.token.clone(), update).await.unwrap();
    assert_eq!(
        (renamed.name.as_str(), renamed.color),
        ("Countess", before.color)
    );

    let update = UpdateProfileRequest {
        name: None,
        color: Some(Color::Pink.into()),
    };
    let painted = users.update(session.token.clone(), update).await.unwrap();
    assert_eq!(
        (painted.name.as_str(), painted.color()),
        ("Countess", Color::Pink)
    );
    assert_eq!(users.by_token(session.token).await.unwrap(), painted);
}

#[tokio::test]
async fn an_update_with_an_illegal_value_changes_nothing() {
    let users = users();
    let session = sign_in(&users, "ada@example.org").await.unwrap();
    let cases = [
        (Some(" ".to_owned()), None, "name"),
        (Some("x".repeat(61)), None, "name"),
        (Some("Fine".to_owned()), Some(0), "color"),
        (Some("Fine".to_owned()), Some(99), "color"),
    ];
    for (name, color, field) in cases {
        let update = UpdateProfileRequest { name, color };
        let error = users
            .update(session.token.clone(), update)
            .await
            .unwrap_err();
        assert_eq!(
            (error.code(), error.field_name.as_str()),
            (ErrorCode::Invalid, field)
        );
    }
    assert_eq!(
        users.by_token(session.token).await.unwrap(),
        session.profile.unwrap()
    );
}

#[tokio::test]
async fn a_database_file_keeps_users_and_sessions() {
    let folder = tempfile::tempdir().unwrap();
    let open = || Users::open(Database::open(&folder.path().join("notes.db")).unwrap()).unwrap();
    let session = sign_in(&open(), "ada@example.org").await.unwrap();
    assert_eq!(
        open().by_token(session.token).await.unwrap(),
        session.profile.unwrap()
    );
}
