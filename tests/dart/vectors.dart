// Run by tests/compile-rust/tests/round_trips.rs:
//
//   make NAME…   writes messages of each name, its fields at their extremes
//   echo FILE    reads the messages of a file, and writes them back
//
// A message is a line: its full name, and its bytes in hex.

import 'dart:io';
import 'dart:typed_data';

import 'package:fixnum/fixnum.dart' show Int64;
import 'package:protobuf/protobuf.dart';

import '../golden/bytes/dart/bytes/v1/bytes.pb.dart';
import '../golden/integers/dart/integers/v1/integers.pb.dart';
import '../golden/maps/dart/maps/v1/maps.pb.dart';
import '../golden/nested/dart/nested/v1/nested.pb.dart';
import '../golden/oneofs/dart/oneofs/v1/oneofs.pb.dart';
import '../golden/optional_fields/dart/optional/v1/optional.pb.dart';

final List<GeneratedMessage Function()> _types = [
  Bytes.create,
  Integers.create,
  Keys.create,
  Values.create,
  Outer.create,
  Mixed.create,
  Scalars.create,
  Fields.create,
];

void main(List<String> arguments) {
  final types = {
    for (final create in _types) create().info_.qualifiedMessageName: create,
  };
  switch (arguments) {
    case ['make', ...final names]:
      for (final name in names) {
        _extremes(types[name]!).forEach(_write);
      }
    case ['echo', final file]:
      for (final line in File(file).readAsLinesSync()) {
        final [name, hex] = line.split(' ');
        final create = types[name]!;
        // Read a second time, so that nothing is written back that was not
        // understood.
        final once = create()..mergeFromBuffer(_bytes(hex));
        _write(create()..mergeFromBuffer(once.writeToBuffer()));
      }
    default:
      throw ArgumentError.value(arguments);
  }
}

void _write(GeneratedMessage message) {
  final hex = message.writeToBuffer().map(
    (byte) => byte.toRadixString(16).padLeft(2, '0'),
  );
  stdout.writeln('${message.info_.qualifiedMessageName} ${hex.join()}');
}

List<int> _bytes(String hex) => [
  for (var at = 0; at < hex.length; at += 2)
    int.parse(hex.substring(at, at + 2), radix: 16),
];

/// An empty message; one for every value of every field; and one in itself,
/// as deep as every version of package:protobuf reads.
Iterable<GeneratedMessage> _extremes(GeneratedMessage Function() create) sync* {
  yield create();
  for (final field in create().info_.sortedByTag) {
    for (final value in _valuesOf(field)) {
      yield create().._set(field, value);
    }
    if (!field.isMapField &&
        field.subBuilder?.call().runtimeType == create().runtimeType) {
      var deep = create();
      for (var depth = 0; depth < 60; depth++) {
        deep = create().._set(field, field.isRepeated ? [deep] : deep);
      }
      yield deep;
    }
  }
}

extension on GeneratedMessage {
  void _set(FieldInfo<dynamic> field, Object value) {
    final many = field.isRepeated || field.isMapField;
    final held = many ? getField(field.tagNumber) : null;
    switch (held) {
      case final Map<dynamic, dynamic> map:
        (value as Map<Object, Object>).forEach((key, it) => map[key] = it);
      case final List<dynamic> list:
        (value as List<Object>).forEach(list.add);
      default:
        setField(field.tagNumber, value);
    }
  }
}

Iterable<Object> _valuesOf(FieldInfo<dynamic> field) {
  if (field is MapFieldInfo) {
    final [key, value] = field.mapEntryBuilderInfo.byIndex;
    final values = _singular(value).toList();
    return [
      {
        for (final (index, key) in _singular(key).indexed)
          key: values[index % values.length],
      },
      for (final value in values) {_singular(key).first: value},
    ];
  }
  final values = _singular(field);
  return field.isRepeated
      ? [
          values.toList(),
          for (final value in values) [value],
        ]
      : values;
}

Iterable<Object> _singular(FieldInfo<dynamic> field) {
  if (field.enumValues case final values?) return values;
  if (field.subBuilder case final create?) return [create()];
  return switch (field.type) {
    PbFieldType.OB || PbFieldType.PB || PbFieldType.KB => [false, true],
    PbFieldType.OS || PbFieldType.PS => ['', 'grüß\u{1f44b}\u0000', 'ü' * 1024],
    PbFieldType.OY || PbFieldType.PY => [
      Uint8List(0),
      Uint8List.fromList([0, 127, 128, 255]),
    ],
    PbFieldType.OF ||
    PbFieldType.PF ||
    PbFieldType.KF => [..._floats, 3.4028234663852886e38],
    PbFieldType.OD ||
    PbFieldType.PD ||
    PbFieldType.KD => [..._floats, -double.maxFinite, double.minPositive],
    PbFieldType.O3 || PbFieldType.OS3 || PbFieldType.OSF3 => _signed,
    PbFieldType.P3 || PbFieldType.K3 => _signed,
    PbFieldType.OU3 || PbFieldType.OF3 => [0, 1, 0x80000000, 0xffffffff],
    _ => [
      Int64.ZERO,
      Int64.ONE,
      Int64(-1),
      (Int64.ONE << 53) + 1,
      Int64.ONE << 62,
      Int64.MIN_VALUE,
      Int64.MAX_VALUE,
    ],
  };
}

const _signed = [0, 1, -1, -0x80000000, 0x7fffffff];

const _floats = [
  0.0,
  -0.0,
  0.5,
  double.nan,
  double.infinity,
  double.negativeInfinity,
];
