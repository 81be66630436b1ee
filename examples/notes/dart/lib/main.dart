// Signs in, writes a note, and hears what changes: the calls that a Flutter app makes.
//
// usage: dart run lib/main.dart [ADDRESS]            to the notes server
//        dart run lib/main.dart LIBRARY DATABASE     with the core in this process

import 'dart:async';
import 'dart:convert';

import 'package:bellwire/bellwire.dart';
import 'package:bellwire/connect.dart';
import 'package:bellwire/ffi.dart';

import 'gen/app/v1/error.pb.dart';
import 'gen/notes/v1/notes.bellwire.dart';
import 'gen/user/v1/user.bellwire.dart';

Future<void> main(List<String> arguments) async {
  final transport = switch (arguments) {
    [final library, final database] => FfiTransport.open(
      'notes_ffi',
      path: library,
      config: utf8.encode(database),
    ),
    _ => ConnectTransport(
      Uri.parse(arguments.firstOrNull ?? 'http://127.0.0.1:4000'),
    ),
  };
  defaultTransport = transport;
  await visit();
  // Lets go of its connections, which would keep the program alive for a while.
  await transport.close();
}

/// What the program does, over whatever transport is set.
Future<void> visit() async {
  final session = await signIn('ada.lovelace@example.org');
  if (session == null) return;
  print('Signed in as ${session.profile.name}.');

  // What a call carries to say who makes it.
  final metadata = {'authorization': 'Bearer ${session.token}'};

  final deleted = Completer<void>();
  final listener = NotesNotificationListener(
    onNoteChanged: (note, _) =>
        print('Changed: ${note.title}, revision ${note.revision}.'),
    onNoteDeleted: (id) {
      print('Deleted: $id.');
      if (!deleted.isCompleted) deleted.complete();
    },
  );
  await listener.start();

  final created = await NotesEventCreate(
    CreateRequest(title: 'Shopping'),
  ).send(metadata: metadata);
  if (created case Ok(value: final note)) {
    await NotesEventEdit(
      EditRequest(id: note.id, body: 'milk, bread'),
    ).send(metadata: metadata);
    await export(metadata);
    await NotesEventDelete(NoteRef(id: note.id)).send(metadata: metadata);
    // A notification comes beside the answers to calls, and may be later.
    await deleted.future;
  }

  // A refusal is a value, with the fields that the schema gives it.
  final untitled = await NotesEventCreate(
    CreateRequest(title: ' '),
  ).send(metadata: metadata);
  if (untitled case Err(:final error))
    print('Refused: ${error.fieldName}: ${error.message}');

  await listener.stop();
}

/// The session of the user with this address; null if the core refuses.
Future<Session?> signIn(String email) async {
  try {
    switch (await UserEventSignIn(
      SignInRequest(email: email),
    ).send(timeout: const Duration(seconds: 5))) {
      case Ok(value: final session):
        return session;
      case Err(:final error):
        explain(error);
    }
  } on Fault catch (fault) {
    // What the schema does not know, such as a core that cannot be reached.
    print('That did not work: $fault');
  }
  return null;
}

/// Prints all notes, file after file, as they arrive.
Future<void> export(Map<String, String> metadata) async {
  await for (final file in NotesEventExport(
    ExportRequest(),
  ).send(metadata: metadata)) {
    switch (file) {
      case Ok(value: final file):
        print(
          'File ${file.name} of ${file.total}: ${utf8.decode(file.content).length} characters.',
        );
      case Err(:final error):
        explain(error);
    }
  }
}

void explain(AppError error) {
  final hint = switch (error.code) {
    ErrorCode.ERROR_CODE_NOT_SIGNED_IN => 'sign in first',
    ErrorCode.ERROR_CODE_CONFLICT => 'look at what somebody else wrote',
    _ => 'try again',
  };
  print('${error.message} ($hint)');
}
