import 'dart:convert';

import 'package:fixnum/fixnum.dart' show Int64;

import 'field_kind.dart';

// What is neither message nor enum. Null is what is none of the kind.

const double _largestFloat = 3.4028234663852886e38;

final _int64 = (-(BigInt.one << 63), (BigInt.one << 63) - BigInt.one);
final _uint64 = (BigInt.zero, (BigInt.one << 64) - BigInt.one);

/// The key of a map, which JSON always has as a string.
Object? mapKeyFromJson(FieldKind kind, String name) => switch (kind) {
  FieldKind.boolean => switch (name) {
    'true' => true,
    'false' => false,
    _ => null,
  },
  _ => scalarFromJson(kind, name),
};

/// Any other value.
Object? scalarFromJson(FieldKind kind, Object? json) => switch (kind) {
  FieldKind.boolean => json is bool ? json : null,
  FieldKind.string => json is String ? json : null,
  FieldKind.bytes => json is String ? _bytes(json) : null,
  FieldKind.float => _float(_double(json)),
  FieldKind.double => _double(json),
  FieldKind.int32 => _int(json, -0x80000000, 0x7fffffff),
  FieldKind.uint32 => _int(json, 0, 0xffffffff),
  FieldKind.int64 => _long(json, _int64),
  FieldKind.uint64 => _long(json, _uint64),
  FieldKind.enumeration || FieldKind.message => null,
};

/// Either alphabet of base64, with padding or without.
List<int>? _bytes(String text) {
  try {
    return base64.decode(base64.normalize(text));
  } on FormatException {
    return null;
  }
}

double? _double(Object? json) => switch (json) {
  final num number => number.toDouble(),
  'NaN' => double.nan,
  'Infinity' => double.infinity,
  '-Infinity' => double.negativeInfinity,
  final String text when _number.hasMatch(text) => _finite(double.parse(text)),
  _ => null,
};

final _number = RegExp(r'^-?\d+(\.\d+)?([eE][+-]?\d+)?$');

double? _finite(double number) => number.isFinite ? number : null;

double? _float(double? number) =>
    number != null && number.isFinite && number.abs() > _largestFloat
    ? null
    : number;

int? _int(Object? json, int least, int greatest) {
  final number = _whole(json);
  final fits =
      number != null &&
      number >= BigInt.from(least) &&
      number <= BigInt.from(greatest);
  return fits ? number.toInt() : null;
}

Int64? _long(Object? json, (BigInt, BigInt) range) {
  final number = _whole(json);
  if (number == null || number < range.$1 || number > range.$2) return null;
  return Int64.parseHex(number.toUnsigned(64).toRadixString(16));
}

/// A whole number, also one that is written with a fraction or an exponent.
BigInt? _whole(Object? json) {
  if (json is String && RegExp(r'^-?\d+$').hasMatch(json)) {
    return BigInt.parse(json);
  }
  if (json is int) return BigInt.from(json);
  final number = _double(json);
  if (number == null || !number.isFinite) return null;
  return number == number.truncateToDouble() ? BigInt.from(number) : null;
}
