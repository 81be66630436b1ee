// Runs every test, and fails if one does.

import 'client.dart' as client;
import 'connect.dart' as connect;
import 'harness.dart';
import 'messages.dart' as messages;
import 'notifications.dart' as notifications;
import 'well_known.dart' as well_known;

Future<void> main() async {
  messages.declare();
  well_known.declare();
  client.declare();
  notifications.declare();
  connect.declare();
  await runTests();
}
