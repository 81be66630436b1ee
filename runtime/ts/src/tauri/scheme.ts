import type { Call } from "../wire/bellwire/frames_pb.js";

/** What a call has beside its input and event. Beyond this length the address of a request is no place for it. */
const LONGEST_QUERY = 4000;

/**
 * Carries calls as requests to the scheme of the core's plugin, which takes a webview less time than an invoke: no
 * callback, no header, no rules about commands. Where a page may not do that, it is found out by the first call.
 */
export class Scheme {
  /** Undefined once it has failed. */
  #address: string | undefined;

  /** The address is where the scheme's requests go, such as `bellwire://localhost/`. */
  constructor(address: string) {
    this.#address = address;
  }

  /** Makes a call and gives what it is answered with; nothing where it has to be made in another way, or once more. */
  async call(session: string, call: Call, input: Uint8Array): Promise<ArrayBuffer | undefined> {
    const query = queryOf(call);
    if (this.#address === undefined || query.length > LONGEST_QUERY) {
      return undefined;
    }
    const url = `${this.#address}${session}/${call.id}/${call.path}${query}`;
    try {
      // Without a header, so that no webview asks the core beforehand whether it may.
      const response = await fetch(url, { method: "POST", body: input as Uint8Array<ArrayBuffer> });
      if (response.ok) {
        return await response.arrayBuffer();
      }
    } catch {
      // The page's content security policy forbids it, or the webview does not know the scheme.
    }
    this.#address = undefined;
    return undefined;
  }
}

function queryOf(call: Call): string {
  const parts: string[] = [];
  if (call.timeoutMs !== undefined) {
    parts.push(`timeout-ms=${call.timeoutMs}`);
  }
  if (call.metadata.length > 0) {
    parts.push(`metadata=${entriesOf(call)}`);
  }
  return parts.length === 0 ? "" : `?${parts.join("&")}`;
}

/** The metadata of a call: `key=value`, joined by `&`, keys and values percent-encoded. */
export function entriesOf({ metadata }: Call): string {
  return metadata.map(({ key, value }) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`).join("&");
}
