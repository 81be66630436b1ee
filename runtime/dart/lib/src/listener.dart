import 'dart:async';
import 'dart:convert';

import 'default_transport.dart';
import 'endpoint.dart';
import 'fault.dart';
import 'transport.dart';

/// Takes what goes wrong where nobody waits for an answer.
typedef ErrorHandler = void Function(Object error, StackTrace stackTrace);

/// The longest key, in bytes of UTF-8.
const _maxKeyBytes = 256;

/// Listens to the notifications of one group. Generated code makes subclasses
/// with a typed callback for each notification.
abstract base class NotificationGroupListener {
  /// Subscribes to exactly what has a handler.
  ///
  /// With a [key], keyed notifications are those of that key alone.
  ///
  /// [onLagged] is called when notifications may have been missed: fetch afresh
  /// what they would have told you. [onInterrupted] is called when the connection
  /// is lost; it is reopened by itself, and [onLagged] follows when it stands
  /// again. [onUnserved] is called for a notification that this core cannot
  /// serve; without it, that goes to [onError].
  NotificationGroupListener(
    List<NotificationHandler<Object?>> handlers, {
    String? key,
    void Function(Lagged lagged)? onLagged,
    void Function(Fault fault)? onInterrupted,
    void Function(Unserved unserved)? onUnserved,
    ErrorHandler? onError,
    Transport? transport,
  }) : _handlers = {for (final handler in handlers) handler.type.path: handler},
       _key = key,
       _onLagged = onLagged,
       _onInterrupted = onInterrupted,
       _onUnserved = onUnserved,
       _onError = onError ?? reportError,
       _transport = transport;

  final Map<String, NotificationHandler<Object?>> _handlers;
  final String? _key;
  final void Function(Lagged lagged)? _onLagged;
  final void Function(Fault fault)? _onInterrupted;
  final void Function(Unserved unserved)? _onUnserved;
  final ErrorHandler _onError;
  final Transport? _transport;

  _Delivery? _delivery;

  /// Whether it was started, and neither stopped nor ended by a fault since.
  bool get isStarted => _delivery != null;

  /// Subscribes, and completes when the core has agreed. All that is sent from
  /// then on is heard, unless [onLagged] says otherwise, and nothing that was sent
  /// before the call. Starting what is started changes nothing.
  ///
  /// Throws a [Fault] where that is impossible.
  Future<void> start() => (_delivery ??= _Delivery(this)).started;

  /// Unsubscribes. No callback runs after the call, even before the future
  /// completes. A stopped listener can be started again.
  Future<void> stop() async {
    final delivery = _delivery;
    _delivery = null;
    await delivery?.stop();
  }

  List<Topic> _topics() {
    if (_key case final key? when utf8.encode(key).length > _maxKeyBytes) {
      throw const Fault(
        FaultCode.invalidArgument,
        'a key has at most $_maxKeyBytes bytes',
      );
    }
    return [
      for (final NotificationHandler(:type) in _handlers.values)
        Topic(type, key: type.keyed ? _key : null),
    ];
  }
}

/// What a listener does between one start and the next stop.
final class _Delivery implements NotificationSink {
  _Delivery(this._listener) {
    started = _start();
  }

  final NotificationGroupListener _listener;
  Subscription? _subscription;

  late final Future<void> started;

  bool get _isCurrent => identical(_listener._delivery, this);

  Future<void> _start() async {
    // Behind the assignment to `_delivery`, whatever the transport does.
    await null;
    if (!_isCurrent) return;
    try {
      final transport = transportOr(_listener._transport);
      _subscription = await transport.subscribe(_listener._topics(), this);
    } catch (_) {
      if (_isCurrent) _listener._delivery = null;
      rethrow;
    }
  }

  Future<void> stop() async {
    try {
      await started;
    } on Object {
      return; // Whoever started it was told.
    }
    await _subscription?.cancel();
  }

  /// Runs a callback of the app. What it throws concerns nobody else.
  void _run(void Function() callback) {
    if (!_isCurrent) return;
    try {
      callback();
    } catch (error, stackTrace) {
      _report(error, stackTrace);
    }
  }

  void _report(Object error, StackTrace stackTrace) {
    try {
      _listener._onError(error, stackTrace);
    } catch (second, stackTrace) {
      reportError(second, stackTrace);
    }
  }

  @override
  void onNotice(Notice notice) {
    final handler = _listener._handlers[notice.path];
    if (handler == null) return;
    _run(() => handler.deliver(notice.payload, notice.key));
  }

  @override
  void onLagged(Lagged lagged) => _run(() => _listener._onLagged?.call(lagged));

  @override
  void onInterrupted(Fault fault) =>
      _run(() => _listener._onInterrupted?.call(fault));

  @override
  void onUnserved(Unserved unserved) => _run(
    () => switch (_listener._onUnserved) {
      final told? => told(unserved),
      null => throw unserved.toFault(),
    },
  );

  @override
  void onFault(Fault fault) {
    if (!_isCurrent) return;
    _listener._delivery = null;
    _report(fault, StackTrace.current);
  }
}

/// Takes the errors of listeners that have no handler of their own.
///
/// The error goes to the zone that the listener runs in. The root zone of a
/// plain Dart program would end the program, so there it is printed instead.
void reportError(Object error, StackTrace stackTrace) {
  final zone = Zone.current;
  if (identical(zone.errorZone, Zone.root)) {
    zone.print('bellwire: a listener failed: $error\n$stackTrace');
  } else {
    zone.handleUncaughtError(error, stackTrace);
  }
}
