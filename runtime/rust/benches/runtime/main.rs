//! What the runtime costs: `make bench`.
//!
//! One program that prints one table, with its peers in it. The name of a section, as an argument, prints that alone; with
//! `serve` it is the server of `make bench-node`.

mod measure;
mod peers;
mod subject;

use std::hint::black_box;
use std::sync::Arc;

use bellwire::{Bytes, CallOptions, Client, Connection, EventGroupInfo, Hub, Server, connect};
use futures::FutureExt;
use prost::Message;
use tokio::runtime::Runtime;

use measure::{
    Cost, measure, measure_task, print, print_beside, print_bytes, print_goal, print_latencies,
};
use subject::{
    Blob, Credentials, NOTIFICATIONS, Profile, SIGN_IN, Users, credentials, events, profile,
};

fn main() {
    let events = events();
    let runtime = Runtime::new().expect("a runtime");
    let handle = runtime.handle().clone();
    let server = Server::builder()
        .executor(move |task| drop(handle.spawn(task)))
        .group(Users(events))
        .build()
        .expect("one group");
    let bench = Bench {
        events,
        runtime,
        server,
    };
    let only = std::env::args()
        .nth(1)
        .filter(|only| !only.starts_with('-'));
    if only.as_deref() == Some("serve") {
        return bench.serve();
    }
    let sections: [Section; 6] = [
        ("dispatch", Bench::dispatch),
        ("frames", Bench::frames),
        ("loopback", Bench::loopback),
        ("fan-out", Bench::fan_out),
        ("payloads", Bench::payloads),
        ("latencies", Bench::latencies),
    ];
    for (name, section) in sections {
        if only.as_ref().is_none_or(|only| only == name) {
            println!("\n{name}");
            section(&bench);
        }
    }
}

/// A part of the table, by its name.
type Section = (&'static str, fn(&Bench));

struct Bench {
    events: &'static EventGroupInfo,
    runtime: Runtime,
    server: Server,
}

impl Bench {
    /// A client over a session of frames, both of whose ends are here.
    fn framed(&self) -> Client<Connection> {
        Client::new(Connection::in_process(&self.server, |_| {}).expect("it opens"))
    }

    /// Serves until nobody is at the other end of standard input.
    fn serve(&self) {
        let address = self.runtime.block_on(async {
            let listener = connect::Listener::loopback(0).await.expect("a port");
            let address = listener.local_addr().expect("bound");
            tokio::spawn(listener.serve(connect::router(self.server.clone())));
            address
        });
        println!("http://{address}");
        let _ = std::io::read_to_string(std::io::stdin());
    }

    /// A 53-byte request with an 89-byte reply, among 229 events.
    fn dispatch(&self) {
        let payload = Bytes::from(credentials().encode_to_vec());
        assert_eq!((payload.len(), profile().encoded_len()), (53, 89));
        let codec = measure(|| {
            let input = Credentials::decode(payload.clone()).expect("credentials");
            black_box(input);
            black_box(profile().encode_to_vec());
        });
        let call = measure(|| {
            let options = CallOptions::default();
            let call = self.server.call(SIGN_IN, payload.clone(), options);
            black_box(call.now_or_never().expect("it does not wait")).expect("a reply");
        });
        print("the codec and the handler alone", &codec);
        print("a dispatched call", &call);
        let over = Cost {
            nanoseconds: call.nanoseconds - codec.nanoseconds,
            allocations: call.allocations - codec.allocations,
            bytes: 0.0,
            cpu: None,
        };
        print_goal("  over the codec", &over, "250 ns, 2 allocations");
    }

    /// The same through frames, beside tonic with a pipe in memory; both ends are in the figures of both.
    fn frames(&self) {
        let tonic = self.runtime.block_on(peers::tonic_in_process());
        let tonic = measure_task(&self.runtime, move || {
            let call = peers::tonic_call(tonic.clone(), credentials());
            async { drop(black_box(call.await)) }
        });
        print_beside(
            "tonic, client and server over a pipe in memory",
            &tonic,
            None,
        );
        let client = Arc::new(self.framed());
        let event = &self.events.events[0];
        let frames = measure_task(&self.runtime, move || {
            let client = Arc::clone(&client);
            async move {
                let input = credentials();
                let answer = client.unary::<_, Profile, ()>(event, &input);
                black_box(answer.await).expect("a profile");
            }
        });
        print_beside(
            "Bellwire, client and core over a session of frames",
            &frames,
            Some(&tonic),
        );
    }

    /// The same over HTTP on the loopback interface.
    fn loopback(&self) {
        let runtime = &self.runtime;
        let grpc = |channel: tonic::transport::Channel| {
            measure_task(runtime, move || {
                let call = peers::tonic_call(channel.clone(), credentials());
                async { drop(black_box(call.await)) }
            })
        };
        // With a task for each call on an executor, and on the threads that serve HTTP, as the peers have it.
        let inline = Server::builder().group(Users(self.events)).build();
        let inline = connect::router(inline.expect("one group"));
        let inline = runtime.block_on(peers::listen(inline));
        let ours = connect::router(self.server.clone());
        let ours = runtime.block_on(peers::listen(ours));
        let tonic = grpc(runtime.block_on(peers::tonic_over_loopback()));
        print_beside("tonic's client calls tonic", &tonic, None);
        let cost = grpc(runtime.block_on(peers::tonic_client(&ours)));
        print_beside("tonic's client calls Bellwire", &cost, Some(&tonic));
        let cost = grpc(runtime.block_on(peers::tonic_client(&inline)));
        print_beside("  without an executor", &cost, Some(&tonic));

        let connect = |address: String| {
            let (http, url) = (reqwest::Client::new(), format!("{address}/{SIGN_IN}"));
            measure_task(runtime, move || {
                let call = peers::connect_call(http.clone(), url.clone(), credentials());
                async { drop(black_box(call.await)) }
            })
        };
        let plain = connect(runtime.block_on(peers::listen(peers::connectrpc_server())));
        print_beside("a Connect client calls connectrpc's server", &plain, None);
        print_beside(
            "a Connect client calls Bellwire",
            &connect(ours),
            Some(&plain),
        );
        print_beside("  without an executor", &connect(inline), Some(&plain));
    }

    /// One notification to many subscribers, whose queues are full.
    fn fan_out(&self) {
        let notification = &NOTIFICATIONS.notifications[0];
        for subscribers in [1, 100, 10_000] {
            let hub = Hub::new();
            hub.register(&NOTIFICATIONS);
            let subscribed: Vec<_> = (0..subscribers)
                .map(|_| {
                    let subscriber = hub.subscriber(16);
                    subscriber
                        .subscribe(notification.path, None)
                        .expect("known");
                    subscriber
                })
                .collect();
            let payload = profile();
            let cost = measure(|| hub.send(notification, None, &payload));
            print(
                &format!("a notification to {subscribers} subscribers"),
                &cost,
            );
            drop(subscribed);
        }
    }

    /// Bytes allocated per payload byte, of an echo.
    fn payloads(&self) {
        let event = &self.events.events[1];
        for size in [64 << 10, 1 << 20] {
            let input = Blob {
                bytes: vec![7; size].into(),
            };
            let payload = Bytes::from(input.encode_to_vec());
            let cost = measure(|| {
                let options = CallOptions::default();
                let call = self.server.call(event.path, payload.clone(), options);
                black_box(call.now_or_never().expect("it does not wait")).expect("a reply");
            });
            let encoded = payload.len();
            print_bytes(
                &format!("{} KiB echoed; goal: 1 byte per payload byte", size >> 10),
                &cost,
                encoded,
            );
            let client = Arc::new(self.framed());
            let cost = measure_task(&self.runtime, move || {
                let (client, input) = (Arc::clone(&client), input.clone());
                async move {
                    let answer = client.unary::<_, Blob, ()>(event, &input);
                    black_box(answer.await).expect("the same");
                }
            });
            let what = format!("{} KiB echoed, frames on both ends", size >> 10);
            print_bytes(&what, &cost, encoded);
        }
    }

    /// How long one call takes with many in flight, through one session of frames, and through one connection of tonic.
    fn latencies(&self) {
        let tonic = self.runtime.block_on(peers::tonic_in_process());
        let client = Arc::new(self.framed());
        let event = &self.events.events[0];
        for in_flight in [1, 64, 1_024] {
            print_latencies(
                "tonic over a pipe in memory",
                &self.runtime,
                in_flight,
                || {
                    let tonic = tonic.clone();
                    move || {
                        let call = peers::tonic_call(tonic.clone(), credentials());
                        async { drop(black_box(call.await)) }
                    }
                },
            );
            print_latencies(
                "Bellwire over a session of frames",
                &self.runtime,
                in_flight,
                || {
                    let client = Arc::clone(&client);
                    move || {
                        let client = Arc::clone(&client);
                        async move {
                            let input = credentials();
                            let answer = client.unary::<_, Profile, ()>(event, &input);
                            black_box(answer.await).expect("a profile");
                        }
                    }
                },
            );
        }
    }
}
