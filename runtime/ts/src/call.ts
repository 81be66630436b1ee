import { create, type DescMessage, type Message } from "@bufbuild/protobuf";
import type { EventInfo } from "./event.js";
import { Fault } from "./fault.js";
import type { Result } from "./result.js";
import { Scope } from "./scope.js";
import { type CallOptions, type Transport, type TransportCall, transportOf } from "./transport.js";

type Answer = Result<Message | undefined, Message>;

/**
 * Makes a call that is answered once. It settles exactly once, whatever the transport does.
 *
 * One promise, and no `await`: in a webview each further turn of a promise is a measurable part of a small call.
 */
export function callUnary(event: EventInfo, init: object | undefined, options: CallOptions = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = prepare(event, init, options);
    const { scope } = call;
    call.throwIfEnded();
    scope.onFault = reject;
    const answered = (answer: Answer) => {
      scope.close();
      resolve(answer);
    };
    const fail = (reason: unknown) => void call.fail(reason);
    try {
      call.transport.unary(event, call.input, call).then(answered, fail);
    } catch (reason) {
      fail(reason);
    }
  });
}

/** Makes a call that is answered by a stream: one call per iteration, made when its first item is asked for. */
export function callStream(
  event: EventInfo,
  init: object | undefined,
  options: CallOptions = {},
): AsyncIterable<Answer> {
  return {
    [Symbol.asyncIterator]: () => new StreamCall(event, () => prepare(event, init, options)),
  };
}

class PreparedCall implements TransportCall {
  constructor(
    readonly transport: Transport,
    readonly input: Message | undefined,
    readonly scope: Scope,
    readonly timeoutMs: number | undefined,
    readonly metadata: Readonly<Record<string, string>>,
    readonly validate: boolean | undefined,
  ) {}

  get signal(): AbortSignal {
    return this.scope.signal;
  }

  onEnd(callback: (fault: Fault) => void): void {
    this.scope.onEnd(callback);
  }

  throwIfEnded(): void {
    if (this.scope.fault) {
      throw this.scope.fault;
    }
  }

  /** The fault of a call that threw; the transport is told to let go. */
  fail(reason: unknown): Fault {
    const fault = this.scope.fault ?? Fault.from(reason);
    this.scope.end(fault);
    return fault;
  }
}

function prepare(event: EventInfo, init: object | undefined, options: CallOptions): PreparedCall {
  const timeoutMs = options.timeoutMs ?? event.timeoutMs;
  const transport = transportOf(options);
  if (options.validate && !transport.validates) {
    throw new Fault(
      "FAILED_PRECONDITION",
      "nothing checks inputs: make the transport by validating() of bellwire/validate",
    );
  }
  const input = event.input && messageOf(event.input, init);
  const finite = timeoutMs === Infinity ? undefined : timeoutMs;
  const scope = new Scope(options.signal, finite);
  return new PreparedCall(transport, input, scope, finite, options.metadata ?? {}, options.validate);
}

function messageOf(schema: DescMessage, init: object | undefined): Message {
  try {
    return create(schema, init as Record<string, unknown> | undefined);
  } catch (reason) {
    throw Fault.from(reason, "INVALID_ARGUMENT");
  }
}

type Step = IteratorResult<Answer, undefined>;

const DONE: Step = { done: true, value: undefined };

/** A caller's `next()` that has no answer yet. */
interface Waiting {
  resolve(step: Step): void;
  reject(fault: Fault): void;
}

/**
 * One iteration of a stream. It ends exactly once: with the stream, with an error of the schema, with a fault (which
 * is thrown once), or because the caller leaves.
 */
class StreamCall implements AsyncIterator<Answer, undefined> {
  readonly #event: EventInfo;
  readonly #prepare: () => PreparedCall;
  readonly #waiting = new Set<Waiting>();
  #call: PreparedCall | undefined;
  #items: AsyncIterator<Answer> | undefined;
  #fault: Fault | undefined;
  #over = false;

  constructor(event: EventInfo, prepare: () => PreparedCall) {
    this.#event = event;
    this.#prepare = prepare;
  }

  next(): Promise<Step> {
    return new Promise((resolve, reject) => {
      const waiting = { resolve, reject };
      this.#waiting.add(waiting);
      if (this.#over) {
        this.#flush();
      } else {
        void this.#pull(waiting);
      }
    });
  }

  return(): Promise<Step> {
    this.#end(undefined);
    this.#call?.scope.end(new Fault("CANCELLED", "the caller left the stream"));
    // The transport was told by the signal; whatever its iterator still has to say interests nobody.
    this.#items?.return?.().catch(() => {});
    return Promise.resolve(DONE);
  }

  async #pull(waiting: Waiting): Promise<void> {
    try {
      const step = await this.#source().next();
      if (!this.#waiting.has(waiting)) {
        return;
      }
      if (step.done) {
        this.#end(undefined);
        return;
      }
      this.#waiting.delete(waiting);
      waiting.resolve(step);
      if (!step.value.ok) {
        void this.return();
      }
    } catch (reason) {
      this.#end(this.#call?.fail(reason) ?? Fault.from(reason));
    }
  }

  #source(): AsyncIterator<Answer> {
    if (!this.#items) {
      const call = this.#prepare();
      this.#call = call;
      call.throwIfEnded();
      call.scope.onFault = (fault) => this.#end(fault);
      this.#items = call.transport.stream(this.#event, call.input, call)[Symbol.asyncIterator]();
    }
    return this.#items;
  }

  #end(fault: Fault | undefined): void {
    if (!this.#over) {
      this.#over = true;
      this.#fault = fault;
      this.#call?.scope.close();
    }
    this.#flush();
  }

  /** Answers whoever waits: the first with the fault, if there is one, all others with the end. */
  #flush(): void {
    for (const waiting of this.#waiting) {
      if (this.#fault) {
        waiting.reject(this.#fault);
        this.#fault = undefined;
      } else {
        waiting.resolve(DONE);
      }
    }
    this.#waiting.clear();
  }
}
