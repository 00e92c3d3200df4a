import { beforeAll, describe, expect, test } from 'vitest';
import { agents } from '../../control-plane/model/agents.ts';
import { functions } from '../../handlers/index.ts';
import { virtualBed } from '../../local/virtual-bed.ts';
import { workflows } from '../../workflows/index.ts';
import { assemble } from '../support/assembly.ts';
import { type Deployed, deployedByTemplates } from '../support/deployed-by-templates.ts';
import { deployedIn } from '../support/deployed-in-world.ts';

interface Difference {
  /** Of 'function us-east-1/landbridge-look tracing'. */
  readonly of: RegExp;
  readonly why: string;
}

/** All that may differ between the templates and the world in which every scenario runs. Whatever else does is a mistake in one of them. */
const meant: readonly Difference[] = [
  {
    of: /^function .* tracing$|^machine .* isTraced$/,
    why: 'X-Ray is not simulated',
  },
  {
    of: /^machine .* logs$/,
    why: 'the simulator keeps the history of every run, Express ones included',
  },
  {
    of: /^function .* reservedConcurrency$/,
    why: 'bounds what a storm takes of an account that others use; the simulated account has nobody else in it',
  },
  {
    of: /^table .* (isDeletionProtected|isEncryptedByKms)$/,
    why: 'of no effect on what reads and writes the table',
  },
  {
    of: /^(rule|queue) eu-west-1\/landbridge-(health|undelivered) /,
    why: "the standby's record of what probers report: CloudWatch Logs is no target that is simulated",
  },
  {
    of: /^role landbridge-payments-(function|invoke) /,
    why: "a fleet's own two roles come with the fleet",
  },
];

let ran: Deployed;
let written: Deployed;
beforeAll(async () => {
  const bed = await virtualBed({ seed: 'the template is what ran' });
  const assembly = assemble();
  written = deployedByTemplates(assembly);
  const { home, standby } = assembly.settings;
  ran = await bed.clock.runUntil(deployedIn(bed.world, home, [home, standby ?? home]));
});

const differing = (): string[] =>
  [...new Set([...ran.keys(), ...written.keys()])].filter((path) => {
    try {
      expect(written.get(path)).toEqual(ran.get(path));
      return false;
    } catch {
      return true;
    }
  });

const things = (of: Deployed, kind: string): string[] => [
  ...new Set(
    [...of.keys()].filter((path) => path.startsWith(`${kind} `)).map((path) => path.split(' ').slice(0, 2).join(' ')),
  ),
];

describe('the template is what ran', () => {
  test('but for what is meant to differ', () => {
    const unmeant = differing().filter((path) => !meant.some(({ of }) => of.test(path)));
    expect(
      Object.fromEntries(unmeant.map((path) => [path, { written: written.get(path), ran: ran.get(path) }])),
    ).toEqual({});
  });

  test.for(meant)('$of differs still: $why', ({ of }) => {
    expect(differing().some((path) => of.test(path))).toBe(true);
  });

  // biome-ignore format: a table is read down its columns
  test.for([
    { kind: 'machine',  count: workflows.length, why: 'every workflow' },
    { kind: 'function', count: functions.length, why: 'every handler' },
    { kind: 'table',    count: 1,  why: 'the state table' },
    { kind: 'role',     count: functions.length + agents.length + 4, why: 'one for each function and agent; of workflows, signals, runbooks, approvers' },
    { kind: 'dashboard', count: 1, why: 'what people look at' },
    { kind: 'runbook',  count: 7,  why: 'every runbook' },
    { kind: 'topic',    count: 3,  why: 'of incidents at home and in the standby, of approvals' },
    { kind: 'queue',    count: 2,  why: 'what was not delivered, and what was not answered' },
  ])('$count of $kind, $why, are in both', ({ kind, count }) => {
    const both = new Set(things(written, kind)).intersection(new Set(things(ran, kind)));
    expect(both.size).toBe(count);
  });

  test('every function is told the same', () => {
    const environment = (of: Deployed) =>
      Object.fromEntries([...of].filter(([path]) => path.includes('landbridge-look environment')));
    expect(environment(written)).toEqual(environment(ran));
    expect(Object.keys(environment(written))).toHaveLength(4);
  });
});
