/// Reaches a core over HTTP, by the Connect protocol.
///
/// ```dart
/// defaultTransport = ConnectTransport(Uri.parse('https://example.com'));
/// ```
library;

export 'src/connect/connect_transport.dart' show ConnectTransport;
export 'src/connect/http.dart' show HttpAnswer, HttpCall, HttpSender;
export 'src/connect/notification_stream.dart' show NotificationOptions;
