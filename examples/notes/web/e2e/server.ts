import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** A real server with a database of its own, on a port of its own. */
export class NotesServer {
  private constructor(
    readonly url: string,
    private readonly process: ChildProcess,
    private readonly folder: string,
  ) {}

  /** Starts the server that the environment names, as `cargo test` does. */
  static async start(port = 0): Promise<NotesServer> {
    const binary = process.env["NOTES_SERVER"];
    if (!binary) throw new Error("NOTES_SERVER must name the server's binary");
    const folder = await mkdtemp(join(tmpdir(), "notes-"));
    const server = spawn(binary, ["--port", String(port), "--database", join(folder, "notes.db")], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    try {
      return new NotesServer(await addressOf(server), server, folder);
    } catch (error) {
      server.kill("SIGKILL");
      await rm(folder, { recursive: true });
      throw error;
    }
  }

  /** Stops the server as a service manager would, and gives its exit code. */
  async stop(): Promise<number | null> {
    const code = new Promise<number | null>((resolve) => this.process.once("exit", resolve));
    this.process.kill("SIGTERM");
    const exitCode = await code;
    await rm(this.folder, { recursive: true });
    return exitCode;
  }
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
