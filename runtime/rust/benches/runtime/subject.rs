//! What is called: messages, a group of 229 events, and their handler.

use bellwire::{
    Bytes, Delivery, EventGroup, EventGroupInfo, EventInfo, EventKind, NotificationGroupInfo,
    NotificationInfo, ReplyFuture, Request, glue,
};

/// 53 bytes, encoded.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Credentials {
    #[prost(string, tag = "1")]
    email: String,
    #[prost(string, tag = "2")]
    password: String,
}

/// 89 bytes, encoded.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Profile {
    #[prost(uint64, tag = "1")]
    id: u64,
    #[prost(string, tag = "2")]
    email: String,
    #[prost(string, tag = "3")]
    name: String,
    #[prost(string, tag = "4")]
    token: String,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct Blob {
    #[prost(bytes = "bytes", tag = "1")]
    pub bytes: Bytes,
}

pub fn credentials() -> Credentials {
    Credentials {
        email: "ada.lovelace@example.org".to_owned(),
        password: "correct horse battery sta".to_owned(),
    }
}

pub fn profile() -> Profile {
    Profile {
        id: 300,
        email: "ada.lovelace@example.org".to_owned(),
        name: "Ada, Countess of Lovelace".to_owned(),
        token: "0123456789abcdef0123456789abcde".to_owned(),
    }
}

/// What every server does with a request, ours and the peers'.
pub fn sign_in(input: &Credentials) -> Option<Profile> {
    (!input.email.is_empty()).then(profile)
}

pub const SIGN_IN: &str = "user.v1.UserEvent/SignIn";

/// 229 events: the first signs in, the second echoes, the others are there to be looked up.
pub fn events() -> &'static EventGroupInfo {
    let events = (0..229).map(|number| {
        let path = match number {
            0 => SIGN_IN.to_owned(),
            1 => "user.v1.UserEvent/Echo".to_owned(),
            _ => format!("user.v1.UserEvent/Other{number}"),
        };
        EventInfo {
            path: path.leak(),
            kind: EventKind::Unary,
            input: Some("bench.v1.Input"),
            output: Some("bench.v1.Output"),
            timeout: None,
            fingerprint: number,
        }
    });
    Box::leak(Box::new(EventGroupInfo {
        name: "user.v1.UserEvent",
        error: "bench.v1.Problem",
        events: events.collect::<Vec<_>>().leak(),
        descriptors: &[],
    }))
}

pub struct Users(pub &'static EventGroupInfo);

impl EventGroup for Users {
    fn info(&self) -> &'static EventGroupInfo {
        self.0
    }

    fn call(&self, request: Request) -> ReplyFuture {
        match request.event_index() {
            0 => glue::unary(request, |_, input: Credentials| async move {
                sign_in(&input).ok_or(())
            }),
            _ => glue::unary(request, |_, input: Blob| async move { Ok::<_, ()>(input) }),
        }
    }
}

const fn notification() -> NotificationInfo {
    NotificationInfo {
        path: "user.v1.UserNotification/ProfileUpdate",
        payload: Some("bench.v1.Profile"),
        keyed: false,
        delivery: Delivery::Every,
        debounce: None,
        fingerprint: 1,
    }
}

pub static NOTIFICATIONS: NotificationGroupInfo = NotificationGroupInfo {
    name: "user.v1.UserNotification",
    notifications: &[notification()],
    descriptors: &[],
};
