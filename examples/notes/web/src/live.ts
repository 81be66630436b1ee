import { Fault } from "bellwire";

import { NotesNotificationListener } from "./gen/notes/v1/notes_bellwire";
import { UserNotificationListener } from "./gen/user/v1/user_bellwire";
import type { Profile } from "./gen/user/v1/profile_pb";
import type { Notebook } from "./notebook";
import { user } from "./session";
import { Signal } from "./signal";

/** Whether the core's notifications reach this page. */
export type Connection = "connecting" | "live" | "interrupted";

/** How long to wait before the next attempt to begin, in milliseconds. */
const RETRY = 2_000;

/** Keeps a notebook current by what the core notifies. */
export class Live {
  readonly connection = new Signal<Connection>("connecting");
  readonly #notes: NotesNotificationListener;
  readonly #users: UserNotificationListener;
  #stopped = false;

  constructor(notebook: Notebook, signedIn: (profile: Profile) => void, missed: () => void) {
    this.#notes = new NotesNotificationListener(
      {
        onNoteChanged: (note) => notebook.noteChanged(note),
        onNoteDeleted: (id) => notebook.noteDeleted(id),
      },
      {
        onInterrupted: () => (this.connection.value = "interrupted"),
        onLagged: () => {
          this.connection.value = "live";
          missed();
        },
      },
    );
    this.#users = new UserNotificationListener({
      onSignedIn: signedIn,
      onProfileChanged: (profile) => {
        if (profile.id === user.value?.id) user.value = profile;
        notebook.profileChanged(profile);
      },
    });
  }

  /** Begins, and tries again until the core can be reached. */
  async start(): Promise<void> {
    while (!this.#stopped) {
      try {
        await Promise.all([this.#notes.start(), this.#users.start()]);
        this.connection.value = "live";
        return;
      } catch (error) {
        if (this.#stopped || !(error instanceof Fault)) return;
        this.connection.value = "interrupted";
        await new Promise((resolve) => setTimeout(resolve, RETRY));
      }
    }
  }

  stop(): void {
    this.#stopped = true;
    void this.#notes.stop();
    void this.#users.stop();
  }
}
