import 'dart:async';
import 'dart:js_interop';
import 'dart:typed_data';

import 'http.dart';

/// The sender over `fetch`, which browsers, their workers and Node have.
HttpSender platformHttp() => _FetchSender();

final class _FetchSender implements HttpSender {
  @override
  HttpCall post(Uri url, Map<String, String> headers, Uint8List body) =>
      _FetchCall(url, headers, body);

  /// Connections are the browser's own.
  @override
  void close() {}
}

final class _FetchCall implements HttpCall {
  _FetchCall(Uri url, Map<String, String> headers, Uint8List body) {
    answer = _send(url, headers, body);
  }

  @override
  late final Future<HttpAnswer> answer;

  final _AbortController _controller = _AbortController();

  Future<HttpAnswer> _send(
    Uri url,
    Map<String, String> headers,
    Uint8List body,
  ) async {
    final list = _Headers();
    headers.forEach(list.append);
    final options = _RequestInit(
      method: 'POST',
      headers: list,
      body: body.toJS,
      signal: _controller.signal,
      cache: 'no-store',
      redirect: 'error',
    );
    final response = await _fetch('$url', options).toDart;
    final type = response.headers.get('content-type') ?? '';
    return HttpAnswer(
      status: response.status,
      contentType: type.split(';').first.trim().toLowerCase(),
      body: _bodyOf(response.body),
    );
  }

  /// Asks for a chunk when the one before was taken.
  Stream<List<int>> _bodyOf(_ReadableStream? stream) async* {
    if (stream == null) return;
    final reader = stream.getReader();
    var ended = false;
    try {
      while (!ended) {
        final read = await reader.read().toDart;
        ended = read.done;
        if (read.value case final chunk?) yield chunk.toDart;
      }
    } finally {
      // Where the listener is gone before the end, the server is told.
      if (!ended) abort();
    }
  }

  @override
  void abort() => _controller.abort();
}

@JS('fetch')
external JSPromise<_Response> _fetch(String url, _RequestInit options);

extension type _RequestInit._(JSObject _) implements JSObject {
  external factory _RequestInit({
    String method,
    _Headers headers,
    JSUint8Array body,
    _AbortSignal signal,
    String cache,
    String redirect,
  });
}

@JS('Headers')
extension type _Headers._(JSObject _) implements JSObject {
  external factory _Headers();
  external void append(String name, String value);
  external String? get(String name);
}

@JS('AbortController')
extension type _AbortController._(JSObject _) implements JSObject {
  external factory _AbortController();
  external _AbortSignal get signal;
  external void abort();
}

extension type _AbortSignal._(JSObject _) implements JSObject {}

extension type _Response._(JSObject _) implements JSObject {
  external int get status;
  external _Headers get headers;
  external _ReadableStream? get body;
}

extension type _ReadableStream._(JSObject _) implements JSObject {
  external _Reader getReader();
}

extension type _Reader._(JSObject _) implements JSObject {
  external JSPromise<_Chunk> read();
}

extension type _Chunk._(JSObject _) implements JSObject {
  external bool get done;
  external JSUint8Array? get value;
}
