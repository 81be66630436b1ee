// The well-known types: conversions from and to what Dart has, and their JSON.

import 'dart:convert';
import 'dart:core' as core;
import 'dart:core';

import 'package:bellwire/google/protobuf/any.pb.dart';
import 'package:bellwire/google/protobuf/duration.pb.dart';
import 'package:bellwire/google/protobuf/field_mask.pb.dart';
import 'package:bellwire/google/protobuf/struct.pb.dart';
import 'package:bellwire/google/protobuf/timestamp.pb.dart';
import 'package:bellwire/google/protobuf/wrappers.pb.dart';
import 'package:fixnum/fixnum.dart' show Int64;
import 'package:protobuf/protobuf.dart';

import '../golden/optional_fields/dart/optional/v1/optional.pb.dart'
    show Fields;
import '../golden/well_known_types/dart/well_known/v1/well_known.pb.dart';
import 'harness.dart';

void declare() {
  test('timestamps are times of Dart', () {
    for (final (time, seconds, nanos) in [
      (DateTime.utc(1970), 0, 0),
      (DateTime.utc(2024, 2, 29, 12, 30, 1, 2, 3), 1709209801, 2003000),
      (DateTime.utc(1969, 12, 31, 23, 59, 59, 999), -1, 999000000),
      (DateTime.utc(1), -62135596800, 0),
      (DateTime.utc(9999, 12, 31, 23, 59, 59), 253402300799, 0),
    ]) {
      final stamp = Timestamp.fromDateTime(time);
      expect((stamp.seconds, stamp.nanos), (Int64(seconds), nanos));
      expect(stamp.toDateTime(), time);
      expect(Timestamp.fromDateTime(time.toLocal()), stamp);
      expect(stamp.toDateTime(toLocal: true), time.toLocal());
    }
  });

  test('durations are those of Dart', () {
    for (final (duration, seconds, nanos) in [
      (core.Duration.zero, 0, 0),
      (const core.Duration(seconds: 90, microseconds: 5), 90, 5000),
      (const core.Duration(milliseconds: -1500), -1, -500000000),
      (const core.Duration(milliseconds: -500), 0, -500000000),
    ]) {
      final message = Duration.fromDart(duration);
      expect((message.seconds, message.nanos), (Int64(seconds), nanos));
      expect(message.toDart(), duration);
    }
  });

  test('an Any packs a message, and unpacks it', () {
    final any = Any.pack(Fields(implicit: 'inside'));
    expect(any.typeUrl, 'type.googleapis.com/optional.v1.Fields');
    expect(any.canUnpackInto(Fields.getDefault()), true);
    expect(any.canUnpackInto(Timestamp.getDefault()), false);
    expect(any.unpackInto(Fields()).implicit, 'inside');
    expectThrows<InvalidProtocolBufferException>(
      () => any.unpackInto(Timestamp()),
    );
    expect(
      Any.pack(Fields(), typeUrlPrefix: 'x').typeUrl,
      'x/optional.v1.Fields',
    );
    expect(Any().canUnpackInto(Fields()), false);
    expect(Any(typeUrl: 'optional.v1.Fields').canUnpackInto(Fields()), false);
  });

  test('structs are maps of Dart', () {
    final map = {
      'null': null,
      'number': 1.5,
      'text': 'a',
      'bool': true,
      'list': [1.0, 'b', <String, Object?>{}],
      'map': {'deep': <Object?>[]},
    };
    final struct = Struct.fromDart(map);
    expect(struct.fields['number']?.numberValue, 1.5);
    expect(struct.toDart(), map);
    expect(Struct.fromBuffer(struct.writeToBuffer()).toDart(), map);
    expect(Value.fromDart([1, 2]).listValue.values.last.numberValue, 2.0);
    expect(ListValue.fromDart(['a']).toDart(), ['a']);
    expect(Value().toDart(), null);
    expectThrows<ArgumentError>(() => Value.fromDart(DateTime(2024)));
    expectThrows<ArgumentError>(() => Struct.fromDart({'a': Object()}));
  });

  test('the JSON of well-known types is that of protobuf', () {
    final types = TypeRegistry([Fields(), Duration()]);
    final message = Everything(
      any: Any.pack(Fields(implicit: 'inside')),
      duration: Duration(seconds: Int64(-1), nanos: -500000000),
      mask: FieldMask(paths: ['user_name', 'photo.url']),
      object: Struct.fromDart({
        'a': [1, null, 2.5],
      }),
      value: Value.fromDart(null),
      list: ListValue.fromDart(['x', true]),
      nullValue: NullValue.NULL_VALUE,
      time: Timestamp(seconds: Int64(1709209801), nanos: 2003000),
      boolValue: BoolValue(value: true),
      stringValue: StringValue(value: ''),
      int64Value: Int64Value(value: Int64.MIN_VALUE),
      uint64Value: UInt64Value(value: Int64(-1)),
      doubleValue: DoubleValue(value: double.negativeInfinity),
      bytesValue: BytesValue(value: [251, 255]),
      times: [Timestamp(), Timestamp(nanos: 1)],
      anys: [MapEntry('d', Any.pack(Duration(seconds: Int64(3))))],
      in_19: Duration(nanos: 1000),
    );
    final json = {
      'any': {
        '@type': 'type.googleapis.com/optional.v1.Fields',
        'implicit': 'inside',
      },
      'duration': '-1.500s',
      'mask': 'userName,photo.url',
      'object': {
        'a': [1, null, 2.5],
      },
      'value': null,
      'list': ['x', true],
      'nullValue': null,
      'time': '2024-02-29T12:30:01.002003Z',
      'boolValue': true,
      'stringValue': '',
      'int64Value': '-9223372036854775808',
      'uint64Value': '18446744073709551615',
      'doubleValue': '-Infinity',
      'bytesValue': '+/8=',
      'times': ['1970-01-01T00:00:00Z', '1970-01-01T00:00:00.000000001Z'],
      'anys': {
        'd': {
          '@type': 'type.googleapis.com/google.protobuf.Duration',
          'value': '3s',
        },
      },
      'in': '0.000001s',
    };
    expect(message.toProto3Json(typeRegistry: types), json);
    final text = jsonDecode(jsonEncode(json));
    expect(
      Everything()..mergeFromProto3Json(text, typeRegistry: types),
      message,
    );
    expectThrows<ArgumentError>(message.toProto3Json);
  });

  test('JSON is read in every spelling that protobuf allows', () {
    Everything read(Map<String, Object?> json) =>
        Everything()..mergeFromProto3Json(json);
    expect(
      read({'time': '1972-01-01T10:00:20.5+01:00'}).time,
      Timestamp(seconds: Int64(63104420), nanos: 500000000),
    );
    expect(read({'int64_value': 5}).int64Value.value, Int64(5));
    expect(read({'int64Value': '1e3'}).int64Value.value, Int64(1000));
    expect(read({'bytesValue': '-_8'}).bytesValue.value, [251, 255]);
    expect(read({'nullValue': 'NULL_VALUE'}).hasNullValue(), true);
    expect(read({'time': null}).hasTime(), false);
    expect(read({'value': null}).value.hasNullValue(), true);
    // What is there is added to.
    final twice = Everything(times: [Timestamp()])
      ..mergeFromProto3Json({
        'times': ['1970-01-01T00:00:01Z'],
      });
    expect(twice.times.length, 2);
    final lenient = Everything()
      ..mergeFromProto3Json({
        'what': 1,
        'nullValue': 'what',
        'boolValue': true,
      }, ignoreUnknownFields: true);
    expect(lenient, Everything(boolValue: BoolValue(value: true)));
  });

  test('what is no JSON of a message is refused, and where is said', () {
    for (final (json, place) in <(Object?, String)>[
      ([], 'root'),
      ({'what': 1}, 'root.what'),
      ({'time': 'yesterday'}, 'root.time'),
      ({'time': '2023-02-29T00:00:00Z'}, 'root.time'),
      ({'time': '0000-01-01T00:00:00Z'}, 'root.time'),
      ({'duration': '1'}, 'root.duration'),
      ({'duration': '315576000001s'}, 'root.duration'),
      ({'mask': 'user_name'}, 'root.mask'),
      ({'boolValue': 1}, 'root.boolValue'),
      ({'uint64Value': '-1'}, 'root.uint64Value'),
      ({'int64Value': '9223372036854775808'}, 'root.int64Value'),
      ({'int64Value': 0.5}, 'root.int64Value'),
      ({'doubleValue': '1,5'}, 'root.doubleValue'),
      ({'bytesValue': '*'}, 'root.bytesValue'),
      ({'nullValue': 'what'}, 'root.nullValue'),
      (
        {
          'any': {'a': 1},
        },
        'root.any',
      ),
      (
        {
          'any': {'@type': 'x/optional.v1.Fields'},
        },
        'root.any',
      ),
      (
        {
          'times': ['1970-01-01T00:00:00Z', null],
        },
        'root.times.1',
      ),
      ({'times': {}}, 'root.times'),
    ]) {
      final error = expectThrows<FormatException>(
        () => Everything()..mergeFromProto3Json(json),
      );
      expect(error.message.split(':').first, 'At $place');
    }
    for (final message in [
      Everything(time: Timestamp(nanos: -1)),
      Everything(time: Timestamp(seconds: Int64(253402300800))),
      Everything(duration: Duration(seconds: Int64(1), nanos: -1)),
      Everything(mask: FieldMask(paths: ['userName'])),
      Everything(value: Value(numberValue: double.nan)),
      Everything(value: Value()),
    ]) {
      expectThrows<ArgumentError>(message.toProto3Json);
    }
  });
}
