import '../fault.dart';
import 'http.dart';

/// The sender of a platform that has none yet, such as the web.
HttpSender platformHttp() => throw const Fault(
  FaultCode.unimplemented,
  'this platform has no HTTP client here yet: bring an HttpSender',
);
