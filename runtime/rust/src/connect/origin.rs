//! Which pages may call.

use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tower_http::cors::{AllowHeaders, AllowMethods, AllowOrigin, CorsLayer, ExposeHeaders};

/// Which pages may call.
#[derive(Debug, Clone, Default)]
pub(super) enum Origins {
    /// Those that come from the same host as the server.
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

    /// Whether a request comes from a page that may not call. Browsers name the page's origin; other callers name none,
    /// and are let through.
    pub(super) fn refuse(&self, request: &Request) -> bool {
        let host = request
            .headers()
            .get(header::HOST)
            .and_then(|host| host.to_str().ok());
        let host = host.or_else(|| {
            request
                .uri()
                .authority()
                .map(|authority| authority.as_str())
        });
        match request
            .headers()
            .get(header::ORIGIN)
            .map(HeaderValue::to_str)
        {
            None => false,
            Some(Ok(origin)) => !self.allow(origin, host),
            Some(Err(_)) => true,
        }
    }

    /// Whether a page of this origin may call the host that the request names.
    fn allow(&self, origin: &str, host: Option<&str>) -> bool {
        let same_host = || {
            let authority = origin.split_once("://").map(|(_, authority)| authority);
            authority.is_some() && authority == host
        };
        match self {
            Self::Same => same_host(),
            Self::These(origins) => same_host() || origins.iter().any(|allowed| allowed == origin),
            Self::Any => true,
        }
    }
}

/// What such a page is told.
pub(super) fn refusal() -> Response {
    let body = r#"{"code":"permission_denied","message":"pages of this origin may not call"}"#;
    let content = [(header::CONTENT_TYPE, "application/json")];
    (StatusCode::FORBIDDEN, content, body).into_response()
}
