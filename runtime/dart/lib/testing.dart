/// A core in memory, for tests of apps and widgets.
library;

export 'src/testing/fake_transport.dart';
