import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { type CallOptions, Fault, setDefaultTransport, unary, unwrap } from "bellwire";
import { connect } from "bellwire/connect";

import { AppErrorSchema, ErrorCode } from "../src/gen/app/v1/error_pb";
import type { Note } from "../src/gen/notes/v1/note_pb";
import {
  NotesEventCreate,
  NotesEventDelete,
  NotesEventEdit,
  NotesEventExport,
  NotesEventGet,
  NotesEventList,
  NotesEventRestore,
  NotesEventSearch,
  NotesNotificationListener,
} from "../src/gen/notes/v1/notes_bellwire";
import { Color } from "../src/gen/user/v1/profile_pb";
import {
  UserEventGetProfile,
  UserEventSignIn,
  UserEventSignOut,
  UserEventUpdateProfile,
  UserNotificationListener,
} from "../src/gen/user/v1/user_bellwire";
import { NotesServer } from "./server";

let server: NotesServer;

before(async () => {
  server = await NotesServer.start();
  setDefaultTransport(connect({ baseUrl: server.url }));
});

after(async () => {
  await server?.stop();
});

/** The options of a call that the user with this address makes. */
async function as(email: string): Promise<CallOptions> {
  const { token } = unwrap(await UserEventSignIn({ email }));
  return { metadata: { authorization: `Bearer ${token}` } };
}

/** Collects what a listener is called with, and waits for it. */
class Inbox<T> {
  readonly #received: T[] = [];
  #arrived: () => void = () => {};

  readonly put = (value: T): void => {
    this.#received.push(value);
    this.#arrived();
  };

  async next(): Promise<T> {
    while (this.#received.length === 0) {
      await new Promise<void>((resolve) => (this.#arrived = resolve));
    }
    return this.#received.shift()!;
  }
}

test("what breaks a rule of the schema is refused, with the field at fault", async () => {
  const refused = await UserEventSignIn({ email: "nobody" });
  assert.ok(!refused.ok);
  const { code, fieldName, message } = refused.error;
  assert.deepEqual([code, fieldName, message], [ErrorCode.INVALID, "email", "This must be a valid email address."]);
});

test("a user signs in, changes the profile and signs out", async () => {
  const session = unwrap(await UserEventSignIn({ email: "ada.lovelace@example.org" }));
  assert.equal(session.profile?.name, "Ada Lovelace");

  const ada = { metadata: { authorization: `Bearer ${session.token}` } };
  const changed = unwrap(await UserEventUpdateProfile({ name: "Countess", color: Color.VIOLET }, ada));
  assert.deepEqual([changed.name, changed.color], ["Countess", Color.VIOLET]);
  assert.deepEqual(unwrap(await UserEventGetProfile(ada)), changed);

  unwrap(await UserEventSignOut(ada));
  const refused = await UserEventGetProfile(ada);
  assert.ok(!refused.ok);
  assert.equal(refused.error.code, ErrorCode.NOT_SIGNED_IN);
});

test("a note is written, read, edited, found, deleted and restored", async () => {
  const ada = await as("crud@example.org");
  const note = unwrap(await NotesEventCreate({ title: "Omelette", body: "three eggs" }, ada));
  assert.equal(note.revision, 1);
  assert.deepEqual(unwrap(await NotesEventGet({ id: note.id }, ada)), note);

  const edited = unwrap(await NotesEventEdit({ id: note.id, body: "four eggs", revision: 1 }, ada));
  assert.deepEqual([edited.title, edited.body, edited.revision], ["Omelette", "four eggs", 2]);

  const { hits } = unwrap(await NotesEventSearch({ query: "egg" }, ada));
  assert.deepEqual(
    hits.map(({ note, excerpt }) => [note?.id, excerpt.map(({ text, matched }) => [text, matched])]),
    [
      [
        note.id,
        [
          ["four ", false],
          ["eggs", true],
        ],
      ],
    ],
  );

  assert.deepEqual(await NotesEventDelete({ id: note.id }, ada), { ok: true, value: undefined });
  assert.deepEqual(
    unwrap(await NotesEventList(ada)).notes.filter(({ id }) => id === note.id),
    [],
  );
  assert.equal(unwrap(await NotesEventRestore({ id: note.id }, ada)).body, "four eggs");
});

test("what the core refuses is an error of the schema, with all its fields", async () => {
  const ada = await as("errors@example.org");
  const untitled = await NotesEventCreate({ title: " " }, ada);
  assert.ok(!untitled.ok);
  assert.deepEqual(
    { ...untitled.error },
    {
      $typeName: AppErrorSchema.typeName,
      code: ErrorCode.INVALID,
      fieldName: "title",
      message: "A note needs a title.",
    },
  );

  const unknown = await NotesEventGet({ id: "unknown" }, ada);
  assert.ok(!unknown.ok && unknown.error.code === ErrorCode.NOT_FOUND);

  const note = unwrap(await NotesEventCreate({ title: "Contested" }, ada));
  unwrap(await NotesEventEdit({ id: note.id, body: "first", revision: note.revision }, ada));
  const late = await NotesEventEdit({ id: note.id, body: "second", revision: note.revision }, ada);
  assert.ok(!late.ok && late.error.code === ErrorCode.CONFLICT);
});

test("an export streams file after file", async () => {
  const session = unwrap(await UserEventSignIn({ email: "export@example.org" }));
  const options = { metadata: { authorization: `Bearer ${session.token}` } };
  for (const title of ["One", "Two", "Three"]) unwrap(await NotesEventCreate({ title, body: "text" }, options));

  const editorId = session.profile!.id;
  const names: string[] = [];
  for await (const file of NotesEventExport({ editorId }, options)) {
    const { name, content, total } = unwrap(file);
    assert.equal(total, 3);
    assert.match(new TextDecoder().decode(content), /^# \w+\n\ntext\n$/);
    names.push(name);
  }
  assert.deepEqual(names, ["0001-one.md", "0002-two.md", "0003-three.md"]);
});

test("an export without a session ends with one error of the schema", async () => {
  const items = [];
  for await (const item of NotesEventExport({})) items.push(item);
  assert.equal(items.length, 1);
  assert.ok(!items[0]!.ok && items[0]!.error.code === ErrorCode.NOT_SIGNED_IN);
});

test("a listener hears of changed and deleted notes, by their id", async () => {
  const ada = await as("listener@example.org");
  const changed = new Inbox<[Note, string]>();
  const deleted = new Inbox<string>();
  const listener = new NotesNotificationListener({
    onNoteChanged: (note, key) => changed.put([note, key]),
    onNoteDeleted: deleted.put,
  });
  await listener.start();

  const note = unwrap(await NotesEventCreate({ title: "Heard of" }, ada));
  assert.deepEqual(await changed.next(), [note, note.id]);
  const edited = unwrap(await NotesEventEdit({ id: note.id, title: "Heard again" }, ada));
  assert.deepEqual(await changed.next(), [edited, note.id]);
  unwrap(await NotesEventDelete({ id: note.id }, ada));
  assert.equal(await deleted.next(), note.id);
  await listener.stop();
});

test("a listener with a key hears of that one note alone", async () => {
  const ada = await as("key@example.org");
  const one = unwrap(await NotesEventCreate({ title: "One" }, ada));
  const other = unwrap(await NotesEventCreate({ title: "Other" }, ada));
  const heard = new Inbox<string>();
  const listener = new NotesNotificationListener({ onNoteChanged: (_, key) => heard.put(key) }, { key: one.id });
  await listener.start();

  unwrap(await NotesEventEdit({ id: other.id, body: "unheard" }, ada));
  unwrap(await NotesEventEdit({ id: one.id, body: "heard" }, ada));
  assert.equal(await heard.next(), one.id);
  await listener.stop();
});

test("two listeners of two groups hear of what is theirs", async () => {
  const signedIn = new Inbox<string>();
  const changed = new Inbox<string>();
  const users = new UserNotificationListener({ onSignedIn: ({ email }) => signedIn.put(email) });
  const notes = new NotesNotificationListener({ onNoteChanged: ({ title }) => changed.put(title) });
  await Promise.all([users.start(), notes.start()]);

  const ada = await as("two.groups@example.org");
  assert.equal(await signedIn.next(), "two.groups@example.org");
  unwrap(await NotesEventCreate({ title: "For the other" }, ada));
  assert.equal(await changed.next(), "For the other");
  await Promise.all([users.stop(), notes.stop()]);
});

test("an unknown event is a fault, and the next call works", async () => {
  const unknown = unary({ path: "notes.v1.NotesEvent/Sing", error: AppErrorSchema, fingerprint: 0n });
  await assert.rejects(unknown(), (fault) => fault instanceof Fault && fault.code === "UNIMPLEMENTED");
  assert.ok((await UserEventSignIn({ email: "next@example.org" })).ok);
});

test("undecodable bytes are a fault, and the next call works", async () => {
  const response = await fetch(`${server.url}/notes.v1.NotesEvent/Create`, {
    method: "POST",
    headers: { "content-type": "application/proto", "connect-protocol-version": "1" },
    body: new Uint8Array([0xff, 0xff, 0xff]),
  });
  assert.equal(response.status, 400);
  assert.equal(((await response.json()) as { code: string }).code, "invalid_argument");
  assert.ok((await UserEventSignIn({ email: "next@example.org" })).ok);
});

test("a call that is aborted is the fault CANCELLED", async () => {
  const controller = new AbortController();
  controller.abort();
  await assert.rejects(
    UserEventSignIn({ email: "ada@example.org" }, { signal: controller.signal }),
    (fault) => fault instanceof Fault && fault.code === "CANCELLED",
  );
});

test("without a server, a call is the fault UNAVAILABLE", async () => {
  const gone = await NotesServer.start();
  assert.equal(await gone.stop(), 0);
  await assert.rejects(
    UserEventSignIn({ email: "ada@example.org" }, { transport: connect({ baseUrl: gone.url }) }),
    (fault) => fault instanceof Fault && fault.code === "UNAVAILABLE",
  );
});
