// What a round trip and a notification cost in a webview, beside what Tauri has for the same: run by `make bench-tauri`.
import { tauri } from "bellwire/tauri";
import { EchoEventKeep, EchoNotificationListener } from "./gen/fixture/v1/echo_bellwire.js";
import { callbackId, invoke } from "./webview-invoke.js";

const transport = tauri();

/** Each with how often it is measured. */
const SIZES = { "100 B": [100, 400], "10 kB": [10_000, 200], "1 MiB": [1 << 20, 20] } as const;

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
  await line("| round trip, mean ms | 100 B | 10 kB | 1 MiB |");
  await line("|---|---|---|---|");
  const measured: Record<string, number[]> = {};
  for (const [size, rounds] of Object.values(SIZES)) {
    const [bytes, text] = [crypto.getRandomValues(new Uint8Array(size % 65_536 || 65_536)), "x".repeat(size)];
    const whole = Uint8Array.from({ length: size }, (_, index) => bytes[index % bytes.length] ?? 0);
    const times: Record<string, number[]> = {};
    for (let round = -3; round < rounds; round++) {
      for (const [name, make] of Object.entries(ROUND_TRIPS)) {
        const start = performance.now();
        if ((await make(whole, text)) !== size) throw new Error(`${name} lost something`);
        if (round >= 0) (times[name] ??= []).push(performance.now() - start);
      }
    }
    for (const [name, all] of Object.entries(times)) (measured[name] ??= []).push(mean(all));
  }
  for (const [name, means] of Object.entries(measured)) {
    const ratios = means.map((ms, size) => {
      const ratio = ms / (measured["bellwire"]?.[size] ?? ms);
      return name === "bellwire" ? ms.toFixed(2) : `${ms.toFixed(2)} (${ratio.toFixed(1)}×)`;
    });
    await line(`| ${name} | ${ratios.join(" | ")} |`);
  }
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

/** The clock of a webview counts whole milliseconds, so a single time says little. */
function mean(times: number[]): number {
  return times.reduce((sum, time) => sum + time, 0) / times.length;
}
