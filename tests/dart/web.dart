// Everything that a program for the web may import, to be compiled for it.

import 'package:bellwire/bellwire.dart';
import 'package:bellwire/connect.dart';
import 'package:bellwire/testing.dart';

import '../golden/well_known_types/dart/well_known/v1/well_known.bellwire.dart';

Future<void> main() async {
  for (final transport in <Transport>[
    ConnectTransport(Uri.parse('http://127.0.0.1:4000')),
    FakeTransport(),
  ]) {
    final listener = WellKnownNotificationListener(
      onTick: print,
      transport: transport,
    );
    await listener.start();
    print(await const WellKnownEventNow().send(transport: transport));
    await listener.stop();
    await transport.close();
  }
}
