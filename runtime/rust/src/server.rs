//! All that a core answers, in one value.

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::task::{Context as TaskContext, Poll};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::header::IntoHeaderName;
use http::{Extensions, HeaderMap, HeaderValue};
use rustc_hash::FxHashMap;
use tower::Service;
use tower::layer::util::Stack;

use crate::call::Guard;
use crate::group::{Erased, Layered, Layers, Unlayered};
use crate::lifecycle::{Lifecycle, Unanswered, shutting_down};
use crate::session::{ROOM, Sessions};
use crate::{
    Call, Cancellation, Code, Context, EventGroup, EventGroupInfo, EventInfo, Fault, Hub, Limits,
    Reply, Request, SessionId, Spawn,
};

/// All that a core answers: its event groups, its notifications and its limits.
///
/// It is cheap to clone, and clones are the same server. It has no executor of its own: a call runs on whatever polls it,
/// or on the [executor](ServerBuilder::executor) that it is given.
#[derive(Clone)]
pub struct Server(Arc<Inner>);

struct Inner {
    routes: FxHashMap<&'static str, Route>,
    groups: Vec<Group>,
    hub: Hub,
    limits: Limits,
    lifecycle: Arc<Lifecycle>,
    sessions: Sessions,
    executor: OnceLock<Box<dyn Spawn>>,
}

#[derive(Clone, Copy)]
struct Route {
    group: usize,
    event: usize,
}

struct Group {
    info: &'static EventGroupInfo,
    service: Erased,
}

/// What a caller may say about one call, beside its input.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct CallOptions {
    /// How long the call may take, instead of the schema's or the server's own; the server may cap it. Without any time
    /// left, a call does not reach its handler.
    pub timeout: Option<Duration>,
    /// What the handler sees as [`Context::metadata`].
    pub metadata: HeaderMap,
    /// What the handler sees as [`Context::extensions`].
    pub extensions: Extensions,
    /// The session that the call comes through.
    pub session: Option<SessionId>,
}

impl CallOptions {
    /// Sets how long the call may take.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Sets what the handler sees as [`Context::metadata`].
    #[must_use]
    pub fn with_metadata(mut self, metadata: HeaderMap) -> Self {
        self.metadata = metadata;
        self
    }

    /// Adds one header to the metadata, such as `("authorization", token)`, in place of those of the same name.
    #[must_use]
    pub fn with_header(mut self, name: impl IntoHeaderName, value: HeaderValue) -> Self {
        self.metadata.insert(name, value);
        self
    }
}

impl Server {
    /// Starts a server without groups.
    pub fn builder() -> ServerBuilder {
        ServerBuilder {
            groups: Vec::new(),
            layers: Unlayered,
            hub: None,
            limits: Limits::default(),
            executor: None,
        }
    }

    /// Starts a call by its event's path, such as `user.v1.UserEvent/SignIn`. Whatever is wrong is the call's outcome.
    pub fn call(&self, path: &str, payload: Bytes, options: CallOptions) -> Call {
        match self.request(path, payload, options) {
            Ok(request) => self.dispatch(request),
            Err(fault) => Call::refused(fault),
        }
    }

    /// Makes a request that this server can serve.
    ///
    /// # Errors
    ///
    /// `UNIMPLEMENTED` where the server has no such event, `RESOURCE_EXHAUSTED` where the payload is larger than
    /// [`Limits::payload_bytes`].
    pub fn request(
        &self,
        path: &str,
        payload: Bytes,
        options: CallOptions,
    ) -> Result<Request, Fault> {
        let &Route { group, event } = self
            .0
            .routes
            .get(path)
            .ok_or_else(|| Fault::unknown_event(path))?;
        self.check_size(payload.len())?;
        let info = &self.0.groups[group].info.events[event];
        let timeout = options.timeout;
        let room = options.session.map_or(0, |_| ROOM);
        let mut context = Context::new(info, options);
        context.deadline = self
            .0
            .limits
            .timeout(timeout, info.timeout)
            .and_then(|timeout| Instant::now().checked_add(timeout));
        Ok(Request {
            group,
            event,
            context,
            payload,
            room,
        })
    }

    fn check_size(&self, size: usize) -> Result<(), Fault> {
        let limit = self.0.limits.payload_bytes;
        if size <= limit {
            return Ok(());
        }
        Err(Fault::new(
            Code::ResourceExhausted,
            format!(
                "the payload has {size} bytes, more than the limit of {limit} (`payload_bytes`)"
            ),
        ))
    }

    pub(crate) fn dispatch(&self, request: Request) -> Call {
        let Some(group) = self.0.groups.get(request.group) else {
            return Call::refused(Fault::unknown_event(request.event().path));
        };
        let guard = Guard::new(&request.context, &self.0.lifecycle);
        if self.0.lifecycle.is_closing() {
            return Call::refused(shutting_down());
        }
        Call::running(group.service.0.call(request), guard)
    }

    /// Stops the server: new calls and sessions are refused with `UNAVAILABLE` from now on, those that run have this
    /// long to end, and what runs then ends with `UNAVAILABLE`. No time at all ends everything at once.
    ///
    /// Afterwards every caller has its answer, sessions have been told and have no subscriptions, and notification
    /// streams over HTTP have ended. A handler that blocks its thread cannot be ended; it is waited for at most one
    /// second.
    pub async fn shutdown(&self, grace: Duration) {
        self.0.lifecycle.shut_down(grace).await;
        self.0.sessions.end(&shutting_down());
    }

    /// How many calls run, streams that have not ended included.
    pub fn running_calls(&self) -> usize {
        self.0.lifecycle.running()
    }

    /// Cancelled once the server has stopped.
    #[cfg_attr(
        not(feature = "connect"),
        expect(dead_code, reason = "only streams over HTTP wait")
    )]
    pub(crate) fn stop(&self) -> &Cancellation {
        &self.0.lifecycle.stop
    }

    pub(crate) fn is_closing(&self) -> bool {
        self.0.lifecycle.is_closing()
    }

    pub(crate) fn unanswered(&self) -> Unanswered {
        Unanswered::new(&self.0.lifecycle)
    }

    pub(crate) fn sessions(&self) -> &Sessions {
        &self.0.sessions
    }

    pub(crate) fn executor(&self) -> Option<&dyn Spawn> {
        self.0.executor.get().map(|executor| &**executor)
    }

    /// Runs the calls of sessions here, unless the server has an [executor](ServerBuilder::executor) already: for a
    /// server whose builder did not know where it will be served. The features `ffi` and `tauri` do so by themselves.
    pub fn run_calls_on(&self, executor: impl Spawn) {
        self.0.executor.get_or_init(|| Box::new(executor));
    }

    /// Where notifications are sent from and subscribed to.
    pub fn hub(&self) -> &Hub {
        &self.0.hub
    }

    /// What the server refuses.
    pub fn limits(&self) -> &Limits {
        &self.0.limits
    }

    /// The event with this path, if the server has it.
    pub fn event(&self, path: &str) -> Option<&'static EventInfo> {
        self.group_and_event(path).map(|(_, event)| event)
    }

    pub(crate) fn group_and_event(
        &self,
        path: &str,
    ) -> Option<(&'static EventGroupInfo, &'static EventInfo)> {
        let route = self.0.routes.get(path)?;
        let group = self.0.groups[route.group].info;
        Some((group, &group.events[route.event]))
    }

    /// The schemas of its event groups, in the order of their registration.
    pub fn groups(&self) -> impl Iterator<Item = &'static EventGroupInfo> {
        self.0.groups.iter().map(|group| group.info)
    }
}

impl Service<Request> for Server {
    type Response = Reply;
    type Error = Fault;
    type Future = Call;

    fn poll_ready(&mut self, _: &mut TaskContext<'_>) -> Poll<Result<(), Fault>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Call {
        self.dispatch(request)
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.groups().map(|group| group.name))
            .finish()
    }
}

/// Puts a [`Server`] together.
#[must_use = "call `build` to get a server"]
pub struct ServerBuilder<L = Unlayered> {
    groups: Vec<Group>,
    layers: L,
    hub: Option<Hub>,
    limits: Limits,
    executor: Option<Box<dyn Spawn>>,
}

impl<L> ServerBuilder<L> {
    /// Adds an event group, inside the layers that were added before it.
    pub fn group<G: EventGroup>(mut self, group: G) -> Self
    where
        L: Layers<G>,
    {
        let info = group.info();
        let service = self.layers.wrap(group);
        self.groups.push(Group { info, service });
        self
    }

    /// Adds an event group inside this `tower` layer alone.
    pub fn group_with<G: EventGroup, M>(mut self, group: G, layer: M) -> Self
    where
        Layered<M>: Layers<G>,
    {
        let info = group.info();
        let service = Layered(layer).wrap(group);
        self.groups.push(Group { info, service });
        self
    }

    /// Sets where notifications come from. Without it, the server has a hub of its own.
    pub fn hub(mut self, hub: Hub) -> Self {
        self.hub = Some(hub);
        self
    }

    /// Sets what runs the calls of sessions, and those over HTTP. Without it, no session can be opened, and calls over
    /// HTTP run on the threads that serve it. Calls in-process run on whatever polls them.
    pub fn executor(mut self, executor: impl Spawn) -> Self {
        self.executor = Some(Box::new(executor));
        self
    }

    /// Sets what the server refuses.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Makes the server.
    ///
    /// # Errors
    ///
    /// Two groups, or two of their events, have one name.
    pub fn build(self) -> Result<Server, BuildError> {
        let mut routes = FxHashMap::default();
        for (index, group) in self.groups.iter().enumerate() {
            if self.groups[..index]
                .iter()
                .any(|earlier| earlier.info.name == group.info.name)
            {
                return Err(BuildError::DuplicateGroup(group.info.name));
            }
            for (event, info) in group.info.events.iter().enumerate() {
                if routes
                    .insert(
                        info.path,
                        Route {
                            group: index,
                            event,
                        },
                    )
                    .is_some()
                {
                    return Err(BuildError::DuplicateEvent(info.path));
                }
            }
        }
        let hub = self.hub.unwrap_or_default();
        Ok(Server(Arc::new(Inner {
            routes,
            groups: self.groups,
            hub,
            limits: self.limits,
            lifecycle: Arc::new(Lifecycle::new()),
            sessions: Sessions::default(),
            executor: self.executor.map(OnceLock::from).unwrap_or_default(),
        })))
    }

    fn with_layers<M>(self, layers: impl FnOnce(L) -> M) -> ServerBuilder<M> {
        ServerBuilder {
            groups: self.groups,
            layers: layers(self.layers),
            hub: self.hub,
            limits: self.limits,
            executor: self.executor,
        }
    }
}

impl ServerBuilder<Unlayered> {
    /// Puts a `tower` layer around the groups that are added after it. Its errors become faults, see
    /// [`Fault::from_layer`].
    pub fn layer<M>(self, layer: M) -> ServerBuilder<Layered<M>> {
        self.with_layers(|_| Layered(layer))
    }
}

impl<L> ServerBuilder<Layered<L>> {
    /// Puts a `tower` layer around the groups that are added after it, inside the layers that were added before it.
    pub fn layer<M>(self, layer: M) -> ServerBuilder<Layered<Stack<M, L>>> {
        self.with_layers(|outer| Layered(Stack::new(layer, outer.0)))
    }
}

impl<L> fmt::Debug for ServerBuilder<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.groups.iter().map(|group| group.info.name))
            .finish()
    }
}

/// Why a [`Server`] cannot be made.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum BuildError {
    /// Two groups have this name.
    DuplicateGroup(&'static str),
    /// Two events have this path.
    DuplicateEvent(&'static str),
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DuplicateGroup(name) => write!(f, "the event group `{name}` is registered twice"),
            Self::DuplicateEvent(path) => write!(f, "the event `{path}` is registered twice"),
        }
    }
}

impl std::error::Error for BuildError {}
