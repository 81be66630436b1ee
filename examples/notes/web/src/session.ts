import type { CallOptions, Result } from "bellwire";

import type { AppError } from "./gen/app/v1/error_pb";
import type { Profile } from "./gen/user/v1/profile_pb";
import {
  UserEventGetProfile,
  UserEventSignIn,
  UserEventSignOut,
  UserEventUpdateProfile,
} from "./gen/user/v1/user_bellwire";
import type { Session, UpdateProfileRequest } from "./gen/user/v1/user_pb";
import { Signal } from "./signal";

/** Where the browser keeps the session's token, for all tabs of this page. */
const STORAGE_KEY = "notes.token";

/** The user of the session; `undefined` while nobody is signed in. */
export const user = new Signal<Profile | undefined>(undefined);

/** What a call of the session's user carries. */
export function authorized(options: CallOptions = {}): CallOptions {
  const token = localStorage.getItem(STORAGE_KEY) ?? "";
  return { ...options, metadata: { ...options.metadata, authorization: `Bearer ${token}` } };
}

/** Goes on with the session that the browser kept, if there is one and the core still knows it. */
export async function resumeSession(): Promise<void> {
  if (localStorage.getItem(STORAGE_KEY) === null) return;
  const profile = await UserEventGetProfile(authorized());
  if (profile.ok) user.value = profile.value;
  else endSession();
}

export async function signIn(email: string): Promise<Result<Session, AppError>> {
  const session = await UserEventSignIn({ email: email.trim() });
  if (session.ok) {
    localStorage.setItem(STORAGE_KEY, session.value.token);
    user.value = session.value.profile;
  }
  return session;
}

export async function signOut(): Promise<void> {
  const options = authorized();
  endSession();
  await UserEventSignOut(options);
}

/** Forgets the session, because the user or the core ended it. */
export function endSession(): void {
  localStorage.removeItem(STORAGE_KEY);
  user.value = undefined;
}

export async function updateProfile(
  update: Pick<UpdateProfileRequest, "name" | "color">,
): Promise<Result<Profile, AppError>> {
  const profile = await UserEventUpdateProfile(update, authorized());
  if (profile.ok) user.value = profile.value;
  return profile;
}
