//! Many runs at once over one project, some of them killed.

use std::thread;

use crate::race::{NOTHING, TASKS, changed};
use crate::sandbox::different;
use crate::shim::{self, Fault};

/// Runs that nobody kills succeed, whatever the others leave, and the next run alone cleans up.
#[test]
fn runs_succeed_beside_others_that_are_killed() {
    let Some(shim) = shim::shim() else { return };
    let sandbox = changed();
    let before = sandbox.state();
    let total = sandbox.calls(shim, &["gen"]).len();
    let after = sandbox.state();
    for round in 0..6 {
        sandbox.restore(&before);
        thread::scope(|scope| {
            for place in 0..4 {
                // Spread over the part of a run that writes, another way in each round.
                let number = total / 2 + (place * 97 + round * 31) % (total / 2);
                let sandbox = &sandbox;
                scope.spawn(move || sandbox.fail(shim, &["gen"], number, Fault::Kill));
            }
            let runs: Vec<_> = (0..3)
                .map(|_| scope.spawn(|| sandbox.run(&["gen"])))
                .collect();
            for run in runs {
                let ran = run.join().expect("it ran");
                assert_eq!(ran.code, Some(0), "{}", ran.stderr);
            }
        });
        assert_eq!(sandbox.run(&["gen"]).code, Some(0));
        // Where a run found nothing to do, it looked for nothing either.
        for text in [&TASKS.replace("Task", "Chore"), TASKS] {
            sandbox.write("schemas/tasks/v1/tasks.proto", text);
            assert_eq!(sandbox.run(&["gen"]).code, Some(0));
        }
        assert_eq!(different(&sandbox.state(), &after), NOTHING);
    }
}
