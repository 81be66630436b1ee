//! What must happen when something goes wrong at the boundary, over every way to a core: one table of scenarios.
//!
//! A scenario is written once, against a generated client or a listener; the macro at the end makes a test of it for each
//! way. What a generated client never sends is in `protocol`, with what each way makes of it. The details of one way are
//! in `sessions.rs`, `ffi.rs` and `connect.rs`.

#![cfg(all(feature = "connect", feature = "ffi"))]

#[path = "scenarios/calls.rs"]
mod calls;
mod dart_vm;
#[path = "scenarios/ffi.rs"]
mod ffi;
mod fixture;
#[path = "scenarios/http.rs"]
mod http;
#[path = "scenarios/notifications.rs"]
mod notifications;
#[path = "scenarios/protocol/mod.rs"]
mod protocol;
#[path = "scenarios/way.rs"]
mod way;

use bellwire::Limits;

/// The largest payload of the scenarios, in bytes.
const LARGEST: usize = 100 << 20;

/// What a message takes around that.
const HEADER: usize = 5;

fn limits() -> Limits {
    Limits::default().with_payload_bytes(LARGEST + HEADER)
}

/// A limit that the largest payload is far beyond.
const LOW_LIMIT: usize = 1 << 20;

fn low_limits() -> Limits {
    Limits::default().with_payload_bytes(LOW_LIMIT)
}

/// Makes a module of tests of each way, with a test of each scenario.
macro_rules! scenarios {
    ($($of:ident::$scenario:ident)*) => {
        scenarios!(way::in_process 1; $($of::$scenario)*);
        scenarios!(way::over_frames 64; $($of::$scenario)*);
        scenarios!(ffi::over_ffi 64; $($of::$scenario)*);
        // What HTTP/1.1 has in its buffers, at a few bytes for an item.
        scenarios!(way::over_connect 500_000; $($of::$scenario)*);
    };
    ($module:ident::$way:ident $bound:literal; $($of:ident::$scenario:ident)*) => {
        mod $way {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $scenario() {
                    crate::$of::$scenario(crate::$module::$way(crate::limits()).await).await;
                }
            )*

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn an_unread_stream_is_bounded() {
                let way = crate::$module::$way(crate::limits()).await;
                crate::calls::an_unread_stream_is_bounded(way, $bound).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn a_payload_far_beyond_the_limit_is_a_fault() {
                let way = crate::$module::$way(crate::low_limits()).await;
                crate::calls::a_payload_far_beyond_the_limit_is_a_fault(way).await;
            }
        }
    };
}

scenarios! {
    calls::a_call_ends_in_its_output_or_in_its_error
    calls::bad_bytes_are_a_fault_and_the_next_call_works
    calls::an_event_that_the_core_does_not_have_is_a_fault
    calls::a_panic_is_a_fault_with_its_message
    calls::the_deadline_answers_for_a_handler_that_never_does
    calls::a_caller_may_hurry
    calls::a_call_without_any_time_does_not_reach_its_handler
    calls::a_caller_who_goes_away_cancels_its_calls
    calls::a_stream_keeps_its_order_and_ends_once
    calls::a_stream_that_is_stopped_early_is_dropped
    calls::a_thousand_calls_at_once_all_end
    calls::a_handler_that_blocks_its_thread_does_not_stop_the_others
    calls::payloads_of_every_size_work_up_to_the_limit
    calls::a_shutdown_lets_calls_end
    calls::a_shutdown_without_grace_answers_everybody
    notifications::a_notification_reaches_who_listens_to_its_key
    notifications::a_listener_that_goes_away_leaves_nothing_behind
    notifications::a_notification_is_heard_or_was_sent_before_the_subscription
    notifications::who_comes_back_at_once_hears_nothing_of_before
    notifications::a_slow_listener_is_told_what_it_lost
    notifications::a_listener_that_panics_does_not_stop_the_others
    notifications::subscriptions_that_come_and_go_leave_nothing_behind
    protocol::what_is_malformed_is_a_fault_and_the_next_call_works
    protocol::a_call_before_anything_else_has_an_answer
    protocol::different_schemas_are_told_by_name_and_the_rest_works
    protocol::a_cancel_of_a_call_that_has_ended_is_ignored
    protocol::a_second_reply_is_ignored
    protocol::an_id_that_nothing_has_is_ignored_or_a_fault
}
