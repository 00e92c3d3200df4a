import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect } from 'vitest';
import { freePort } from '../support/moto.ts';

const LANDBRIDGE = fileURLToPath(new URL('../../cli/landbridge.js', import.meta.url));

const ACCOUNT = '111122223333';

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Nothing of whoever runs the tests: no profile, no endpoint, no keys but these. */
const environmentFor = (endpointUrl: string | undefined, account: string): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  HOME: tmpdir(),
  NO_COLOR: '1',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_ACCESS_KEY_ID: account,
  AWS_SECRET_ACCESS_KEY: 'simulator',
  ...(endpointUrl !== undefined && { AWS_ENDPOINT_URL: endpointUrl }),
});

const spawnLandbridge = (words: readonly string[], endpointUrl: string | undefined, account = ACCOUNT) =>
  spawn(process.execPath, [LANDBRIDGE, ...words], {
    env: environmentFor(endpointUrl, account),
    stdio: ['ignore', 'pipe', 'pipe'],
  });

/** Runs one command line as a user would, in a process of its own. `account`: whose root it is signed in as. */
export function landbridge(words: readonly string[], endpointUrl?: string, account?: string): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawnLandbridge(words, endpointUrl, account);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

export interface Running {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * `landbridge start` on a free port: an AWS with the example fleet in force.
 *
 * In  what to show first: nothing, or the joins of the members that its file names; how fast time passes; and another fleet's file
 */
export async function startLandbridge(scenario: 'none' | 'join', scale: number, file?: string): Promise<Running> {
  const port = await freePort();
  const which = file === undefined ? [] : ['--fleet', file];
  const child = spawnLandbridge(
    ['start', '--scenario', scenario, '--port', String(port), '--scale', String(scale), ...which],
    undefined,
  );
  const ended = new Promise<void>((resolve) => {
    child.on('close', () => resolve());
  });
  let said = '';
  await new Promise<void>((resolve, reject) => {
    const hear = (text: string): void => {
      said += text;
      if (said.includes('Try next')) resolve();
    };
    child.stdout.setEncoding('utf8').on('data', hear);
    child.stderr.setEncoding('utf8').on('data', hear);
    child.on('close', (code) => reject(new Error(`landbridge start ended with ${code}: ${said}`)));
  });
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      child.kill();
      await ended;
    },
  };
}

/** Runs commands at what is running by then, and reads the one document that each prints where it succeeds. */
export function commandsAt(running: () => Running) {
  const say = (...words: readonly string[]): Promise<Ran> => landbridge(words, running().url);
  const json = async (...words: readonly string[]): Promise<unknown> => {
    const { code, stdout, stderr } = await say(...words, '--output', 'json');
    expect(code, stderr).toBe(0);
    return JSON.parse(stdout);
  };
  return { say, json };
}

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** A folder with these files, gone when the file's tests have ended: of tests side by side, nobody knows whose hook is whose. */
export function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'landbridge-'));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}
