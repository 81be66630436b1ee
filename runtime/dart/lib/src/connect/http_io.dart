import 'dart:async';
import 'dart:io';
import 'dart:typed_data';

import 'http.dart';

/// The sender over `dart:io`.
HttpSender platformHttp() => _IoSender();

final class _IoSender implements HttpSender {
  final HttpClient _client = HttpClient();

  @override
  HttpCall post(Uri url, Map<String, String> headers, Uint8List body) =>
      _IoCall(_client, url, headers, body);

  @override
  void close() => _client.close(force: true);
}

final class _IoCall implements HttpCall {
  _IoCall(
    HttpClient client,
    Uri url,
    Map<String, String> headers,
    Uint8List body,
  ) {
    answer = _send(client, url, headers, body);
  }

  @override
  late final Future<HttpAnswer> answer;

  HttpClientRequest? _request;
  StreamSubscription<List<int>>? _body;
  bool _aborted = false;

  Future<HttpAnswer> _send(
    HttpClient client,
    Uri url,
    Map<String, String> headers,
    Uint8List body,
  ) async {
    final request = _request = await client.postUrl(url);
    if (_aborted) {
      request.abort();
      throw const HttpException('aborted');
    }
    request
      ..followRedirects = false
      ..contentLength = body.length;
    // The client would ask for gzip by itself, which costs more than it saves
    // where messages are small or the core is near.
    request.headers.set(HttpHeaders.acceptEncodingHeader, 'identity');
    headers.forEach(request.headers.set);
    request.add(body);
    final response = await request.close();
    if (_aborted) {
      response.listen(null).cancel().ignore();
      throw const HttpException('aborted');
    }
    return HttpAnswer(
      status: response.statusCode,
      contentType: response.headers.contentType?.mimeType ?? '',
      body: _bodyOf(response),
    );
  }

  /// The body, which [abort] can end: giving up reading closes the connection.
  Stream<List<int>> _bodyOf(HttpClientResponse response) {
    final body = StreamController<List<int>>();
    body
      ..onListen = () {
        _body = response.listen(
          body.add,
          onError: body.addError,
          onDone: body.close,
        );
        if (_aborted) _body?.cancel().ignore();
      }
      ..onPause = (() => _body?.pause())
      ..onResume = (() => _body?.resume())
      ..onCancel = () => _body?.cancel();
    return body.stream;
  }

  @override
  void abort() {
    _aborted = true;
    _request?.abort();
    _body?.cancel().ignore();
  }
}
