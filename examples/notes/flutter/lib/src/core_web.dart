import 'package:bellwire/bellwire.dart';
import 'package:bellwire/connect.dart';

/// Reaches the core of the server that the page came from.
Transport openCore(String folder) => ConnectTransport(Uri.base.resolve('/'));
