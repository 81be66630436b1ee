// The Connect transport against cores that misbehave. Against a real one it is
// tested in runtime/dart/test.

import 'dart:async';
import 'dart:io';

import 'package:bellwire/bellwire.dart';
import 'package:bellwire/connect.dart';
import 'package:bellwire/src/connect/envelopes.dart';
import 'package:bellwire/src/wire/bellwire/wire.pb.dart' as wire;
import 'package:fixnum/fixnum.dart' show Int64;

import '../golden/notifications/dart/notifications/v1/notifications.bellwire.dart';
import 'harness.dart';

/// An event with the message of the golden case for everything.
final class Ask extends UnaryRequest<Progress, Progress, Progress> {
  Ask() : super(Progress(job: 'a'), definition: event);

  static const event = UnaryEvent(
    path: 'test.Event/Ask',
    fingerprint: Fingerprint(0, 1),
    decodeInput: Progress.fromBuffer,
    decodeOutput: Progress.fromBuffer,
    decodeError: Progress.fromBuffer,
  );
}

final class Follow extends StreamRequest<Progress, Progress, Progress> {
  Follow() : super(Progress(job: 'a'), definition: event);

  static const event = StreamEvent(
    path: 'test.Event/Follow',
    fingerprint: Fingerprint(0, 2),
    decodeInput: Progress.fromBuffer,
    decodeOutput: Progress.fromBuffer,
    decodeError: Progress.fromBuffer,
  );
}

/// Serves every request with [answer] while [body] runs.
Future<void> against(
  FutureOr<void> Function(HttpRequest request) answer,
  Future<void> Function(ConnectTransport transport) body, {
  NotificationOptions notifications = const NotificationOptions(),
}) async {
  final server = await HttpServer.bind(InternetAddress.loopbackIPv4, 0);
  server.listen(answer);
  final transport = ConnectTransport(
    Uri.parse('http://127.0.0.1:${server.port}/below/'),
    notifications: notifications,
  );
  try {
    await body(transport);
  } finally {
    await transport.close();
    await server.close(force: true);
  }
}

void Function(HttpRequest request) answering(
  int status,
  String type,
  List<int> bytes,
) => (request) {
  request.response
    ..statusCode = status
    ..headers.set('content-type', type)
    ..add(bytes)
    ..close();
};

/// What a unary call ends with: `ok`, `error JOB`, or a fault's code.
Future<String> asked(int status, String type, String body) async {
  late String outcome;
  await against(answering(status, type, body.codeUnits), (transport) async {
    try {
      final result = await Ask().send(transport: transport);
      outcome = switch (result) {
        Ok() => 'ok',
        Err(:final error) => 'error ${error.job}',
      };
    } on Fault catch (fault) {
      outcome = fault.code.name;
    }
  });
  return outcome;
}

/// What a stream gives: jobs, then a fault's code if it ends with one.
Future<List<String>> followed(List<int> body) async {
  final seen = <String>[];
  final answer = answering(200, 'application/connect+proto', body);
  await against(answer, (transport) async {
    try {
      await for (final item in Follow().send(transport: transport)) {
        seen.add(item.okOrNull?.job ?? 'error ${item.errOrNull?.job}');
      }
    } on Fault catch (fault) {
      seen.add(fault.code.name);
    }
  });
  return seen;
}

List<int> item(String job) => enveloped(Progress(job: job).writeToBuffer());

List<int> end(String json) => [2, 0, 0, 0, json.length, ...json.codeUnits];

List<int> flagged(int flags, List<int> envelope) => [
  flags,
  ...envelope.skip(1),
];

void declare() {
  const json = 'application/json';
  const type = 'notifications.v1.Progress';

  test('connect: only one detail of the declared type is an error', () async {
    String error(String code, List<String> details) =>
        '{"code":"$code","message":"m","details":[${details.join(',')}]}';
    // A job "x", with and without padding.
    const detail = '{"type":"$type","value":"CgF4"}';
    const other = '{"type":"other.Problem","value":"CgF4"}';
    const odd = '{"type":"$type","value":"CgJ4eA"}';
    const bad = '{"type":"$type","value":"?"}';
    Future<String> of(String code, List<String> details) =>
        asked(400, json, error(code, details));
    expect(await of('failed_precondition', [detail]), 'error x');
    expect(await of('failed_precondition', [odd]), 'error xx');
    for (final details in [
      <String>[],
      [other],
      [detail, detail],
    ]) {
      expect(await of('failed_precondition', details), 'failedPrecondition');
    }
    expect(await of('failed_precondition', [bad]), 'internal');
    expect(await of('internal', [detail]), 'internal');
    expect(await of('canceled', []), 'cancelled');
    expect(await of('resource_exhausted', []), 'resourceExhausted');
  });

  test('connect: answers that are not the protocol\'s', () async {
    expect(await asked(200, 'text/html', '<html>'), 'internal');
    expect(await asked(200, 'application/proto', '\u00ff'), 'internal');
    expect(await asked(200, 'application/proto', ''), 'ok');
    expect(await asked(404, 'text/html', ''), 'unimplemented');
    expect(await asked(401, 'text/html', ''), 'unauthenticated');
    expect(await asked(503, 'text/html', ''), 'unavailable');
    expect(await asked(503, json, 'not json'), 'unavailable');
    expect(await asked(418, json, '[]'), 'unknown');
    expect(await asked(301, 'text/html', ''), 'unknown');
  });

  test('connect: streams that break off or make no sense', () async {
    expect(await followed([...item('a'), ...item('b'), ...end('{}')]), [
      'a',
      'b',
    ]);
    expect(await followed(end('{}')), <String>[]);
    expect(await followed([]), ['unavailable']);
    expect(await followed(item('a')), ['a', 'unavailable']);
    expect(await followed([...item('a'), 0, 0, 0]), ['a', 'unavailable']);
    expect(await followed([0, 255, 255, 255, 255, 1]), ['unavailable']);
    expect(await followed(flagged(1, item('a'))), ['internal']);
    expect(await followed(end('nonsense')), ['internal']);
    expect(await followed(end('{"error":{"code":"aborted"}}')), ['aborted']);
    expect(await followed(end('{"error":{}}')), ['unknown']);
    expect(
      await followed([
        ...item('a'),
        ...end(
          '{"error":{"code":"failed_precondition",'
          '"details":[{"type":"$type","value":"CgF4"}]}}',
        ),
      ]),
      ['a', 'error x'],
    );
    expect(await followed([...end('{}'), ...item('late')]), <String>[]);
  });

  test('connect: a silent core is given up, and tried again', () async {
    var streams = 0;
    Future<void> answer(HttpRequest request) async {
      expect(request.uri.path, '/below/bellwire.v1.Notifications/Subscribe');
      streams++;
      final welcome = wire.SubscribeResponse(
        welcome: wire.Welcome(protocol: 1, streamId: '$streams'),
      );
      request.response
        ..headers.set('content-type', 'application/connect+proto')
        ..bufferOutput = false
        ..add(enveloped(welcome.writeToBuffer()));
    }

    final told = <String>[];
    final stood = Completer<void>();
    await against(
      answer,
      (transport) async {
        final listener = NotificationListener(
          onBare: () {},
          onInterrupted: (fault) => told.add(fault.code.name),
          onLagged: (lagged) {
            told.add('lagged');
            if (!stood.isCompleted) stood.complete();
          },
          transport: transport,
        );
        await listener.start();
        await stood.future;
        await listener.stop();
      },
      notifications: const NotificationOptions(
        heartbeatTimeout: Duration(milliseconds: 100),
        reconnectDelay: Duration(milliseconds: 1),
      ),
    );
    expect(told, ['unavailable', 'lagged']);
    expect(streams, 2);
  });

  test('connect: every attempt to reconnect waits its time', () async {
    void welcomeAndHangUp(HttpRequest request) {
      final welcome = wire.SubscribeResponse(welcome: wire.Welcome());
      request.response
        ..headers.set('content-type', 'application/connect+proto')
        ..add(enveloped(welcome.writeToBuffer()))
        ..close().ignore();
    }

    const longest = [200, 400, 800, 1000, 1000];
    final told = <int>[];
    await runZoned(
      () => against(
        welcomeAndHangUp,
        (transport) async {
          final listener = NotificationListener(
            onBare: () {},
            transport: transport,
          );
          await listener.start();
          while (told.length < longest.length) {
            await settle();
          }
          await listener.stop();
        },
        notifications: const NotificationOptions(
          reconnectDelay: Duration(milliseconds: 100),
          maxReconnectDelay: Duration(milliseconds: 1000),
        ),
      ),
      zoneSpecification: ZoneSpecification(
        // None of the delays is waited for. dart:io has others.
        createTimer: (self, parent, zone, duration, callback) {
          final milliseconds = duration.inMilliseconds;
          final isDelay = milliseconds >= 100 && milliseconds <= 1000;
          if (isDelay) told.add(milliseconds);
          final after = isDelay ? Duration.zero : duration;
          return parent.createTimer(zone, after, callback);
        },
      ),
    );
    for (final (attempt, most) in longest.indexed) {
      final delay = told[attempt];
      if (delay < most ~/ 2 || delay > most) throw '$delay of $most in $told';
    }
  });

  test('connect: what a core cannot serve is told', () async {
    late final HttpResponse stream;
    void update(HttpRequest request) {
      request.response
        ..headers.set('content-type', 'application/proto')
        ..close().ignore();
      final updated = wire.SubscribeResponse(
        updated: wire.Updated(number: Int64.ONE),
      );
      stream.add(enveloped(updated.writeToBuffer()));
    }

    void answer(HttpRequest request) {
      if (request.uri.path.endsWith('/Update')) return update(request);
      final welcome = wire.SubscribeResponse(
        welcome: wire.Welcome(
          unserved: [
            wire.Unserved(
              path: NotificationListener.bare.path,
              reason: wire.Unserved_Reason.REASON_UNKNOWN,
            ),
            wire.Unserved(
              path: NotificationListener.plain.path,
              reason: wire.Unserved_Reason.REASON_DIFFERENT,
            ),
          ],
        ),
      );
      stream = request.response
        ..headers.set('content-type', 'application/connect+proto')
        ..bufferOutput = false
        ..add(enveloped(welcome.writeToBuffer()));
    }

    await against(answer, (transport) async {
      final told = <String>[];
      final first = NotificationListener(
        onBare: () {},
        onPlain: (progress) {},
        onUnserved: (unserved) =>
            told.add('${unserved.path} ${unserved.reason.name}'),
        transport: transport,
      );
      await first.start();
      expect(told..sort(), [
        'notifications.v1.Notification/Bare unknown',
        'notifications.v1.Notification/Plain different',
      ]);
      final errors = <Object>[];
      final second = NotificationListener(
        onBare: () {},
        onError: (error, _) => errors.add((error as Fault).code),
        transport: transport,
      );
      await second.start();
      expect(errors, [FaultCode.unimplemented]);
    });
  });
}
