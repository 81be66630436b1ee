//! Which sessions the pages of an app have.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::page::{PageSession, page};
use crate::{Code, Fault, Server};

/// The sessions of all pages.
pub(super) struct Pages {
    server: Server,
    open: Mutex<Vec<Open>>,
}

struct Open {
    window: String,
    webview: String,
    session: Arc<PageSession>,
}

/// A webview, and the window that it is in.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub window: &'a str,
    pub webview: &'a str,
}

impl Pages {
    pub fn new(server: Server) -> Self {
        Self {
            server,
            open: Mutex::default(),
        }
    }

    /// Opens a session for a page, or finds the one that has this name. Those of the page before, in the same webview,
    /// are closed.
    pub fn open(&self, place: Place<'_>, id: &str) -> Result<Arc<PageSession>, Fault> {
        self.close(|open| open.webview == place.webview && open.session.page() != page(id));
        if let Some(session) = self.find(place.webview, id) {
            return Ok(session);
        }
        let session = Arc::new(PageSession::new(id, self.server.open_pulled()?));
        self.sessions().push(Open {
            window: place.window.to_owned(),
            webview: place.webview.to_owned(),
            session: Arc::clone(&session),
        });
        Ok(session)
    }

    /// The session of this name, if this webview has it.
    pub fn find(&self, webview: &str, id: &str) -> Option<Arc<PageSession>> {
        let sessions = self.sessions();
        let open = sessions
            .iter()
            .find(|open| open.webview == webview && open.session.id == id)?;
        Some(Arc::clone(&open.session))
    }

    /// What is said where there is none.
    pub fn closed() -> Fault {
        Fault::new(Code::Unavailable, "the session is closed")
    }

    /// Closes one session.
    pub fn close_session(&self, webview: &str, id: &str) {
        self.close(|open| open.webview == webview && open.session.id == id);
    }

    /// Closes the sessions of a webview whose page is left.
    pub fn close_webview(&self, label: &str) {
        self.close(|open| open.webview == label);
    }

    /// Closes the sessions of a window that is gone.
    pub fn close_window(&self, label: &str) {
        self.close(|open| open.window == label);
    }

    pub fn close_all(&self) {
        self.close(|_| true);
    }

    /// Closes these, and forgets those that closed by themselves.
    fn close(&self, concerns: impl Fn(&Open) -> bool) {
        let closed: Vec<Open> = {
            let mut sessions = self.sessions();
            let is_over = |open: &mut Open| concerns(open) || open.session.is_closed();
            sessions.extract_if(.., is_over).collect()
        };
        // Cancelled calls are answered as the sessions go, which must not happen under the lock.
        drop(closed);
    }

    fn sessions(&self) -> MutexGuard<'_, Vec<Open>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
