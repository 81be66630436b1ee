import 'dart:convert';

import 'package:bellwire/bellwire.dart';
import 'package:bellwire/testing.dart';

import '../lib/gen/app/v1/error.pb.dart';
import '../lib/gen/notes/v1/note.pb.dart';
import '../lib/gen/notes/v1/notes.bellwire.dart';
import '../lib/gen/user/v1/profile.pb.dart';
import '../lib/gen/user/v1/user.bellwire.dart';

/// A core in memory that knows one user and keeps notes, as far as `main.dart` asks for it, so that it can be tested without a server.
FakeTransport fakeCore() {
  final core = FakeTransport();
  final notes = <String, Note>{};
  final ada = Profile(id: 'ada', name: 'Ada Lovelace', color: Color.COLOR_BLUE);

  Note changed(Note note) {
    notes[note.id] = note;
    core.notify(NotesNotificationListener.noteChanged, note, key: note.id);
    return note;
  }

  core.onCall(
    UserEventSignIn.event,
    (input, _) => Ok(Session(token: 'secret', profile: ada)),
  );
  core.onCall(NotesEventCreate.event, (input, _) {
    final title = input.title.trim();
    if (title.isEmpty) {
      return Err(
        AppError(
          code: ErrorCode.ERROR_CODE_INVALID,
          fieldName: 'title',
          message: 'A note needs a title.',
        ),
      );
    }
    return Ok(
      changed(
        Note(
          id: '${notes.length + 1}',
          title: title,
          body: input.body,
          revision: 1,
          editor: ada,
        ),
      ),
    );
  });
  core.onCall(NotesEventEdit.event, (input, _) {
    final note = notes[input.id];
    if (note == null) return Err(notFound);
    return Ok(
      changed(
        Note(
          id: note.id,
          title: input.hasTitle() ? input.title : note.title,
          body: input.hasBody() ? input.body : note.body,
          revision: note.revision + 1,
          editor: ada,
        ),
      ),
    );
  });
  core.onCall(NotesEventDelete.event, (input, _) {
    if (notes.remove(input.id) == null) return Err(notFound);
    core.notify(NotesNotificationListener.noteDeleted, null, key: input.id);
    return const Ok(null);
  });
  core.onStream(NotesEventExport.event, (input, _) async* {
    for (final note in notes.values) {
      final text = '# ${note.title}\n\n${note.body}\n';
      yield Ok(
        ExportedFile(
          name: '${note.id}.md',
          content: utf8.encode(text),
          total: notes.length,
        ),
      );
    }
  });
  return core;
}

final notFound = AppError(
  code: ErrorCode.ERROR_CODE_NOT_FOUND,
  message: 'This note no longer exists.',
);
