import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundledAgents } from '../../bundles/agent-package.ts';
import { type Bundle, bundle } from '../../bundles/bundle.ts';
import { ENTRY } from '../../bundles/files.ts';
import { codeSha256Of } from '../../bundles/zip.ts';
import { agentNames } from '../../control-plane/model/agents.ts';
import { read } from '../../control-plane/model/aws-call.ts';
import { converse } from '../../handlers/runtime/caller.ts';
import { agentPackage } from '../../local/agent-package.ts';
import { type LocalLandbridge, localLandbridge } from '../../local/local-landbridge.ts';
import { readFleetFile } from '../../operator/read-fleet-file.ts';
import { ScaledClock } from '../../simulator/clocks/scaled-clock.ts';
import { createSimulator } from '../../simulator/simulator.ts';
import { listen, type SimulatorServer } from '../../simulator/wire/server.ts';
import { ACCOUNT, EXAMPLE_FILE } from '../support/landbridge.ts';

const run = promisify(execFile);
const HOME = 'us-east-1';

const folder = mkdtempSync(join(tmpdir(), 'landbridge-bundles-'));
afterAll(() => rmSync(folder, { recursive: true }));

const bytesOf = ({ files }: Bundle): number => files.reduce((sum, { bytes }) => sum + bytes.length, 0);
/** Split off, and loaded when first called. */
const chunkOf = (service: string, { files }: Bundle): string | undefined =>
  files.find(({ path }) => path.startsWith(`${service}-`))?.path;

/** What Lambda does: imports the file that the handler's name begins with, and calls what it exports by the rest. */
const INVOKE = `
const [file, handler, event] = process.argv.slice(1);
try {
  const module = await import(file);
  console.log(JSON.stringify({ answer: await module[handler](JSON.parse(event), {}) }));
} catch ({ name, message }) {
  console.log(JSON.stringify({ error: name, message }));
}
`;

interface Invoked {
  readonly answer?: unknown;
  /** The error's name, by which workflows know what to do about it. */
  readonly error?: string;
  readonly message?: string;
}

/** Invokes a bundle in a process of its own, which has the environment of a function and nothing of ours. */
async function invoke(
  file: string,
  handler: string,
  event: unknown,
  environment: Readonly<Record<string, string>>,
): Promise<Invoked> {
  const words = [pathToFileURL(file).href, handler, JSON.stringify(event)];
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', INVOKE, ...words], {
    env: environment,
  });
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Invoked;
}

describe('a bundle', () => {
  test('is the same bytes whenever it is made, and holds no file but its own', async () => {
    const [first, again] = [
      await bundle('remove-member', folder),
      await bundle('remove-member', join(folder, 'again')),
    ];
    expect(again.codeSha256).toBe(first.codeSha256);
    expect(again.files.map(({ path }) => path)).toEqual(first.files.map(({ path }) => path));
    expect(first.files.map(({ path }) => path)).toContain(ENTRY);
  });

  test('holds the commands that its function may call and does, split off, and no others', async () => {
    const sweep = await bundle('sweep-fleet', folder);
    expect(chunkOf('ec2', sweep)).toBeDefined();
    expect(bytesOf(sweep)).toBeLessThan(1_800_000);
    const evacuation = await bundle('begin-evacuation', folder);
    expect(chunkOf('dynamodb', evacuation)).toBeDefined();
    expect(chunkOf('ec2', evacuation)).toBeUndefined();
    expect(bytesOf(evacuation)).toBeLessThan(1_000_000);
    const probe = await bundle('probe', folder);
    expect([...probe.services]).toEqual([]);
    expect(bytesOf(probe)).toBeLessThan(200_000);
  });

  test('of a function that there is not is refused', async () => {
    await expect(bundle('look-away', folder)).rejects.toThrow(/there is no function called look-away/);
  });
});

describe('in processes of their own, against the simulator over HTTP', () => {
  let server: SimulatorServer;
  let landbridge: LocalLandbridge;
  let environment: Readonly<Record<string, string>>;

  beforeAll(async () => {
    // The processes have the machine's time.
    const clock = new ScaledClock({ scale: 1, startMs: Date.now() });
    const world = createSimulator({ clock, seed: 'bundles', account: ACCOUNT, timings: { certificateIssuedMs: 0 } });
    server = await listen(world, { port: 0 });
    const found = readFleetFile(EXAMPLE_FILE, ACCOUNT, agentPackage);
    if ('problems' in found) throw new Error(JSON.stringify(found.problems));
    landbridge = await localLandbridge({ world, home: HOME, reach: { kind: 'in-process' } });
    await landbridge.put(found.fleet, found.artefacts);
    environment = {
      AWS_ENDPOINT_URL: server.url,
      AWS_ACCESS_KEY_ID: ACCOUNT,
      AWS_SECRET_ACCESS_KEY: 'simulator',
      AWS_REGION: HOME,
      LANDBRIDGE_TABLE: 'landbridge-state',
      LANDBRIDGE_HOME: HOME,
      LANDBRIDGE_ACCOUNT: ACCOUNT,
    };
  });
  afterAll(() => server.close());

  async function invoked(name: string, event: unknown, more: Readonly<Record<string, string>> = {}): Promise<unknown> {
    const { directory } = await bundle(name, folder);
    const { answer, error, message } = await invoke(join(directory, ENTRY), 'handler', event, {
      ...environment,
      ...more,
    });
    expect(error, message).toBeUndefined();
    return answer;
  }

  test('a function reads the fleets that there are', async () => {
    expect(await invoked('list-fleets', {})).toEqual({ fleets: ['payments'] });
  });

  test('a Region is admitted, looked at and written to', async () => {
    const admitted = await invoked('admit-member', {
      fleet: 'payments',
      region: HOME,
      run: 'first',
      execution: `arn:aws:states:${HOME}:${ACCOUNT}:execution:landbridge-onboard-region:first`,
      startedAtMs: Date.now(),
    });
    const looked = await invoked('look', admitted);
    expect(looked).toMatchObject({ decision: 'apply', purpose: 'onboard' });
    const { writes } = (await invoked('apply-plan', looked)) as { writes: number };
    expect(writes).toBeGreaterThan(0);
    const { Vpcs = [] } = await converse(read(HOME, 'ec2', 'describeVpcs', {}), landbridge.operator.call);
    expect(Vpcs.flatMap(({ Tags = [] }) => Tags)).toContainEqual({ Key: 'landbridge:fleet', Value: 'payments' });
  });

  test('a fault has the name that workflows know it by, minified as it is', async () => {
    const { directory } = await bundle('begin-reconcile', folder);
    const refused = await invoke(join(directory, ENTRY), 'handler', {}, environment);
    expect(refused).toMatchObject({ error: 'Fault.Rejected', message: expect.stringContaining('fleet') as string });
  });

  describe("the agents' package", () => {
    test('has every agent by the name that the kind `agent` gives to Lambda, and the same SHA-256 whenever it is made', async () => {
      const [{ zip, codeSha256 }, again] = [await bundledAgents(), await bundledAgents()];
      expect(again.codeSha256).toBe(codeSha256);
      expect(codeSha256Of(zip)).toBe(codeSha256);
      const directory = join(folder, 'agents');
      mkdirSync(directory);
      for (const [path, bytes] of Object.entries(unzipSync(zip))) writeFileSync(join(directory, path), bytes);
      const module = (await import(pathToFileURL(join(directory, ENTRY)).href)) as Readonly<Record<string, unknown>>;
      expect(Object.keys(module).toSorted()).toEqual([...agentNames].toSorted());
    });

    test('answers as a health bit', async () => {
      const answer = await invoke(
        join(folder, 'agents', ENTRY),
        'bit',
        {},
        { ...environment, LANDBRIDGE_FLEET: 'payments' },
      );
      expect(answer).toMatchObject({ answer: { statusCode: 200 } });
    });
  });
});
