/* The C ABI of a library that exports a Bellwire core. Dart programs use it through package:bellwire/ffi.dart. */

#ifndef BELLWIRE_H
#define BELLWIRE_H

/* Made from runtime/rust/src/ffi/abi.rs by cbindgen. Do not edit it. */

#include <stdint.h>

/**
 * The version of what this file describes.
 */
#define BELLWIRE_VERSION 1

/**
 * A session of an isolate with the core. A number in the guise of an address: nothing is there.
 */
typedef struct BellwireSession BellwireSession;

/**
 * The functions of a library.
 *
 * Those that answer with a status answer with 0, or with the number of one of gRPC's codes: INVALID_ARGUMENT (3) for
 * arguments that make no sense, RESOURCE_EXHAUSTED (8) where threads or memory are lacking, UNIMPLEMENTED (12) for a VM
 * whose API is of another major version, INTERNAL (13) after a panic, UNAVAILABLE (14) for a session that is closed or
 * never was open.
 *
 * All of them can be called from any thread. `allocate`, `send`, `wake` and `free` wait for nothing and do not call the
 * VM, so they can be leaf calls.
 */
typedef struct BellwireApi {
  /**
   * The version of this struct: BELLWIRE_VERSION.
   */
  uint32_t version;
  /**
   * Opens a session, whose frames are posted to `port`, as external typed data where they are large and as typed data
   * where they are small, or several at once as an array of those. Null is posted behind the last; other objects are to
   * be ignored.
   *
   * `dart_api` is `NativeApi.initializeApiDLData` of Dart. `config` is handed to the core where it starts with this
   * session, and is copied; it may be null if `config_length` is 0. `session` receives the session, or null.
   */
  int32_t (*open)(const void *dart_api,
                  int64_t port,
                  const uint8_t *config,
                  uintptr_t config_length,
                  struct BellwireSession **session);
  /**
   * Memory for a frame, all zero, or null where there is none.
   */
  uint8_t *(*allocate)(uintptr_t length);
  /**
   * Sends a frame of `length` bytes, at most those that were allocated. Whatever the status, `frame` is no longer the
   * caller's, unless it never was. With `more`, not 0, the core need not look at it before `wake` or another `send`.
   */
  int32_t (*send)(struct BellwireSession *session, uint8_t *frame, uintptr_t length, uint32_t more);
  /**
   * Has the core look at what was sent.
   */
  int32_t (*wake)(struct BellwireSession *session);
  /**
   * Says that a message was read, and how many frames were in it. Until then others wait, and are posted together. The
   * core makes 256 frames beyond those that it knows to be read.
   */
  int32_t (*read)(struct BellwireSession *session, uintptr_t frames);
  /**
   * Closes a session: its calls are cancelled, and nothing is posted once this returns. One that is closed, and null, is
   * left alone.
   */
  void (*close)(struct BellwireSession *session);
  /**
   * Gives memory back that was allocated and not sent. Any other is left alone.
   */
  void (*free)(uint8_t *frame);
} BellwireApi;

#endif  /* BELLWIRE_H */

/* The one symbol of a library: its functions, which live as long as the program. NAME is the name of the crate that
   exports it, or what its `export!` says. */
#define BELLWIRE_LIBRARY(NAME) const BellwireApi *bellwire_##NAME(void)
