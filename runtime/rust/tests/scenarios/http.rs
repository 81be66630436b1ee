//! The Connect protocol as a transport of generated clients: as little as the scenarios need.

use std::net::SocketAddr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use bellwire::{
    Bytes, CallOptions, Code, EventInfo, EventKind, Failure, Fault, Outcome, Payload, Reply,
    ReplyStream, Transport,
};
use futures::StreamExt;
use futures::stream::BoxStream;
use prost::Message;
use reqwest::{Client, RequestBuilder, Response};
use serde_json::Value;

pub static SUBSCRIBE: EventInfo = method("bellwire.v1.Notifications/Subscribe", EventKind::Stream);
pub static UPDATE: EventInfo = method("bellwire.v1.Notifications/Update", EventKind::Unary);

const fn method(path: &'static str, kind: EventKind) -> EventInfo {
    EventInfo {
        path,
        kind,
        input: None,
        output: None,
        timeout: None,
        fingerprint: 0,
    }
}

/// One host that speaks Connect.
#[derive(Clone)]
pub struct Http {
    pub address: SocketAddr,
    http: Client,
}

impl Http {
    pub fn new(address: SocketAddr) -> Self {
        Self {
            address,
            http: Client::new(),
        }
    }

    /// The answer to a method that gives one.
    pub async fn message(&self, method: &'static EventInfo, request: &impl Message) -> Bytes {
        let payload = request.encode_to_vec().into();
        match self.call(method, payload, CallOptions::default()).await {
            Ok(Reply::Message(answer)) => answer.into_bytes(),
            other => panic!("{other:?}"),
        }
    }

    /// The messages of a method that gives many, until it ends.
    pub async fn items(
        &self,
        method: &'static EventInfo,
        request: &impl Message,
    ) -> BoxStream<'static, Result<Bytes, Fault>> {
        let payload = request.encode_to_vec().into();
        match self.call(method, payload, CallOptions::default()).await {
            Ok(Reply::Stream(items)) => items
                .map(|item| match item {
                    Ok(message) => Ok(message.into_bytes()),
                    Err(failure) => Err(failure.fault().expect("no error of a handler")),
                })
                .boxed(),
            other => panic!("{other:?}"),
        }
    }

    fn post(&self, event: &EventInfo, options: &CallOptions) -> RequestBuilder {
        let request = self
            .http
            .post(format!("http://{}/{}", self.address, event.path));
        let request = request.headers(options.metadata.clone());
        match options.timeout {
            Some(timeout) => request.header("connect-timeout-ms", timeout.as_millis().to_string()),
            None => request,
        }
    }

    async fn unary(&self, request: RequestBuilder, payload: Bytes) -> Outcome {
        let request = request.header("content-type", "application/proto");
        let response = send(request.body(payload)).await?;
        let status = response.status();
        let body = response.bytes().await.map_err(lost)?;
        if status.is_success() {
            return Ok(Reply::Message(body.into()));
        }
        match serde_json::from_slice::<Value>(&body).map(|error| failure(&error)) {
            Ok(Failure::Error(error)) => Ok(Reply::Error(error)),
            Ok(Failure::Fault(fault)) => Err(fault),
            Err(_) => Err(Fault::new(Code::Unimplemented, status.to_string())),
        }
    }

    async fn stream(&self, request: RequestBuilder, payload: Bytes) -> Outcome {
        let length = u32::try_from(payload.len()).expect("short").to_be_bytes();
        let body = [&[0][..], &length, &payload].concat();
        let request = request.header("content-type", "application/connect+proto");
        let response = send(request.body(body)).await?;
        let chunks = Box::pin(response.bytes_stream());
        let messages =
            futures::stream::unfold((chunks, Vec::new()), |(mut chunks, mut buffer)| async {
                loop {
                    if let Some((flags, message)) = take_message(&mut buffer) {
                        let item = match flags {
                            0 => Ok(Payload::from(message)),
                            _ => Err(ended(&message)?),
                        };
                        return Some((item, (chunks, buffer)));
                    }
                    match chunks.next().await? {
                        Ok(chunk) => buffer.extend_from_slice(&chunk),
                        Err(error) => {
                            let fault = Err(Failure::Fault(lost(error)));
                            return Some((fault, (chunks, buffer)));
                        }
                    }
                }
            });
        Ok(Reply::Stream(ReplyStream::new(messages)))
    }
}

impl Transport for Http {
    async fn call(
        &self,
        event: &'static EventInfo,
        payload: Bytes,
        options: CallOptions,
    ) -> Outcome {
        let request = self.post(event, &options);
        match event.kind {
            EventKind::Unary => self.unary(request, payload).await,
            EventKind::Stream => self.stream(request, payload).await,
        }
    }
}

async fn send(request: RequestBuilder) -> Result<Response, Fault> {
    request.send().await.map_err(lost)
}

fn lost(error: reqwest::Error) -> Fault {
    Fault::new(Code::Unavailable, error.to_string())
}

fn take_message(buffer: &mut Vec<u8>) -> Option<(u8, Bytes)> {
    let (head, rest) = buffer.split_first_chunk::<5>()?;
    let length = u32::from_be_bytes([head[1], head[2], head[3], head[4]]) as usize;
    let message = Bytes::copy_from_slice(rest.get(..length)?);
    let flags = head[0];
    buffer.drain(..5 + length);
    Some((flags, message))
}

/// What the end of a stream says, if it is no good one.
fn ended(end: &[u8]) -> Option<Failure<Payload>> {
    let end: Value = serde_json::from_slice(end).expect("JSON");
    end.get("error").map(failure)
}

fn failure(error: &Value) -> Failure<Payload> {
    if let Some(detail) = error["details"][0]["value"].as_str() {
        let bytes = STANDARD_NO_PAD.decode(detail).expect("base64");
        return Failure::Error(Bytes::from(bytes).into());
    }
    let name = error["code"].as_str().unwrap_or_default().to_uppercase();
    let code = (1..=16)
        .map(Code::from_number)
        .find(|code| code.name() == name.replace("CANCELED", "CANCELLED"));
    let message = error["message"].as_str().unwrap_or_default();
    Failure::Fault(Fault::new(code.unwrap_or(Code::Unknown), message))
}
