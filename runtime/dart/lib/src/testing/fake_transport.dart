import 'dart:async';
import 'dart:typed_data';

import '../endpoint.dart';
import '../fault.dart';
import '../reply.dart';
import '../request.dart';
import '../result.dart';
import '../transport.dart';

/// A core in memory: it answers calls as a test says, and sends notifications
/// when a test says so. Messages are encoded and decoded as on a real way.
///
/// ```dart
/// final core = FakeTransport()
///   ..onCall(UserEventSignIn.event, (input, call) => Ok(profile));
/// defaultTransport = core;
/// core.notify(UserNotificationListener.profileUpdate, profile, key: 'ada');
/// ```
final class FakeTransport implements Transport {
  final Map<String, _Answer> _answers = {};
  final List<_FakeSubscription> _subscriptions = [];
  final Set<FakeCall> _pending = {};
  bool _closed = false;

  /// Every call so far, in order.
  final List<FakeCall> calls = [];

  /// What is subscribed to now.
  List<Topic> get topics => [
    for (final subscription in _subscriptions) ...subscription.topics,
  ];

  /// Says how an event is answered. What [answer] throws becomes a [Fault].
  void onCall<I, O, E>(
    UnaryEvent<I, O, E> event,
    FutureOr<Result<O, E>> Function(I input, FakeCall call) answer,
  ) {
    _answers[event.path] = (call) async* {
      yield _encodeResult(await answer(event.decodeInput(call.payload), call));
    };
  }

  /// Says how a stream event is answered. What [answer] throws becomes a
  /// [Fault].
  void onStream<I, O, E>(
    StreamEvent<I, O, E> event,
    Stream<Result<O, E>> Function(I input, FakeCall call) answer,
  ) {
    _answers[event.path] = (call) =>
        answer(event.decodeInput(call.payload), call).map(_encodeResult);
  }

  /// Sends a notification to everyone who subscribed to it.
  void notify<P>(NotificationType<P> type, P payload, {String? key}) {
    final notice = Notice(path: type.path, key: key, payload: encode(payload));
    for (final subscription in [..._subscriptions]) {
      if (subscription.wants(type, key)) subscription.sink.onNotice(notice);
    }
  }

  /// Tells everyone that notifications were lost.
  void lag(Lagged lagged) {
    for (final subscription in [..._subscriptions]) {
      subscription.sink.onLagged(lagged);
    }
  }

  @override
  Exchange unary(OutgoingCall call) {
    final fake = _open(call);
    final completer = Completer<Reply>();
    final subscription = _reply(fake).listen(
      (reply) {
        if (!completer.isCompleted) completer.complete(reply);
      },
      onError: (Object error, StackTrace stackTrace) {
        if (!completer.isCompleted) completer.completeError(error, stackTrace);
      },
      onDone: () => _pending.remove(fake),
    );
    fake._onCancel = () {
      subscription.cancel().ignore();
      // Nobody need be listening by now.
      completer.future.ignore();
      if (!completer.isCompleted) completer.completeError(fake._ending);
    };
    return _FakeExchange(fake, completer.future);
  }

  @override
  Stream<Reply> stream(OutgoingCall call) {
    late final FakeCall fake;
    late final StreamSubscription<Reply> answer;
    final controller = StreamController<Reply>();
    controller
      ..onListen = () {
        fake = _open(call);
        answer = _reply(fake).listen(
          controller.add,
          onError: controller.addError,
          onDone: () {
            _pending.remove(fake);
            controller.close();
          },
        );
        fake._onCancel = () {
          answer.cancel().ignore();
          if (!controller.isClosed) {
            controller.addError(fake._ending);
            controller.close();
          }
        };
      }
      ..onPause = (() => answer.pause())
      ..onResume = (() => answer.resume())
      ..onCancel = () {
        // Also called when the stream is done.
        if (_pending.remove(fake)) fake._cancel(_cancelled);
      };
    return controller.stream;
  }

  @override
  Future<Subscription> subscribe(
    List<Topic> topics,
    NotificationSink sink,
  ) async {
    if (_closed) throw _closedFault;
    final subscription = _FakeSubscription(this, topics, sink);
    _subscriptions.add(subscription);
    return subscription;
  }

  @override
  Future<void> close() async {
    _closed = true;
    for (final call in [..._pending]) {
      call._cancel(_closedFault);
    }
    _pending.clear();
    final subscriptions = [..._subscriptions];
    _subscriptions.clear();
    for (final subscription in subscriptions) {
      subscription.sink.onFault(_closedFault);
    }
  }

  FakeCall _open(OutgoingCall call) {
    final fake = FakeCall._(call);
    calls.add(fake);
    _pending.add(fake);
    return fake;
  }

  Stream<Reply> _reply(FakeCall call) async* {
    final answer = _answers[call.path];
    try {
      if (_closed) throw _closedFault;
      if (answer == null) {
        throw Fault(FaultCode.unimplemented, 'no answer for ${call.path}');
      }
      yield* answer(call).handleError((Object error) => throw toFault(error));
    } catch (error) {
      throw toFault(error);
    }
  }
}

/// A call as the fake core sees it.
final class FakeCall {
  FakeCall._(this._call);

  final OutgoingCall _call;
  final Completer<void> _cancelled = Completer();
  Fault _ending = const Fault(FaultCode.cancelled, 'cancelled');
  void Function()? _onCancel;

  /// `package.Group/Event`.
  String get path => _call.event.path;

  /// The encoded input.
  Uint8List get payload => _call.payload;

  /// What came beside the input.
  Map<String, String> get metadata => _call.metadata;

  /// How long the caller waits, where it says so.
  Duration? get timeout => _call.timeout;

  /// Whether the caller gave up.
  bool get isCancelled => _cancelled.isCompleted;

  /// Completes when the caller gives up, and never if it does not.
  Future<void> get cancelled => _cancelled.future;

  void _cancel(Fault ending) {
    if (_cancelled.isCompleted) return;
    _ending = ending;
    _cancelled.complete();
    _onCancel?.call();
  }
}

/// How the fake core answers one event.
typedef _Answer = Stream<Reply> Function(FakeCall call);

const _cancelled = Fault(FaultCode.cancelled, 'the caller cancelled the call');
const _closedFault = Fault(FaultCode.unavailable, 'the transport is closed');

Reply _encodeResult<O, E>(Result<O, E> result) => switch (result) {
  Ok(:final value) => OkReply(encode(value)),
  Err(:final error) => ErrorReply(encode(error)),
};

final class _FakeExchange implements Exchange {
  _FakeExchange(this._call, this.reply);

  final FakeCall _call;

  @override
  final Future<Reply> reply;

  @override
  void cancel() => _call._cancel(_cancelled);
}

final class _FakeSubscription implements Subscription {
  _FakeSubscription(this._core, this.topics, this.sink);

  final FakeTransport _core;
  final List<Topic> topics;
  final NotificationSink sink;

  bool wants(NotificationType<Object?> type, String? key) => topics.any(
    (topic) =>
        topic.type.path == type.path && (topic.key == null || topic.key == key),
  );

  @override
  Future<void> cancel() async => _core._subscriptions.remove(this);
}
