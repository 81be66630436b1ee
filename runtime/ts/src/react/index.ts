"use client";
/**
 * Events and notifications as hooks of React, 18 or newer.
 *
 * @module
 */
export { type EventCall, type EventState, useEvent } from "./event.js";
export { type ListenerClass, type NotificationState, useNotification } from "./notification.js";
