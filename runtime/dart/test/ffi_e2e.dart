// Run by runtime/rust/tests/dart_ffi.rs, over real FFI with the core of the Rust
// runtime's own tests.
//
// usage: ffi_e2e.dart LIBRARY

import 'dart:async';
import 'dart:ffi';
import 'dart:io' show ProcessInfo;
import 'dart:isolate';
import 'dart:typed_data';

import 'package:bellwire/bellwire.dart';
import 'package:bellwire/ffi.dart';
import 'package:fixnum/fixnum.dart' show Int64;

import '../../../tests/dart/harness.dart';
import 'gen/common/v1/error.pb.dart';
import 'gen/fixture/v1/echo.bellwire.dart';

late final String path;
late final DynamicLibrary library;

FfiTransport open({
  List<int> config = const [],
  void Function(Unserved)? onUnserved,
}) => FfiTransport.open(
  'ffi_fixture',
  path: path,
  config: config,
  onUnserved: onUnserved,
);

/// What the core can be asked for, beside the events: how many there are.
enum Count { alive, dropped, subscriptions, sessions, calls, starts }

late final int Function(int of) _count = library
    .lookupFunction<Uint64 Function(Uint32), int Function(int)>(
      'fixture_count',
    );

int count(Count of) => _count(of.index);

/// What the core can be made to do.
enum Make { go, said, changed, progress, leaving, unblock }

late final void Function(int what, int number) _make = library
    .lookupFunction<Void Function(Uint32, Uint32), void Function(int, int)>(
      'fixture_make',
    );

void make(Make what, [int number = 0]) => _make(what.index, number);

Future<void> until(bool Function() holds) async {
  for (var left = 12000; !holds(); left--) {
    if (left == 0) throw 'it did not come to hold';
    await Future<void>.delayed(const Duration(milliseconds: 5));
  }
}

Future<void> stillThere() async {
  final said = await EchoEventSay(Text(text: 'still here')).send();
  expect(said.okOrNull?.text, 'still here');
}

Future<FaultCode> codeOf(Future<Object?> call) async =>
    (await expectFailure<Fault>(call)).code;

/// Runs in an isolate of its own: 2,500 calls, 250 of them in flight at a time and
/// every tenth given up, beside listeners that stay and that come and go. Gives how
/// many calls ended as they should.
Future<int> busy(String path) async {
  final transport = FfiTransport.open('ffi_fixture', path: path);
  var heard = 0;
  EchoNotificationListener listen() =>
      EchoNotificationListener(onSaid: (_) => heard++, transport: transport);
  final listener = listen();
  await listener.start();
  var (next, answers) = (0, 0);
  Future<void> caller() async {
    while (next < 2500) {
      final number = next++;
      if (await isAnswered(number, transport)) answers++;
    }
  }

  Future<void> comeAndGo() async {
    while (next < 2500) {
      final passing = listen();
      await passing.start();
      await passing.stop();
    }
  }

  await Future.wait([
    for (var number = 0; number < 250; number++) caller(),
    comeAndGo(),
  ]);
  while (heard == 0) {
    await Future<void>.delayed(const Duration(milliseconds: 1));
  }
  await listener.stop();
  await transport.close();
  return answers;
}

/// Makes a call, or gives one up; whether it ends as it should.
Future<bool> isAnswered(int number, Transport transport) async {
  if (number % 10 == 0) {
    final call = const EchoEventWait().send(transport: transport);
    await null;
    call.cancel();
    return await codeOf(call) == FaultCode.cancelled;
  }
  final text = '$number, äöü';
  final call = EchoEventSay(Text(text: text)).send(transport: transport);
  return (await call).okOrNull?.text == text;
}

/// Runs in an isolate of its own, and is killed before it ends anything.
Future<void> abandoned((String path, SendPort ready) arguments) async {
  final (path, ready) = arguments;
  final transport = defaultTransport = FfiTransport.open(
    'ffi_fixture',
    path: path,
  );
  final listener = EchoNotificationListener(onSaid: (_) {});
  await listener.start();
  for (var number = 0; number < 10; number++) {
    const EchoEventWait().send().ignore();
  }
  const EchoEventTick().send().listen((_) {});
  await EchoEventSay(Text(text: 'all is sent')).send(transport: transport);
  ready.send(null);
  await Completer<void>().future;
}

Future<void> main(List<String> arguments) async {
  path = arguments.single;
  library = DynamicLibrary.open(path);

  test('no library, no core, no transport: faults, and no hanging', () async {
    final early = const EchoEventNothing().send();
    expect(await codeOf(early), FaultCode.failedPrecondition);
    for (final open in [
      () => FfiTransport.open('nobody_has_this'),
      () => FfiTransport.open('ffi_fixture', path: '/nowhere.so'),
      () => FfiTransport.open('another_name', path: path),
    ]) {
      expect(expectThrows<Fault>(open).code, FaultCode.unavailable);
    }
    expect(
      expectThrows<Fault>(() => FfiTransport.at(0)).code,
      FaultCode.invalidArgument,
    );
    final transport = open(config: 'fail'.codeUnits);
    final fault = await expectFailure<Fault>(
      const EchoEventNothing().send(transport: transport),
    );
    expect(fault.code, FaultCode.unavailable);
    expect(fault.message, 'the core did not start: it was told to fail');
    final later = const EchoEventNothing().send(transport: transport);
    expect(await expectFailure<Fault>(later), fault);
    final ticks = const EchoEventTick().send(transport: transport).toList();
    expect(await expectFailure<Fault>(ticks), fault);
    final listener = EchoNotificationListener(
      onLeaving: () {},
      transport: transport,
    );
    expect(await expectFailure<Fault>(listener.start()), fault);
    await transport.close();
    expect(count(Count.starts), 0);
    defaultTransport = open();
    await stillThere();
    expect(count(Count.starts), 1);
  });

  test('output and error of the schema', () async {
    final said = await EchoEventSay(Text(text: 'héllo')).send();
    expect(said.okOrNull?.text, 'héllo');
    final refused = await EchoEventSay(Text()).send();
    expect(refused.errOrNull?.reason, 'nothing was said');
    expect((await const EchoEventNothing().send()).isOk, true);
  });

  test('metadata and the timeout reach the handler', () async {
    final described = await const EchoEventDescribe().send(
      metadata: {'x-who': 'ada', 'x-other': 'a' * 300},
      timeout: const Duration(days: 1000),
    );
    expect(
      described.okOrNull?.text,
      'fixture.v1.EchoEvent/Describe by ada with a deadline',
    );
    for (final metadata in [
      {'X-Who': 'ada'},
      {'x-who': 'a\r\nb: c'},
      {'x-who': 'é'},
    ]) {
      final call = const EchoEventDescribe().send(metadata: metadata);
      expect(await codeOf(call), FaultCode.invalidArgument);
    }
    await stillThere();
  });

  test('payloads of every size, and beyond the limit', () async {
    for (final size in [0, 1, 127, 128, 16384, 1 << 20, 60 << 20]) {
      final bytes = Uint8List(size);
      if (size > 0) bytes[size - 1] = 7;
      final kept = await EchoEventKeep(Blob(bytes: bytes)).send();
      final back = kept.okOrNull!.bytes;
      expect(back.length, size);
      if (size > 0) expect(back[size - 1], 7);
    }
    // The core takes it, and package:protobuf does not take the answer.
    final beyond = Blob(bytes: Uint8List(100 << 20));
    final unread = await expectFailure<Fault>(EchoEventKeep(beyond).send());
    expect(unread.code, FaultCode.resourceExhausted);
    expect(unread.message.contains('64 MiB'), true);
    final large = Blob(bytes: Uint8List((100 << 20) + 1));
    final fault = await expectFailure<Fault>(EchoEventKeep(large).send());
    expect(fault.code, FaultCode.resourceExhausted);
    expect(fault.message.contains('payload_bytes'), true);
    await stillThere();
  });

  test('a panic is a fault, and the next call works', () async {
    for (final (time, what) in [
      ('now', 'before the first await'),
      ('later', 'after the first await'),
    ]) {
      final call = EchoEventPanic(Text(text: time)).send();
      final fault = await expectFailure<Fault>(call);
      expect(fault.code, FaultCode.internal);
      expect(fault.message.contains(what), true);
      await stillThere();
    }
  });

  test('what the core does not have is told, and the rest works', () async {
    final told = <String>[];
    final transport = open(
      onUnserved: (unserved) =>
          told.add('${unserved.path} ${unserved.reason.name}'),
    );
    expect(
      await codeOf(Unheard(Text()).send(transport: transport)),
      FaultCode.unimplemented,
    );
    expect(
      await codeOf(Different(Text()).send(transport: transport)),
      FaultCode.failedPrecondition,
    );
    expect(told, [
      'fixture.v1.EchoEvent/Unheard unknown',
      'fixture.v1.EchoEvent/Nothing different',
    ]);
    final unserved = <String>[];
    final listener = StrangeListener(
      onStrange: () => throw 'never',
      onUnserved: (news) => unserved.add(news.path),
      transport: transport,
    );
    await listener.start();
    expect(unserved, ['fixture.v1.EchoNotification/Strange']);
    await listener.stop();
    final said = EchoEventSay(Text(text: 'works')).send(transport: transport);
    expect((await said).okOrNull?.text, 'works');
    await transport.close();
  });

  test('bytes that are no message are a fault', () async {
    final call = Garbled(Number(number: Int64(7))).send();
    expect(await codeOf(call), FaultCode.invalidArgument);
    await stillThere();
  });

  test('deadline and cancel drop the handler', () async {
    const short = Duration(milliseconds: 50);
    for (final late in <Future<Object?> Function()>[
      () => const EchoEventNever().send(),
      () => const EchoEventWait().send(timeout: short),
    ]) {
      final before = count(Count.dropped);
      // On a busy machine its time may be up before its handler runs.
      do {
        expect(await codeOf(late()), FaultCode.deadlineExceeded);
        await until(() => count(Count.alive) == 0);
      } while (count(Count.dropped) == before);
    }
    final dropped = count(Count.dropped);
    final call = const EchoEventWait().send();
    await until(() => count(Count.alive) == 1);
    call.cancel();
    call.cancel();
    expect(await codeOf(call), FaultCode.cancelled);
    await until(() => count(Count.dropped) == dropped + 1);
    const EchoEventWait().send().cancel();
    await stillThere();
    await until(() => count(Count.alive) == 0);
    final going = const EchoEventWait().send();
    make(Make.go);
    expect((await going).okOrNull?.text, 'done');
    going.cancel();
    expect(count(Count.alive), 0);
  });

  test('streams: order, end and error', () async {
    final all = await EchoEventCount(
      CountRequest(to: Int64(1000)),
    ).send().toList();
    expect(
      [for (final item in all) item.okOrNull?.number.toInt()],
      [for (var number = 1; number <= 1000; number++) number],
    );
    final failed = await EchoEventCount(
      CountRequest(to: Int64(1), fail: true),
    ).send().toList();
    expect(failed.length, 2);
    expect(failed.first.okOrNull?.number, Int64(1));
    expect(failed.last.errOrNull?.reason, 'cannot count further');
    final refused = await EchoEventCount(CountRequest()).send().toList();
    expect(refused.single.errOrNull?.reason, 'nothing to count');
  });

  test('leaving a stream drops it in the core', () async {
    await for (final item in const EchoEventTick().send()) {
      if (item.okOrNull?.number == Int64(3)) break;
    }
    await until(() => count(Count.alive) == 0);
  });

  test('a paused stream holds the core back', () async {
    final seen = <int>[];
    final ticks = const EchoEventTick().send().listen(
      (item) => seen.add(item.okOrNull!.number.toInt()),
    );
    await until(() => seen.length >= 100);
    ticks.pause();
    await Future<void>.delayed(const Duration(milliseconds: 100));
    final before = seen.length;
    await Future<void>.delayed(const Duration(milliseconds: 200));
    expect(seen.length, before);
    ticks.resume();
    await until(() => seen.length > before + 100);
    expect(seen, [
      for (var number = 1; number <= seen.length; number++) number,
    ]);
    await ticks.cancel();
    await until(() => count(Count.alive) == 0);
  });

  test('a handler that blocks stops no other', () async {
    final blocked = EchoEventSay(Text(text: 'block')).send();
    for (var number = 0; number < 20; number++) {
      await stillThere();
    }
    make(Make.unblock);
    expect((await blocked).okOrNull?.text, 'block');
  });

  test('1,000 calls at once, and 10,000 after each other', () async {
    final answers = await Future.wait([
      for (var number = 0; number < 1000; number++)
        EchoEventSay(Text(text: '$number')).send(),
    ]);
    expect(
      [for (final answer in answers) answer.okOrNull?.text],
      [for (var number = 0; number < 1000; number++) '$number'],
    );
    for (var number = 0; number < 10000; number++) {
      final said = await EchoEventSay(Text(text: '$number')).send();
      if (said.okOrNull?.text != '$number') throw '$number: $said';
    }
    final waiting = [
      for (var number = 0; number < 1000; number++)
        const EchoEventWait().send(),
    ];
    await until(() => count(Count.alive) == 1000);
    for (var number = 0; number < 1000; number++) {
      make(Make.go);
    }
    await Future.wait(waiting);
    expect(count(Count.alive), 0);
  });

  test('notifications reach two sessions, each what it wants', () async {
    final told = <String>[];
    EchoNotificationListener listen(
      String who,
      Transport transport, [
      String? key,
    ]) => EchoNotificationListener(
      onSaid: (said) => told.add('$who said ${said.text}'),
      onChanged: (changed, of) => told.add('$who $of ${changed.text}'),
      onLeaving: () => told.add('$who leaving'),
      key: key,
      transport: transport,
    );
    final (one, two) = (open(), open());
    final listeners = [
      listen('one', one, 'key 1'),
      listen('one', one, 'key 2'),
      listen('two', two),
    ];
    for (final listener in listeners) {
      await listener.start();
    }
    make(Make.changed, 1);
    make(Make.changed, 2);
    make(Make.changed, 3);
    make(Make.said, 7);
    make(Make.leaving);
    await until(() => told.length == 11);
    expect(told.where((line) => line.startsWith('two')).toList(), [
      'two key 1 1',
      'two key 2 2',
      'two key 3 3',
      'two said 7',
      'two leaving',
    ]);
    expect(told.where((line) => line.startsWith('one')).toList(), [
      'one key 1 1',
      'one key 2 2',
      'one said 7',
      'one said 7',
      'one leaving',
      'one leaving',
    ]);
    await listeners.first.stop();
    make(Make.changed, 11);
    make(Make.changed, 12);
    await until(() => told.length == 14);
    expect(told.sublist(11)..sort(), [
      'one key 2 12',
      'two key 1 11',
      'two key 2 12',
    ]);
    for (final listener in listeners) {
      await listener.stop();
    }
    await until(() => count(Count.subscriptions) == 0);
    await one.close();
    await two.close();
  });

  test('a listener that throws harms nobody', () async {
    final errors = <Object>[];
    final heard = <String>[];
    final bad = EchoNotificationListener(
      onSaid: (said) => throw 'bad ${said.text}',
      onError: (error, _) => errors.add(error),
    );
    final good = EchoNotificationListener(
      onSaid: (said) => heard.add(said.text),
    );
    await bad.start();
    await good.start();
    make(Make.said, 1);
    make(Make.said, 2);
    await until(() => heard.length == 2 && errors.length == 2);
    expect(errors, ['bad 1', 'bad 2']);
    await bad.stop();
    await good.stop();
  });

  test('who does not listen for a while is told what was lost', () async {
    var (heard, lost, last) = (0, 0, 0);
    final listener = EchoNotificationListener(
      onSaid: (said) {
        heard++;
        last = int.parse(said.text);
      },
      onLagged: (lagged) => lost += lagged.missed ?? 0,
    );
    await listener.start();
    // This isolate takes nothing meanwhile.
    for (var number = 0; number < 20000; number++) {
      make(Make.said, number);
    }
    await until(() => heard + lost == 20000);
    expect(last, 19999);
    expect(lost > 0, true);
    await listener.stop();
  });

  test('a notification is heard, or was sent before the listening', () async {
    for (var round = 0; round < 50; round++) {
      // Of its own: no subscription of the round before may be left there.
      final transport = open();
      final heard = <int>[];
      final listener = EchoNotificationListener(
        onSaid: (said) => heard.add(int.parse(said.text)),
        transport: transport,
      );
      var (said, isStarted) = (0, false);
      final starting = listener.start().then((_) => isStarted = true);
      while (!isStarted) {
        make(Make.said, said++);
        await settle();
      }
      await starting;
      final first = said;
      make(Make.said, said++);
      make(Make.said, said++);
      await until(() => heard.isNotEmpty && heard.last == said - 1);
      // None is missing from the first one that was heard.
      expect(heard, [
        for (var number = heard.first; number < said; number++) number,
      ]);
      expect(heard.first <= first, true);
      await listener.stop();
      await transport.close();
    }
  });

  test('who starts again at once hears nothing of before', () async {
    final heard = <int>[];
    final listener = EchoNotificationListener(
      onSaid: (said) => heard.add(int.parse(said.text)),
      onLagged: (_) => heard.clear(),
    );
    var said = 0;
    await listener.start();
    for (var round = 0; round < 200; round++) {
      for (var number = 0; number < 20; number++) {
        make(Make.said, said++);
      }
      // Some of these have come to this isolate, and wait.
      if (round % 3 == 0) await settle();
      final before = said;
      final stopped = listener.stop();
      heard.clear();
      var isStarted = false;
      final started = listener.start().then((_) => isStarted = true);
      while (!isStarted) {
        make(Make.said, said++);
        await settle();
      }
      await Future.wait([stopped, started]);
      final after = said;
      make(Make.said, said++);
      await until(() => heard.isNotEmpty && heard.last == said - 1);
      expect(heard, [
        for (var number = heard.first; number < said; number++) number,
      ]);
      expect(heard.first >= before && heard.first <= after, true);
    }
    await listener.stop();
  });

  test('listening 100,000 times leaves nothing behind', () async {
    Future<void> comeAndGo(int number) async {
      final listener = EchoNotificationListener(
        onChanged: (_, _) {},
        key: 'key $number',
      );
      await listener.start();
      await listener.stop();
    }

    Future<void> all(int from, int to) async {
      for (var number = from; number < to; number += 500) {
        await Future.wait([
          for (var other = number; other < number + 500; other++)
            comeAndGo(other),
        ]);
      }
      await stillThere();
      expect(count(Count.subscriptions), 0);
    }

    await all(0, 20000);
    final before = ProcessInfo.currentRss;
    await all(20000, 100000);
    final grown = (ProcessInfo.currentRss - before) >> 20;
    // What the garbage collector has not taken yet comes and goes.
    if (grown > 32) throw '$grown MiB more than before';
  });

  test('closing ends what is under way, and racing it is no harm', () async {
    final faults = <Object>[];
    final sessions = count(Count.sessions);
    for (var round = 0; round < 50; round++) {
      faults.clear();
      final transport = open();
      final listener = EchoNotificationListener(
        onLeaving: () {},
        onError: (error, _) => faults.add(error),
        transport: transport,
      );
      await listener.start();
      final calls = [
        for (var number = 0; number < 20; number++)
          codeOf(const EchoEventWait().send(transport: transport)),
      ];
      final ticks = codeOf(
        const EchoEventTick().send(transport: transport).toList(),
      );
      if (round % 2 == 0) await until(() => count(Count.alive) == 21);
      await transport.close();
      await transport.close();
      for (final call in [...calls, ticks]) {
        expect(await call, FaultCode.unavailable);
      }
      expect(
        [for (final fault in faults) (fault as Fault).code],
        [FaultCode.unavailable],
      );
      final after = const EchoEventNothing().send(transport: transport);
      expect(await codeOf(after), FaultCode.unavailable);
      expect(await codeOf(listener.start()), FaultCode.unavailable);
    }
    await until(
      () => count(Count.alive) == 0 && count(Count.sessions) == sessions,
    );
    expect(count(Count.subscriptions), 0);
    await stillThere();
  });

  test('10,000 calls of four isolates, 1,000 of them at a time', () async {
    final speaker = Timer.periodic(
      const Duration(milliseconds: 1),
      (timer) => make(Make.said, timer.tick),
    );
    final library = path;
    Future<int> isolate() => Isolate.run(() => busy(library));
    final answers = await Future.wait([
      for (var number = 0; number < 4; number++) isolate(),
    ]);
    speaker.cancel();
    expect(answers, [2500, 2500, 2500, 2500]);
    await until(() => count(Count.sessions) == 1 && count(Count.alive) == 0);
    expect(count(Count.subscriptions), 0);
    await stillThere();
  });

  test('an isolate that is killed leaves nothing behind', () async {
    // As a hot restart does it, again and again.
    for (var round = 0; round < 5; round++) {
      final ready = ReceivePort();
      final isolate = await Isolate.spawn(abandoned, (path, ready.sendPort));
      await ready.first;
      await until(() => count(Count.alive) == 11);
      expect(count(Count.subscriptions), 1);
      isolate.kill(priority: Isolate.immediate);
      await until(() => count(Count.alive) == 0 && count(Count.sessions) == 1);
      expect(count(Count.subscriptions), 0);
      make(Make.said, round);
    }
    await stillThere();
    expect(count(Count.starts), 1);
  });

  await runTests();
}

/// An event that the core does not have.
final class Unheard extends UnaryRequest<Text, Text, Problem> {
  const Unheard(super.input) : super(definition: event);

  static const event = UnaryEvent(
    path: 'fixture.v1.EchoEvent/Unheard',
    fingerprint: Fingerprint(0, 1),
    decodeInput: Text.fromBuffer,
    decodeOutput: Text.fromBuffer,
    decodeError: Problem.fromBuffer,
  );
}

/// An event that the core has in another shape.
final class Different extends UnaryRequest<Text, Text, Problem> {
  const Different(super.input) : super(definition: event);

  static const event = UnaryEvent(
    path: 'fixture.v1.EchoEvent/Nothing',
    fingerprint: Fingerprint(0, 1),
    decodeInput: Text.fromBuffer,
    decodeOutput: Text.fromBuffer,
    decodeError: Problem.fromBuffer,
  );
}

/// Sends a number where the core expects a text.
final class Garbled extends UnaryRequest<Number, Text, Problem> {
  Garbled(super.input) : super(definition: event);

  static final event = UnaryEvent(
    path: EchoEventSay.event.path,
    fingerprint: EchoEventSay.event.fingerprint,
    decodeInput: Number.fromBuffer,
    decodeOutput: Text.fromBuffer,
    decodeError: Problem.fromBuffer,
  );
}

/// Listens to a notification that the core does not have.
final class StrangeListener extends NotificationGroupListener {
  StrangeListener({
    required void Function() onStrange,
    super.onUnserved,
    super.transport,
  }) : super([strange.handledBy((_, _) => onStrange())]);

  static const strange = NotificationType(
    path: 'fixture.v1.EchoNotification/Strange',
    fingerprint: Fingerprint(0, 1),
    decodePayload: Text.fromBuffer,
  );
}
