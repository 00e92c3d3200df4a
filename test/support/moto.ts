import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** A port that nobody has right now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('a listening server has an address');
  return address.port;
}

/** moto, as a server of its own on this machine: somebody else's idea of AWS. */
export interface Moto {
  readonly url: string;
  /** Everything that was ever made there is gone. */
  reset(): Promise<void>;
  stop(): Promise<void>;
}

const START_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 100;

export async function startMoto(): Promise<Moto> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  // By default a requested certificate takes a minute to be issued, of the machine's own time.
  const env = { ...process.env, MOTO_ACM_VALIDATION_WAIT: '0' };
  const server = spawn('moto_server', ['-H', '127.0.0.1', '-p', String(port)], { env, stdio: 'ignore' });
  await answering(`${url}/moto-api/config`, server);
  return {
    url,
    async reset() {
      await fetch(`${url}/moto-api/reset`, { method: 'POST' });
    },
    async stop() {
      if (server.exitCode !== null) return;
      server.kill('SIGKILL');
      await once(server, 'exit');
    },
  };
}

async function answering(url: string, server: ChildProcess): Promise<void> {
  for (let waitedMs = 0; waitedMs < START_WITHIN_MS; waitedMs += LOOK_EVERY_MS) {
    if (server.exitCode !== null) throw new Error(`moto_server ended by itself, with ${server.exitCode}`);
    // Refused until it listens.
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok === true) return;
    await pause(LOOK_EVERY_MS);
  }
  server.kill('SIGKILL');
  throw new Error(`moto_server does not answer at ${url} after ${START_WITHIN_MS} ms`);
}
