import assert from "node:assert/strict";
import { before, test } from "node:test";

import { Fault, setDefaultTransport } from "bellwire";
import { connect } from "bellwire/connect";

import { UserEventGetProfile, UserEventSignIn, UserEventSignOut } from "../src/gen/user/v1/user_bellwire";

before(() => {
  const baseUrl = process.env["PANICKING_SERVER"];
  if (!baseUrl) throw new Error("PANICKING_SERVER must be the address of a server whose handlers panic");
  setDefaultTransport(connect({ baseUrl }));
});

/** Whether it is the fault of a panic with this message. */
function panicked(message: string) {
  return (fault: unknown) => fault instanceof Fault && fault.code === "INTERNAL" && fault.message.includes(message);
}

test("a handler that panics at once is a fault, and the next call works", async () => {
  await assert.rejects(UserEventSignIn({ email: "ada@example.org" }), panicked("no place for ada@example.org"));
  assert.ok((await UserEventSignOut()).ok);
});

test("a handler that panics after an await is a fault, and the next call works", async () => {
  await assert.rejects(UserEventGetProfile(), panicked("no profile, and late"));
  assert.ok((await UserEventSignOut()).ok);
});
