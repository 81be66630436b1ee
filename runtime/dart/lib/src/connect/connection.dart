import 'dart:async';
import 'dart:typed_data';

import 'package:fixnum/fixnum.dart' show Int64;
import 'package:protobuf/protobuf.dart' show GeneratedMessage;

import '../endpoint.dart';
import '../fault.dart';
import '../reply.dart';
import '../transport.dart' show Topic;
import '../wire/bellwire/wire.pb.dart' as wire;
import 'connect_error.dart';
import 'protocol.dart';

/// The version of wire.proto's protocol that this client speaks.
const _protocolVersion = 1;

const _service = 'bellwire.v1.Notifications';

/// One stream of notifications.
final class Connection {
  Connection._(this._protocol, this._silence, this._onWelcome, this._receive);

  /// Opens a stream, and completes when the core has welcomed it.
  ///
  /// [onWelcome] is called before anything else is received, and [receive] gets
  /// everything that comes afterwards. The core may be silent for [silence]
  /// before the connection counts as dead. Throws a [Fault], also where
  /// [onAttempt] gave the connection to somebody who closed it meanwhile.
  static Future<void> open(
    ConnectProtocol protocol, {
    required Map<String, Topic> wanted,
    required Iterable<Endpoint> uses,
    required Duration silence,
    required void Function(Connection connection) onWelcome,
    required void Function(wire.SubscribeResponse response) receive,
    required void Function(Connection connection) onAttempt,
  }) async {
    final connection = Connection._(protocol, silence, onWelcome, receive)
      ..subscribed = wanted
      .._announced.addAll(uses.map((endpoint) => endpoint.path));
    onAttempt(connection);
    connection._listen(
      wire.SubscribeRequest(
        hello: wire.Hello(
          protocol: _protocolVersion,
          uses: uses.map(_fingerprint),
        ),
        subscriptions: wanted.values.map(_subscription),
      ),
    );
    await connection._welcomed.future;
  }

  final ConnectProtocol _protocol;
  final Duration _silence;
  final void Function(Connection connection) _onWelcome;
  final void Function(wire.SubscribeResponse response) _receive;
  final Completer<void> _welcomed = Completer();
  final Completer<Fault> _ended = Completer();
  final Set<String> _announced = {};
  StreamSubscription<Uint8List>? _messages;
  Timer? _watchdog;
  int _lastUpdate = 0;

  /// The update for whose place in the stream somebody waits.
  ({Int64 number, Completer<void> reached, void Function() begun})? _awaited;

  /// What the core said first.
  late final wire.Welcome welcome;

  /// What the core has acknowledged.
  late Map<String, Topic> subscribed;

  /// Whether it has not ended.
  bool get isAlive => !_ended.isCompleted;

  /// Completes when the connection ends, with the reason.
  Future<Fault> get ended => _ended.future;

  void _listen(wire.SubscribeRequest request) {
    _watch();
    _messages = _protocol
        .stream('$_service/Subscribe', request.writeToBuffer())
        .messages
        .listen(
          _take,
          onError: (Object error) => close(_faultOf(error)),
          onDone: () => close(_over),
        );
  }

  void _take(Uint8List message) {
    _watch();
    try {
      final response = wire.SubscribeResponse.fromBuffer(message);
      if (!_welcomed.isCompleted) {
        _takeWelcome(response);
      } else if (response.hasUpdated()) {
        _takeUpdated(response.updated);
      } else {
        _receive(response);
      }
    } catch (error) {
      close(toFault(error));
    }
  }

  void _takeWelcome(wire.SubscribeResponse response) {
    if (!response.hasWelcome()) throw _unwelcome;
    welcome = response.welcome;
    _welcomed.complete();
    _onWelcome(this);
  }

  void _takeUpdated(wire.Updated updated) {
    final awaited = _awaited;
    if (awaited?.number != updated.number) return;
    _awaited = null;
    awaited!.begun();
    awaited.reached.complete();
  }

  /// Changes what the connection is subscribed to, and gives what the core
  /// cannot serve of it.
  ///
  /// [begun] is called where the change stands among the notifications. Throws a
  /// [Fault]: [FaultCode.failedPrecondition] where the process that answered
  /// knows no such stream.
  Future<List<wire.Unserved>> update(
    Map<String, Topic> wanted,
    Iterable<Endpoint> uses, {
    void Function()? begun,
  }) async {
    final add = {...wanted}..removeWhere((id, _) => subscribed.containsKey(id));
    final remove = {...subscribed}
      ..removeWhere((id, _) => wanted.containsKey(id));
    if (add.isEmpty && remove.isEmpty && begun == null) return const [];
    final unannounced = [
      for (final endpoint in uses)
        if (!_announced.contains(endpoint.path)) endpoint,
    ];
    final request = wire.UpdateRequest(
      streamId: welcome.streamId,
      add: add.values.map(_subscription),
      remove: remove.values.map(_subscription),
      uses: unannounced.map(_fingerprint),
    );
    Future<void>? reached;
    if (begun != null) {
      request.number = Int64(++_lastUpdate);
      reached = _reached(request.number, begun);
    }
    try {
      final response = await _update(request);
      subscribed = wanted;
      _announced.addAll(unannounced.map((endpoint) => endpoint.path));
      await reached;
      return response.unserved;
    } finally {
      _awaited = null;
    }
  }

  /// Completes when the stream has come to an update. Throws a [Fault] where it
  /// does not in time.
  Future<void> _reached(Int64 number, void Function() begun) {
    final reached = Completer<void>();
    _awaited = (number: number, reached: reached, begun: begun);
    void fail(Fault fault) {
      if (!reached.isCompleted) reached.completeError(fault);
    }

    final deadline = Timer(_silence, () => fail(overdue(_silence)));
    ended.then(fail).ignore();
    // The update may fail first, and then nobody waits.
    return reached.future.whenComplete(deadline.cancel)..ignore();
  }

  /// Waits for the core, but not longer than the connection lives.
  Future<wire.UpdateResponse> _update(GeneratedMessage request) async {
    final call = _protocol.unary(
      '$_service/Update',
      request.writeToBuffer(),
      timeout: _silence,
    );
    final deadline = Timer(_silence, () => call.end(overdue(_silence)));
    ended.then(call.end).ignore();
    try {
      return wire.UpdateResponse.fromBuffer(await call.messages.first);
    } catch (error) {
      throw _faultOf(error);
    } finally {
      deadline.cancel();
    }
  }

  /// Ends it, for this reason.
  void close([
    Fault fault = const Fault(
      FaultCode.cancelled,
      'the notification stream was closed',
    ),
  ]) {
    if (!isAlive) return;
    _watchdog?.cancel();
    _ended.complete(fault);
    if (!_welcomed.isCompleted) _welcomed.completeError(fault);
    // Where it is closed before anybody waits for the welcome.
    _welcomed.future.ignore();
    _messages?.cancel().ignore();
  }

  void _watch() {
    _watchdog?.cancel();
    if (isAlive) _watchdog = Timer(_silence, () => close(_dead));
  }

  Fault get _dead => Fault(
    FaultCode.unavailable,
    'no sign of life from the core for ${_silence.inMilliseconds} ms',
  );
}

const _over = Fault(
  FaultCode.unavailable,
  'the core ended the notification stream',
);

const _unwelcome = Fault(
  FaultCode.internal,
  'the core opened a notification stream without a welcome',
);

Fault _faultOf(Object error) =>
    error is ConnectError ? error.fault : toFault(error);

wire.Fingerprint _fingerprint(Endpoint endpoint) => wire.Fingerprint(
  path: endpoint.path,
  fingerprint: endpoint.fingerprint.toInt64(),
);

wire.Subscription _subscription(Topic topic) =>
    wire.Subscription(path: topic.type.path, key: topic.key);
