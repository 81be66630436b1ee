// The notebook over a core in memory: no library, no server.

import 'package:bellwire/bellwire.dart';
import 'package:bellwire/testing.dart';
import 'package:flutter_test/flutter_test.dart';
import 'package:notes/gen/notes/v1/note.pb.dart';
import 'package:notes/gen/notes/v1/notes.bellwire.dart';
import 'package:notes/gen/user/v1/user.bellwire.dart';
import 'package:notes_app/main.dart';

void main() {
  testWidgets('the page shows what anybody writes', (tester) async {
    final core = FakeTransport()
      ..onCall(UserEventSignIn.event, (input, call) => Ok(Session(token: 't')))
      ..onCall(NotesEventList.event, (input, call) => Ok(NoteList()));
    defaultTransport = core;
    await tester.pumpWidget(const NotesApp());
    await tester.pumpAndSettle();

    core.notify(
      NotesNotificationListener.noteChanged,
      Note(id: '1', title: 'Milk', revision: 1),
      key: '1',
    );
    await tester.pumpAndSettle();
    expect(find.text('Milk'), findsOneWidget);
  });
}
