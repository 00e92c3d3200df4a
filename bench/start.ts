import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { type Bench, median } from './report.ts';

const LANDBRIDGE = fileURLToPath(new URL('../cli/landbridge.js', import.meta.url));
const GIVE_UP_AFTER_MS = 120_000;

/** A port that nobody listens on: asked for and given back. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}

type Started = ChildProcessByStdio<null, Readable, Readable>;

async function landbridge(...options: readonly string[]): Promise<Started> {
  const port = String(await freePort());
  return spawn(process.execPath, [LANDBRIDGE, 'start', '--port', port, ...options], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** How long, from the spawn on, until a line matches. Rejects with what was said where the process ends before it. */
async function untilSaid(child: Started, line: RegExp, beganMs: number): Promise<number> {
  let said = '';
  const giveUp = setTimeout(() => child.kill(), GIVE_UP_AFTER_MS);
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  for await (const chunk of child.stdout) {
    said += String(chunk);
    if (!line.test(said)) continue;
    clearTimeout(giveUp);
    return performance.now() - beganMs;
  }
  throw new Error(`landbridge start ended before it said ${line}:\n${said}`);
}

async function end(child: Started): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill();
  await exited;
}

/** Starts it and waits for a line: as a person would, the process's own start included. */
async function timed(line: RegExp, ...options: readonly string[]): Promise<number> {
  const beganMs = performance.now();
  const child = await landbridge(...options);
  try {
    return await untilSaid(child, line, beganMs);
  } finally {
    await end(child);
  }
}

const STARTS = 3;

/** How long a newcomer waits, on the wire and by this machine's clock. */
export const start: Bench = {
  name: 'start',
  about: 'landbridge start: until it is ready, and until three Regions have joined over the wire at the default scale',
  async run(tell) {
    const readyMs: number[] = [];
    for (let run = 0; run < STARTS; run += 1) {
      tell(`until ready, ${run + 1} of ${STARTS}`);
      readyMs.push(await timed(/ is ready after /, '--scenario', 'none'));
    }
    tell('until three Regions have joined, and everyone has asked everyone');
    const joinedMs = await timed(/All well after /, '--scenario', 'join', '--once');
    return {
      figures: [
        {
          figure: `until ready, the median of ${STARTS}`,
          measured: median(readyMs) / 1_000,
          unit: 's',
          bound: { atMost: 3 },
        },
        {
          figure: 'three Regions joined at once and proven, start included',
          measured: joinedMs / 1_000,
          unit: 's',
          bound: { atMost: 30 },
        },
      ],
      breakdowns: [],
    };
  },
};
