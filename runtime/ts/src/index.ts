export type { EventInfo, EventSpec, Payload, PayloadInit, PayloadSchema, StreamEvent, UnaryEvent } from "./event.js";
export { stream, unary } from "./event.js";
export { Fault, type FaultCode } from "./fault.js";
export { Listener, type ListenerOptions, type NotificationsOf, type StartOptions } from "./listener.js";
export {
  type Handler,
  type KeyedHandler,
  keyedNotification,
  type KeyedNotificationType,
  notification,
  type NotificationInfo,
  type NotificationSpec,
  type NotificationType,
} from "./notification.js";
export { type Err, err, isErr, isOk, type Ok, ok, type Result, unwrap } from "./result.js";
export {
  type CallOptions,
  type Lag,
  type NotificationSink,
  type OpenSubscription,
  setDefaultTransport,
  type Subscription,
  type Transport,
  type TransportCall,
  type Unserved,
  withMetadata,
} from "./transport.js";
