/**
 * Checks inputs by the rules of `buf.validate` before they are sent, with the official `@bufbuild/protovalidate`.
 *
 * @module
 */
import type { DescMessage, Message } from "@bufbuild/protobuf";
import { type Path, pathToString } from "@bufbuild/protobuf/reflect";
import { createValidator, type Validator, type ValidatorOptions } from "@bufbuild/protovalidate";
import type { EventInfo } from "../event.js";
import { Fault } from "../fault.js";
import { err, type Result } from "../result.js";
import type { NotificationSink, OpenSubscription, Subscription, Transport, TransportCall } from "../transport.js";

/** One rule that an input breaks: what `bellwire::Violation` is in the core. */
export interface Violation {
  /** Where: `user.emails[0]`; empty for a rule of the message as a whole. */
  readonly field: string;
  /** Which rule: `string.email`, `required`, or the id that the schema gives. */
  readonly ruleId: string;
  /** What to tell a person, in English: `must be a valid email address`. */
  readonly message: string;
  /** It is about the key of a map entry, not about its value. */
  readonly forKey: boolean;
}

/** An input breaks rules of its schema, and was not sent. */
export class IllegalInput extends Fault {
  override readonly name = "IllegalInput";

  /** Every rule that it breaks, in the order of its fields. */
  readonly violations: readonly Violation[];

  constructor(violations: readonly Violation[]) {
    super("INVALID_ARGUMENT", violations.map(shown).join("; "));
    this.violations = violations;
  }
}

/** How inputs are checked. */
export interface ValidatingOptions extends ValidatorOptions {
  /** Whether an input is checked where its call says nothing about it. `true` if not given. */
  validate?: boolean | undefined;
  /**
   * Makes the error of an event's group from what is wrong with its input, as `From<bellwire::Violations>` does in the
   * core. The call then ends with that error. Without this function, or where it gives nothing, the call throws
   * {@link IllegalInput}.
   */
  refuse?: ((violations: readonly Violation[], event: EventInfo) => Message | undefined) | undefined;
}

/**
 * A transport that checks every input before it is sent. What is illegal is not sent.
 *
 * ```ts
 * setDefaultTransport(validating(connect({ baseUrl: location.origin })));
 * ```
 *
 * A call says otherwise by its option `validate`.
 */
export function validating(transport: Transport, options: ValidatingOptions = {}): Transport {
  return new ValidatingTransport(transport, options);
}

/**
 * What is wrong with a message by the rules of its schema; nothing, where it is legal. A form can say so while it is
 * filled in.
 */
export function violationsOf(schema: DescMessage, message: Message): Violation[] {
  shared ??= createValidator();
  return check(shared, schema, message);
}

/** A validator keeps what it made of a schema's rules, so there is one for all. */
let shared: Validator | undefined;

class ValidatingTransport implements Transport {
  readonly validates = true;
  readonly #transport: Transport;
  readonly #options: ValidatingOptions;
  readonly #validator: Validator;

  constructor(transport: Transport, options: ValidatingOptions) {
    this.#transport = transport;
    this.#options = options;
    this.#validator = createValidator(options);
  }

  async unary(
    event: EventInfo,
    input: Message | undefined,
    call: TransportCall,
  ): Promise<Result<Message | undefined, Message>> {
    const error = this.#refusal(event, input, call);
    return error ? err(error) : await this.#transport.unary(event, input, call);
  }

  async *stream(
    event: EventInfo,
    input: Message | undefined,
    call: TransportCall,
  ): AsyncGenerator<Result<Message, Message>> {
    const error = this.#refusal(event, input, call);
    if (error) {
      yield err(error);
    } else {
      yield* this.#transport.stream(event, input, call);
    }
  }

  subscribe(
    subscriptions: readonly Subscription[],
    sink: NotificationSink,
    signal: AbortSignal,
  ): Promise<OpenSubscription> {
    return this.#transport.subscribe(subscriptions, sink, signal);
  }

  /** The error that an illegal input ends its call with. Throws where there is none. */
  #refusal(event: EventInfo, input: Message | undefined, call: TransportCall): Message | undefined {
    const { validate = true, refuse } = this.#options;
    if (!event.input || !input || !(call.validate ?? validate)) {
      return undefined;
    }
    const violations = check(this.#validator, event.input, input);
    if (violations.length === 0) {
      return undefined;
    }
    const error = refuse?.(violations, event);
    if (!error) {
      throw new IllegalInput(violations);
    }
    return error;
  }
}

function check(validator: Validator, schema: DescMessage, message: Message): Violation[] {
  const result = validator.validate(schema, message);
  switch (result.kind) {
    case "valid":
      return [];
    case "invalid":
      return result.violations.map(({ field, ruleId, message, forKey }) => ({
        field: fieldPath(field),
        ruleId,
        message,
        forKey,
      }));
    case "error":
      throw new Fault("INTERNAL", `the rules of ${schema.typeName} do not work: ${result.error.message}`, {
        cause: result.error,
      });
  }
}

function fieldPath(path: Path): string {
  return path.length > 0 ? pathToString(path) : "";
}

/** `email: must be a valid email address`, as the core writes it. */
function shown({ field, message }: Violation): string {
  return field === "" ? message : `${field}: ${message}`;
}
