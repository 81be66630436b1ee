/// The way to the core: inside of the app, and on the web a server.
library;

export 'src/core_ffi.dart'
    if (dart.library.js_interop) 'src/core_web.dart'
    show openCore;
