// What a call over FFI costs, beside a port per call: run by `make bench-dart`.
//
// usage: ffi.dart LIBRARY

import 'dart:async';
import 'dart:ffi';
import 'dart:isolate';
import 'dart:typed_data';

import 'package:bellwire/bellwire.dart';
import 'package:bellwire/ffi.dart';
import 'package:bellwire/google/protobuf/any.pb.dart';

import '../test/gen/common/v1/error.pb.dart';
import '../test/gen/fixture/v1/echo.bellwire.dart';

typedef Call = Future<Result<Blob, Problem>> Function(Blob input);

/// A call through a session of this package.
Future<Result<Blob, Problem>> bySession(Blob input) =>
    EchoEventKeep(input).send();

/// The peer: a port and a completer for each call, and an envelope each way.
final class PortPerCall {
  PortPerCall(DynamicLibrary library)
    : _call = library
          .lookupFunction<
            Void Function(Int64, Pointer<Uint8>, UintPtr),
            void Function(int, Pointer<Uint8>, int)
          >('bench_call', isLeaf: true) {
    // The function that allo-isolate posts with.
    library.lookupFunction<
      Void Function(Pointer<Void>),
      void Function(Pointer<Void>)
    >('store_dart_post_cobject')(NativeApi.postCObject.cast());
  }

  final void Function(int port, Pointer<Uint8> input, int length) _call;

  static final _allocate = DynamicLibrary.process()
      .lookupFunction<
        Pointer<Uint8> Function(UintPtr),
        Pointer<Uint8> Function(int)
      >('malloc', isLeaf: true);

  static final _free = DynamicLibrary.process()
      .lookupFunction<
        Void Function(Pointer<Uint8>),
        void Function(Pointer<Uint8>)
      >('free', isLeaf: true);

  Future<Result<Blob, Problem>> call(Blob input) async {
    final request = Any(
      typeUrl: 'Keep',
      value: input.writeToBuffer(),
    ).writeToBuffer();
    final completer = Completer<Uint8List>();
    final port = RawReceivePort();
    port.handler = (Uint8List answer) {
      port.close();
      completer.complete(answer);
    };
    final memory = _allocate(request.length);
    memory.asTypedList(request.length).setAll(0, request);
    _call(port.sendPort.nativePort, memory, request.length);
    _free(memory);
    final response = Any.fromBuffer(await completer.future);
    if (response.typeUrl.isNotEmpty) return Err(Problem());
    return Ok(Blob.fromBuffer(response.value));
  }
}

/// So many calls one after another, with as many of them under way at once.
Future<void> calls(Call call, Blob input, int count, int atOnce) async {
  Future<void> one(int count) async {
    for (var left = count; left > 0; left--) {
      final answer = await call(input);
      if (answer.okOrNull?.bytes.length != input.bytes.length) throw answer;
    }
  }

  await Future.wait([
    for (var lane = 0; lane < atOnce; lane++) one(count ~/ atOnce),
  ]);
}

/// What a call takes: the best of several windows, since another process may have
/// the processor in any of them. The two take turns.
Future<(double ours, double theirs)> microseconds(
  Call ours,
  Call theirs,
  int size, {
  int atOnce = 1,
}) async {
  final input = Blob(bytes: Uint8List(size));
  final count = size > 100000 ? 16 : 2048;
  final best = [double.infinity, double.infinity];
  for (var window = 0; window < 30; window++) {
    for (final (index, call) in [ours, theirs].indexed) {
      final watch = Stopwatch()..start();
      await calls(call, input, count, atOnce);
      final each = watch.elapsedMicroseconds / count;
      if (each < best[index]) best[index] = each;
    }
  }
  return (best[0], best[1]);
}

void row(String what, double ours, double theirs, {required bool more}) {
  final ratio = more ? ours / theirs : theirs / ours;
  String number(double value) =>
      value >= 100 ? value.toStringAsFixed(0) : value.toStringAsFixed(1);
  print(
    '| $what | ${number(ours)} | ${number(theirs)} '
    '| ${ratio.toStringAsFixed(1)} |',
  );
}

Future<void> main(List<String> arguments) async {
  final path = arguments.single;
  final library = DynamicLibrary.open(path);
  defaultTransport = FfiTransport.open('dart_bench', path: path);
  final theirs = PortPerCall(library).call;
  final allocated = library.lookupFunction<UintPtr Function(), int Function()>(
    'bench_allocated',
    isLeaf: true,
  );

  print('| | Bellwire | a port per call | times better |');
  print('|---|---|---|---|');
  for (final (what, size) in [
    ('0 B', 0),
    ('100 B', 100),
    ('10 kB', 10000),
    ('1 MiB', 1 << 20),
  ]) {
    final (a, b) = await microseconds(bySession, theirs, size);
    row('$what there and back, µs', a, b, more: false);
  }
  for (final atOnce in [1, 64]) {
    final (a, b) = await microseconds(bySession, theirs, 100, atOnce: atOnce);
    row('calls per second, $atOnce at once', 1e6 / a, 1e6 / b, more: true);
  }
  Future<double> mebibytes(Call call) async {
    final before = allocated();
    await call(Blob(bytes: Uint8List(1 << 20)));
    return (allocated() - before) / (1 << 20);
  }

  row(
    'MiB allocated in Rust for 1 MiB there and back',
    await mebibytes(bySession),
    await mebibytes(theirs),
    more: false,
  );
  await defaultTransport?.close();
}
