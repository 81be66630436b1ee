//! Calls as requests to a scheme of the plugin's own, which take a webview less time than commands.
//!
//! Access control stands before it: a request is taken only for a session that the same webview has opened, which is a
//! command, and by the session's name, which is random and known to its page alone.

use bytes::Bytes;
use http::header::ACCESS_CONTROL_ALLOW_ORIGIN;
use http::{HeaderValue, Method, Request, Response, StatusCode, Uri};
use tauri::utils::config::PatternKind;
use tauri::{Runtime, UriSchemeContext, UriSchemeResponder};

use super::message;
use super::pages::Pages;
use crate::wire::bellwire::v1::Call;
use crate::{Code, Fault};

pub(super) const SCHEME: &str = "bellwire";

/// Makes the call that a request is. What is refused here the page makes by a command.
pub(super) fn handle<R: Runtime>(
    pages: &Pages,
    cx: &UriSchemeContext<'_, R>,
    request: Request<Vec<u8>>,
    responder: UriSchemeResponder,
) {
    let respond = |response| responder.respond(response);
    if may_serve(cx) {
        answer(pages, cx.webview_label(), request, respond);
    } else {
        respond(refusal(StatusCode::NOT_FOUND));
    }
}

/// Android hides the bodies of requests. An app with the isolation pattern wants to see all that its pages ask for, and
/// that is shown commands only.
fn may_serve<R: Runtime>(cx: &UriSchemeContext<'_, R>) -> bool {
    let pattern = &cx.app_handle().config().app.security.pattern;
    !cfg!(target_os = "android") && matches!(pattern, PatternKind::Brownfield)
}

fn answer(
    pages: &Pages,
    webview: &str,
    request: Request<Vec<u8>>,
    respond: impl FnOnce(Response<Vec<u8>>) + Send + 'static,
) {
    if request.method() != Method::POST {
        return respond(refusal(StatusCode::METHOD_NOT_ALLOWED));
    }
    let (head, input) = request.into_parts();
    let found = target(&head.uri).and_then(|(session, call)| {
        let session = pages.find(webview, session);
        Ok((session.ok_or_else(Pages::closed)?, call))
    });
    let answer = move |outcome| respond(response(message::answered(outcome)));
    match found {
        Ok((session, call)) => session.call(call, Bytes::from(input), Box::new(answer)),
        Err(fault) => answer(Err(fault.into())),
    }
}

/// The session, and the call, that the target of a request names: a path of the session, the call's number and its
/// event, and a query of what its headers are as a command, both optional: `timeout-ms=50&metadata=key=value&key=value`.
fn target(uri: &Uri) -> Result<(&str, Call), Fault> {
    let mut parts = uri.path().splitn(4, '/').skip(1);
    let (Some(session), Some(number), Some(event)) = (parts.next(), parts.next(), parts.next())
    else {
        return Err(invalid());
    };
    let id = number.parse().map_err(|_| invalid())?;
    let (timeout, metadata) = match uri.query() {
        None => (None, None),
        Some(query) => match query.split_once("metadata=") {
            None => (Some(query), None),
            Some((timeout, metadata)) => (Some(timeout), Some(metadata)),
        },
    };
    let timeout = timeout.filter(|timeout| !timeout.is_empty()).map(|query| {
        let timeout = query.strip_prefix("timeout-ms=").ok_or_else(invalid)?;
        Ok(timeout.strip_suffix('&').unwrap_or(timeout))
    });
    let call = message::call(id, event, timeout.transpose()?, metadata)?;
    Ok((session, call))
}

fn invalid() -> Fault {
    let message = "the target of the request is not /session/number/package.Group/Event";
    Fault::new(Code::InvalidArgument, message)
}

/// Every origin may read it: who knows the session's name is its page.
fn response(body: Vec<u8>) -> Response<Vec<u8>> {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

fn refusal(status: StatusCode) -> Response<Vec<u8>> {
    let mut response = response(Vec::new());
    *response.status_mut() = status;
    response
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::super::pages::Place;
    use super::*;
    use crate::Server;

    fn read(target_of: &'static str) -> Result<(String, Call), Fault> {
        let uri = Uri::from_static(target_of);
        target(&uri).map(|(session, call)| (session.to_owned(), call))
    }

    #[test]
    fn a_target_says_what_a_call_is() {
        let (session, call) = read("bellwire://localhost/page.1/7/a.B/C").expect("a call");
        assert_eq!((&*session, call.id, &*call.path), ("page.1", 7, "a.B/C"));
        assert_eq!((call.timeout_ms, call.metadata.len()), (None, 0));
        let said = |query: &'static str| {
            let (_, call) = read(query).expect("a call");
            let entries = call.metadata.into_iter().map(|one| (one.key, one.value));
            (call.timeout_ms, entries.collect::<Vec<_>>())
        };
        let entry = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        assert_eq!(
            said("http://bellwire.localhost/p.1/7/a.B/C?timeout-ms=50"),
            (Some(50), vec![])
        );
        assert_eq!(
            said(
                "bellwire://localhost/p.1/7/a.B/C?timeout-ms=50&metadata=x-who=ada%26co&x-mood=%C3%BC"
            ),
            (
                Some(50),
                vec![entry("x-who", "ada&co"), entry("x-mood", "ü")]
            )
        );
        assert_eq!(
            said("bellwire://localhost/p.1/7/a.B/C?metadata=metadata=timeout-ms"),
            (None, vec![entry("metadata", "timeout-ms")])
        );
    }

    #[test]
    fn a_target_that_is_no_call_is_a_fault() {
        for wrong in [
            "bellwire://localhost/",
            "bellwire://localhost/page.1/7",
            "bellwire://localhost/page.1/-1/a.B/C",
            "bellwire://localhost/page.1//a.B/C",
            "bellwire://localhost/page.1/7/a.B/C?soon",
            "bellwire://localhost/page.1/7/a.B/C?timeout-ms=soon",
            "bellwire://localhost/page.1/7/a.B/C?timeout-ms=1&soon",
            "bellwire://localhost/page.1/7/a.B/C?metadata=x-who",
            "bellwire://localhost/page.1/7/a.B/C?metadata=x=%ff",
        ] {
            let fault = read(wrong).expect_err(wrong);
            assert_eq!(fault.code, Code::InvalidArgument, "{wrong}");
        }
    }

    #[test]
    fn only_the_webview_that_opened_a_session_is_let_in() {
        let server = Server::builder().executor(drop).build();
        let pages = Pages::new(server.expect("no groups"));
        let place = Place {
            window: "main",
            webview: "main",
        };
        pages.open(place, "page.1").expect("a session");
        let asked = |webview: &str, method: &str, session: &str| {
            let request = Request::builder()
                .method(method)
                .uri(format!("bellwire://localhost/{session}/1/a.B/C"))
                .body(Vec::new())
                .expect("a request");
            let (said, heard) = channel();
            answer(&pages, webview, request, move |response| {
                said.send(response).expect("somebody hears");
            });
            let response = heard.recv().expect("an answer");
            let body = String::from_utf8_lossy(response.body()).into_owned();
            (response.status().as_u16(), body)
        };
        let closed = |(status, body): (u16, String)| status == 200 && body.ends_with("is closed");
        assert!(closed(asked("other", "POST", "page.1")));
        assert!(closed(asked("main", "POST", "page.2")));
        assert_eq!(asked("main", "GET", "page.1").0, 405);
        assert_eq!(asked("main", "OPTIONS", "page.1").0, 405);
        // What the session itself says.
        let (status, body) = asked("main", "POST", "page.1");
        assert!(status == 200 && body.ends_with("is a hello"), "{body}");
    }
}
