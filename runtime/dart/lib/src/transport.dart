import 'dart:async';
import 'dart:typed_data';

import 'endpoint.dart';
import 'fault.dart';

/// Carries calls to a core, and notifications from it.
///
/// A transport moves bytes. What they mean is the business of the requests and
/// listeners that use it.
abstract interface class Transport {
  /// Sends a call that has one answer.
  ///
  /// Never throws: what goes wrong is the error of [Exchange.reply].
  Exchange unary(OutgoingCall call);

  /// Sends a call whose answer is a stream, once that is listened to.
  ///
  /// Gives any number of [OkReply], and at most one [ErrorReply] as its last. A
  /// [Fault] is the stream's error, and ends it. Cancelling the subscription
  /// cancels the call; pausing it holds the core back.
  Stream<Reply> stream(OutgoingCall call);

  /// Subscribes to notifications, and completes when the core has agreed: what
  /// is sent from then on reaches [sink], and nothing that was sent before the
  /// call.
  ///
  /// Throws a [Fault] where that is impossible.
  Future<Subscription> subscribe(List<Topic> topics, NotificationSink sink);

  /// Ends everything that is under way with [FaultCode.unavailable].
  Future<void> close();
}

/// One call on its way to the core.
final class OutgoingCall {
  /// A call of an event.
  const OutgoingCall({
    required this.event,
    required this.payload,
    this.metadata = const {},
    this.timeout,
  });

  /// Which event.
  final Event<Object?, Object?, Object?> event;

  /// The encoded input.
  final Uint8List payload;

  /// What goes beside the input. Keys are lower-case ASCII.
  final Map<String, String> metadata;

  /// How long the whole call may take. Without it, the schema's or the core's
  /// own limit holds.
  final Duration? timeout;
}

/// A call that waits for its answer.
abstract interface class Exchange {
  /// Completes once, with the answer or with a [Fault].
  Future<Reply> get reply;

  /// Tells the core that nobody waits any more. Does nothing after the answer.
  void cancel();
}

/// An answer to a call, still encoded.
sealed class Reply {
  /// An answer with this payload.
  const Reply(this.payload);

  /// The encoded message.
  final Uint8List payload;
}

/// The call, or one item of its stream, succeeded: the payload is its output.
final class OkReply extends Reply {
  /// An output, encoded.
  const OkReply(super.payload);
}

/// The call failed as its schema says: the payload is the group's error.
final class ErrorReply extends Reply {
  /// An error, encoded.
  const ErrorReply(super.payload);
}

/// What to be told of.
final class Topic {
  /// The notifications of a type, of one key or of all.
  const Topic(this.type, {this.key});

  /// Which notification.
  final NotificationType<Object?> type;

  /// Only those of this key, at most 256 bytes of UTF-8. Without it, those of
  /// every key.
  final String? key;
}

/// Where a transport delivers notifications. Its methods never throw.
abstract interface class NotificationSink {
  /// The core sent a notification.
  void onNotice(Notice notice);

  /// Notifications were lost.
  void onLagged(Lagged lagged);

  /// The core cannot serve a notification that was subscribed to.
  void onUnserved(Unserved unserved);

  /// The connection was lost. The transport reopens it, and says with
  /// [onLagged] that it stands again.
  void onInterrupted(Fault fault);

  /// The subscription ended for good.
  void onFault(Fault fault);
}

/// One notification, still encoded.
final class Notice {
  /// A notification with this payload.
  const Notice({required this.path, required this.payload, this.key});

  /// `package.Group/Notification`.
  final String path;

  /// What it is about, where the notification is keyed.
  final String? key;

  /// The encoded message.
  final Uint8List payload;
}

/// Says that notifications were lost, because this side did not take them fast
/// enough or the connection broke.
final class Lagged {
  /// Says what was lost, as far as it is known.
  const Lagged({this.path, this.missed});

  /// `package.Group/Notification`, or null where it may be any.
  final String? path;

  /// How many were lost, or null where nobody counted.
  final int? missed;
}

/// An event or notification that the core cannot serve, because it was built
/// from another schema.
final class Unserved {
  /// Says what is not served, and why.
  const Unserved(this.path, this.reason);

  /// `package.Group/Event`.
  final String path;

  /// Why not.
  final UnservedReason reason;

  /// The same, said as a fault.
  Fault toFault() => switch (reason) {
    UnservedReason.unknown => Fault(
      FaultCode.unimplemented,
      'the core has no $path',
    ),
    UnservedReason.different => Fault(
      FaultCode.failedPrecondition,
      'the core has another $path: it was built from a different schema',
    ),
  };
}

/// Why a core cannot serve an event or notification.
enum UnservedReason {
  /// It has none of that name.
  unknown,

  /// It has one of that name and of another shape.
  different,
}

/// Stands for what was subscribed to.
abstract interface class Subscription {
  /// Unsubscribes. Nothing is delivered after the call, even before the future
  /// completes.
  Future<void> cancel();
}
