import type { DescMessage, Message } from "@bufbuild/protobuf";
import type { Payload, PayloadSchema } from "./event.js";

/** What a transport needs to know about a notification. */
export interface NotificationInfo {
  /** Its identity: `package.Group/Notification`. */
  readonly path: string;
  /** `undefined` where the notification carries nothing. */
  readonly payload: DescMessage | undefined;
  /** Whether it is about one thing among many, named by a key. */
  readonly keyed: boolean;
  /** Says whether two sides mean the same by `path`. */
  readonly fingerprint: bigint;
}

/** A notification that has no key, as tests and transports know it. */
export interface NotificationType<P extends Payload> extends NotificationInfo {
  readonly payload: PayloadSchema<P>;
  readonly keyed: false;
}

/** A notification about one thing among many, as tests and transports know it. */
export interface KeyedNotificationType<P extends Payload> extends NotificationInfo {
  readonly payload: PayloadSchema<P>;
  readonly keyed: true;
}

/**
 * Is called with what a notification carries. It may be asynchronous; what it returns is nobody's business. What it
 * throws is reported, and stops no other handler.
 */
export type Handler<P extends Payload = void> = P extends Message ? (payload: P) => unknown : () => unknown;

/** Is called with what a keyed notification carries and with its key. */
export type KeyedHandler<P extends Payload = void> = P extends Message
  ? (payload: P, key: string) => unknown
  : (key: string) => unknown;

/** What generated code says about a notification. */
export interface NotificationSpec<P extends Payload> {
  path: string;
  payload?: PayloadSchema<P>;
  fingerprint: bigint;
}

/** Describes a notification that has no key. For generated code. */
export function notification<P extends Payload>(spec: NotificationSpec<P>): NotificationType<P> {
  return { ...spec, payload: spec.payload as PayloadSchema<P>, keyed: false };
}

/** Describes a notification about one thing among many. For generated code. */
export function keyedNotification<P extends Payload>(spec: NotificationSpec<P>): KeyedNotificationType<P> {
  return { ...spec, payload: spec.payload as PayloadSchema<P>, keyed: true };
}
