//! The user module's events, answered.

use bellwire::Context;

use crate::generated::app::v1::AppError;
use crate::generated::user::v1::{
    Profile, Session, SignInRequest, UpdateProfileRequest, UserEventHandler, UserNotifier,
};
use crate::users::Users;

/// Answers the user module's events, and tells every frontend what changed.
pub struct UserHandler {
    users: Users,
    notifier: UserNotifier,
}

impl UserHandler {
    /// A handler for `users` that sends its notifications through `notifier`.
    pub fn new(users: Users, notifier: UserNotifier) -> Self {
        Self { users, notifier }
    }
}

impl UserEventHandler for UserHandler {
    async fn sign_in(&self, _: Context, input: SignInRequest) -> Result<Session, AppError> {
        let session = self.users.sign_in(input).await?;
        if let Some(profile) = &session.profile {
            self.notifier.signed_in(profile);
        }
        Ok(session)
    }

    async fn sign_out(&self, cx: Context) -> Result<(), AppError> {
        self.users.sign_out(token(&cx)?).await
    }

    async fn get_profile(&self, cx: Context) -> Result<Profile, AppError> {
        self.users.caller(&cx).await
    }

    async fn update_profile(
        &self,
        cx: Context,
        input: UpdateProfileRequest,
    ) -> Result<Profile, AppError> {
        let profile = self.users.update(token(&cx)?, input).await?;
        self.notifier.profile_changed(&profile.id, &profile);
        Ok(profile)
    }
}

impl Users {
    /// The user who makes a call, by the session whose token the call carries.
    pub async fn caller(&self, cx: &Context) -> Result<Profile, AppError> {
        self.by_token(token(cx)?).await
    }
}

/// The token in a call's metadata `authorization: Bearer <token>`.
fn token(cx: &Context) -> Result<String, AppError> {
    cx.metadata()
        .get("authorization")
        .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "))
        .map(str::to_owned)
        .ok_or_else(AppError::not_signed_in)
}
