/// A call failed in a way that its schema does not know: the connection broke,
/// the core has no such event, its handler panicked, the time ran out.
///
/// Calls throw it; streams deliver it as their error. What the schema does know
/// is an `Err` and is never thrown.
final class Fault implements Exception {
  /// A fault of this kind.
  const Fault(this.code, this.message);

  /// What kind of fault it is.
  final FaultCode code;

  /// What happened, for a developer to read.
  final String message;

  @override
  bool operator ==(Object other) =>
      other is Fault && other.code == code && other.message == message;

  @override
  int get hashCode => Object.hash(code, message);

  @override
  String toString() => 'Fault(${code.name}): $message';
}

/// The codes of faults: gRPC's, by its numbers.
///
/// See https://grpc.github.io/grpc/core/md_doc_statuscodes.html.
enum FaultCode {
  /// The caller cancelled the call.
  cancelled(1),

  /// Nothing more is known.
  unknown(2),

  /// The input could not be decoded, or breaks a rule or limit.
  invalidArgument(3),

  /// The time that the caller or the schema allows ran out.
  deadlineExceeded(4),

  /// What was asked for does not exist.
  notFound(5),

  /// What was to be made exists.
  alreadyExists(6),

  /// The caller may not do this.
  permissionDenied(7),

  /// A limit of the core is reached.
  resourceExhausted(8),

  /// The core, or this client, is not in a state that allows the call.
  failedPrecondition(9),

  /// The core gave up, and trying again may help.
  aborted(10),

  /// A position beyond the end.
  outOfRange(11),

  /// The core does not know the event.
  unimplemented(12),

  /// The core or its handler broke.
  internal(13),

  /// The core cannot be reached, or its session is closed.
  unavailable(14),

  /// Data was lost or spoilt.
  dataLoss(15),

  /// The caller did not say who it is.
  unauthenticated(16);

  /// A kind with the number that it has on the wire.
  const FaultCode(this.number);

  /// The code on the wire.
  final int number;

  /// The code of a number; [unknown] for one that is none.
  static FaultCode ofNumber(int number) =>
      number >= 1 && number <= values.length ? values[number - 1] : unknown;
}
