// What a round trip and a notification cost in a webview, beside what Tauri has for the same: run by `make bench-tauri`.
import { tauri } from "bellwire/tauri";
import { EchoEventKeep, EchoNotificationListener } from "./gen/fixture/v1/echo_bellwire.js";
import { callbackId, invoke } from "./webview-invoke.js";

const transport = tauri();

/** Sizes, each with how many rounds are measured, and how many calls one after the other are a round. */
const SIZES = { "100 B": [100, 40, 200], "10 kB": [10_000, 40, 20], "1 MiB": [1 << 20, 15, 1] } as const;

/** A header as long as the one that a call of Bellwire has. */
const ADDRESS = { "bellwire-address": "1x2y3z4-1x2y3z4-1x2y3z4-1x2y3z4.1 12345 fixture.v1.EchoEvent/Keep" };

/** What is compared with the first. */
const ROUND_TRIPS = {
  async bellwire(bytes: Uint8Array) {
    const kept = await EchoEventKeep({ bytes }, { transport });
    return kept.ok ? kept.value.bytes.length : 0;
  },
  async "Vec<u8> as JSON numbers"(bytes: Uint8Array) {
    return Uint8Array.from(await invoke<number[]>("numbers", { bytes: Array.from(bytes) })).length;
  },
  async "text in a JSON command"(_: Uint8Array, text: string) {
    return (await invoke<string>("echo", { text })).length;
  },
  // What Tauri takes to carry the bytes of a call to any plugin and back, with nobody to make or to read them.
  async "raw bytes in a plugin's command"(bytes: Uint8Array) {
    return (await invoke<ArrayBuffer>("plugin:peer|raw", bytes, { headers: ADDRESS })).byteLength;
  },
};

const COUNT = 5_000;

/** Each asks the core for so many messages of a length, and settles when all came. */
const BURSTS = {
  async bellwire(length: number) {
    const { came, all } = counter();
    const listener = new EchoNotificationListener({ onSaid: came }, { transport });
    await listener.start();
    await invoke("notify", { count: COUNT, length });
    await all;
    await listener.stop();
  },
  async emit(length: number) {
    const { came, all } = counter();
    const handler = callbackId(came);
    const eventId = await invoke<number>("plugin:event|listen", { event: "said", target: { kind: "Any" }, handler });
    await invoke("emit", { count: COUNT, length });
    await all;
    await invoke("plugin:event|unlisten", { event: "said", eventId });
  },
  async Channel(length: number) {
    const { came, all } = counter();
    await invoke("channel", { channel: `__CHANNEL__:${callbackId(came)}`, count: COUNT, length });
    await all;
  },
};

function counter(): { came: () => void; all: Promise<void> } {
  let count = 0;
  let done = () => {};
  const all = new Promise<void>((resolve) => (done = resolve));
  return { came: () => void (++count === COUNT && done()), all };
}

export async function bench(): Promise<void> {
  await line("| round trip, median ms | 100 B | 10 kB | 1 MiB |");
  await line("|---|---|---|---|");
  const cells: Record<string, string[]> = {};
  for (const [size, rounds, calls] of Object.values(SIZES)) {
    const times = await roundTrips(size, rounds, calls);
    for (const [name, all] of Object.entries(times)) {
      // Beside what the same round took: whatever else the machine does slows both.
      const ratio = median(all.map((ms, round) => ms / (times["bellwire"]?.[round] ?? NaN)));
      const beside = name === "bellwire" ? "" : ` (${ratio.toFixed(2)}×)`;
      (cells[name] ??= []).push(shown(median(all)) + beside);
    }
  }
  for (const [name, row] of Object.entries(cells)) await line(`| ${name} | ${row.join(" | ")} |`);
  await line("");
  await line("| notifications per second | 100 B | 10 kB |");
  await line("|---|---|---|");
  for (const [name, burst] of Object.entries(BURSTS)) {
    const rates: string[] = [];
    for (const length of [100, 10_000]) {
      const start = performance.now();
      await burst(length);
      rates.push(((COUNT / (performance.now() - start)) * 1000).toFixed(0));
    }
    await line(`| ${name} | ${rates.join(" | ")} |`);
  }
}

function line(line: string): Promise<void> {
  return invoke("report", { line });
}

/** How long a call takes in each way, in each round. The ways take turns, and each round begins with another one. */
async function roundTrips(size: number, rounds: number, calls: number): Promise<Record<string, number[]>> {
  const bytes = Uint8Array.from({ length: size }, (_, index) => (index * 2_654_435_761) >>> 24);
  const text = "x".repeat(size);
  const ways = Object.entries(ROUND_TRIPS);
  const times: Record<string, number[]> = {};
  for (let round = -Math.ceil(rounds / 5); round < rounds; round++) {
    ways.push(...ways.splice(0, 1));
    for (const [name, make] of ways) {
      // The clock of a webview counts whole milliseconds, so a single call says little.
      const start = performance.now();
      for (let call = 0; call < calls; call++) {
        if ((await make(bytes, text)) !== size) throw new Error(`${name} lost something`);
      }
      if (round >= 0) (times[name] ??= []).push((performance.now() - start) / calls);
    }
  }
  return Object.fromEntries(Object.keys(ROUND_TRIPS).map((name) => [name, times[name] ?? []]));
}

/** Three digits: 0.305, 2.55, 225. */
function shown(ms: number): string {
  return ms < 1000 ? ms.toPrecision(3) : ms.toFixed(0);
}

function median(times: readonly number[]): number {
  return [...times].sort((one, other) => one - other)[times.length >> 1] ?? NaN;
}
