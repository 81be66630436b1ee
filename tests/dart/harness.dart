// Just enough of a test framework to need no package: the VM of tools/dart has none.

import 'dart:async';
import 'dart:io';

final List<(String, FutureOr<void> Function())> _tests = [];

/// Declares a test.
void test(String name, FutureOr<void> Function() body) =>
    _tests.add((name, body));

/// Runs what was declared, and ends the program with what came of it.
Future<void> runTests() async {
  var failures = 0;
  for (final (name, body) in _tests) {
    try {
      await body();
    } catch (error, stackTrace) {
      failures++;
      print('FAILED: $name\n$error\n$stackTrace');
    }
  }
  print('${_tests.length - failures} of ${_tests.length} tests passed');
  exit(failures == 0 && _tests.isNotEmpty ? 0 : 1);
}

/// Fails unless both are equal; lists and maps by their elements.
void expect(Object? actual, Object? expected) {
  if (!_equal(actual, expected)) {
    throw 'expected $expected, got $actual';
  }
}

/// Fails unless the function throws a [T], which it gives.
T expectThrows<T extends Object>(void Function() function) {
  try {
    function();
  } on T catch (error) {
    return error;
  }
  throw 'expected a $T to be thrown';
}

/// Fails unless the future ends with a [T], which it gives.
Future<T> expectFailure<T extends Object>(Future<Object?> future) async {
  try {
    await future;
  } on T catch (error) {
    return error;
  }
  throw 'expected a $T to be thrown';
}

/// Lets everything run that is ready to.
Future<void> settle() => Future.delayed(Duration.zero);

bool _equal(Object? a, Object? b) => switch ((a, b)) {
  (final List<Object?> a, final List<Object?> b) =>
    a.length == b.length &&
        Iterable<int>.generate(a.length).every((i) => _equal(a[i], b[i])),
  (final Map<Object?, Object?> a, final Map<Object?, Object?> b) =>
    a.length == b.length && a.keys.every((key) => _equal(a[key], b[key])),
  (final double a, final double b) when a.isNaN => b.isNaN,
  _ => a == b,
};
