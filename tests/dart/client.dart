// Calls, over the transport that tests of apps use.

import 'dart:async';
import 'dart:typed_data';

import 'package:bellwire/bellwire.dart';
import 'package:bellwire/testing.dart';
import 'package:fixnum/fixnum.dart' show Int64;

import '../golden/first/dart/user/v1/entities.pb.dart';
import '../golden/first/dart/user/v1/user.bellwire.dart';
import '../golden/streams/dart/streams/v1/streams.bellwire.dart';
import 'harness.dart';

void declare() {
  test('an event carries its identity', () {
    expect(UserEventSignIn.event.path, 'user.v1.UserEvent/SignIn');
    expect(UserEventSignIn.event.kind, EndpointKind.unary);
    expect(StreamEventRows.event.kind, EndpointKind.stream);
    final hex = UserEventSignIn.event.fingerprint.toInt64().toHexString();
    expect(
      UserEventSignIn.event.fingerprint.toString(),
      '0x${hex.toLowerCase().padLeft(16, '0')}',
    );
    expect(userEventGroup.contains(UserEventSignIn.event), true);
  });

  test('Ok', () async {
    final core = FakeTransport()
      ..onCall(UserEventSignIn.event, (input, call) {
        expect(input.email, 'ada@example.com');
        expect(call.metadata, {'trace': 't1'});
        expect(call.timeout, const Duration(seconds: 5));
        return Ok(UserProfilePB(name: 'Ada'));
      });
    final result =
        await UserEventSignIn(SignInPayloadPB(email: 'ada@example.com')).send(
          transport: core,
          metadata: {'trace': 't1'},
          timeout: const Duration(seconds: 5),
        );
    expect(result, Ok<UserProfilePB, FlowyError>(UserProfilePB(name: 'Ada')));
    final name = switch (result) {
      Ok(value: final profile) => profile.name,
      Err(:final error) => error.msg,
    };
    expect(name, 'Ada');
  });

  test('Err is what the schema declares', () async {
    final core = FakeTransport()
      ..onCall(
        UserEventSignIn.event,
        (input, call) => Err(FlowyError(msg: 'no such user')),
      );
    final result = await UserEventSignIn(
      SignInPayloadPB(),
    ).send(transport: core);
    expect(result.isErr, true);
    expect(result.errOrNull?.msg, 'no such user');
    expect(result.okOrNull, null);
  });

  test('an event without input and output', () async {
    defaultTransport = FakeTransport()
      ..onCall(UserEventSignOut.event, (input, call) async => const Ok(null));
    final Result<void, FlowyError> result = await const UserEventSignOut()
        .send();
    expect(result.isOk, true);
    defaultTransport = null;
  });

  test('faults are thrown', () async {
    final core = FakeTransport()
      ..onCall(
        UserEventSignIn.event,
        (input, call) => throw const Fault(FaultCode.resourceExhausted, 'busy'),
      )
      ..onCall(UserEventSignOut.event, (input, call) => throw 'a bug');
    final signIn = UserEventSignIn(SignInPayloadPB());
    final busy = await expectFailure<Fault>(signIn.send(transport: core));
    expect(busy, const Fault(FaultCode.resourceExhausted, 'busy'));
    final bug = await expectFailure<Fault>(
      const UserEventSignOut().send(transport: core),
    );
    expect(bug, const Fault(FaultCode.internal, 'a bug'));
    final unknown = await expectFailure<Fault>(
      const StreamEventTail().send(transport: core).first,
    );
    expect(unknown.code, FaultCode.unimplemented);
  });

  test('without a transport a call fails, and does not hang', () async {
    final call = UserEventSignIn(SignInPayloadPB()).send();
    final fault = await expectFailure<Fault>(call);
    expect(fault.code, FaultCode.failedPrecondition);
    final streamed = const StreamEventTail().send().drain<void>();
    expect(
      (await expectFailure<Fault>(streamed)).code,
      FaultCode.failedPrecondition,
    );
  });

  test('an answer that is no message is a fault', () async {
    final fault = await expectFailure<Fault>(
      UserEventSignIn(SignInPayloadPB()).send(transport: const _Garbage()),
    );
    expect(fault.code, FaultCode.internal);
  });

  test('a pending call can be cancelled', () async {
    final never = Completer<Result<UserProfilePB, FlowyError>>();
    final core = FakeTransport()
      ..onCall(UserEventSignIn.event, (input, call) => never.future);
    final call = UserEventSignIn(SignInPayloadPB()).send(transport: core);
    final failure = expectFailure<Fault>(call);
    await settle();
    call.cancel();
    call.cancel();
    expect((await failure).code, FaultCode.cancelled);
    expect(core.calls.single.isCancelled, true);
  });

  test('cancelling what nobody waits for, or what is done, is quiet', () async {
    final core = FakeTransport()
      ..onCall(UserEventSignOut.event, (input, call) => const Ok(null));
    const UserEventSignOut().send(transport: core).cancel();
    await settle();
    final done = const UserEventSignOut().send(transport: core);
    await done;
    done.cancel();
    expect((await done).isOk, true);
    expect(core.calls.last.isCancelled, false);
  });

  test('a deadline ends a call that the core does not', () async {
    final core = FakeTransport()
      ..onCall(
        UserEventSignIn.event,
        (input, call) => Completer<Result<UserProfilePB, FlowyError>>().future,
      );
    final call = UserEventSignIn(
      SignInPayloadPB(),
    ).send(transport: core, timeout: const Duration(milliseconds: 1));
    expect((await expectFailure<Fault>(call)).code, FaultCode.deadlineExceeded);
    expect(core.calls.single.isCancelled, true);
  });

  test('a stream gives its items in order', () async {
    final core = FakeTransport()
      ..onStream(
        StreamEventRows.event,
        (query, call) => Stream.fromIterable([
          for (var id = 0; id < 3; id++) Ok(Row(id: Int64(id))),
        ]),
      );
    final items = StreamEventRows(Query(text: 'q')).send(transport: core);
    expect(await items.map((item) => item.okOrNull?.id.toInt()).toList(), [
      0,
      1,
      2,
    ]);
    expect(core.calls.single.isCancelled, false);
  });

  test('an Err is the last of a stream', () async {
    final core = FakeTransport()
      ..onStream(
        StreamEventRows.event,
        (query, call) =>
            Stream.fromIterable([Ok(Row()), Err(Failure()), Ok(Row())]),
      );
    final items = await StreamEventRows(Query()).send(transport: core).toList();
    expect([for (final item in items) item.isOk], [true, false]);
  });

  test('a fault ends a stream', () async {
    final core = FakeTransport()
      ..onStream(StreamEventRows.event, (query, call) async* {
        yield Ok(Row());
        throw const Fault(FaultCode.dataLoss, 'gone');
      });
    final seen = <Object>[];
    await StreamEventRows(Query())
        .send(transport: core)
        .handleError((Object error) => seen.add(error))
        .forEach(seen.add);
    expect(seen.last, const Fault(FaultCode.dataLoss, 'gone'));
    expect(seen.length, 2);
  });

  test(
    'a stream starts when it is listened to, and stops when it is left',
    () async {
      final rows = StreamController<Result<Row, Failure>>();
      final core = FakeTransport()
        ..onStream(StreamEventTail.event, (input, call) => rows.stream);
      final stream = const StreamEventTail().send(transport: core);
      await settle();
      expect(core.calls.length, 0);
      final subscription = stream.listen((_) {});
      rows.add(Ok(Row()));
      await settle();
      await subscription.cancel();
      expect(core.calls.single.isCancelled, true);
      expect(rows.hasListener, false);
    },
  );

  test('a pause reaches the core', () async {
    final rows = StreamController<Result<Row, Failure>>();
    final core = FakeTransport()
      ..onStream(StreamEventTail.event, (input, call) => rows.stream);
    final subscription = const StreamEventTail()
        .send(transport: core)
        .listen((_) {});
    await settle();
    subscription.pause();
    expect(rows.isPaused, true);
    subscription.resume();
    await settle();
    expect(rows.isPaused, false);
    await subscription.cancel();
  });

  test('a deadline ends a stream', () async {
    final core = FakeTransport()
      ..onStream(
        StreamEventTail.event,
        (input, call) => StreamController<Result<Row, Failure>>().stream,
      );
    final stream = const StreamEventTail().send(
      transport: core,
      timeout: const Duration(milliseconds: 1),
    );
    final fault = await expectFailure<Fault>(stream.toList());
    expect(fault.code, FaultCode.deadlineExceeded);
    expect(core.calls.single.isCancelled, true);
  });

  test('closing a transport ends what is under way', () async {
    final core = FakeTransport()
      ..onCall(
        UserEventSignIn.event,
        (input, call) => Completer<Result<UserProfilePB, FlowyError>>().future,
      )
      ..onStream(
        StreamEventTail.event,
        (input, call) => StreamController<Result<Row, Failure>>().stream,
      );
    final call = expectFailure<Fault>(
      UserEventSignIn(SignInPayloadPB()).send(transport: core),
    );
    final stream = expectFailure<Fault>(
      const StreamEventTail().send(transport: core).toList(),
    );
    await settle();
    await core.close();
    expect((await call).code, FaultCode.unavailable);
    expect((await stream).code, FaultCode.unavailable);
    final late = UserEventSignIn(SignInPayloadPB()).send(transport: core);
    expect((await expectFailure<Fault>(late)).code, FaultCode.unavailable);
  });

  test('codes of faults are those of gRPC', () {
    expect(FaultCode.ofNumber(1), FaultCode.cancelled);
    expect(FaultCode.ofNumber(16), FaultCode.unauthenticated);
    expect(FaultCode.ofNumber(0), FaultCode.unknown);
    expect(FaultCode.ofNumber(17), FaultCode.unknown);
    expect([
      for (final code in FaultCode.values) FaultCode.ofNumber(code.number),
    ], FaultCode.values);
  });
}

/// Answers with bytes that are no message.
final class _Garbage implements Transport, Exchange {
  const _Garbage();

  @override
  Exchange unary(OutgoingCall call) => this;

  @override
  Future<Reply> get reply async =>
      // A string that says it is longer than what follows.
      OkReply(Uint8List.fromList([10, 100, 65]));

  @override
  void cancel() {}

  @override
  Stream<Reply> stream(OutgoingCall call) => const Stream.empty();

  @override
  Future<Subscription> subscribe(List<Topic> topics, NotificationSink sink) =>
      throw UnsupportedError('not needed');

  @override
  Future<void> close() async {}
}
