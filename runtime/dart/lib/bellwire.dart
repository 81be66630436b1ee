/// What generated Bellwire clients stand on.
///
/// An app calls the requests and listeners that `bellwire gen` writes, and uses
/// this library for what comes back and for where it goes: [Result], [Fault],
/// [defaultTransport].
library;

export 'src/default_transport.dart' show defaultTransport;
export 'src/endpoint.dart';
export 'src/fault.dart';
export 'src/listener.dart';
export 'src/pending_call.dart' show PendingCall;
export 'src/request.dart';
export 'src/result.dart';
export 'src/transport.dart';
