// Run by tests/compile-rust/tests/dart.rs: reads messages that prost wrote, and
// writes them back.

import 'dart:io';

import 'package:protobuf/protobuf.dart';

import '../golden/maps/dart/maps/v1/maps.pb.dart';
import '../golden/oneofs/dart/oneofs/v1/oneofs.pb.dart';

final Map<String, GeneratedMessage Function(List<int>)> messages = {
  'Keys': Keys.fromBuffer,
  'Scalars': Scalars.fromBuffer,
  'Values': Values.fromBuffer,
};

void main(List<String> arguments) {
  for (final line in File(arguments.single).readAsLinesSync()) {
    final [name, hex] = line.split(' ');
    // Read a second time, so that nothing is written back that was not understood.
    final decode = messages[name]!;
    final message = decode(decode(_bytes(hex)).writeToBuffer());
    stdout.writeln(
      message
          .writeToBuffer()
          .map((byte) => byte.toRadixString(16).padLeft(2, '0'))
          .join(),
    );
  }
}

List<int> _bytes(String hex) => [
  for (var at = 0; at < hex.length; at += 2)
    int.parse(hex.substring(at, at + 2), radix: 16),
];
