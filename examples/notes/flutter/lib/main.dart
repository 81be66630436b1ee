// The notebook: a list of notes that follows what anybody writes.

import 'package:bellwire/bellwire.dart';
import 'package:flutter/foundation.dart';
import 'package:flutter/material.dart';
import 'package:path_provider/path_provider.dart';

import 'core.dart';
import 'notebook.dart';

Future<void> main() async {
  WidgetsFlutterBinding.ensureInitialized();
  final folder = kIsWeb ? '' : (await getApplicationSupportDirectory()).path;
  // A hot restart comes here again. The session that was open has ended with its isolate.
  defaultTransport = openCore(folder);
  runApp(const NotesApp());
}

class NotesApp extends StatelessWidget {
  const NotesApp({super.key});

  @override
  Widget build(BuildContext context) =>
      const MaterialApp(title: 'Notes', home: NotebookPage());
}

class NotebookPage extends StatefulWidget {
  const NotebookPage({super.key});

  @override
  State<NotebookPage> createState() => _NotebookPageState();
}

class _NotebookPageState extends State<NotebookPage> {
  final Notebook _notebook = Notebook();
  final TextEditingController _title = TextEditingController();

  @override
  void initState() {
    super.initState();
    _notebook.open('ada.lovelace@example.org');
  }

  @override
  void dispose() {
    _notebook.dispose();
    _title.dispose();
    super.dispose();
  }

  Future<void> _add() async {
    await _notebook.add(_title.text);
    if (mounted && _notebook.problem == null) _title.clear();
  }

  @override
  Widget build(BuildContext context) => ListenableBuilder(
    listenable: _notebook,
    builder: (context, _) => Scaffold(
      appBar: AppBar(title: const Text('Notes')),
      body: ListView(
        children: [
          if (_notebook.problem case final problem?)
            MaterialBanner(
              content: Text(problem),
              actions: [
                TextButton(
                  onPressed: _notebook.forgive,
                  child: const Text('OK'),
                ),
              ],
            ),
          for (final note in _notebook.notes)
            ListTile(
              key: ValueKey(note.id),
              title: Text(note.title),
              subtitle: Text('Revision ${note.revision}'),
            ),
        ],
      ),
      bottomNavigationBar: Padding(
        padding: const EdgeInsets.all(16),
        child: TextField(
          controller: _title,
          decoration: const InputDecoration(labelText: 'New note'),
          onSubmitted: (_) => _add(),
        ),
      ),
    ),
  );
}
