//! Which sessions are open.

use rustc_hash::FxHashMap;

use super::outbox::Link;
use crate::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use crate::{Code, Fault, SessionId};

/// Which sessions are open.
#[derive(Default)]
pub(crate) struct Sessions(Mutex<Table>);

#[derive(Default)]
struct Table {
    next: u64,
    open: FxHashMap<u64, Weak<Link>>,
}

impl Sessions {
    /// Adds one, unless there are as many as the limit.
    pub(super) fn register(
        &self,
        limit: usize,
        open: impl FnOnce(SessionId) -> Link,
    ) -> Result<Arc<Link>, Fault> {
        let mut table = self.table();
        if table.open.len() >= limit {
            let message = format!("{limit} sessions are open (`sessions`)");
            return Err(Fault::new(Code::ResourceExhausted, message));
        }
        table.next += 1;
        let id = table.next;
        let link = Arc::new(open(SessionId(id)));
        table.open.insert(id, Arc::downgrade(&link));
        Ok(link)
    }

    pub(super) fn remove(&self, id: SessionId) {
        let mut table = self.table();
        table.open.remove(&id.0);
        if table.open.is_empty() {
            table.open = FxHashMap::default();
        }
    }

    pub fn len(&self) -> usize {
        self.table().open.len()
    }

    /// Tells every session that there will be nothing more, and why.
    pub fn end(&self, why: &Fault) {
        let open: Vec<_> = self
            .table()
            .open
            .values()
            .filter_map(Weak::upgrade)
            .collect();
        for link in open {
            link.end(why);
        }
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
