//! Checking a message that is legal allocates nothing.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use bellwire::Validate;
use compile_rust::rules::rust::account::v1::{Account, Address, Role, Team, account, team};

/// The system's allocator, which counts for each thread.
struct Counting;

thread_local! {
    static COUNT: Cell<usize> = const { Cell::new(0) };
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// SAFETY: everything is the system's allocator's.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let _ = COUNT.try_with(|count| count.set(count.get() + 1));
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }
}

fn account() -> Account {
    let address = Address {
        street: "1, Main Street".to_owned(),
        country: "GB".to_owned(),
        ..Address::default()
    };
    Account {
        id: "2f1b9c1e-0a52-4d3a-9a3c-0123456789ab".to_owned(),
        email: "ada.lovelace@example.org".to_owned(),
        name: "Ada Lovelace".to_owned(),
        age: 36,
        score: 0.5,
        role: Role::Owner.into(),
        phone: Some("+44 20 7946 0000".to_owned()),
        address: Some(Box::new(address.clone())),
        others: vec![address; 3],
        tags: vec!["new".to_owned(), "paid".to_owned(), "trial".to_owned()],
        limits: [("notes".to_owned(), 10), ("users".to_owned(), 3)].into(),
        login: Some(account::Login::Password("correct horse".to_owned())),
    }
}

#[test]
fn a_legal_message_costs_no_allocation() {
    let team = Team {
        lead: Some(account()),
        members: [(1, account()), (2, account())].into(),
        place: Some(team::Place::Remote("anywhere".to_owned())),
        ..Team::default()
    };
    // The first check compiles the pattern.
    team.validate().expect("it is legal");
    let before = COUNT.get();
    team.validate().expect("it is legal");
    assert_eq!(COUNT.get() - before, 0);
}

#[test]
fn a_violation_says_where_it_is() {
    let mut account = account();
    account.tags.push("new".to_owned());
    account.limits.insert("x".to_owned(), 0);
    account.others[1].country = "Britain".to_owned();
    let team = Team {
        members: [(7, account)].into(),
        ..Team::default()
    };
    let violations = team.validate().expect_err("it is illegal");
    let found: Vec<_> = violations
        .iter()
        .map(|one| (one.field.as_str(), one.rule_id, one.for_key))
        .collect();
    assert_eq!(
        found,
        [
            ("members[7].limits[\"x\"]", "int64.gt", false),
            ("members[7].limits[\"x\"]", "string.min_len", true),
            ("members[7].others[1].country", "string.len", false),
            ("members[7].tags", "repeated.unique", false),
        ]
    );
}
