/// What came of a call: [Ok] with its output, or [Err] with the error that the
/// schema declares.
///
/// Nothing else is an [Err]. What the schema does not know, such as a broken
/// connection, is thrown as a `Fault`.
///
/// ```dart
/// switch (await UserEventSignIn(payload).send()) {
///   case Ok(value: final profile):
///     show(profile);
///   case Err(:final error):
///     complain(error.message);
/// }
/// ```
sealed class Result<T, E> {
  /// For [Ok] and [Err].
  const Result();

  /// Whether this is [Ok].
  bool get isOk;

  /// Whether this is [Err].
  bool get isErr => !isOk;

  /// The output, or null if this is [Err].
  T? get okOrNull;

  /// The error, or null if this is [Ok].
  E? get errOrNull;
}

/// The call succeeded.
final class Ok<T, E> extends Result<T, E> {
  /// A success with this output.
  const Ok(this.value);

  /// What the core answered.
  final T value;

  @override
  bool get isOk => true;

  @override
  T get okOrNull => value;

  @override
  E? get errOrNull => null;

  @override
  bool operator ==(Object other) => other is Ok<T, E> && other.value == value;

  @override
  int get hashCode => Object.hash(Ok, value);

  @override
  String toString() => 'Ok($value)';
}

/// The call failed as its schema says.
final class Err<T, E> extends Result<T, E> {
  /// A failure with this error.
  const Err(this.error);

  /// The group's error.
  final E error;

  @override
  bool get isOk => false;

  @override
  T? get okOrNull => null;

  @override
  E get errOrNull => error;

  @override
  bool operator ==(Object other) => other is Err<T, E> && other.error == error;

  @override
  int get hashCode => Object.hash(Err, error);

  @override
  String toString() => 'Err($error)';
}
