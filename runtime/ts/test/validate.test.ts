import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { Fault, ok } from "bellwire";
import { FakeTransport } from "bellwire/testing";
import { IllegalInput, validating, violationsOf } from "bellwire/validate";
import { RuleEventCheck, RuleEventWatch } from "./gen/rules/v1/rules_bellwire.js";
import { SampleSchema } from "./gen/rules/v1/rules_pb.js";
import { UserEventSignIn, UserEventSignOut } from "./gen/user/v1/user_bellwire.js";
import { settled } from "./support.js";

const illegal = { forms: { email: "nobody" } };
const violations = [
  { field: "forms.email", ruleId: "string.email", message: "must be a valid email address", forKey: false },
];

let fake: FakeTransport;
let sent: number;

beforeEach(() => {
  sent = 0;
  fake = new FakeTransport();
  fake.on(RuleEventCheck, () => (sent++, ok(undefined)));
  fake.on(RuleEventWatch, async function* (input) {
    sent++;
    yield ok(input);
  });
});

test("what is illegal is not sent", async () => {
  const transport = validating(fake);
  const thrown = await RuleEventCheck(illegal, { transport }).catch((reason: unknown) => reason);
  assert.ok(thrown instanceof IllegalInput && thrown instanceof Fault);
  assert.equal(thrown.code, "INVALID_ARGUMENT");
  assert.equal(thrown.message, "forms.email: must be a valid email address");
  assert.deepEqual(thrown.violations, violations);
  await assert.rejects(settled(RuleEventWatch(illegal, { transport })), IllegalInput);
  assert.equal(sent, 0);
});

test("what is legal is sent", async () => {
  const transport = validating(fake);
  assert.ok((await RuleEventCheck({ forms: { email: "ada@example.org" } }, { transport })).ok);
  assert.equal((await settled(RuleEventWatch({}, { transport }))).length, 1);
  assert.equal(sent, 2);
});

test("a call says for itself whether it is checked", async () => {
  const transport = validating(fake);
  assert.ok((await RuleEventCheck(illegal, { transport, validate: false })).ok);
  assert.ok((await settled(RuleEventWatch(illegal, { transport, validate: false }))).every((item) => item.ok));
  assert.equal(sent, 2);

  const willing = validating(fake, { validate: false });
  assert.ok((await RuleEventCheck(illegal, { transport: willing })).ok);
  await assert.rejects(RuleEventCheck(illegal, { transport: willing, validate: true }), IllegalInput);
  await assert.rejects(settled(RuleEventWatch(illegal, { transport: willing, validate: true })), IllegalInput);
  assert.equal(sent, 3);
});

test("a check that nobody can make is a fault", async () => {
  await assert.rejects(RuleEventCheck({}, { transport: fake, validate: true }), {
    code: "FAILED_PRECONDITION",
    message: "nothing checks inputs: make the transport by validating() of bellwire/validate",
  });
  assert.ok((await RuleEventCheck(illegal, { transport: fake, validate: false })).ok);
  assert.equal(sent, 1);
});

test("an error is made of what is wrong", async () => {
  const asked: unknown[] = [];
  const transport = validating(fake, {
    refuse: (violations, event) => {
      asked.push([violations, event.path]);
      return create(RuleEventCheck.error, { breaches: violations.map(({ field }) => ({ field })) });
    },
  });
  const answer = await RuleEventCheck(illegal, { transport });
  assert.ok(!answer.ok);
  assert.equal(answer.error.breaches[0]?.field, "forms.email");
  const items = await settled(RuleEventWatch(illegal, { transport }));
  assert.deepEqual(
    items.map((item) => item.ok || item.error.breaches.length),
    [1],
  );
  assert.deepEqual(asked, [
    [violations, "rules.v1.RuleEvent/Check"],
    [violations, "rules.v1.RuleEvent/Watch"],
  ]);

  const partly = validating(fake, { refuse: () => undefined });
  await assert.rejects(RuleEventCheck(illegal, { transport: partly }), IllegalInput);
  assert.equal(sent, 0);
});

test("events without rules, and without an input, are called as ever", async () => {
  fake.on(UserEventSignIn, ({ email }) => ok({ name: email }));
  fake.on(UserEventSignOut, () => ok(undefined));
  const transport = validating(fake);
  assert.ok((await UserEventSignIn({ email: "nobody" }, { transport })).ok);
  assert.ok((await UserEventSignOut({ transport })).ok);
});

test("a message can be checked by itself", () => {
  assert.deepEqual(violationsOf(SampleSchema, create(SampleSchema, illegal)), violations);
  assert.deepEqual(violationsOf(SampleSchema, create(SampleSchema)), []);
});
