//! Users and their sessions, in the database.

use rusqlite::{OptionalExtension, Row, Transaction};

use crate::database::{Database, random_hex};
use crate::generated::app::v1::AppError;
use crate::generated::user::v1::{Color, Profile, Session, SignInRequest, UpdateProfileRequest};

const STEPS: &[&str] = &[include_str!("users.sql")];

/// In characters, as the schema says.
const NAME_LENGTH: usize = 60;

/// The users of the app and their sessions. Clones share the database.
#[derive(Clone)]
pub struct Users {
    database: Database,
}

impl Users {
    /// Opens the module's part of the database, and creates its tables where they are missing.
    pub fn open(database: Database) -> rusqlite::Result<Self> {
        database.migrate("user", STEPS)?;
        Ok(Self { database })
    }

    /// Starts a session. An address that is new becomes a new user.
    pub async fn sign_in(&self, request: SignInRequest) -> Result<Session, AppError> {
        let email = request.email.to_lowercase();
        self.database
            .run(move |transaction| {
                let profile = match profile_by_email(transaction, &email)? {
                    Some(profile) => profile,
                    None => insert_user(transaction, email)?,
                };
                let token = random_hex();
                transaction.execute(
                    "INSERT INTO session (token, user_id) VALUES (?1, ?2)",
                    (&token, &profile.id),
                )?;
                Ok(Session {
                    token,
                    profile: Some(profile),
                })
            })
            .await
    }

    /// Ends a session.
    pub async fn sign_out(&self, token: String) -> Result<(), AppError> {
        self.database
            .run(move |transaction| {
                transaction.execute("DELETE FROM session WHERE token = ?1", [token])?;
                Ok(())
            })
            .await
    }

    /// The user whom a session belongs to.
    pub async fn by_token(&self, token: String) -> Result<Profile, AppError> {
        self.database
            .run(move |transaction| profile_by_token(transaction, &token))
            .await
    }

    /// Changes the profile of a session's user.
    pub async fn update(
        &self,
        token: String,
        request: UpdateProfileRequest,
    ) -> Result<Profile, AppError> {
        let name = request.name.as_deref().map(checked_name).transpose()?;
        let color = request.color.map(checked_color).transpose()?;
        self.database
            .run(move |transaction| {
                let mut profile = profile_by_token(transaction, &token)?;
                profile.name = name.unwrap_or(profile.name);
                profile.color = color.unwrap_or(profile.color);
                transaction.execute(
                    "UPDATE user SET name = ?2, color = ?3 WHERE id = ?1",
                    (&profile.id, &profile.name, profile.color),
                )?;
                Ok(profile)
            })
            .await
    }
}

/// Reads a profile from the columns `id`, `email`, `name` and `color` of the table `user`, which stand at `first` and
/// behind it.
pub fn profile_from_row(row: &Row<'_>, first: usize) -> rusqlite::Result<Profile> {
    Ok(Profile {
        id: row.get(first)?,
        email: row.get(first + 1)?,
        name: row.get(first + 2)?,
        color: row.get(first + 3)?,
    })
}

fn profile_by_token(transaction: &Transaction<'_>, token: &str) -> Result<Profile, AppError> {
    transaction
        .query_row(
            "SELECT id, email, name, color FROM session JOIN user ON user.id = user_id WHERE token = ?1",
            [token],
            |row| profile_from_row(row, 0),
        )
        .optional()?
        .ok_or_else(AppError::not_signed_in)
}

fn profile_by_email(
    transaction: &Transaction<'_>,
    email: &str,
) -> rusqlite::Result<Option<Profile>> {
    transaction
        .query_row(
            "SELECT id, email, name, color FROM user WHERE email = ?1",
            [email],
            |row| profile_from_row(row, 0),
        )
        .optional()
}

fn insert_user(transaction: &Transaction<'_>, email: String) -> rusqlite::Result<Profile> {
    let others: i32 = transaction.query_row("SELECT count(*) FROM user", [], |row| row.get(0))?;
    let profile = Profile {
        id: random_hex(),
        name: name_from_email(&email),
        color: nth_color(others).into(),
        email,
    };
    transaction.execute(
        "INSERT INTO user (id, email, name, color) VALUES (?1, ?2, ?3, ?4)",
        (&profile.id, &profile.email, &profile.name, profile.color),
    )?;
    Ok(profile)
}

fn checked_name(name: &str) -> Result<String, AppError> {
    let name = name.trim();
    match name.chars().count() {
        0 => Err(AppError::invalid("name", "A name is needed.")),
        1..=NAME_LENGTH => Ok(name.to_owned()),
        _ => Err(AppError::invalid(
            "name",
            format!("A name has at most {NAME_LENGTH} characters."),
        )),
    }
}

fn checked_color(color: i32) -> Result<i32, AppError> {
    match Color::try_from(color) {
        Ok(Color::Unspecified) | Err(_) => {
            Err(AppError::invalid("color", "There is no such colour."))
        }
        Ok(_) => Ok(color),
    }
}

/// A name to start with: `ada.lovelace@example.org` is called Ada Lovelace.
fn name_from_email(email: &str) -> String {
    let user = email.split('@').next().unwrap_or(email);
    let words = user
        .split(['.', '_', '-', '+'])
        .filter(|word| !word.is_empty())
        .map(capitalized);
    let name = words.collect::<Vec<_>>().join(" ");
    if name.is_empty() {
        user.to_owned()
    } else {
        name.chars().take(NAME_LENGTH).collect()
    }
}

fn capitalized(word: &str) -> String {
    let mut rest = word.chars();
    rest.next()
        .map(|first| first.to_uppercase().chain(rest).collect())
        .unwrap_or_default()
}

/// The colours in turn, in an order that sets the first users well apart.
fn nth_color(n: i32) -> Color {
    const ORDER: [Color; 8] = [
        Color::Blue,
        Color::Orange,
        Color::Green,
        Color::Violet,
        Color::Red,
        Color::Teal,
        Color::Yellow,
        Color::Pink,
    ];
    ORDER[n.unsigned_abs() as usize % ORDER.len()]
}
