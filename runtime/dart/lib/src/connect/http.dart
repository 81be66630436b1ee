import 'dart:typed_data';

export 'http_missing.dart'
    if (dart.library.io) 'http_io.dart'
    if (dart.library.js_interop) 'http_web.dart';

/// Sends HTTP requests: the little that the Connect protocol needs, so that a
/// platform, or a test, can bring its own.
abstract interface class HttpSender {
  /// Sends a POST request. Never throws: what goes wrong is the error of
  /// [HttpCall.answer].
  HttpCall post(Uri url, Map<String, String> headers, Uint8List body);

  /// Lets go of connections that nobody uses.
  void close();
}

/// A request that is under way.
abstract interface class HttpCall {
  /// Completes when the answer's headers are there. An error, of any type, means
  /// that the server could not be reached.
  Future<HttpAnswer> get answer;

  /// Ends the request and the reading of its answer, so that the server notices.
  void abort();
}

/// What a server answered.
final class HttpAnswer {
  /// An answer whose status and headers are here, and whose body follows.
  const HttpAnswer({
    required this.status,
    required this.contentType,
    required this.body,
  });

  /// The status code.
  final int status;

  /// The content type without its parameters, in lower case; empty where there
  /// is none.
  final String contentType;

  /// The body, as it arrives. An error, of any type, means that the connection
  /// was lost.
  final Stream<List<int>> body;
}
