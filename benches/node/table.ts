/** How many windows a line has, and of how many milliseconds. The best counts: something else may have the processor in the others. */
const WINDOWS = 40;
const WINDOW_MS = 100;

/** How often something that awaits nothing is done between two looks at the clock. */
const BATCH = 100;

/** What a line measures, and what came of it so far. */
export interface Line {
  readonly name: string;
  readonly round: Round;
  perSecond: number;
  /** Of this process in all windows, in microseconds; what the server takes is not in it. */
  cpu: number;
  rounds: number;
}

type Round = () => void | Promise<void>;

export function count(name: string, round: Round): Line {
  return { name, round, perSecond: 0, cpu: 0, rounds: 0 };
}

/** Measures lines in turns, so that what disturbs one disturbs all, and prints them beside the first. */
export async function table(title: string, lines: Line[], inFlight = 1): Promise<void> {
  for (const { round } of lines) {
    await window(round, inFlight);
  }
  for (const line of lines) {
    Object.assign(line, { perSecond: 0, cpu: 0, rounds: 0 });
  }
  for (let turn = 0; turn < WINDOWS; turn++) {
    for (const line of lines) {
      await measure(line, inFlight);
    }
  }
  console.log(`\n${title}`);
  const [peer] = lines;
  for (const line of lines) {
    const cpu = line.cpu / line.rounds;
    const beside =
      peer && line !== peer
        ? `${(line.perSecond / peer.perSecond).toFixed(2)} × as many, ${(cpu / (peer.cpu / peer.rounds)).toFixed(2)} × the CPU time`
        : "";
    const perSecond = Math.round(line.perSecond).toLocaleString("en");
    console.log(
      `  ${line.name.padEnd(26)}${perSecond.padStart(10)} per second ${cpu.toFixed(1).padStart(7)} µs  ${beside}`,
    );
  }
}

async function measure(line: Line, inFlight: number): Promise<void> {
  const cpu = process.cpuUsage();
  const { rounds, milliseconds } = await window(line.round, inFlight);
  const { user, system } = process.cpuUsage(cpu);
  line.cpu += user + system;
  line.rounds += rounds;
  line.perSecond = Math.max(line.perSecond, (rounds / milliseconds) * 1000);
}

async function window(round: Round, inFlight: number): Promise<{ rounds: number; milliseconds: number }> {
  const began = performance.now();
  const end = began + WINDOW_MS;
  let rounds = 0;
  const one = async () => {
    do {
      const outcome = round();
      if (outcome) {
        await outcome;
        rounds += 1;
      } else {
        for (let more = 1; more < BATCH; more++) {
          void round();
        }
        rounds += BATCH;
      }
    } while (performance.now() < end);
  };
  await Promise.all(Array.from({ length: inFlight }, one));
  return { rounds, milliseconds: performance.now() - began };
}
