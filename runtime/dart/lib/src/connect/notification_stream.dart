import 'dart:async';
import 'dart:math';
import 'dart:typed_data';

import '../endpoint.dart';
import '../fault.dart';
import '../listener.dart' show reportError;
import '../reply.dart';
import '../transport.dart';
import '../wire/bellwire/wire.pb.dart' as wire;
import 'connection.dart';
import 'protocol.dart';
import 'subscribers.dart';
import 'wake.dart';

/// How the stream of notifications is kept alive.
final class NotificationOptions {
  /// Options, of which any may be left out.
  const NotificationOptions({
    this.heartbeatTimeout = const Duration(seconds: 45),
    this.reconnectDelay = const Duration(milliseconds: 250),
    this.maxReconnectDelay = const Duration(seconds: 30),
    this.onUnserved,
  });

  /// How long the core may be silent before its connection counts as dead.
  final Duration heartbeatTimeout;

  /// The delay before the first attempt to reconnect; each further one waits
  /// twice as long.
  final Duration reconnectDelay;

  /// The longest delay between two attempts.
  final Duration maxReconnectDelay;

  /// Is called for an event that this core cannot serve. Without it, that is
  /// reported as an error.
  final void Function(Unserved unserved)? onUnserved;
}

/// Codes by which the core refuses a change of subscriptions and keeps the
/// stream as it was.
const _refusals = {
  FaultCode.invalidArgument,
  FaultCode.notFound,
  FaultCode.permissionDenied,
  FaultCode.resourceExhausted,
  FaultCode.unauthenticated,
  FaultCode.unimplemented,
};

/// The notifications of one transport: a single stream, whatever the number of
/// listeners.
///
/// One loop brings the core to what the listeners want, in rounds: open, update,
/// or reopen. Everybody who waits for an acknowledgement waits for the outcome of
/// the round that serves them.
final class NotificationStream {
  /// A stream that opens with the first listener.
  NotificationStream(this._protocol, this._options);

  final ConnectProtocol _protocol;
  final NotificationOptions _options;
  final Random _random = Random();

  /// Every listener, acknowledged or not.
  final Subscribers _listeners = Subscribers();

  /// Those to whom an interruption is news.
  final Subscribers _acknowledged = Subscribers();

  /// The events that were called.
  final Map<String, Endpoint> _events = {};
  final Map<String, Unserved> _unserved = {};
  final Wake _wake = Wake();

  /// Told the outcome of the next round.
  List<Completer<void>> _waiting = [];
  Connection? _connection;
  Connection? _attempt;
  bool _running = false;
  bool _closed = false;

  /// Notifications may have been missed since the last acknowledgement.
  bool _interrupted = false;
  int _failures = 0;

  /// Notes that an event is called, for the next hello.
  void uses(Endpoint event) => _events[event.path] ??= event;

  /// Adds a listener. Completes when the core has acknowledged it.
  ///
  /// Throws a [Fault] where that is impossible.
  Future<Subscription> subscribe(
    List<Topic> topics,
    NotificationSink sink,
  ) async {
    final subscriber = Subscriber(topics, sink);
    if (_closed) throw closedFault;
    if (topics.isNotEmpty) await _join(subscriber);
    return _Subscribed(this, subscriber);
  }

  Future<void> _join(Subscriber subscriber) async {
    _listeners.add(subscriber);
    try {
      await _round();
      if (_closed) throw closedFault;
    } catch (_) {
      _leave(subscriber);
      rethrow;
    }
    _acknowledged.add(subscriber);
    _tellUnserved(subscriber);
  }

  void _leave(Subscriber subscriber) {
    _listeners.remove(subscriber);
    _acknowledged.remove(subscriber);
    if (_listeners.isEmpty) _attempt?.close(_unwanted);
    // While the core is away, there is nothing to tell it, and the next attempt is
    // due when it is.
    if (_isConnected || _attempt != null || _listeners.isEmpty) _wake.wake();
  }

  /// Ends every subscription.
  void close() {
    _closed = true;
    _attempt?.close(closedFault);
    _connection?.close(closedFault);
    _acknowledged.end(closedFault);
    _listeners.forget();
    _wake.wake();
  }

  /// Waits for the next round. Throws its fault, if it has one.
  Future<void> _round() {
    final outcome = Completer<void>();
    _waiting.add(outcome);
    _wake.wake();
    if (!_running) {
      _running = true;
      _run();
    }
    return outcome.future;
  }

  Future<void> _run() async {
    while (!_listeners.isEmpty) {
      _wake.forget();
      final waiting = _take();
      try {
        await _synchronise();
        for (final one in waiting) {
          one.complete();
        }
      } catch (error) {
        _failures++;
        for (final one in waiting) {
          one.completeError(toFault(error));
        }
      }
      await _rest();
    }
    _running = false;
    _interrupted = false;
    _failures = 0;
    _unserved.clear();
    _connection?.close();
    _connection = null;
    for (final one in _take()) {
      one.complete();
    }
  }

  List<Completer<void>> _take() {
    final waiting = _waiting;
    _waiting = [];
    return waiting;
  }

  bool get _isConnected => _connection?.isAlive ?? false;

  /// Waits until there is something to do: a listener came or went, or it is
  /// time to try again. A listener that starts is worth an attempt at once.
  Future<void> _rest() async {
    if (_isConnected) await _wake.sleep();
    if (_isConnected || _listeners.isEmpty || _waiting.isNotEmpty) return;
    _wake.forget();
    final NotificationOptions(:reconnectDelay, :maxReconnectDelay) = _options;
    final delay = min(
      reconnectDelay.inMicroseconds * pow(2.0, _failures),
      maxReconnectDelay.inMicroseconds.toDouble(),
    );
    // Between half and all of it, so that the clients of a core that restarts do
    // not come back as one.
    final jittered = delay * (0.5 + _random.nextDouble() / 2);
    await _wake.sleep(Duration(microseconds: jittered.round()));
  }

  /// Brings the core to what the listeners want now. Throws a fault.
  Future<void> _synchronise() async {
    final wanted = _listeners.wanted();
    final joining = _listeners.joining;
    final connection = _connection;
    if (connection == null || !connection.isAlive) {
      return _open(wanted, joining);
    }
    try {
      final begun = joining.isEmpty ? null : () => begin(joining);
      final unserved = connection.update(wanted, _used(), begun: begun);
      _noteUnserved(await unserved);
    } on Fault catch (fault) {
      if (fault.code == FaultCode.failedPrecondition) {
        _interrupted = true;
        return _open(wanted, joining);
      }
      // Whether the core changed anything is unknown, so the next round starts
      // from nothing.
      if (!_refusals.contains(fault.code)) connection.close(fault);
      rethrow;
    }
  }

  /// Opens a stream with everything that is wanted, and only then closes the one
  /// before.
  Future<void> _open(
    Map<String, Topic> wanted,
    List<Subscriber> joining,
  ) async {
    final before = _connection;
    try {
      await Connection.open(
        _protocol,
        wanted: wanted,
        uses: _used(),
        silence: _options.heartbeatTimeout,
        onWelcome: (opened) {
          _connection = opened;
          before?.close();
          _follow(opened);
          _noteUnserved(opened.welcome.unserved);
          if (_interrupted) {
            _interrupted = false;
            _acknowledged.lagged(const Lagged());
          }
          begin(joining);
        },
        receive: _receive,
        onAttempt: (attempt) => _attempt = attempt,
      );
    } finally {
      _attempt = null;
      before?.close();
    }
  }

  /// Waits for the end of a connection.
  Future<void> _follow(Connection connection) async {
    final age = Stopwatch()..start();
    final fault = await connection.ended;
    if (!identical(connection, _connection) || _closed) return;
    // One that did not last counts as a failure, so that a core that welcomes
    // and hangs up is not besieged.
    final lasted = age.elapsed > _options.maxReconnectDelay;
    _failures = lasted ? 0 : _failures + 1;
    _interrupted = true;
    _acknowledged.interrupted(fault);
    _wake.wake();
  }

  void _receive(wire.SubscribeResponse response) {
    switch (response.whichEvent()) {
      case wire.SubscribeResponse_Event.notification:
        final wire.Notification(:path, :key, :payload) = response.notification;
        _listeners.notify(
          Notice(
            path: path,
            key: response.notification.hasKey() ? key : null,
            payload: Uint8List.fromList(payload),
          ),
        );
      case wire.SubscribeResponse_Event.lagged:
        final wire.Lagged(:path, :missed) = response.lagged;
        _listeners.lagged(
          Lagged(path: path.isEmpty ? null : path, missed: missed.toInt()),
        );
      default:
      // A heartbeat, or what a later version adds: that it came is all that it
      // says.
    }
  }

  Iterable<Endpoint> _used() =>
      {..._events, for (final type in _listeners.types) type.path: type}.values;

  void _noteUnserved(List<wire.Unserved> unserved) {
    for (final wire.Unserved(:path, :reason) in unserved) {
      final news = Unserved(
        path,
        reason == wire.Unserved_Reason.REASON_UNKNOWN
            ? UnservedReason.unknown
            : UnservedReason.different,
      );
      if (_unserved[path]?.reason == news.reason) continue;
      _unserved[path] = news;
      if (_events.containsKey(path)) {
        _tellUnservedEvent(news);
      } else {
        _acknowledged.unserved(news);
      }
    }
  }

  void _tellUnservedEvent(Unserved unserved) {
    try {
      final told = _options.onUnserved;
      if (told == null) throw unserved.toFault();
      told(unserved);
    } catch (error, stackTrace) {
      reportError(error, stackTrace);
    }
  }

  /// Tells a listener that was just acknowledged.
  void _tellUnserved(Subscriber subscriber) {
    for (final Topic(:type) in subscriber.topics) {
      if (_unserved[type.path] case final unserved?) {
        subscriber.sink.onUnserved(unserved);
      }
    }
  }
}

const _unwanted = Fault(FaultCode.cancelled, 'nobody listens any longer');

final class _Subscribed implements Subscription {
  const _Subscribed(this._stream, this._subscriber);

  final NotificationStream _stream;
  final Subscriber _subscriber;

  @override
  Future<void> cancel() async {
    _stream._leave(_subscriber);
    // Where there is no connection, the core has forgotten it.
    if (!_stream._isConnected) return;
    try {
      await _stream._round();
    } on Fault {
      // The core is gone, and the subscription with it.
    }
  }
}
