//! The macro that exports a library.

/// Exports the C ABI of this module from the crate that says so, around a core.
///
/// `core` is a function from `&[u8]`, what the Dart program gave as its configuration, to a
/// [`Server`](crate::Server) or to an error: `fn(&[u8]) -> Result<Server, E>`. It is called once, when the first session
/// opens; only where it fails is it called again, for the next one. The server needs no executor of its own.
///
/// ```text
/// bellwire::ffi::export!(core);
/// bellwire::ffi::export!(core, runtime = handle);  // handle: fn() -> tokio::runtime::Handle
/// bellwire::ffi::export!(core, name = "notes");    // instead of the crate's name
/// ```
#[macro_export]
#[doc(hidden)]
macro_rules! __ffi_export {
    ($core:expr $(, runtime = $runtime:expr)? $(,)?) => {
        $crate::ffi::export!(
            $core,
            $(runtime = $runtime,)?
            name = ::core::env!("CARGO_CRATE_NAME"),
        );
    };
    ($core:expr, $(runtime = $runtime:expr,)? name = $name:expr $(,)?) => {
        const _: () = {
            static LIBRARY: $crate::ffi::Library = $crate::ffi::Library::new(
                |config| ::core::result::Result::map_err($core(config), ::core::convert::Into::into),
                $crate::__ffi_runtime!($($runtime)?),
            );

            unsafe extern "C" fn open(
                dart_api: *const ::core::ffi::c_void,
                port: i64,
                config: *const u8,
                config_length: usize,
                session: *mut *mut $crate::ffi::BellwireSession,
            ) -> i32 {
                // SAFETY: the host keeps to what the ABI says of these.
                unsafe { LIBRARY.open_session(dart_api, port, config, config_length, session) }
            }

            static API: $crate::ffi::BellwireApi = $crate::ffi::BellwireApi::new(open);

            // SAFETY: the name is that of the crate, which no other of the program has.
            #[unsafe(export_name = ::core::concat!("bellwire_", $name))]
            extern "C" fn api() -> *const $crate::ffi::BellwireApi {
                &raw const API
            }

            #[cfg(panic = "abort")]
            #[deprecated = "with `panic = \"abort\"` a panic in a handler ends the app, instead of becoming a fault of its call"]
            const PANIC_ABORTS: () = ();
            #[cfg(panic = "abort")]
            const _: () = PANIC_ABORTS;
        };
    };
}

/// The runtime that was named, if one was.
#[macro_export]
#[doc(hidden)]
macro_rules! __ffi_runtime {
    () => {
        ::core::option::Option::None
    };
    ($runtime:expr) => {
        ::core::option::Option::Some($runtime)
    };
}
