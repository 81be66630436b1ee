import 'dart:async';

/// Wakes one sleeper. A wake-up that finds nobody asleep is kept for the next,
/// until it is forgotten.
final class Wake {
  bool _pending = false;
  Completer<void>? _sleeper;

  /// Wakes the sleeper, or the next one.
  void wake() {
    _pending = true;
    if (_sleeper case final sleeper? when !sleeper.isCompleted) {
      sleeper.complete();
    }
  }

  /// Forgets the wake-ups so far.
  void forget() => _pending = false;

  /// Sleeps until woken, or for so long at most.
  Future<void> sleep([Duration? atMost]) async {
    if (!_pending) {
      final sleeper = _sleeper = Completer<void>();
      final timer = atMost == null ? null : Timer(atMost, wake);
      await sleeper.future;
      timer?.cancel();
      _sleeper = null;
    }
    _pending = false;
  }
}
