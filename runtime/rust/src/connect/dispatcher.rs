//! From the protocol's calls to the server's, and back.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use connectrpc::dispatcher::{
    RequestStream, StreamingResult, UnaryResult, unimplemented_streaming, unimplemented_unary,
};
use connectrpc::{
    CodecFormat, ConnectError, Dispatcher, EncodedBody, EncodedStream, MethodDescriptor, Payload,
    RequestContext, Response,
};
use futures_core::Stream;

use super::executor;
use super::fault::domain_error;
use super::intake::Intake;
use super::notifications::{self, Notifications};
use super::transcode::{Codec, Types};
use crate::{
    CallOptions, EventGroupInfo, EventInfo, EventKind, Failure, Fault, Outcome, Reply, ReplyStream,
    Server,
};

/// A server, as the protocol's implementation sees it.
pub(super) struct Edge {
    server: Server,
    types: Arc<Types>,
    notifications: Arc<Notifications>,
}

impl Edge {
    pub(super) fn new(server: Server, heartbeat: Duration) -> Self {
        Self {
            types: Arc::new(Types::of(&server)),
            notifications: Arc::new(Notifications::new(server.clone(), heartbeat)),
            server,
        }
    }

    /// Refuses a request whose message was cut off.
    fn check_whole(&self, ctx: &mut RequestContext) -> Result<(), Fault> {
        let intake = ctx.extensions_mut().remove::<Arc<Intake>>();
        match intake.is_some_and(|intake| intake.is_too_large()) {
            true => Err(self.server.limits().payload_too_large()),
            false => Ok(()),
        }
    }

    /// Starts a call of one of the server's own events.
    fn start(
        &self,
        path: &str,
        ctx: RequestContext,
        body: Bytes,
        format: CodecFormat,
    ) -> Result<Started<impl Future<Output = Outcome> + use<>>, Fault> {
        let (group, event) = self
            .server
            .group_and_event(path)
            .ok_or_else(|| Fault::unknown_event(path))?;
        let exchange = Exchange {
            types: Arc::clone(&self.types),
            group,
            event,
            format,
        };
        let payload = match format {
            CodecFormat::Proto => body,
            _ => exchange.codec(event.input).decode(body, format)?,
        };
        let call = self.server.call(path, payload, call_options(ctx));
        Ok(Started {
            outcome: executor::run(self.server.clone(), call),
            exchange,
        })
    }
}

fn call_options(mut ctx: RequestContext) -> CallOptions {
    let timeout = ctx.time_remaining();
    CallOptions {
        timeout,
        extensions: std::mem::take(ctx.extensions_mut()),
        metadata: std::mem::take(ctx.headers_mut()),
        session: None,
    }
}

struct Started<F> {
    outcome: F,
    exchange: Exchange,
}

/// How the input of one call is read, and its answers are written.
struct Exchange {
    types: Arc<Types>,
    group: &'static EventGroupInfo,
    event: &'static EventInfo,
    format: CodecFormat,
}

impl Exchange {
    /// It takes a while to find: only those who speak JSON need it.
    fn codec(&self, message: Option<&str>) -> Codec {
        self.types.codec(self.group.name, message)
    }

    fn output(&self, output: Bytes) -> Result<EncodedBody, ConnectError> {
        Ok(match self.format {
            CodecFormat::Proto => output.into(),
            _ => self
                .codec(self.event.output)
                .encode(output, self.format)?
                .into(),
        })
    }

    /// A caller who speaks JSON gets the error in a form that a person can read too.
    fn error(&self, error: &Bytes) -> ConnectError {
        let name = self.group.error;
        let debug = match self.format {
            CodecFormat::Json => self.codec(Some(name)).value(error.clone()).ok(),
            _ => None,
        };
        domain_error(name, error, debug)
    }
}

impl Dispatcher for Edge {
    fn lookup(&self, path: &str) -> Option<MethodDescriptor> {
        let kind = notifications::kind(path)
            .or_else(|| self.server.event(path).map(|event| event.kind))?;
        Some(match kind {
            EventKind::Unary => MethodDescriptor::unary(false),
            EventKind::Stream => MethodDescriptor::server_streaming(),
        })
    }

    fn call_unary(
        &self,
        path: &str,
        mut ctx: RequestContext,
        request: Payload,
        format: CodecFormat,
    ) -> UnaryResult {
        let whole = self.check_whole(&mut ctx).map_err(ConnectError::from);
        let body = match whole.and_then(|()| request.encoded()) {
            Ok(body) => body,
            Err(error) => return Box::pin(std::future::ready(Err(error))),
        };
        if path == notifications::UPDATE {
            let answer = self.notifications.update(&self.types, body, format);
            return Box::pin(std::future::ready(
                answer
                    .map(|body| Response::new(body.into()))
                    .map_err(ConnectError::from),
            ));
        }
        let started = self.start(path, ctx, body, format);
        Box::pin(async move {
            let Started { outcome, exchange } = started?;
            match outcome.await? {
                Reply::Message(output) => Ok(Response::new(exchange.output(output.into_bytes())?)),
                Reply::Error(error) => Err(exchange.error(&error.into_bytes())),
                Reply::Stream(_) => Err(ConnectError::internal(
                    "a stream where one message was expected",
                )),
            }
        })
    }

    fn call_server_streaming(
        &self,
        path: &str,
        mut ctx: RequestContext,
        request: Bytes,
        format: CodecFormat,
    ) -> StreamingResult {
        if let Err(fault) = self.check_whole(&mut ctx) {
            return Box::pin(std::future::ready(Err(fault.into())));
        }
        if path == notifications::SUBSCRIBE {
            let opened =
                Notifications::subscribe(&self.notifications, &self.types, request, format);
            return Box::pin(std::future::ready(
                opened
                    .map(|stream| Response::new(Box::pin(stream) as EncodedStream))
                    .map_err(ConnectError::from),
            ));
        }
        let started = self.start(path, ctx, request, format);
        Box::pin(async move {
            let Started { outcome, exchange } = started?;
            match outcome.await? {
                Reply::Stream(items) => Ok(Response::new(
                    Box::pin(Outputs { items, exchange }) as EncodedStream
                )),
                Reply::Error(error) => Err(exchange.error(&error.into_bytes())),
                Reply::Message(_) => Err(ConnectError::internal(
                    "one message where a stream was expected",
                )),
            }
        })
    }

    fn call_client_streaming(
        &self,
        path: &str,
        _: RequestContext,
        _: RequestStream,
        _: CodecFormat,
    ) -> UnaryResult {
        unimplemented_unary(path)
    }

    fn call_bidi_streaming(
        &self,
        path: &str,
        _: RequestContext,
        _: RequestStream,
        _: CodecFormat,
    ) -> StreamingResult {
        unimplemented_streaming(path)
    }
}

/// A stream event's items, as they are written. Dropping it drops the handler's stream.
struct Outputs {
    items: ReplyStream,
    exchange: Exchange,
}

impl Stream for Outputs {
    type Item = Result<EncodedBody, ConnectError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        Pin::new(&mut this.items).poll_next(cx).map(|item| {
            item.map(|item| match item {
                Ok(output) => this.exchange.output(output.into_bytes()),
                Err(Failure::Error(error)) => Err(this.exchange.error(&error.into_bytes())),
                Err(Failure::Fault(fault)) => Err(fault.into()),
            })
        })
    }
}
