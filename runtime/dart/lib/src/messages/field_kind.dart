import 'package:protobuf/protobuf.dart';

/// What a field's value is in Dart, and how JSON has it.
enum FieldKind {
  /// A `bool`.
  boolean,

  /// A `String`.
  string,

  /// Bytes, in base64.
  bytes,

  /// A `double` of 32 bits.
  float,

  /// A `double`.
  double,

  /// A signed `int` of 32 bits.
  int32,

  /// An unsigned one.
  uint32,

  /// A signed `Int64`, as a string.
  int64,

  /// An unsigned one.
  uint64,

  /// An enum's value, by its name.
  enumeration,

  /// A message.
  message;

  /// Of a field, or of one of its elements.
  static FieldKind of(FieldInfo<dynamic> field) => _ofType[field.type]!;
}

// Singular, required, repeated, packed.
const Map<int, FieldKind> _ofType = {
  PbFieldType.OB: FieldKind.boolean,
  PbFieldType.QB: FieldKind.boolean,
  PbFieldType.PB: FieldKind.boolean,
  PbFieldType.KB: FieldKind.boolean,
  PbFieldType.OS: FieldKind.string,
  PbFieldType.QS: FieldKind.string,
  PbFieldType.PS: FieldKind.string,
  PbFieldType.OY: FieldKind.bytes,
  PbFieldType.QY: FieldKind.bytes,
  PbFieldType.PY: FieldKind.bytes,
  PbFieldType.OF: FieldKind.float,
  PbFieldType.QF: FieldKind.float,
  PbFieldType.PF: FieldKind.float,
  PbFieldType.KF: FieldKind.float,
  PbFieldType.OD: FieldKind.double,
  PbFieldType.QD: FieldKind.double,
  PbFieldType.PD: FieldKind.double,
  PbFieldType.KD: FieldKind.double,
  PbFieldType.O3: FieldKind.int32,
  PbFieldType.Q3: FieldKind.int32,
  PbFieldType.P3: FieldKind.int32,
  PbFieldType.K3: FieldKind.int32,
  PbFieldType.OS3: FieldKind.int32,
  PbFieldType.QS3: FieldKind.int32,
  PbFieldType.PS3: FieldKind.int32,
  PbFieldType.KS3: FieldKind.int32,
  PbFieldType.OSF3: FieldKind.int32,
  PbFieldType.QSF3: FieldKind.int32,
  PbFieldType.PSF3: FieldKind.int32,
  PbFieldType.KSF3: FieldKind.int32,
  PbFieldType.OU3: FieldKind.uint32,
  PbFieldType.QU3: FieldKind.uint32,
  PbFieldType.PU3: FieldKind.uint32,
  PbFieldType.KU3: FieldKind.uint32,
  PbFieldType.OF3: FieldKind.uint32,
  PbFieldType.QF3: FieldKind.uint32,
  PbFieldType.PF3: FieldKind.uint32,
  PbFieldType.KF3: FieldKind.uint32,
  PbFieldType.O6: FieldKind.int64,
  PbFieldType.Q6: FieldKind.int64,
  PbFieldType.P6: FieldKind.int64,
  PbFieldType.K6: FieldKind.int64,
  PbFieldType.OS6: FieldKind.int64,
  PbFieldType.QS6: FieldKind.int64,
  PbFieldType.PS6: FieldKind.int64,
  PbFieldType.KS6: FieldKind.int64,
  PbFieldType.OSF6: FieldKind.int64,
  PbFieldType.QSF6: FieldKind.int64,
  PbFieldType.PSF6: FieldKind.int64,
  PbFieldType.KSF6: FieldKind.int64,
  PbFieldType.OU6: FieldKind.uint64,
  PbFieldType.QU6: FieldKind.uint64,
  PbFieldType.PU6: FieldKind.uint64,
  PbFieldType.KU6: FieldKind.uint64,
  PbFieldType.OF6: FieldKind.uint64,
  PbFieldType.QF6: FieldKind.uint64,
  PbFieldType.PF6: FieldKind.uint64,
  PbFieldType.KF6: FieldKind.uint64,
  PbFieldType.OE: FieldKind.enumeration,
  PbFieldType.QE: FieldKind.enumeration,
  PbFieldType.PE: FieldKind.enumeration,
  PbFieldType.KE: FieldKind.enumeration,
  PbFieldType.OM: FieldKind.message,
  PbFieldType.QM: FieldKind.message,
  PbFieldType.PM: FieldKind.message,
  PbFieldType.OG: FieldKind.message,
  PbFieldType.QG: FieldKind.message,
  PbFieldType.PG: FieldKind.message,
};
