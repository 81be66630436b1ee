// A core in memory, asked in the way that generated code asks.
//
// In an app, `bellwire gen` writes the two classes below from a schema.

import 'package:bellwire/bellwire.dart';
import 'package:bellwire/google/protobuf/wrappers.pb.dart';
import 'package:bellwire/testing.dart';

final class GreeterEventGreet
    extends UnaryRequest<StringValue, StringValue, StringValue> {
  const GreeterEventGreet(super.input) : super(definition: event);

  static const event = UnaryEvent(
    path: 'greeter.v1.GreeterEvent/Greet',
    fingerprint: Fingerprint(0x9a0f2c61, 0x5d3be784),
    decodeInput: StringValue.fromBuffer,
    decodeOutput: StringValue.fromBuffer,
    decodeError: StringValue.fromBuffer,
  );
}

final class GreeterNotificationListener extends NotificationGroupListener {
  GreeterNotificationListener({
    void Function(StringValue name)? onGreeted,
    super.onLagged,
    super.onError,
    super.transport,
  }) : super([
         if (onGreeted != null) greeted.handledBy((name, _) => onGreeted(name)),
       ]);

  static const greeted = NotificationType(
    path: 'greeter.v1.GreeterNotification/Greeted',
    fingerprint: Fingerprint(0x16c7d0ab, 0xe2489f35),
    decodePayload: StringValue.fromBuffer,
  );
}

Future<void> main() async {
  final core = FakeTransport();
  core.onCall(GreeterEventGreet.event, (name, call) {
    if (name.value.isEmpty) return Err(StringValue(value: 'who are you?'));
    core.notify(GreeterNotificationListener.greeted, name);
    return Ok(StringValue(value: 'Hello, ${name.value}!'));
  });
  defaultTransport = core;

  final listener = GreeterNotificationListener(
    onGreeted: (name) => print('somebody greeted ${name.value}'),
  );
  await listener.start();

  for (final name in ['Ada', '']) {
    switch (await GreeterEventGreet(StringValue(value: name)).send()) {
      case Ok(:final value):
        print(value.value);
      case Err(:final error):
        print('no: ${error.value}');
    }
  }

  await listener.stop();
}
