import assert from "node:assert/strict";
import type { Control, Probe } from "./scenarios.js";

/** Starts a core of the Rust runtime's tests; runtime/rust/tests/node.rs says where to ask for one. */
export async function startCore(): Promise<{ url: string; control: Control }> {
  const response = await fetch(`${process.env["BELLWIRE_CORES"]}/core`, { method: "POST" });
  const { core, control } = (await response.json()) as { core: string; control: string };
  return {
    url: core,
    control: {
      async probe() {
        return (await (await fetch(`${control}/probe`)).json()) as Probe;
      },
      async make(what) {
        const made = await fetch(`${control}/${what}`, { method: "POST" });
        assert.equal(made.status, 200);
      },
    },
  };
}
