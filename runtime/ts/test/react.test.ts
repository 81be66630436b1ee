import assert from "node:assert/strict";
import { afterEach, before, beforeEach, test } from "node:test";
import { err, Fault, ok, setDefaultTransport } from "bellwire";
import { type EventCall, useEvent, useNotification } from "bellwire/react";
import { FakeTransport } from "bellwire/testing";
import { Window } from "happy-dom";
import { act, createElement, type ReactElement, StrictMode } from "react";
import type { Root } from "react-dom/client";
import type { SignInPayload, UserError, UserProfile } from "./gen/user/v1/messages_pb.js";
import {
  UserEventSignIn,
  UserEventSignOut,
  UserNotificationListener,
  UserNotificationProfileChanged,
  UserNotificationSignedOut,
} from "./gen/user/v1/user_bellwire.js";
import { never } from "./support.js";

let fake: FakeTransport;
let page: HTMLElement;
let root: Root;

before(() => {
  const window = new Window();
  const { document, navigator } = window;
  for (const [name, value] of Object.entries({ window, document, navigator, IS_REACT_ACT_ENVIRONMENT: true })) {
    // Node has a navigator of its own, which cannot be assigned to.
    Object.defineProperty(globalThis, name, { value, configurable: true });
  }
});

beforeEach(async () => {
  // Looks at the page when it is loaded.
  const { createRoot } = await import("react-dom/client");
  fake = new FakeTransport();
  setDefaultTransport(fake);
  page = document.createElement("div");
  root = createRoot(page);
});

afterEach(async () => {
  await act(async () => root.unmount());
  setDefaultTransport(undefined);
});

function show(element: ReactElement): Promise<void> {
  return act(async () => root.render(element));
}

let signIn: EventCall<SignInPayload, UserProfile, UserError>;

function SignIn(): string {
  const [call, { pending, result, fault }] = useEvent(UserEventSignIn);
  signIn = call;
  const outcome = result ? (result.ok ? `hello ${result.value.name}` : result.error.message) : fault?.code;
  return `${pending ? "… " : ""}${outcome ?? "nobody"}`;
}

for (const [name, wrap] of [
  ["a component", (element: ReactElement) => element],
  ["a component in strict mode", (element: ReactElement) => createElement(StrictMode, null, element)],
] as const) {
  test(`${name} calls an event and shows how it ends`, async () => {
    let answer: (name: string) => void = () => {};
    fake.on(UserEventSignIn, () => new Promise((resolve) => (answer = (name) => resolve(ok({ name })))));
    await show(wrap(createElement(SignIn)));
    assert.equal(page.textContent, "nobody");
    const first = signIn;
    let called: ReturnType<typeof signIn> | undefined;
    await act(async () => void (called = signIn({ email: "ada" })));
    assert.equal(page.textContent, "… nobody");
    await act(async () => answer("Ada"));
    assert.equal(page.textContent, "hello Ada");
    assert.equal((await called)?.ok, true);
    assert.equal(signIn, first);

    fake.on(UserEventSignIn, () => err({ message: "wrong password" }));
    await act(async () => void (await signIn({})));
    assert.equal(page.textContent, "wrong password");

    fake.on(UserEventSignIn, () => {
      throw new Fault("UNAVAILABLE", "gone");
    });
    await act(async () => assert.equal(await signIn({}), undefined));
    assert.equal(page.textContent, "UNAVAILABLE");
  });

  test(`${name} listens for as long as it is there`, async () => {
    const told: string[] = [];
    function Profile({ id, prefix }: { id: string; prefix: string }): string {
      const handlers = { onProfileChanged: ({ name }: UserProfile) => void told.push(`${prefix} ${name}`) };
      const { listening } = useNotification(UserNotificationListener, handlers, { key: id });
      return listening ? `listening to ${id}` : "";
    }
    await show(wrap(createElement(Profile, { id: "7", prefix: "first" })));
    assert.equal(page.textContent, "listening to 7");
    assert.equal(fake.listeners, 1);
    fake.notify(UserNotificationProfileChanged, { name: "Ada" }, "7");
    await show(wrap(createElement(Profile, { id: "7", prefix: "second" })));
    fake.notify(UserNotificationProfileChanged, { name: "Bob" }, "7");
    fake.notify(UserNotificationProfileChanged, { name: "Eve" }, "8");
    await show(wrap(createElement(Profile, { id: "8", prefix: "third" })));
    assert.equal(page.textContent, "listening to 8");
    assert.equal(fake.listeners, 1);
    fake.notify(UserNotificationProfileChanged, { name: "Tom" }, "7");
    fake.notify(UserNotificationProfileChanged, { name: "Eve" }, "8");
    await show(wrap(createElement("p")));
    assert.equal(fake.listeners, 0);
    assert.deepEqual(told, ["first Ada", "second Bob", "third Eve"]);
  });
}

test("the newest call counts, and those before are cancelled", async () => {
  const signals: AbortSignal[] = [];
  fake.on(UserEventSignIn, ({ email }, { signal }) => {
    signals.push(signal);
    return email === "slow" ? never() : ok({ name: email });
  });
  await show(createElement(SignIn));
  await act(async () => {
    const slow = signIn({ email: "slow" });
    assert.equal((await signIn({ email: "fast" }))?.ok, true);
    assert.equal(await slow, undefined);
  });
  assert.equal(page.textContent, "hello fast");
  assert.deepEqual(
    signals.map(({ aborted }) => aborted),
    [true, false],
  );
});

test("a call is cancelled by the caller's signal, and by the end of its component", async () => {
  const signals: AbortSignal[] = [];
  fake.on(UserEventSignIn, (_, { signal }) => {
    signals.push(signal);
    return never();
  });
  await show(createElement(SignIn));
  const controller = new AbortController();
  await act(async () => void signIn({}, { signal: controller.signal }));
  await act(async () => controller.abort());
  assert.equal(page.textContent, "CANCELLED");
  let last: ReturnType<typeof signIn> | undefined;
  await act(async () => void (last = signIn({})));
  await show(createElement("p"));
  assert.equal(await last, undefined);
  assert.ok(signals.length === 2 && signals.every(({ aborted }) => aborted));
});

test("an event without an input takes its options alone", async () => {
  let call: (options?: { metadata: Record<string, string> }) => Promise<unknown> = never;
  function SignOut(): null {
    [call] = useEvent(UserEventSignOut);
    return null;
  }
  fake.on(UserEventSignOut, (_, { metadata }) => (metadata["why"] === "bored" ? ok() : err({ message: "why?" })));
  await show(createElement(SignOut));
  await act(async () => assert.deepEqual(await call({ metadata: { why: "bored" } }), ok(undefined)));
});

test("a component that cannot listen says why, and can try again", async () => {
  let told = 0;
  let again: () => void = () => {};
  function Bye(): string {
    const { listening, fault, retry } = useNotification(UserNotificationListener, {
      onSignedOut: () => void (told += 1),
    });
    again = retry;
    return listening ? "listening" : (fault?.code ?? "starting");
  }
  setDefaultTransport(undefined);
  await show(createElement(Bye));
  assert.equal(page.textContent, "FAILED_PRECONDITION");
  setDefaultTransport(fake);
  await act(async () => again());
  assert.equal(page.textContent, "listening");
  fake.notify(UserNotificationSignedOut);
  assert.equal(told, 1);
});
