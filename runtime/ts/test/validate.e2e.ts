// Run by runtime/rust/tests/node.rs: the same illegal inputs, told by the page's check and by a core.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { before, describe, test } from "node:test";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import type { Transport } from "bellwire";
import { connect, connectrpc } from "bellwire/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { IllegalInput, validating, type Violation, violationsOf } from "bellwire/validate";
import { RuleEventCheck, RuleEventWatch } from "./gen/rules/v1/rules_bellwire.js";
import { type Refusal, SampleSchema } from "./gen/rules/v1/rules_pb.js";
import { illegal } from "./illegal.js";
import { settled } from "./support.js";

const ways: Record<string, (baseUrl: string) => Transport> = {
  "connect over fetch": (baseUrl) => connect({ baseUrl }),
  gRPC: (baseUrl) => connectrpc(createGrpcTransport({ baseUrl })),
};

let url: string;

before(async () => {
  const response = await fetch(`${process.env["BELLWIRE_CORES"]}/rules`, { method: "POST" });
  url = await response.text();
});

for (const [name, way] of Object.entries(ways)) {
  describe(name, () => {
    let unchecked: Transport;
    let checked: Transport;
    before(() => {
      unchecked = way(url);
      checked = validating(unchecked);
    });

    for (const [what, input] of Object.entries(illegal)) {
      test(what, async () => {
        const page = onPage(input);
        assert.notDeepEqual(page, [], "the page finds nothing wrong");

        const answer = await RuleEventCheck(input, { transport: unchecked });
        assert.ok(!answer.ok, "the core finds nothing wrong");
        assert.deepEqual(inCore(answer.error), page);
        const items = await settled(RuleEventWatch(input, { transport: unchecked }));
        assert.deepEqual(
          items.map((item) => item.ok || inCore(item.error)),
          [page],
        );

        const thrown = await RuleEventCheck(input, { transport: checked }).catch((reason) => reason);
        assert.ok(thrown instanceof IllegalInput);
        assert.deepEqual(sorted(thrown.violations), page);
      });
    }
  });
}

test("every rule of the schema is broken by one of them", async () => {
  const generated = await readFile("../rust/tests/rules/generated/rules.v1.rs", "utf8");
  const rules = [...generated.matchAll(/found\.add\w*\(\s*\*?at(?:\.\w+\([^)]*\))?,\s*"([^"]+)"/g)].map(
    ([, rule]) => rule,
  );
  const broken = new Set(Object.values(illegal).flatMap((input) => onPage(input).map(({ ruleId }) => ruleId)));
  assert.deepEqual(
    rules.filter((rule) => rule !== undefined && !broken.has(rule)),
    [],
  );
  assert.ok(rules.length > 100, `${rules.length} rules`);
});

test("what is legal reaches the core", async () => {
  const transport = validating(connect({ baseUrl: url }));
  assert.ok((await RuleEventCheck({ kind: 1, only: 1 }, { transport })).ok);
  assert.ok((await settled(RuleEventWatch({ kind: 1 }, { transport }))).every((item) => item.ok));
});

test("an error that the page makes of what is wrong is the core's", async () => {
  const input = { texts: { needed: "x", len: "12" }, yes: false };
  const page = validating(connect({ baseUrl: "http://127.0.0.1:1" }), {
    refuse: refusal,
  });
  const [here, there] = [
    await RuleEventCheck(input, { transport: page }),
    await RuleEventCheck(input, { transport: connect({ baseUrl: url }) }),
  ];
  assert.deepEqual(here, there);
});

function refusal(violations: readonly Violation[]): Refusal {
  return create(RuleEventCheck.error, { breaches: violations.map((violation) => ({ ...violation })) });
}

function onPage(input: MessageInitShape<typeof SampleSchema>): Violation[] {
  return sorted(violationsOf(SampleSchema, create(SampleSchema, input)));
}

function inCore({ breaches }: Refusal): Violation[] {
  return sorted(breaches.map(({ field, ruleId, message, forKey }) => ({ field, ruleId, message, forKey })));
}

/** A map has no order. */
function sorted(violations: readonly Violation[]): Violation[] {
  const key = (one: Violation) => JSON.stringify([one.field, one.ruleId, one.forKey]);
  return [...violations].sort((one, other) => (key(one) < key(other) ? -1 : 1));
}
