import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, test } from "node:test";
import { promisify } from "node:util";

import { NotesServer } from "./server";

const run = promisify(execFile);

let server: NotesServer;

before(async () => {
  server = await NotesServer.start();
});

after(async () => {
  await server?.stop();
});

/** Calls an event with JSON, as anybody can from a shell. */
async function curl(path: string, body: object, ...headers: string[]): Promise<Record<string, unknown>> {
  const { stdout } = await run("curl", [
    "--silent",
    "--show-error",
    ...["content-type: application/json", ...headers].flatMap((header) => ["--header", header]),
    "--data",
    JSON.stringify(body),
    `${server.url}/${path}`,
  ]);
  return JSON.parse(stdout) as Record<string, unknown>;
}

test("curl calls an event with JSON", async () => {
  const session = await curl("user.v1.UserEvent/SignIn", { email: "ada.lovelace@example.org" });
  const profile = session["profile"] as Record<string, unknown>;
  assert.deepEqual([profile["name"], profile["color"]], ["Ada Lovelace", "COLOR_BLUE"]);

  const authorization = `authorization: Bearer ${session["token"] as string}`;
  const note = await curl("notes.v1.NotesEvent/Create", { title: "From a shell" }, authorization);
  assert.equal(note["title"], "From a shell");
  assert.match(note["createdAt"] as string, /^\d{4}-\d\d-\d\dT/);
});

test("curl gets a refusal as an error with one detail of the schema's type", async () => {
  const refusal = await curl("notes.v1.NotesEvent/List", {});
  assert.equal(refusal["code"], "failed_precondition");
  const details = refusal["details"] as { type: string }[];
  assert.deepEqual(
    details.map(({ type }) => type),
    ["app.v1.AppError"],
  );
});

test("curl gets a fault for what is no JSON of the input", async () => {
  const fault = await curl("user.v1.UserEvent/SignIn", { email: 7 });
  assert.equal(fault["code"], "invalid_argument");
});
