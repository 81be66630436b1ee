import type { Result } from "bellwire";

import type { AppError } from "./gen/app/v1/error_pb";
import type { Note } from "./gen/notes/v1/note_pb";
import {
  NotesEventCreate,
  NotesEventDelete,
  NotesEventEdit,
  NotesEventExport,
  NotesEventGet,
  NotesEventList,
  NotesEventRestore,
  NotesEventSearch,
} from "./gen/notes/v1/notes_bellwire";
import type { EditRequest, ExportedFile, SearchResults } from "./gen/notes/v1/notes_pb";
import type { Profile } from "./gen/user/v1/profile_pb";
import { authorized } from "./session";

/** What happened to a note. */
export interface Change {
  readonly kind: "created" | "edited" | "deleted";
  /** The note as it is now; a deleted one as it was. */
  readonly note: Note;
  /** It happened somewhere else: in another tab, or by somebody else. */
  readonly elsewhere: boolean;
}

/**
 * All notes, as far as this page knows them: fetched once, and then kept current by the answers to its own calls and by
 * what the core notifies.
 */
export class Notebook {
  readonly #notes = new Map<string, Note>();
  readonly #watchers = new Set<(change: Change | undefined) => void>();

  /** Own calls that are not answered yet, and what was notified in the meantime. */
  #underWay = 0;
  #waiting: (() => void)[] = [];

  /** All notes, the one that was changed last first. */
  get notes(): Note[] {
    return [...this.#notes.values()].sort((a, b) => changedAt(b) - changedAt(a));
  }

  get(id: string): Note | undefined {
    return this.#notes.get(id);
  }

  /** Calls `watcher` with every change, and with `undefined` where everything may have changed. */
  watch(watcher: (change: Change | undefined) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** Fetches all notes afresh. */
  async load(): Promise<Result<unknown, AppError>> {
    return this.#call(async () => {
      const list = await NotesEventList(authorized());
      if (list.ok) {
        this.#notes.clear();
        for (const note of list.value.notes) this.#notes.set(note.id, note);
        this.#tell(undefined);
      }
      return list;
    });
  }

  /** Fetches one note afresh. */
  async refresh(id: string): Promise<Result<Note, AppError>> {
    return this.#change(() => NotesEventGet({ id }, authorized()));
  }

  async create(title: string): Promise<Result<Note, AppError>> {
    return this.#change(() => NotesEventCreate({ title }, authorized()));
  }

  async edit(edit: Pick<EditRequest, "id" | "title" | "body" | "revision">): Promise<Result<Note, AppError>> {
    return this.#change(() => NotesEventEdit(edit, authorized()));
  }

  async restore(id: string): Promise<Result<Note, AppError>> {
    return this.#change(() => NotesEventRestore({ id }, authorized()));
  }

  async delete(id: string): Promise<Result<void, AppError>> {
    return this.#call(async () => {
      const result = await NotesEventDelete({ id }, authorized());
      if (result.ok) this.#remove(id, false);
      return result;
    });
  }

  search(query: string, signal: AbortSignal): Promise<Result<SearchResults, AppError>> {
    return NotesEventSearch({ query }, authorized({ signal }));
  }

  export(): AsyncIterable<Result<ExportedFile, AppError>> {
    return NotesEventExport({}, authorized());
  }

  /** The core says that a note is new or changed. */
  noteChanged(note: Note): void {
    this.#notified(() => this.#put(note, true));
  }

  /** The core says that a note is gone. */
  noteDeleted(id: string): void {
    this.#notified(() => this.#remove(id, true));
  }

  /** The core says that somebody has another name or colour. */
  profileChanged(profile: Profile): void {
    for (const [id, note] of this.#notes) {
      if (note.editor?.id === profile.id) this.#notes.set(id, { ...note, editor: profile });
    }
    this.#tell(undefined);
  }

  #change(call: () => Promise<Result<Note, AppError>>): Promise<Result<Note, AppError>> {
    return this.#call(async () => {
      const result = await call();
      if (result.ok) this.#put(result.value, false);
      return result;
    });
  }

  /**
   * Makes a call. What is notified before its answer waits for the answer: what the call itself has caused is then
   * known by its revision, and not taken for somebody else's doing.
   */
  async #call<T>(call: () => Promise<T>): Promise<T> {
    this.#underWay++;
    try {
      return await call();
    } finally {
      this.#underWay--;
      if (this.#underWay === 0) {
        for (const apply of this.#waiting.splice(0)) apply();
      }
    }
  }

  #notified(apply: () => void): void {
    if (this.#underWay > 0) this.#waiting.push(apply);
    else apply();
  }

  #put(note: Note, elsewhere: boolean): void {
    const known = this.#notes.get(note.id);
    if (known && known.revision >= note.revision) return;
    this.#notes.set(note.id, note);
    this.#tell({ kind: known ? "edited" : "created", note, elsewhere });
  }

  #remove(id: string, elsewhere: boolean): void {
    const note = this.#notes.get(id);
    if (!note) return;
    this.#notes.delete(id);
    this.#tell({ kind: "deleted", note, elsewhere });
  }

  #tell(change: Change | undefined): void {
    for (const watcher of [...this.#watchers]) watcher(change);
  }
}

function changedAt({ updatedAt }: Note): number {
  return updatedAt ? Number(updatedAt.seconds) * 1000 + updatedAt.nanos / 1_000_000 : 0;
}
