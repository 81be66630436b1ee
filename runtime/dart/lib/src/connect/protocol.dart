import 'dart:async';
import 'dart:convert';
import 'dart:typed_data';

import '../fault.dart';
import '../metadata.dart';
import 'connect_error.dart';
import 'envelopes.dart';
import 'http.dart';

/// The Connect protocol over HTTP: messages in, messages out.
///
/// See https://connectrpc.com/docs/protocol/.
final class ConnectProtocol {
  /// The protocol with the core at a URL.
  ConnectProtocol(this._baseUrl, this._http);

  final Uri _baseUrl;
  final HttpSender _http;
  final Set<ConnectCall> _calls = {};
  bool _closed = false;

  /// Sends a call that has one answer. Its errors are those of
  /// [ConnectCall.messages].
  ConnectCall unary(
    String path,
    Uint8List message, {
    Map<String, String> metadata = const {},
    Duration? timeout,
  }) => _call(
    path,
    message,
    metadata: metadata,
    timeout: timeout,
    contentType: 'application/proto',
    read: _readUnary,
  );

  /// Sends a call that is answered by a stream.
  ConnectCall stream(
    String path,
    Uint8List message, {
    Map<String, String> metadata = const {},
    Duration? timeout,
  }) => _call(
    path,
    enveloped(message),
    metadata: metadata,
    timeout: timeout,
    contentType: 'application/connect+proto',
    read: messagesOf,
  );

  ConnectCall _call(
    String path,
    Uint8List body, {
    required Map<String, String> metadata,
    required Duration? timeout,
    required String contentType,
    required Stream<Uint8List> Function(Stream<List<int>> body) read,
  }) {
    final call = ConnectCall._(_calls.remove);
    if (_closed) return call..end(closedFault);
    _calls.add(call);
    try {
      checkMetadata(metadata);
      final headers = {
        ...metadata,
        'content-type': contentType,
        'connect-protocol-version': '1',
        if (timeout != null) 'connect-timeout-ms': _milliseconds(timeout),
      };
      call._send(_http.post(_urlOf(path), headers, body), contentType, read);
    } on Fault catch (fault) {
      call.end(fault);
    }
    return call;
  }

  /// Ends all calls with [closedFault], and so every later one.
  void close() {
    _closed = true;
    for (final call in [..._calls]) {
      call.end(closedFault);
    }
    _http.close();
  }

  Uri _urlOf(String path) {
    final base = _baseUrl.path;
    final slash = base.endsWith('/') ? '' : '/';
    return _baseUrl.replace(path: '$base$slash$path');
  }
}

/// The fault of calls over a transport that was closed.
const closedFault = Fault(FaultCode.unavailable, 'the transport is closed');

/// A call that is under way.
final class ConnectCall {
  ConnectCall._(this._forget) {
    _controller
      ..onPause = (() => _messages?.pause())
      ..onResume = (() => _messages?.resume())
      ..onCancel = cancel;
  }

  final void Function(ConnectCall call) _forget;
  final StreamController<Uint8List> _controller = StreamController();
  StreamSubscription<Uint8List>? _messages;
  HttpCall? _http;

  /// The answer: exactly one message, or those of the stream. A [ConnectError]
  /// is what the core says went wrong, a [Fault] what else did. Cancelling the
  /// subscription cancels the call.
  Stream<Uint8List> get messages => _controller.stream;

  /// Ends the call, unless it has ended.
  void end(Object error) {
    if (_controller.isClosed) return;
    _controller.addError(error);
    cancel();
  }

  /// Ends the call without a word.
  void cancel() {
    _forget(this);
    if (!_controller.isClosed) _controller.close();
    _messages?.cancel().ignore();
    _messages = null;
    _http?.abort();
    _http = null;
  }

  Future<void> _send(
    HttpCall http,
    String contentType,
    Stream<Uint8List> Function(Stream<List<int>> body) read,
  ) async {
    _http = http;
    final HttpAnswer answer;
    try {
      answer = await http.answer;
    } catch (error) {
      return end(Fault(FaultCode.unavailable, '$error'));
    }
    if (_controller.isClosed) return;
    final messages = answer.status == 200 && answer.contentType == contentType
        ? read(answer.body)
        : _readError(answer);
    _messages = messages.listen(
      _controller.add,
      onError: (Object error) => end(error),
      onDone: _done,
    );
    if (_controller.isPaused) _messages?.pause();
  }

  /// The answer was read to its end, and the connection can serve other calls.
  void _done() {
    _http = null;
    cancel();
  }
}

/// The whole body, as one message.
Stream<Uint8List> _readUnary(Stream<List<int>> body) =>
    Stream.fromFuture(_collect(body));

Future<Uint8List> _collect(Stream<List<int>> body) async {
  final bytes = BytesBuilder(copy: false);
  try {
    await body.forEach(bytes.add);
  } catch (error) {
    throw Fault(FaultCode.unavailable, '$error');
  }
  return bytes.takeBytes();
}

/// Reads an answer that says what went wrong.
Stream<Uint8List> _readError(HttpAnswer answer) async* {
  final body = await _collect(answer.body);
  if (answer.status == 200) {
    throw Fault(
      FaultCode.internal,
      'the core answered with content of type "${answer.contentType}"',
    );
  }
  final otherwise = faultOfStatus(answer.status);
  if (answer.contentType != 'application/json') throw otherwise;
  try {
    throw ConnectError.fromJson(jsonDecode(utf8.decode(body)), otherwise);
  } on FormatException {
    throw otherwise;
  }
}

/// The wire knows whole milliseconds only, in ten digits.
String _milliseconds(Duration timeout) =>
    (timeout.inMicroseconds / 1000).ceil().clamp(0, 9999999999).toString();
