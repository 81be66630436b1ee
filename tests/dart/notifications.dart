// Listeners, over the transport that tests of apps use.

import 'dart:async';

import 'package:bellwire/bellwire.dart';
import 'package:bellwire/testing.dart';

import '../golden/notifications/dart/notifications/v1/notifications.bellwire.dart';
import 'harness.dart';

void declare() {
  test('every kind of notification reaches its callback', () async {
    final core = FakeTransport();
    final seen = <String>[];
    final listener = NotificationListener(
      onPlain: (progress) => seen.add('plain ${progress.job}'),
      onKeyed: (progress, key) => seen.add('keyed ${progress.job} $key'),
      onBare: () => seen.add('bare'),
      onBareKeyed: (key) => seen.add('bare keyed $key'),
      transport: core,
    );
    await listener.start();
    expect(listener.isStarted, true);
    expect(core.topics.length, 4);
    core
      ..notify(NotificationListener.plain, Progress(job: 'a'))
      ..notify(NotificationListener.keyed, Progress(job: 'b'), key: 'k')
      ..notify(NotificationListener.bare, null)
      ..notify(NotificationListener.bareKeyed, null, key: 'k')
      ..notify(NotificationListener.latest, Progress(job: 'not asked for'));
    expect(seen, ['plain a', 'keyed b k', 'bare', 'bare keyed k']);
    await listener.stop();
    expect(core.topics.length, 0);
  });

  test('a key filters what is keyed, and nothing else', () async {
    final core = FakeTransport();
    final seen = <String>[];
    final listener = NotificationListener(
      onPlain: (progress) => seen.add('plain'),
      onKeyed: (progress, key) => seen.add(key),
      key: 'mine',
      transport: core,
    );
    await listener.start();
    core
      ..notify(NotificationListener.plain, Progress())
      ..notify(NotificationListener.keyed, Progress(), key: 'mine')
      ..notify(NotificationListener.keyed, Progress(), key: 'yours');
    expect(seen, ['plain', 'mine']);
  });

  test('starting and stopping twice changes nothing', () async {
    final core = FakeTransport();
    final listener = NotificationListener(onBare: () {}, transport: core);
    await Future.wait([listener.start(), listener.start()]);
    await listener.start();
    expect(core.topics.length, 1);
    await Future.wait([listener.stop(), listener.stop()]);
    await listener.stop();
    expect(core.topics.length, 0);
    await listener.start();
    expect(core.topics.length, 1);
  });

  test('nothing is delivered after stop', () async {
    final core = FakeTransport();
    var seen = 0;
    final listener = NotificationListener(
      onBare: () => seen++,
      transport: core,
    );
    await listener.start();
    final stopped = listener.stop();
    core.notify(NotificationListener.bare, null);
    await stopped;
    core.notify(NotificationListener.bare, null);
    expect(seen, 0);
  });

  test('stopped before it was started: unsubscribed in the end', () async {
    final core = FakeTransport();
    final listener = NotificationListener(onBare: () {}, transport: core);
    final started = listener.start();
    await listener.stop();
    await started;
    await settle();
    expect(core.topics.length, 0);
  });

  test('a callback that throws stops nobody', () async {
    final core = FakeTransport();
    final errors = <Object>[];
    final seen = <String>[];
    final bad = NotificationListener(
      onPlain: (progress) => throw 'a bug',
      onError: (error, stackTrace) => errors.add(error),
      transport: core,
    );
    final worse = NotificationListener(
      onPlain: (progress) => throw 'another',
      onError: (error, stackTrace) => throw 'in the handler too',
      transport: core,
    );
    final good = NotificationListener(
      onPlain: (progress) => seen.add(progress.job),
      transport: core,
    );
    final printed = <String>[];
    await runZoned(
      () async {
        for (final listener in [bad, worse, good]) {
          await listener.start();
        }
        core
          ..notify(NotificationListener.plain, Progress(job: 'one'))
          ..notify(NotificationListener.plain, Progress(job: 'two'));
      },
      zoneSpecification: ZoneSpecification(
        print: (self, parent, zone, line) => printed.add(line),
      ),
    );
    expect(seen, ['one', 'two']);
    expect(errors, ['a bug', 'a bug']);
    expect(printed.length, 2);
    expect(printed.first.contains('in the handler too'), true);
  });

  test('errors go to the zone of the app, where it has one', () async {
    final core = FakeTransport();
    final errors = <Object>[];
    await runZonedGuarded(() async {
      final listener = NotificationListener(
        onBare: () => throw 'a bug',
        transport: core,
      );
      await listener.start();
      core.notify(NotificationListener.bare, null);
    }, (error, stackTrace) => errors.add(error));
    expect(errors, ['a bug']);
  });

  test('lost notifications are told of', () async {
    final core = FakeTransport();
    final lost = <int?>[];
    final listener = NotificationListener(
      onPlain: (progress) {},
      onLagged: (lagged) => lost.add(lagged.missed),
      transport: core,
    );
    await listener.start();
    core.lag(const Lagged(missed: 3));
    expect(lost, [3]);
  });

  test('a start that fails can be tried again', () async {
    final listener = NotificationListener(onBare: () {});
    final fault = await expectFailure<Fault>(listener.start());
    expect(fault.code, FaultCode.failedPrecondition);
    expect(listener.isStarted, false);
    final core = defaultTransport = FakeTransport();
    await listener.start();
    expect(core.topics.length, 1);
    defaultTransport = null;
  });

  test('a closed transport ends a listener, and says so', () async {
    final core = FakeTransport();
    final errors = <Object>[];
    final listener = NotificationListener(
      onBare: () {},
      onError: (error, stackTrace) => errors.add(error),
      transport: core,
    );
    await listener.start();
    await core.close();
    expect((errors.single as Fault).code, FaultCode.unavailable);
    expect(listener.isStarted, false);
    await listener.stop();
  });
}
