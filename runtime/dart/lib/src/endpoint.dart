import 'package:fixnum/fixnum.dart' show Int64;

/// Reads a message from its encoded form.
typedef Decode<T> = T Function(List<int> bytes);

/// Reads the message of an event or notification that carries none.
void decodeNothing(List<int> bytes) {}

/// What kind of endpoint it is.
enum EndpointKind {
  /// An event with one answer.
  unary,

  /// An event whose answer is a stream.
  stream,

  /// Something that the core tells unasked.
  notification,
}

/// One event or notification of a schema: what both sides must agree on, and
/// how its messages are read. Generated code makes them.
sealed class Endpoint {
  /// Describes an event or notification.
  const Endpoint({required this.path, required this.fingerprint});

  /// Its name on the wire: `package.Group/Event`.
  final String path;

  /// Its shape.
  final Fingerprint fingerprint;

  /// What kind it is.
  EndpointKind get kind;

  @override
  String toString() => path;
}

/// An event: a frontend sends [I], the core answers with [O] or fails with [E].
sealed class Event<I, O, E> extends Endpoint {
  /// Describes an event.
  const Event({
    required super.path,
    required super.fingerprint,
    required this.decodeInput,
    required this.decodeOutput,
    required this.decodeError,
  });

  /// Reads the input, in tests.
  final Decode<I> decodeInput;

  /// Reads the output, or one item of it.
  final Decode<O> decodeOutput;

  /// Reads the group's error.
  final Decode<E> decodeError;
}

/// An event with one answer.
final class UnaryEvent<I, O, E> extends Event<I, O, E> {
  /// Describes an event with one answer.
  const UnaryEvent({
    required super.path,
    required super.fingerprint,
    required super.decodeInput,
    required super.decodeOutput,
    required super.decodeError,
  });

  @override
  EndpointKind get kind => EndpointKind.unary;
}

/// An event whose answer is a stream of [O].
final class StreamEvent<I, O, E> extends Event<I, O, E> {
  /// Describes an event with a stream of answers.
  const StreamEvent({
    required super.path,
    required super.fingerprint,
    required super.decodeInput,
    required super.decodeOutput,
    required super.decodeError,
  });

  @override
  EndpointKind get kind => EndpointKind.stream;
}

/// Something that the core tells its frontends unasked, carrying [P].
final class NotificationType<P> extends Endpoint {
  /// Describes a notification.
  const NotificationType({
    required super.path,
    required super.fingerprint,
    required this.decodePayload,
    this.keyed = false,
  });

  /// Reads what it carries.
  final Decode<P> decodePayload;

  /// Whether it is about one thing among many, named by a key.
  final bool keyed;

  /// Says what is to be done with it. Without a key, [handle] gets an empty one.
  NotificationHandler<P> handledBy(
    void Function(P payload, String key) handle,
  ) => NotificationHandler._(this, handle);

  @override
  EndpointKind get kind => EndpointKind.notification;
}

/// A notification, and what is to be done with it.
final class NotificationHandler<P> {
  const NotificationHandler._(this.type, this._handle);

  /// The notification.
  final NotificationType<P> type;

  final void Function(P payload, String key) _handle;

  /// Decodes the payload and hands it on.
  void deliver(List<int> payload, String? key) =>
      _handle(type.decodePayload(payload), key ?? '');
}

/// The shape of an endpoint in 64 bits, so that two sides built from different
/// schemas find out.
///
/// In two halves, because the integers of the web hold 53 bits.
final class Fingerprint {
  /// A shape, in two halves.
  const Fingerprint(this.high, this.low);

  /// The upper 32 bits.
  final int high;

  /// The lower 32 bits.
  final int low;

  /// The bits, as the wire carries them.
  Int64 toInt64() => Int64.fromInts(high, low);

  @override
  bool operator ==(Object other) =>
      other is Fingerprint && other.high == high && other.low == low;

  @override
  int get hashCode => Object.hash(high, low);

  @override
  String toString() => '0x${_hex(high)}${_hex(low)}';

  static String _hex(int half) => half.toRadixString(16).padLeft(8, '0');
}
