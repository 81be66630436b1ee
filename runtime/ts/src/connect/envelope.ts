/** The flag of the envelope that ends a stream. */
export const END_STREAM = 2;

const HEAD = 5;

/** One piece of a stream on the wire. */
export interface Envelope {
  readonly flags: number;
  readonly data: Uint8Array;
}

/** Puts a message into an envelope: a byte of flags, four of length, and the message. */
export function envelope(message: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(HEAD + message.length);
  new DataView(bytes.buffer).setUint32(1, message.length);
  bytes.set(message, HEAD);
  return bytes;
}

/** Takes envelopes out of the chunks in which they come. */
export class Envelopes {
  #chunks: Uint8Array[] = [];
  /** Of all chunks together. */
  #length = 0;
  /** How many bytes the next envelope has; as many as its head until that is there. */
  #needed = HEAD;

  /** The envelopes that are whole with this chunk. No more is kept than came, whatever length was announced. */
  *push(chunk: Uint8Array): Generator<Envelope> {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    while (this.#length >= this.#needed) {
      const bytes = this.#joined();
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      let start = 0;
      this.#needed = HEAD;
      while (bytes.length - start >= HEAD) {
        const end = start + HEAD + view.getUint32(start + 1);
        if (end > bytes.length) {
          this.#needed = end - start;
          break;
        }
        yield { flags: bytes[start] ?? 0, data: bytes.subarray(start + HEAD, end) };
        start = end;
      }
      this.#chunks = start < bytes.length ? [bytes.subarray(start)] : [];
      this.#length = bytes.length - start;
    }
  }

  #joined(): Uint8Array {
    if (this.#chunks.length === 1 && this.#chunks[0]) {
      return this.#chunks[0];
    }
    const bytes = new Uint8Array(this.#length);
    let at = 0;
    for (const chunk of this.#chunks) {
      bytes.set(chunk, at);
      at += chunk.length;
    }
    return bytes;
  }
}
