//! What a frontend's frames do.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use prost::Message;

use super::call::{Answer, Control, Running, Work};
use super::frame;
use super::outbox::{Link, State, Subscribed, closed};
use crate::hello::{MAX_UNSERVED, PROTOCOL, paths, too_strange, unserved};
use crate::wire::bellwire::v1::client_frame::Kind;
use crate::wire::bellwire::v1::server_frame::Kind as FromCore;
use crate::wire::bellwire::v1::{
    Call, ClientFrame, Hello, Metadata, Pong, Subscribe, Subscription, Welcome,
};
use crate::{CallOptions, Code, EventKind, Fault, SessionId};

/// Does what one frame says. What is wrong with it is said to its sender, and the session goes on.
pub(super) fn receive(link: &Arc<Link>, frame: Bytes) {
    if link.is_closed() {
        return;
    }
    let ClientFrame { kind, payload } = match ClientFrame::decode(frame) {
        Ok(frame) => frame,
        Err(error) => {
            let fault = Fault::undecodable("bellwire.v1.ClientFrame", &error);
            return link.say(frame::fault(0, &fault));
        }
    };
    let said_hello = link.state().unserved.is_some();
    match kind {
        Some(Kind::Hello(hello)) => say_welcome(link, &hello),
        Some(Kind::Ping(ping)) => {
            link.say_pong(frame::plain(FromCore::Pong(Pong { nonce: ping.nonce })))
        }
        Some(Kind::Call(call)) => start(link, call, payload, None),
        _ if !said_hello => link.say(frame::fault(0, &no_hello())),
        Some(Kind::Cancel(cancel)) => stop(link, cancel.id),
        Some(Kind::Credit(credit)) => {
            let control = link.state().calls.get(&credit.id).cloned();
            if let Some(control) = control {
                control.add_credit(credit.items);
            }
        }
        Some(Kind::Subscribe(subscribe)) => {
            if let Err(fault) = add_subscription(link, subscribe) {
                link.say(frame::fault(0, &fault));
            }
        }
        Some(Kind::Unsubscribe(unsubscribe)) => remove_subscription(link, unsubscribe.id),
        None => {
            let message = "the frame has a kind that this core does not know";
            link.say(frame::fault(0, &Fault::new(Code::Unimplemented, message)));
        }
    }
}

fn no_hello() -> Fault {
    Fault::new(
        Code::FailedPrecondition,
        "the first frame of a session is a hello",
    )
}

fn say_welcome(link: &Link, hello: &Hello) {
    if hello.protocol != PROTOCOL {
        let message = format!(
            "the client speaks version {} of the protocol, this core version {PROTOCOL}",
            hello.protocol
        );
        let fault = Fault::new(Code::FailedPrecondition, message);
        return link.say(frame::fault(0, &fault));
    }
    let unserved = unserved(&link.server, &hello.uses);
    {
        let mut state = link.state();
        let before = state.unserved.get_or_insert_default();
        before.extend(paths(&unserved));
        if before.len() > MAX_UNSERVED {
            state.push(frame::fault(0, &too_strange()));
            drop(state);
            return link.close();
        }
    }
    link.say(frame::plain(FromCore::Welcome(Welcome {
        protocol: PROTOCOL,
        unserved,
        stream_id: String::new(),
    })));
}

/// Starts a call. Whatever is wrong is its answer, except where it has no id of its own to be answered by. Without
/// `answer`, the answer is one of the session's frames.
pub(super) fn start(link: &Arc<Link>, call: Call, payload: Bytes, answer: Option<Answer>) {
    let id = call.id;
    let only_one_answer = answer.is_some();
    let control = Arc::new(Control::new(call.credit, answer));
    if let Err(Refused { id: known, fault }) = admit(link, &call, &control) {
        return match control.take_answer() {
            Some(answer) => answer(Err(fault.into())),
            None => link.say(frame::fault(known, &fault)),
        };
    }
    let request = call_options(&call, link.id)
        .and_then(|options| link.server.request(&call.path, payload, options))
        .and_then(|request| match request.event().kind {
            EventKind::Stream if only_one_answer => Err(is_stream(&call.path)),
            _ => Ok(request),
        });
    let unanswered = link.server.unanswered();
    let call = match request {
        Ok(request) => link.server.dispatch(request),
        Err(fault) => return link.answer(id, &control, fault.into()),
    };
    let running = Running {
        link: Arc::clone(link),
        id,
        control,
        work: Work::Call(call),
        _unanswered: unanswered,
    };
    // A session is only opened where there is an executor; without one the call is dropped, which answers it.
    if let Some(executor) = link.server.executor() {
        executor.spawn(Box::pin(running));
    }
}

fn is_stream(path: &str) -> Fault {
    let message = format!("`{path}` answers with a stream, and was called as if it did not");
    Fault::new(Code::FailedPrecondition, message)
}

struct Refused {
    /// 0 where another call has the id, which this must not end.
    id: u64,
    fault: Fault,
}

fn admit(link: &Link, call: &Call, control: &Arc<Control>) -> Result<(), Refused> {
    let limit = link.server.limits().calls_per_session;
    let mut state = link.state();
    let refused = |id, code, message| Refused {
        id,
        fault: Fault::new(code, message),
    };
    if state.is_closed() {
        let (id, fault) = (0, closed());
        return Err(Refused { id, fault });
    }
    if call.id == 0 {
        let message = "a call has an id that is not 0".to_owned();
        return Err(refused(0, Code::InvalidArgument, message));
    }
    if state.calls.contains_key(&call.id) {
        let message = format!("a call with the id {} is in flight", call.id);
        return Err(refused(0, Code::InvalidArgument, message));
    }
    let Some(unserved) = &state.unserved else {
        return Err(Refused {
            id: call.id,
            fault: no_hello(),
        });
    };
    if unserved.contains(&call.path) && link.server.event(&call.path).is_some() {
        let message = format!("client and core have different schemas of `{}`", call.path);
        return Err(refused(call.id, Code::FailedPrecondition, message));
    }
    if state.in_flight() >= limit {
        let message = format!("{limit} calls are in flight (`calls_per_session`)");
        return Err(refused(call.id, Code::ResourceExhausted, message));
    }
    state.calls.insert(call.id, Arc::clone(control));
    Ok(())
}

fn call_options(call: &Call, session: SessionId) -> Result<CallOptions, Fault> {
    Ok(CallOptions {
        timeout: call.timeout_ms.map(Duration::from_millis),
        metadata: metadata(&call.metadata)?,
        session: Some(session),
        ..CallOptions::default()
    })
}

fn metadata(metadata: &[Metadata]) -> Result<HeaderMap, Fault> {
    let mut headers = HeaderMap::new();
    for Metadata { key, value } in metadata {
        let entry = HeaderName::try_from(key.as_str())
            .ok()
            .zip(HeaderValue::try_from(value.as_str()).ok());
        let (name, value) = entry.ok_or_else(|| {
            let message = format!("the metadata {key:?} cannot be carried: {value:?}");
            Fault::new(Code::InvalidArgument, message)
        })?;
        let added = headers.try_append(name, value);
        added.map_err(|_| Fault::new(Code::ResourceExhausted, "there is too much metadata"))?;
    }
    Ok(headers)
}

/// Answers a call that its client no longer wants, and stops it. One that has its answer is left alone.
fn stop(link: &Link, id: u64) {
    let control = link.state().calls.get(&id).cloned();
    if let Some(control) = control {
        let fault = Fault::new(Code::Cancelled, "the caller cancelled the call");
        link.answer(id, &control, fault.into());
        control.cancel();
    }
}

fn add_subscription(link: &Arc<Link>, subscribe: Subscribe) -> Result<(), Fault> {
    let Subscription { path, key } = subscribe.subscription.unwrap_or_default();
    let limit = link.server.limits().subscriptions_per_session;
    let watch = {
        let mut state = link.state();
        check_subscription(&state, subscribe.id, limit)?;
        let unserved = state.unserved.as_ref();
        if unserved.is_some_and(|unserved| unserved.contains(&path)) {
            // It was named in the welcome.
            return Ok(());
        }
        link.subscriber.subscribe(&path, key.as_deref())?;
        state.subscriptions.insert(subscribe.id, (path, key));
        link.is_pushed() && !std::mem::replace(&mut state.watched, true)
    };
    if watch && let Some(executor) = link.server.executor() {
        let link = Arc::downgrade(link);
        executor.spawn(Box::pin(poll_fn(move |cx| Link::poll_watch(&link, cx))));
    }
    Ok(())
}

fn check_subscription(state: &State, id: u64, limit: usize) -> Result<(), Fault> {
    if state.is_closed() {
        return Err(closed());
    }
    if state.subscriptions.contains_key(&id) {
        let message = format!("there is a subscription with the id {id}");
        return Err(Fault::new(Code::InvalidArgument, message));
    }
    if state.subscriptions.len() >= limit {
        let message =
            format!("the session has {limit} subscriptions (`subscriptions_per_session`)");
        return Err(Fault::new(Code::ResourceExhausted, message));
    }
    Ok(())
}

/// Takes a subscription back, unless another one is to the same. An unknown id is ignored.
fn remove_subscription(link: &Link, id: u64) {
    let mut state = link.state();
    let Some(removed) = state.subscriptions.remove(&id) else {
        return;
    };
    if !has(&state.subscriptions, &removed) {
        link.subscriber
            .unsubscribe(&removed.0, removed.1.as_deref());
    }
}

fn has(subscriptions: &BTreeMap<u64, Subscribed>, wanted: &Subscribed) -> bool {
    subscriptions
        .values()
        .any(|subscribed| subscribed == wanted)
}
