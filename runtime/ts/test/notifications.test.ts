import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { Code } from "@connectrpc/connect";
import type { Fault, Lag, Transport, Unserved } from "bellwire";
import { connect } from "bellwire/connect";
import { TestCore } from "./core.js";
import { UserEventSignOut, UserNotificationListener } from "./gen/user/v1/user_bellwire.js";
import { reports, until } from "./support.js";

const SIGNED_IN = "user.v1.UserNotification/SignedIn";
const CHANGED = "user.v1.UserNotification/ProfileChanged";

let core: TestCore;
let transport: Transport;
let told: string[];
let lags: Lag[];
let faults: Fault[];

beforeEach(async () => {
  core = await TestCore.start();
  core.heartbeatMs = 20;
  transport = connect({ baseUrl: core.url, reconnectDelayMs: 5, maxReconnectDelayMs: 20 });
  told = [];
  lags = [];
  faults = [];
});

afterEach(() => core.stop());

function listener(name: string, key?: string): UserNotificationListener {
  return new UserNotificationListener(
    { onProfileChanged: (profile, of) => void told.push(`${name} ${of} ${profile.name}`) },
    { key, transport, onLagged: (lag) => void lags.push(lag), onInterrupted: (fault) => void faults.push(fault) },
  );
}

function wanted(): string[] {
  return [...core.streams.values()].flatMap((stream) => stream.wanted);
}

test("all listeners share one stream", async () => {
  const all = [listener("a", "1"), listener("b", "1"), listener("c", "2")];
  await all[0]?.start();
  assert.deepEqual(wanted(), [`${CHANGED} 1`]);
  await Promise.all(all.map((one) => one.start()));
  assert.equal(core.hellos.length, 1);
  assert.deepEqual(wanted(), [`${CHANGED} 1`, `${CHANGED} 2`]);
  core.notify(CHANGED, "1", { name: "x" });
  core.notify(CHANGED, "2", { name: "y" });
  core.notify(CHANGED, "3", { name: "z" });
  await until(() => told.length === 3);
  assert.deepEqual(told, ["a 1 x", "b 1 x", "c 2 y"]);
  await all[2]?.stop();
  assert.deepEqual(wanted(), [`${CHANGED} 1`]);
  await all[0]?.stop();
  assert.deepEqual(wanted(), [`${CHANGED} 1`]);
  await all[1]?.stop();
  await core.saw("closed stream-1");
  assert.deepEqual(lags, []);
  assert.deepEqual(faults, []);
});

test("a subscription to every key covers those to one", async () => {
  const one = listener("one", "1");
  const every = listener("every");
  await one.start();
  await every.start();
  assert.deepEqual(wanted(), [CHANGED]);
  core.notify(CHANGED, "1", { name: "x" });
  core.notify(CHANGED, "2", { name: "y" });
  await until(() => told.length === 3);
  assert.deepEqual(told, ["one 1 x", "every 1 x", "every 2 y"]);
  await every.stop();
  assert.deepEqual(wanted(), [`${CHANGED} 1`]);
  await one.stop();
});

test("the hello names what is used, and an update what is new", async () => {
  await UserEventSignOut({ transport });
  const first = listener("a");
  await first.start();
  const hello = core.hellos[0]?.hello;
  assert.equal(hello?.protocol, 1);
  assert.deepEqual(
    hello.uses.map(({ path, fingerprint }) => [path, fingerprint]),
    [
      ["user.v1.UserEvent/SignOut", 0xd35831d7b4c8137en],
      [CHANGED, 0x2a7ae6123673dca9n],
    ],
  );
  const second = new UserNotificationListener({ onSignedIn: () => {}, onProfileChanged: () => {} }, { transport });
  await second.start();
  assert.deepEqual(
    core.updates[0]?.uses.map(({ path }) => path),
    [SIGNED_IN],
  );
  await Promise.all([first.stop(), second.stop()]);
});

test("what the core cannot serve is told, and the rest works", async () => {
  const errors = reports();
  const news: Unserved[] = [];
  core.unserved = [
    { path: SIGNED_IN, reason: 1 },
    { path: "user.v1.UserEvent/SignOut", reason: 2 },
  ] as never;
  await UserEventSignOut({ transport });
  const first = new UserNotificationListener(
    { onSignedIn: () => {}, onProfileChanged: (profile) => void told.push(profile.name) },
    { transport, onUnserved: (unserved) => void news.push(unserved) },
  );
  await first.start();
  assert.deepEqual(news, [{ path: SIGNED_IN, reason: "unknown" }]);
  assert.deepEqual(errors.take(), [
    "the core has another user.v1.UserEvent/SignOut: it was built from a different schema",
  ]);
  core.notify(CHANGED, "1", { name: "x" });
  await until(() => told.length === 1);
  core.cut();
  await until(() => core.hellos.length === 2 && core.streams.size === 1);
  const second = new UserNotificationListener({ onSignedIn: () => {} }, { transport });
  await second.start();
  assert.deepEqual(errors.take(), [`the core has no ${SIGNED_IN}`]);
  assert.equal(news.length, 1);
  await Promise.all([first.stop(), second.stop()]);
});

test("what was lost is told", async () => {
  const one = listener("a");
  await one.start();
  core.lagged(CHANGED, 3n);
  core.lagged("", 4n);
  core.lagged(SIGNED_IN, 5n);
  core.notify(CHANGED, "1", {});
  await until(() => told.length === 1);
  assert.deepEqual(lags, [
    { path: CHANGED, missed: 3n },
    { path: undefined, missed: 4n },
  ]);
  await one.stop();
});

test("who starts hears what is sent from then on, and nothing of before", async () => {
  const one = listener("a", "1");
  const other = listener("b", "2");
  await one.start();
  await other.start();
  await other.stop();
  core.onUpdate = () => {
    core.notify(CHANGED, "2", { name: "early" });
    core.lagged(CHANGED, 3n);
  };
  await other.start();
  core.notify(CHANGED, "2", { name: "x" });
  await until(() => told.length === 1);
  assert.deepEqual(told, ["b 2 x"]);
  assert.deepEqual(
    lags.map(({ missed }) => missed),
    [3n],
  );
  // The same where the core had it to tell all along.
  const third = listener("c");
  const fourth = listener("d", "2");
  await third.start();
  core.onUpdate = () => core.notify(CHANGED, "2", { name: "y" });
  await fourth.start();
  assert.equal(core.updates.at(-1)?.add.length, 0);
  core.notify(CHANGED, "2", { name: "z" });
  await until(() => told.at(-1) === "d 2 z");
  assert.deepEqual(told.slice(1), ["b 2 early", "b 2 y", "c 2 y", "b 2 z", "c 2 z", "d 2 z"]);
  await Promise.all([one, other, third, fourth].map((each) => each.stop()));
});

test("a stream that does not come to an update in time is left", async () => {
  transport = connect({ baseUrl: core.url, reconnectDelayMs: 5, heartbeatTimeoutMs: 1000 });
  const one = listener("a", "1");
  const other = listener("b", "2");
  await one.start();
  core.silentUpdates = true;
  await assert.rejects(other.start(), { code: "DEADLINE_EXCEEDED" });
  await until(() => lags.length === 1);
  core.notify(CHANGED, "1", { name: "x" });
  await until(() => told.length === 1);
  assert.deepEqual(told, ["a 1 x"]);
  await one.stop();
});

test("a stream that is cut is reopened with everything", async () => {
  const all = [listener("a", "1"), listener("b", "2")];
  for (const one of all) await one.start();
  core.cut();
  await until(() => lags.length === 2);
  assert.equal(faults.length, 2);
  assert.equal(core.hellos.length, 2);
  assert.deepEqual(wanted(), [`${CHANGED} 1`, `${CHANGED} 2`]);
  core.notify(CHANGED, "2", { name: "y" });
  await until(() => told.length === 1);
  assert.deepEqual(told, ["b 2 y"]);
  for (const one of all) await one.stop();
});

test("a core that restarts is found again", async () => {
  const one = listener("a");
  await one.start();
  await core.stop();
  await until(() => faults.length === 1);
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(lags.length, 0);
  await core.listen();
  await until(() => lags.length === 1);
  core.notify(CHANGED, "1", { name: "x" });
  await until(() => told.length === 1);
  await one.stop();
});

test("while the core is away, who starts is worth an attempt, and who stops is not", async () => {
  transport = connect({ baseUrl: core.url, reconnectDelayMs: 100_000, maxReconnectDelayMs: 100_000 });
  const [one, other] = [listener("a"), listener("b")];
  await one.start();
  await other.start();
  await core.stop();
  await until(() => faults.length === 2);
  await core.listen();
  await other.stop();
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(core.hellos.length, 1);
  await other.start();
  assert.equal(core.hellos.length, 2);
  assert.equal(lags.length, 1);
  await Promise.all([one.stop(), other.stop()]);
});

test("an update that a process does not know opens a new stream before the old is closed", async () => {
  const one = listener("a", "1");
  const two = listener("b", "2");
  await one.start();
  core.refuseUpdates = Code.FailedPrecondition;
  await two.start();
  await core.saw("closed stream-1");
  assert.deepEqual(wanted(), [`${CHANGED} 1`, `${CHANGED} 2`]);
  assert.ok(core.log.indexOf("subscribe 2") < core.log.indexOf("closed stream-1"));
  assert.deepEqual(lags, [{ path: undefined, missed: undefined }]);
  assert.deepEqual(faults, []);
  core.notify(CHANGED, "1", { name: "x" });
  await until(() => told.length === 1);
  assert.deepEqual(told, ["a 1 x"]);
  await Promise.all([one.stop(), two.stop()]);
});

test("an update that is refused fails that start alone", async () => {
  const one = listener("a", "1");
  const two = listener("b", "2");
  await one.start();
  core.refuseUpdates = Code.PermissionDenied;
  await assert.rejects(two.start(), { name: "Fault", code: "PERMISSION_DENIED" });
  core.refuseUpdates = undefined;
  core.notify(CHANGED, "1", { name: "x" });
  await until(() => told.length === 1);
  assert.deepEqual(faults, []);
  await two.start();
  assert.deepEqual(wanted(), [`${CHANGED} 1`, `${CHANGED} 2`]);
  await Promise.all([one.stop(), two.stop()]);
});

test("a core that falls silent is left", async () => {
  transport = connect({ baseUrl: core.url, reconnectDelayMs: 5, heartbeatTimeoutMs: 2000 });
  const one = listener("a");
  await one.start();
  await new Promise((resolve) => setTimeout(resolve, 2500));
  assert.equal(faults.length, 0);
  core.heartbeatMs = undefined;
  core.cut();
  await until(() => faults.length >= 2);
  assert.match(faults[1]?.message ?? "", /no sign of life/);
  await one.stop();
});

test("a start that fails leaves the listener stopped, and it can be started again", async () => {
  const one = listener("a");
  core.refuseSubscribe = Code.Unauthenticated;
  await assert.rejects(one.start(), { code: "UNAUTHENTICATED" });
  core.refuseSubscribe = undefined;
  await one.start();
  await one.stop();
  await core.stop();
  await assert.rejects(one.start(), { code: "UNAVAILABLE" });
  await core.listen();
  core.welcomes = false;
  await assert.rejects(one.start({ timeoutMs: 20 }), { code: "DEADLINE_EXCEEDED" });
  const starting = assert.rejects(one.start(), { code: "CANCELLED" });
  await one.stop();
  await starting;
  assert.deepEqual(faults, []);
});

test("starting and stopping ten times at once ends where the last call says", async () => {
  const one = listener("a");
  const starts: Promise<unknown>[] = [];
  for (let round = 0; round < 10; round++) {
    starts.push(one.start().catch(() => {}));
    void one.stop();
  }
  await one.start();
  await Promise.all(starts);
  core.notify(CHANGED, "1", { name: "x" });
  await until(() => told.length === 1);
  await one.stop();
});

test("a key that is too long is a fault", async () => {
  await assert.rejects(listener("a", "é".repeat(129)).start(), { code: "INVALID_ARGUMENT" });
  const longest = listener("a", "é".repeat(128));
  await longest.start();
  await longest.stop();
});
