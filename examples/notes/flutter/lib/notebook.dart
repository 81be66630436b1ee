import 'dart:async';

import 'package:bellwire/bellwire.dart';
import 'package:flutter/foundation.dart';
import 'package:notes/gen/app/v1/error.pb.dart';
import 'package:notes/gen/notes/v1/note.pb.dart';
import 'package:notes/gen/notes/v1/notes.bellwire.dart';
import 'package:notes/gen/user/v1/user.bellwire.dart';

/// What the core has, kept current.
class Notebook extends ChangeNotifier {
  final Map<String, Note> _notes = {};
  Map<String, String> _metadata = const {};
  PendingCall<NoteList, AppError>? _loading;

  late final NotesNotificationListener _listener = NotesNotificationListener(
    onNoteChanged: (note, _) => _take(note),
    onNoteDeleted: _drop,
    // Something was missed: everything is asked for again.
    onLagged: (_) => unawaited(_load()),
  );

  /// The notes, by their titles.
  List<Note> get notes =>
      _notes.values.toList()..sort((a, b) => a.title.compareTo(b.title));

  /// What went wrong last, for people.
  String? get problem => _problem;
  String? _problem;

  /// Forgets what went wrong.
  void forgive() => _fail(null);

  /// Signs in and loads the notes.
  Future<void> open(String email) => _guarded(() async {
    final signedIn = await UserEventSignIn(SignInRequest(email: email)).send();
    switch (signedIn) {
      case Ok(value: final session):
        _metadata = {'authorization': 'Bearer ${session.token}'};
        await _listener.start();
        await _load();
      case Err(:final error):
        _fail(error.message);
    }
  });

  /// Writes a note. It comes back as a notification.
  Future<void> add(String title) => _guarded(() async {
    final call = NotesEventCreate(CreateRequest(title: title));
    final created = await call.send(metadata: _metadata);
    _fail(created.errOrNull?.message);
  });

  Future<void> _load() => _guarded(() async {
    _loading?.cancel();
    final call = _loading = const NotesEventList().send(metadata: _metadata);
    switch (await call) {
      case Ok(:final value):
        _notes.removeWhere((id, _) => value.notes.every((it) => it.id != id));
        value.notes.forEach(_take);
      case Err(:final error):
        _fail(error.message);
    }
  });

  /// Keeps the newer of two states, in whatever order they come.
  void _take(Note note) {
    final known = _notes[note.id];
    if (known != null && known.revision >= note.revision) return;
    _notes[note.id] = note;
    notifyListeners();
  }

  void _drop(String id) {
    if (_notes.remove(id) != null) notifyListeners();
  }

  void _fail(String? problem) {
    if (_problem == problem) return;
    _problem = problem;
    notifyListeners();
  }

  /// What the schema does not know, such as a core that cannot be reached, is a fault.
  Future<void> _guarded(Future<void> Function() work) async {
    try {
      await work();
    } on Fault catch (fault) {
      if (fault.code != FaultCode.cancelled) _fail(fault.message);
    }
  }

  @override
  void dispose() {
    _loading?.cancel();
    unawaited(_listener.stop());
    super.dispose();
  }
}
