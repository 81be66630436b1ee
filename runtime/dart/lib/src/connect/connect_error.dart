import 'dart:convert';
import 'dart:typed_data';

import 'package:protobuf/protobuf.dart' show GeneratedMessage;

import '../endpoint.dart';
import '../fault.dart';
import '../transport.dart';

/// An error as the Connect protocol writes it.
///
/// See https://connectrpc.com/docs/protocol/#error-end-stream.
final class ConnectError implements Exception {
  /// An error that is this fault, with details that may hold one of the schema.
  const ConnectError(this.fault, [this.details = const []]);

  /// Reads an error from JSON. What is missing is [otherwise].
  factory ConnectError.fromJson(Object? json, Fault otherwise) {
    if (json is! Map<String, Object?>) return ConnectError(otherwise);
    final code = _codes[json['code']];
    final message = json['message'];
    final details = json['details'];
    return ConnectError(
      Fault(
        code ?? otherwise.code,
        message is String
            ? message
            : code == null
            ? otherwise.message
            : '',
      ),
      [
        if (details is List<Object?>)
          for (final detail in details)
            if (detail case {
              'type': final String type,
              'value': final String value,
            })
              (type: type, value: value),
      ],
    );
  }

  /// Code and message.
  final Fault fault;

  /// Messages that say more, by type name and in base64.
  final List<({String type, String value})> details;

  /// What the error means to the caller of an event: the error of the schema is
  /// `failed_precondition` with exactly one detail, of the declared type.
  ///
  /// Throws a [Fault] for everything else.
  ErrorReply toReply(Event<Object?, Object?, Object?> event) {
    if (details case [(:final type, :final value)]
        when fault.code == FaultCode.failedPrecondition &&
            type == _error(event)) {
      return ErrorReply(_decodeBase64(value));
    }
    throw fault;
  }
}

/// The fault of an answer that is not the protocol's, by its HTTP status.
Fault faultOfStatus(int status) {
  final code = switch (status) {
    400 => FaultCode.internal,
    401 => FaultCode.unauthenticated,
    403 => FaultCode.permissionDenied,
    404 => FaultCode.unimplemented,
    429 || 502 || 503 || 504 => FaultCode.unavailable,
    _ => FaultCode.unknown,
  };
  return Fault(code, 'the core answered with HTTP status $status');
}

/// The full name of an event's error.
String? _error(Event<Object?, Object?, Object?> event) =>
    switch (event.decodeError(const [])) {
      final GeneratedMessage error => error.info_.qualifiedMessageName,
      _ => null,
    };

/// The protocol leaves out padding; a proxy may have put it back.
Uint8List _decodeBase64(String text) {
  try {
    return base64.decode(base64.normalize(text));
  } on FormatException {
    throw const Fault(
      FaultCode.internal,
      'the error of the core could not be decoded',
    );
  }
}

final Map<Object?, FaultCode> _codes = {
  for (final code in FaultCode.values) _name(code): code,
  // Both are in use.
  'cancelled': FaultCode.cancelled,
};

/// `deadlineExceeded` is `deadline_exceeded`, and so on.
String _name(FaultCode code) => switch (code) {
  FaultCode.cancelled => 'canceled',
  _ => code.name.replaceAllMapped(
    RegExp('[A-Z]'),
    (match) => '_${match[0]!.toLowerCase()}',
  ),
};
