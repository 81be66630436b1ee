import 'fault.dart';
import 'transport.dart';

/// The transport of every request and listener that names none of its own. Set
/// once, when the program starts.
Transport? defaultTransport;

/// A transport to use now.
///
/// Throws a [Fault] where there is none, so that a call made too early fails
/// like any other.
Transport transportOr(Transport? own) =>
    own ??
    defaultTransport ??
    (throw const Fault(
      FaultCode.failedPrecondition,
      'no transport: set defaultTransport before the first call',
    ));
