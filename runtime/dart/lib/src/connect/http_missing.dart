import '../fault.dart';
import 'http.dart';

/// The sender of a platform with neither `dart:io` nor JavaScript.
HttpSender platformHttp() => throw const Fault(
  FaultCode.unimplemented,
  'this platform has no HTTP client here: bring an HttpSender',
);
