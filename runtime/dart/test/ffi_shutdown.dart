// Run by runtime/rust/tests/dart_ffi.rs: the program ends, and takes the VM down,
// while calls, streams and notifications are under way in five isolates.
//
// usage: ffi_shutdown.dart LIBRARY exit|return|kill

import 'dart:async';
import 'dart:ffi';
import 'dart:io';
import 'dart:isolate';

import 'package:bellwire/bellwire.dart';
import 'package:bellwire/ffi.dart';

import 'gen/fixture/v1/echo.bellwire.dart';

/// What the core can be made to do: to speak without a pause, and to abort the
/// process if it does not end within a minute.
const speak = 6;

/// Has calls, streams and a listener under way, and says so when it hears news.
Future<void> underWay((String path, SendPort ready) arguments) async {
  final (path, ready) = arguments;
  defaultTransport = FfiTransport.open('ffi_fixture', path: path);
  final heard = Completer<void>();
  final listener = EchoNotificationListener(
    onSaid: (_) {
      if (!heard.isCompleted) heard.complete();
    },
    onLagged: (_) {},
  );
  await listener.start();
  for (var number = 0; number < 100; number++) {
    const EchoEventWait().send().ignore();
    const EchoEventTick().send().listen((_) {});
  }
  for (var number = 0; number < 10; number++) {
    unawaited(talk());
  }
  await heard.future;
  ready.send(null);
}

/// Calls again and again.
Future<void> talk() async {
  while (true) {
    await EchoEventSay(Text(text: 'hello' * 1000)).send();
  }
}

Future<void> main(List<String> arguments) async {
  final [path, how] = arguments;
  final make = DynamicLibrary.open(path)
      .lookupFunction<Void Function(Uint32, Uint32), void Function(int, int)>(
        'fixture_make',
      );
  // The first call starts the core.
  final first = FfiTransport.open('ffi_fixture', path: path);
  await const EchoEventNothing().send(transport: first);
  make(speak, 0);
  final ready = ReceivePort();
  for (var number = 0; number < 4; number++) {
    await Isolate.spawn(underWay, (path, ready.sendPort));
  }
  await ready.take(4).drain<void>();
  if (how == 'return') {
    // This isolate waits for nothing, though the others do.
    return;
  }
  await underWay((path, ReceivePort().sendPort));
  switch (how) {
    case 'exit':
      exit(0);
    case 'kill':
      Isolate.current.kill(priority: Isolate.immediate);
    default:
      throw ArgumentError.value(how);
  }
}
