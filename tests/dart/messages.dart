// Messages behave as those of protoc-gen-dart do.

import 'dart:typed_data';

import 'package:bellwire/google/protobuf/duration.pb.dart';
import 'package:bellwire/google/protobuf/struct.pb.dart';
import 'package:bellwire/google/protobuf/timestamp.pb.dart';
import 'package:fixnum/fixnum.dart' show Int64;
import 'package:protobuf/protobuf.dart';

import '../golden/bytes/dart/bytes/v1/bytes.pb.dart';
import '../golden/hostile_names/dart/hostile/fields.pb.dart' as hostile;
import '../golden/integers/dart/integers/v1/integers.pb.dart';
import '../golden/maps/dart/maps/v1/maps.pb.dart' as maps;
import '../golden/nested/dart/nested/v1/nested.pb.dart';
import '../golden/oneofs/dart/oneofs/v1/oneofs.pb.dart' as oneofs;
import '../golden/optional_fields/dart/optional/v1/optional.pb.dart'
    as optional;
import '../golden/proto2/dart/proto2/v1/groups.pb.dart' as groups;
import '../golden/proto2/dart/proto2/v1/proto2.pb.dart' as proto2;
import '../golden/well_known_types/dart/well_known/v1/well_known.pb.dart';
import 'harness.dart';

/// Encodes and decodes a message, and fails unless that changes nothing.
T roundTrip<T extends GeneratedMessage>(
  T message,
  T Function(List<int>) decode,
) {
  final bytes = message.writeToBuffer();
  final decoded = decode(bytes);
  expect(decoded, message);
  expect(decoded.writeToBuffer(), bytes);
  return decoded;
}

void declare() {
  test('integers keep their extremes', () {
    final message = Integers(
      a: -0x80000000,
      b: Int64.MIN_VALUE,
      c: 0xffffffff,
      d: Int64.MAX_VALUE,
      e: -1,
      f: Int64.MIN_VALUE,
      g: 0xffffffff,
      h: Int64(-1),
      i: -0x80000000,
      j: Int64.MIN_VALUE,
      many: [Int64.MIN_VALUE, Int64.ZERO, Int64.MAX_VALUE],
      last: Int64(7),
    );
    final decoded = roundTrip(message, Integers.fromBuffer);
    expect(decoded.d, Int64.MAX_VALUE);
    expect(decoded.many, [Int64.MIN_VALUE, Int64.ZERO, Int64.MAX_VALUE]);
    expect(Integers().b, Int64.ZERO);
    for (final number in [Int64.MAX_VALUE, Int64.ONE << 62, Int64(-1)]) {
      expect(roundTrip(Integers(f: number), Integers.fromBuffer).f, number);
    }
    expectThrows<ArgumentError>(() => Integers(a: 0x80000000));
  });

  test('the bytes are those of the specification', () {
    expect(Integers(a: 150).writeToBuffer(), [0x08, 0x96, 0x01]);
    expect(optional.Fields(implicit: 'hi').writeToBuffer(), [10, 2, 104, 105]);
    expect(optional.Fields(packed: [3, 270]).writeToBuffer(), [
      0x62,
      3,
      3,
      0x8e,
      2,
    ]);
    expect(optional.Fields(unpacked: [3, 4]).writeToBuffer(), [
      0x68,
      3,
      0x68,
      4,
    ]);
  });

  test('presence, clearing and defaults', () {
    final message = optional.Fields();
    expect(message.hasExplicit(), false);
    message.explicit = '';
    expect(message.hasExplicit(), true);
    expect(roundTrip(message, optional.Fields.fromBuffer).hasExplicit(), true);
    message.clearExplicit();
    expect(message.hasExplicit(), false);
    expect(message.writeToBuffer(), <int>[]);
    expect(message.hasMessage(), false);
    message.ensureMessage().flag = true;
    expect(message.message.flag, true);
    expect(message.kind, optional.Kind.KIND_UNSPECIFIED);
    expect(
      identical(optional.Fields.getDefault(), optional.Fields().message),
      true,
    );
    expect(message.createEmptyInstance(), optional.Fields());
  });

  test('enums', () {
    expect(optional.Kind.valueOf(-1), optional.Kind.KIND_NEGATIVE);
    expect(optional.Kind.valueOf(99), null);
    expect(identical(optional.Kind.KIND_UNO, optional.Kind.KIND_ONE), true);
    expect('${optional.Kind.KIND_NEGATIVE}', 'KIND_NEGATIVE');
    expect(Extremes.EXTREMES_MIN.value, -0x80000000);
    final message = optional.Fields(kind: optional.Kind.KIND_NEGATIVE);
    expect(
      roundTrip(message, optional.Fields.fromBuffer).kind,
      optional.Kind.KIND_NEGATIVE,
    );
  });

  test('bytes', () {
    final message = Bytes(
      one: Uint8List.fromList([0, 255]),
      many: [
        <int>[],
        [1, 2, 3],
      ],
      maybe: [],
      named: [
        const MapEntry('key', [9]),
      ],
      raw: [1],
    );
    final decoded = roundTrip(message, Bytes.fromBuffer);
    expect(decoded.named['key'], [9]);
    expect(decoded.whichChoice(), Bytes_Choice.raw);
  });

  test('maps', () {
    final keys = maps.Keys(
      int64Key: [MapEntry(Int64.MIN_VALUE, 'least')],
      boolKey: [const MapEntry(true, 'yes')],
    )..stringKey['a'] = 'b';
    expect(
      roundTrip(keys, maps.Keys.fromBuffer).int64Key[Int64.MIN_VALUE],
      'least',
    );
    final values = maps.Values(
      kindValue: [const MapEntry('k', maps.Kind.KIND_OTHER)],
      messageValue: [
        MapEntry('m', maps.Values(int32Value: [const MapEntry('n', 1)])),
      ],
    );
    final decoded = roundTrip(values, maps.Values.fromBuffer);
    expect(decoded.kindValue, {'k': maps.Kind.KIND_OTHER});
    expect(decoded.messageValue['m']?.int32Value, {'n': 1});
    // What stands in an entry may be left out of it.
    for (final (field, number) in [
      ('int64Key', 2),
      ('uint64Key', 4),
      ('sint64Key', 6),
      ('fixed64Key', 8),
      ('sfixed64Key', 10),
    ]) {
      final read = maps.Keys.fromBuffer([number << 3 | 2, 3, 18, 1, 0x78]);
      expect(read.toProto3Json(), {
        field: {'0': 'x'},
      });
    }
    final bare = maps.Keys.fromBuffer([0x6a, 0, 0x72, 0, 0x7a, 0]);
    expect(bare.kind, {Int64.ZERO: maps.Kind.KIND_UNSPECIFIED});
    expect(bare.both, {Int64.ZERO: Int64.ZERO});
    bare.message[Int64.ZERO]?.int32Value['n'] = 1;
    final zeros = maps.Values.fromBuffer([0x22, 0, 0x2a, 0]);
    expect(zeros.int64Value, {'': Int64.ZERO});
    expect(zeros.uint64Value, {'': Int64.ZERO});
    expect(maps.Values.fromBuffer([0x42, 3, 10, 1, 0x78]).kindValue, {
      'x': maps.Kind.KIND_UNSPECIFIED,
    });
  });

  test('a number that no value of an enum has stays in a map', () {
    final bytes = [0x42, 5, 10, 1, 0x78, 16, 9];
    final message = maps.Values.fromBuffer(bytes);
    expect(message.kindValue['x']?.value, 9);
    expect(message.writeToBuffer(), bytes);
    expect(maps.Kind.valueOf(9), null);
    final keyed = maps.Keys.fromBuffer([0x6a, 4, 8, 1, 16, 9]);
    expect(keyed.kind[Int64.ONE]?.value, 9);
  });

  test('oneofs hold one field at a time', () {
    final message = oneofs.Mixed(
      a: 'first',
      c: oneofs.Scalars(boolValue: true),
    );
    expect(message.whichFirst(), oneofs.Mixed_First.a);
    message.b = 'second';
    expect(message.whichFirst(), oneofs.Mixed_First.b);
    expect(message.hasA(), false);
    expect(roundTrip(message, oneofs.Mixed.fromBuffer).b, 'second');
    message.clearFirst();
    expect(message.whichFirst(), oneofs.Mixed_First.notSet);
    expect(message.whichSecond(), oneofs.Mixed_Second.c);
    final label = switch (message.c.whichValue()) {
      oneofs.Scalars_Value.boolValue => 'a bool',
      _ => 'something else',
    };
    expect(label, 'a bool');
  });

  test('nested and recursive messages', () {
    final message = Outer(
      middle: Outer_Middle(
        inner: Outer_Middle_Inner(
          kind: Outer_Middle_Inner_Kind.KIND_DEEP,
          outer: Outer(kind: Outer_Middle_Inner_Kind.KIND_DEEP),
        ),
      ),
    );
    final decoded = roundTrip(message, Outer.fromBuffer);
    expect(decoded.middle.inner.outer.kind, Outer_Middle_Inner_Kind.KIND_DEEP);
  });

  test('unknown fields are kept', () {
    final bytes = optional.Fields(
      implicit: 'known',
      big: Int64(5),
      list: [optional.Fields(implicit: 'in a list')],
    ).writeToBuffer();
    final other = oneofs.google.fromBuffer(bytes);
    expect(other.unknownFields.isNotEmpty, true);
    expect(optional.Fields.fromBuffer(other.writeToBuffer()).big, Int64(5));
  });

  test('frozen messages, copies, equality', () {
    final message = optional.Fields(implicit: 'a', packed: [1])..freeze();
    expectThrows<UnsupportedError>(() => message.implicit = 'b');
    final rebuilt = message.rebuild((copy) => copy.implicit = 'b');
    expect(rebuilt.implicit, 'b');
    expect(message.implicit, 'a');
    final copy = message.deepCopy()..packed.add(2);
    expect(copy.packed, [1, 2]);
    expect(copy == message, false);
    expect(
      message.hashCode,
      optional.Fields(implicit: 'a', packed: [1]).hashCode,
    );
  });

  test('the JSON of package:protobuf, and that of protobuf', () {
    final message = optional.Fields(
      implicit: 'text',
      big: Int64.MAX_VALUE,
      data: [1, 2],
      kind: optional.Kind.KIND_ONE,
      renamed: 'name',
    );
    expect(optional.Fields.fromJson(message.writeToJson()), message);
    final json = message.toProto3Json();
    expect(json, {
      'implicit': 'text',
      'big': '9223372036854775807',
      'data': 'AQI=',
      'kind': 'KIND_ONE',
      'anotherName': 'name',
    });
    expect(optional.Fields()..mergeFromProto3Json(json), message);
    // The field's own name is understood as well.
    expect(
      (optional.Fields()..mergeFromProto3Json({'also_message': {}}))
          .hasAlsoMessage(),
      true,
    );
  });

  test('proto2: defaults, required fields, closed enums', () {
    final message = proto2.Fields();
    expect(message.optionalText, 'a "quoted" \n default');
    expect(message.number, -7);
    expect(message.big, Int64.parseInt('9007199254740993'));
    expect(message.bigger, Int64(-1));
    expect(message.infinite, double.infinity);
    expect(message.less, double.negativeInfinity);
    expect(message.notANumber, double.nan);
    expect(message.small, 1.5e-7);
    expect(message.yes, true);
    expect(message.data, [0, 1, 255, 97, 98, 99]);
    expect(message.kind, proto2.Kind.TWO);
    expect(message.isInitialized(), false);
    message.requiredText = 'there';
    expect(message.isInitialized(), true);
    // Number 9 is no value of the enum: it is an unknown field.
    final strange = proto2.Fields.fromBuffer([0x0a, 0, 0x60, 9]);
    expect(strange.hasKind(), false);
    expect(strange.writeToBuffer(), [0x0a, 0, 0x60, 9]);
  });

  test('proto2: groups', () {
    final message = groups.Search(
      result: [
        groups.Search_Result(
          url: 'x',
          rank: groups.Search_Result_Rank(value: 0.5),
        ),
      ],
    );
    expect(
      roundTrip(message, groups.Search.fromBuffer).result.single.rank.value,
      0.5,
    );
  });

  test('proto2: extensions', () {
    final message = proto2.Fields(requiredText: 'r')
      ..setExtension(proto2.Proto2.note, 'a note')
      ..addExtension(proto2.Proto2.others, proto2.Fields(requiredText: 'o'))
      ..setExtension(proto2.Scope.scope, proto2.Scope());
    final registry = ExtensionRegistry();
    proto2.Proto2.registerAllExtensions(registry);
    final decoded = proto2.Fields.fromBuffer(message.writeToBuffer(), registry);
    expect(decoded.getExtension(proto2.Proto2.note), 'a note');
    expect(
      (decoded.getExtension(proto2.Proto2.others) as List<proto2.Fields>)
          .single
          .requiredText,
      'o',
    );
    // This one was not registered, and is kept all the same.
    expect(decoded.hasExtension(proto2.Scope.scope), false);
    expect(decoded.writeToBuffer(), message.writeToBuffer());
  });

  test('well-known types come with the runtime', () {
    final message = Everything(
      time: Timestamp(seconds: Int64(1), nanos: 2),
      duration: Duration(seconds: Int64(-3)),
      value: Value(
        structValue: Struct(fields: [MapEntry('a', Value(numberValue: 1.5))]),
      ),
      nullValue: NullValue.NULL_VALUE,
    );
    final decoded = roundTrip(message, Everything.fromBuffer);
    expect(decoded.value.structValue.fields['a']?.numberValue, 1.5);
    expect(decoded.time.nanos, 2);
  });

  test('hostile names are told apart by their numbers', () {
    final message = hostile.Scalars(
      hashCode_12: 'a',
      toString_11: 'b',
      type: 'c',
    );
    final decoded = roundTrip(message, hostile.Scalars.fromBuffer);
    expect(decoded.hashCode_12, 'a');
    expect(decoded.getField(11), 'b');
  });

  test('bytes that are no message are refused', () {
    expectThrows<InvalidProtocolBufferException>(
      () => optional.Fields.fromBuffer([10, 200, 1]),
    );
  });
}
