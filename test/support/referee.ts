import { spawnSync } from 'node:child_process';
import { describe } from 'vitest';

/** Parameters of npm by which the newest Node 26 of the registry runs something, wherever it is not kept yet. */
export function node26(...parameters: readonly string[]): readonly string[] {
  return ['exec', '--yes', '--package=node@26', '--', 'node', ...parameters];
}

/** Programs by somebody else that say whether the simulator is right, and how to ask whether they are here. */
const programs = {
  botocore: ['python3', '-c', 'import botocore'],
  boto3: ['python3', '-c', 'import boto3'],
  aws: ['aws', '--version'],
  moto_server: ['moto_server', '--help'],
  'cfn-lint': ['cfn-lint', '--version'],
  'Node 26': ['npm', ...node26('--version')],
} as const satisfies Record<string, readonly [string, ...(readonly string[])]>;

export type Referee = keyof typeof programs;

const known = new Map<Referee, boolean>();

function isHere(referee: Referee): boolean {
  let here = known.get(referee);
  if (here === undefined) {
    const [command, ...parameters] = programs[referee];
    here = spawnSync(command, parameters, { stdio: 'ignore', timeout: 60_000 }).status === 0;
    known.set(referee, here);
  }
  return here;
}

/** Tests that need referees. Where one is not installed they are skipped, under a name that says which. */
export function describeWith(referees: readonly Referee[], name: string, tests: () => void): void {
  const missing = referees.filter((referee) => !isHere(referee));
  if (missing.length === 0) describe(name, tests);
  else describe.skip(`${name} (not installed: ${missing.join(', ')})`, tests);
}
