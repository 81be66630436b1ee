// Run by runtime/rust/tests/dart.rs, against the core of the Rust runtime's own
// tests.

import 'dart:async';
import 'dart:convert';
import 'dart:io';

import 'package:bellwire/bellwire.dart';
import 'package:bellwire/connect.dart';
import 'package:fixnum/fixnum.dart' show Int64;

import '../../../tests/dart/harness.dart';
import 'gen/common/v1/error.pb.dart';
import 'gen/fixture/v1/echo.bellwire.dart';

final core = Uri.parse(Platform.environment['BELLWIRE_CORE']!);
final fragile = Uri.parse(Platform.environment['BELLWIRE_FRAGILE']!);
final control = Platform.environment['BELLWIRE_CONTROL']!;
final client = HttpClient();

Future<void> make(String what) async {
  final request = await client.postUrl(Uri.parse('$control/$what'));
  final response = await request.close();
  await response.drain<void>();
  expect(response.statusCode, 200);
}

typedef Probe = ({int alive, int dropped, int subscriptions});

Future<Probe> probe() async {
  final request = await client.getUrl(Uri.parse('$control/probe'));
  final text = await utf8.decodeStream(await request.close());
  final json = jsonDecode(text) as Map<String, Object?>;
  return (
    alive: json['alive']! as int,
    dropped: json['dropped']! as int,
    subscriptions: json['subscriptions']! as int,
  );
}

Future<void> until(FutureOr<bool> Function() holds) async {
  for (var left = 12000; !await holds(); left--) {
    if (left == 0) throw 'it did not come to hold';
    await Future<void>.delayed(const Duration(milliseconds: 5));
  }
}

Future<void> probed(bool Function(Probe probe) holds) =>
    until(() async => holds(await probe()));

const quick = NotificationOptions(
  reconnectDelay: Duration(milliseconds: 5),
  maxReconnectDelay: Duration(milliseconds: 50),
);

ConnectTransport connect([Uri? to]) =>
    ConnectTransport(to ?? core, notifications: quick);

Future<void> stillThere() async {
  final said = await EchoEventSay(Text(text: 'still here')).send();
  expect(said.okOrNull?.text, 'still here');
}

Future<FaultCode> codeOf(Future<Object?> call) async =>
    (await expectFailure<Fault>(call)).code;

Future<void> main() async {
  defaultTransport = connect();

  test('output and error of the schema', () async {
    final said = await EchoEventSay(Text(text: 'héllo')).send();
    expect(said.okOrNull?.text, 'héllo');
    final refused = await EchoEventSay(Text()).send();
    expect(refused.errOrNull?.reason, 'nothing was said');
    expect((await const EchoEventNothing().send()).isOk, true);
  });

  test('metadata and the timeout reach the handler', () async {
    final described = await const EchoEventDescribe().send(
      metadata: {'x-who': 'ada'},
      timeout: const Duration(seconds: 5),
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

  test('large messages', () async {
    final bytes = List.generate(1 << 20, (index) => index & 255);
    final kept = await EchoEventKeep(Blob(bytes: bytes)).send();
    expect(kept.okOrNull?.bytes, bytes);
  });

  test('a panic is a fault, and the next call works', () async {
    for (final when in ['now', 'later']) {
      final call = EchoEventPanic(Text(text: when)).send();
      expect(await codeOf(call), FaultCode.internal);
      await stillThere();
    }
  });

  test('an unknown event is a fault, and the next call works', () async {
    expect(await codeOf(Unheard(Text()).send()), FaultCode.unimplemented);
    await stillThere();
  });

  test('bytes that are no message are a fault', () async {
    expect(
      await codeOf(Garbled(Number(number: Int64(7))).send()),
      FaultCode.invalidArgument,
    );
    await stillThere();
  });

  test('no core: unavailable', () async {
    final nobody = await ServerSocket.bind(InternetAddress.loopbackIPv4, 0);
    final port = nobody.port;
    await nobody.close();
    final transport = connect(Uri.parse('http://127.0.0.1:$port'));
    expect(
      await codeOf(const EchoEventNothing().send(transport: transport)),
      FaultCode.unavailable,
    );
    expect(
      await codeOf(const EchoEventTick().send(transport: transport).toList()),
      FaultCode.unavailable,
    );
    final listener = EchoNotificationListener(
      onLeaving: () {},
      transport: transport,
    );
    expect(await codeOf(listener.start()), FaultCode.unavailable);
    expect(listener.isStarted, false);
  });

  test('deadline and cancel drop the handler', () async {
    const short = Duration(milliseconds: 50);
    for (final late in <Future<Object?> Function()>[
      () => const EchoEventNever().send(),
      () => const EchoEventWait().send(timeout: short),
    ]) {
      // On a busy machine its time may be up before its handler runs.
      await until(() async {
        final before = (await probe()).dropped;
        expect(await codeOf(late()), FaultCode.deadlineExceeded);
        await probed((now) => now.alive == 0);
        return (await probe()).dropped > before;
      });
    }
    final dropped = (await probe()).dropped;
    final call = const EchoEventWait().send();
    await probed((now) => now.alive == 1);
    call.cancel();
    expect(await codeOf(call), FaultCode.cancelled);
    await probed((now) => now.dropped == dropped + 1 && now.alive == 0);
    const EchoEventWait().send().cancel();
    final going = const EchoEventWait().send();
    await make('go');
    expect((await going).okOrNull?.text, 'done');
    await probed((now) => now.alive == 0);
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
    await probed((now) => now.alive == 0);
    final late = const EchoEventTick()
        .send(timeout: const Duration(milliseconds: 50))
        .toList();
    expect(await codeOf(late), FaultCode.deadlineExceeded);
    await probed((now) => now.alive == 0);
  });

  test('a paused stream waits, and goes on where it was', () async {
    final seen = <int>[];
    final ticks = const EchoEventTick().send().listen(
      (item) => seen.add(item.okOrNull!.number.toInt()),
    );
    await until(() => seen.length >= 3);
    ticks.pause();
    final before = seen.length;
    await Future<void>.delayed(const Duration(milliseconds: 50));
    expect(seen.length, before);
    ticks.resume();
    await until(() => seen.length > before + 10);
    expect(seen, [
      for (var number = 1; number <= seen.length; number++) number,
    ]);
    await ticks.cancel();
    await probed((now) => now.alive == 0);
  });

  test('closing a transport ends what is under way', () async {
    final transport = connect();
    final faults = <Object>[];
    final listener = EchoNotificationListener(
      onLeaving: () {},
      onError: (error, _) => faults.add(error),
      transport: transport,
    );
    await listener.start();
    final call = codeOf(const EchoEventWait().send(transport: transport));
    final ticks = codeOf(
      const EchoEventTick().send(transport: transport).toList(),
    );
    await probed((now) => now.alive == 2 && now.subscriptions == 1);
    await transport.close();
    expect(await call, FaultCode.unavailable);
    expect(await ticks, FaultCode.unavailable);
    expect(
      [for (final fault in faults) (fault as Fault).code],
      [FaultCode.unavailable],
    );
    await probed((now) => now.alive == 0 && now.subscriptions == 0);
    final after = const EchoEventNothing().send(transport: transport);
    expect(await codeOf(after), FaultCode.unavailable);
    expect(await codeOf(listener.start()), FaultCode.unavailable);
  });

  test('notifications reach two clients, each what it wants', () async {
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
    final (one, two) = (connect(), connect());
    final listeners = [
      listen('one', one, 'a'),
      listen('one', one, 'b'),
      listen('two', two),
    ];
    for (final listener in listeners) {
      await listener.start();
    }
    for (final what in [
      'changed/a/1',
      'changed/b/2',
      'changed/c/3',
      'said/x',
      'leaving',
    ]) {
      await make(what);
    }
    await until(() => told.length == 11);
    expect(told.where((line) => line.startsWith('two')).toList(), [
      'two a 1',
      'two b 2',
      'two c 3',
      'two said x',
      'two leaving',
    ]);
    expect(told.where((line) => line.startsWith('one')).toList(), [
      'one a 1',
      'one b 2',
      'one said x',
      'one said x',
      'one leaving',
      'one leaving',
    ]);
    await listeners.first.stop();
    await make('changed/a/4');
    await make('changed/b/5');
    await until(() => told.length == 14);
    expect(told.sublist(11)..sort(), ['one b 5', 'two a 4', 'two b 5']);
    for (final listener in listeners) {
      await listener.stop();
    }
    await probed((now) => now.subscriptions == 0);
  });

  test('who starts again at once hears nothing of before', () async {
    final staying = EchoNotificationListener(onChanged: (_, _) {});
    await staying.start();
    final heard = <int>[];
    final listener = EchoNotificationListener(
      onSaid: (said) => heard.add(int.parse(said.text)),
      onLagged: (_) => heard.clear(),
    );
    for (var round = 0; round < 10; round++) {
      await listener.start();
      final flood = make('flood/5000');
      await until(() => heard.isNotEmpty);
      final before = heard.last;
      final stopped = listener.stop();
      heard.clear();
      await Future.wait([stopped, listener.start(), flood]);
      await make('said/5001');
      await until(() => heard.isNotEmpty && heard.last == 5001);
      expect(heard, [
        for (var number = heard.first; number <= 5001; number++) number,
      ]);
      expect(heard.first > before, true);
      await listener.stop();
      heard.clear();
    }
    await staying.stop();
    await probed((now) => now.subscriptions == 0);
  });

  test('listeners survive a core that restarts', () async {
    final transport = connect(fragile);
    final told = <String>[];
    final listener = EchoNotificationListener(
      onSaid: (said) => told.add(said.text),
      onInterrupted: (fault) => told.add('interrupted ${fault.code.name}'),
      onLagged: (lagged) => told.add('lagged ${lagged.path} ${lagged.missed}'),
      transport: transport,
    );
    await listener.start();
    await make('fragile/said/before');
    await until(() => told.length == 1);
    final ticks = codeOf(
      const EchoEventTick().send(transport: transport).toList(),
    );
    await make('fragile/down');
    await until(() => told.length == 2);
    expect(await ticks, FaultCode.unavailable);
    final call = const EchoEventNothing().send(transport: transport);
    expect(await codeOf(call), FaultCode.unavailable);
    await make('fragile/up');
    await until(() => told.length == 3);
    await make('fragile/said/after');
    await until(() => told.length == 4);
    expect(told, [
      'before',
      'interrupted unavailable',
      'lagged null null',
      'after',
    ]);
    expect(
      (await const EchoEventNothing().send(transport: transport)).isOk,
      true,
    );
    await listener.stop();
    await transport.close();
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

/// Sends a number where the core expects a text.
final class Garbled extends UnaryRequest<Number, Text, Problem> {
  const Garbled(super.input) : super(definition: event);

  static const event = UnaryEvent(
    path: 'fixture.v1.EchoEvent/Say',
    fingerprint: Fingerprint(0, 1),
    decodeInput: Number.fromBuffer,
    decodeOutput: Text.fromBuffer,
    decodeError: Problem.fromBuffer,
  );
}
