// The program against a core in memory: what it prints, line by line.

import 'dart:async';

import 'package:bellwire/bellwire.dart';

import '../lib/main.dart';
import 'fake_core.dart';

const expected = [
  'Signed in as Ada Lovelace.',
  'Changed: Shopping, revision 1.',
  'Changed: Shopping, revision 2.',
  'File 1.md of 1: 24 characters.',
  'Deleted: 1.',
  'Refused: title: A note needs a title.',
];

Future<void> main() async {
  defaultTransport = fakeCore();
  final printed = <String>[];
  await runZoned(
    visit,
    zoneSpecification: ZoneSpecification(
      print: (_, _, _, line) => printed.add(line),
    ),
  );
  if (printed.join('\n') != expected.join('\n')) throw printed.join('\n');
}
