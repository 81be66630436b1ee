import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** A real server with a database of its own, on a port of its own. */
export class NotesServer {
  private constructor(
    readonly url: string,
    private readonly folder: string,
    private process: ChildProcess,
  ) {}

  static async start(): Promise<NotesServer> {
    const folder = await mkdtemp(join(tmpdir(), "notes-"));
    try {
      const server = spawnServer(folder, "0");
      return new NotesServer(await addressOf(server), folder, server);
    } catch (error) {
      await rm(folder, { recursive: true });
      throw error;
    }
  }

  /** Stops the server as a service manager would, and gives its exit code. */
  async stop(): Promise<number | null> {
    const code = await this.#terminate();
    await rm(this.folder, { recursive: true });
    return code;
  }

  /** Stops the server, calls `meanwhile`, and starts it again at the same address with the same notes. */
  async restart(meanwhile: () => Promise<void>): Promise<void> {
    await this.#terminate();
    await meanwhile();
    this.process = spawnServer(this.folder, new URL(this.url).port);
    await addressOf(this.process);
  }

  async #terminate(): Promise<number | null> {
    const code = new Promise<number | null>((resolve) => this.process.once("exit", resolve));
    this.process.kill("SIGTERM");
    return code;
  }
}

/** Starts the binary that the environment names, as `cargo test` does. */
function spawnServer(folder: string, port: string): ChildProcess {
  const binary = process.env["NOTES_SERVER"];
  if (!binary) throw new Error("NOTES_SERVER must name the server's binary");
  return spawn(binary, ["--port", port, "--database", join(folder, "notes.db")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
}

/** What the server prints when it listens. */
async function addressOf(server: ChildProcess): Promise<string> {
  const exited = new Promise<never>((_, reject) => {
    server.once("error", reject);
    server.once("exit", (code) => reject(new Error(`the server ended with ${code}`)));
  });
  const printed = (async () => {
    for await (const line of createInterface({ input: server.stdout! })) {
      const address = /http:\/\/\S+/.exec(line);
      if (address) return address[0];
    }
    throw new Error("the server printed no address");
  })();
  return Promise.race([printed, exited]);
}
