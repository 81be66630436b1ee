import '../endpoint.dart';
import '../fault.dart';
import '../transport.dart';

/// The listeners of one transport: who wants what, and who gets what came.
///
/// One that is added hears nothing until its subscription has begun: what still
/// comes was sent before.
final class Subscribers {
  final Set<Subscriber> _members = {};

  /// Adds a listener.
  void add(Subscriber subscriber) => _members.add(subscriber);

  /// Removes a listener; one that is not there is left alone.
  void remove(Subscriber subscriber) => _members.remove(subscriber);

  /// Whether nobody listens.
  bool get isEmpty => _members.isEmpty;

  /// What the core has to be asked for, by an identity of its own: without
  /// repetition, and without a key that a subscription to every key covers.
  Map<String, Topic> wanted() {
    final all = _members.expand((member) => member.topics).toList();
    final everyKey = {
      for (final Topic(:type, :key) in all)
        if (key == null) type.path,
    };
    return {
      for (final topic in all)
        if (topic.key == null || !everyKey.contains(topic.type.path))
          _identity(topic): topic,
    };
  }

  /// Those whose subscriptions have not begun.
  List<Subscriber> get joining => [
    for (final member in _members)
      if (!member.hears) member,
  ];

  /// The notifications that anybody subscribes to.
  Iterable<NotificationType<Object?>> get types =>
      _members.expand((member) => member.topics).map((topic) => topic.type);

  /// Hands a notification to all who want it.
  void notify(Notice notice) {
    bool concerns(Topic topic) =>
        topic.type.path == notice.path &&
        (topic.key == null || topic.key == notice.key);
    for (final Subscriber(:sink) in _matching(concerns)) {
      sink.onNotice(notice);
    }
  }

  /// Tells all whom it may concern; without a path, that is everybody.
  void lagged(Lagged lagged) {
    bool concerns(Topic topic) =>
        lagged.path == null || topic.type.path == lagged.path;
    for (final Subscriber(:sink) in _matching(concerns)) {
      sink.onLagged(lagged);
    }
  }

  /// Tells all who wanted it that the core cannot serve it.
  void unserved(Unserved unserved) {
    bool concerns(Topic topic) => topic.type.path == unserved.path;
    for (final Subscriber(:sink) in _matching(concerns)) {
      sink.onUnserved(unserved);
    }
  }

  /// Tells all that the connection was lost.
  void interrupted(Fault fault) {
    for (final Subscriber(:sink) in [..._members]) {
      sink.onInterrupted(fault);
    }
  }

  /// Forgets everybody, and says why.
  void end(Fault fault) {
    final members = [..._members];
    _members.clear();
    for (final Subscriber(:sink) in members) {
      sink.onFault(fault);
    }
  }

  /// Forgets everybody, without a word.
  void forget() => _members.clear();

  /// A copy, so that a callback may start and stop listeners.
  List<Subscriber> _matching(bool Function(Topic topic) concerns) => [
    for (final member in _members)
      if (member.hears && member.topics.any(concerns)) member,
  ];
}

/// One sink and what it wants.
final class Subscriber {
  /// A sink that wants these topics.
  Subscriber(this.topics, this.sink);

  /// What it wants.
  final List<Topic> topics;

  /// Who gets it.
  final NotificationSink sink;

  /// Whether its subscription has begun.
  bool hears = false;
}

/// Lets subscriptions begin: what comes from now on is for them.
void begin(Iterable<Subscriber> joining) {
  for (final subscriber in joining) {
    subscriber.hears = true;
  }
}

String _identity(Topic topic) => switch (topic.key) {
  null => topic.type.path,
  final key => '${topic.type.path}\n$key',
};
