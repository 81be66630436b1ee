//! Which pages may call.
//!
//! That a page names the host which it calls as its own origin proves little: whoever owns a name can let it point to this
//! machine while his page is open (DNS rebinding), and so read what only programs of this machine should. Addresses and
//! `localhost` cannot be made to point elsewhere; every other name has to be allowed.

use std::net::{Ipv4Addr, Ipv6Addr};

use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tower_http::cors::{AllowHeaders, AllowMethods, AllowOrigin, CorsLayer, ExposeHeaders};

/// Which pages may call.
#[derive(Debug, Clone, Default)]
pub(super) enum Origins {
    /// Those that come from the server itself, by its address or as `localhost`.
    #[default]
    Same,
    /// Those, and these.
    These(Vec<String>),
    Any,
}

impl Origins {
    /// What lets a browser hand answers to pages of other origins.
    pub(super) fn cors(&self) -> Option<CorsLayer> {
        let origins = match self {
            Self::Same => return None,
            Self::These(origins) => AllowOrigin::list(
                origins
                    .iter()
                    .filter_map(|origin| HeaderValue::from_str(origin).ok()),
            ),
            Self::Any => AllowOrigin::any(),
        };
        Some(
            CorsLayer::new()
                .allow_origin(origins)
                .allow_methods(AllowMethods::list([
                    axum::http::Method::GET,
                    axum::http::Method::POST,
                ]))
                .allow_headers(AllowHeaders::mirror_request())
                .expose_headers(ExposeHeaders::any())
                .max_age(std::time::Duration::from_secs(3600)),
        )
    }

    /// The origin of the page that a request comes from, if it may not call. Browsers name it; other callers name none,
    /// and are let through.
    pub(super) fn refused<'a>(&self, request: &'a Request) -> Option<&'a str> {
        let headers = request.headers();
        let origin = headers.get(header::ORIGIN)?;
        let Ok(origin) = origin.to_str() else {
            return Some("an unreadable origin");
        };
        let named = headers
            .get(header::HOST)
            .and_then(|host| host.to_str().ok());
        let host = named.or_else(|| request.uri().authority().map(|it| it.as_str()));
        (!self.allow(origin, host)).then_some(origin)
    }

    /// Whether a page of this origin may call the host that the request names.
    fn allow(&self, origin: &str, host: Option<&str>) -> bool {
        let own = || {
            let authority = origin.split_once("://").map(|(_, authority)| authority);
            authority.is_some_and(|authority| Some(authority) == host && is_fixed(authority))
        };
        match self {
            Self::Same => own(),
            Self::These(origins) => own() || origins.iter().any(|allowed| allowed == origin),
            Self::Any => true,
        }
    }
}

/// Whether a host, with its port or without, is an address or a name that always means this machine.
fn is_fixed(authority: &str) -> bool {
    if let Some(address) = authority.strip_prefix('[') {
        let address = address.split_once(']').map(|(address, _)| address);
        return address.is_some_and(|address| address.parse::<Ipv6Addr>().is_ok());
    }
    let host = authority
        .split_once(':')
        .map_or(authority, |(host, _)| host);
    host == "localhost" || host.ends_with(".localhost") || host.parse::<Ipv4Addr>().is_ok()
}

/// What a page of this origin is told, which may not call.
pub(super) fn refusal(origin: &str) -> Response {
    let message = format!(
        "pages of {origin} may not call; the server can allow them (`Connect::allow_origins`)"
    );
    let body = serde_json::json!({ "code": "permission_denied", "message": message });
    let content = [(header::CONTENT_TYPE, "application/json")];
    (StatusCode::FORBIDDEN, content, body.to_string()).into_response()
}
