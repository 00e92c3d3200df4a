import type { Probe, ProbeRow, Streak, Symptom } from '../../../control-plane/health/probe-row.ts';
import type { Declared, Fleet, Member } from '../../../control-plane/model/fleet.ts';
import { memberOf, payments } from '../../support/payments.ts';

/** 2026-11-21T05:00:00Z */
export const NOW_MS = 1_795_237_200_000;

const symptomOf: Readonly<Record<string, Symptom>> = {
  n: 'name',
  c: 'connect',
  t: 'tls',
  f: 'forbidden',
  e: 'error',
  s: 'slow',
};

export const well = (but: Partial<Streak> = {}): Streak => ({
  state: 'well',
  sinceMs: NOW_MS - 3_600_000,
  recent: '............',
  symptom: null,
  latencyMs: 84,
  says: 'HTTP 200 after 84 ms',
  ...but,
});
export const sick = (symptom: Symptom = 'connect', but: Partial<Streak> = {}): Streak => ({
  state: 'sick',
  sinceMs: NOW_MS - 60_000,
  recent: '...xxxxxxxxx',
  symptom,
  latencyMs: 2_000,
  says: `${symptom} after 2000 ms`,
  ...but,
});
/** Well by its state; its newest round was not. */
export const unsure = (): Streak => well({ recent: '...........x', symptom: 'connect' });

const streakOf = (letter: string): Streak => {
  const symptom = symptomOf[letter];
  return letter === '.' ? well() : letter === 'u' ? unsure() : sick(symptom);
};

/**
 * A probe matrix as a person draws one: a line per observer, a letter per member in the order of the alphabet, then the
 * name. 'b .ce? n': b sees a well, c sick of connect, itself of an error, does not ask d; the name has no address.
 * 'u': unsure. A line may end in '-120': it was written two minutes ago.
 */
export const sketch = (...lines: readonly string[]): readonly ProbeRow[] =>
  lines.map((line) => {
    const [observer = '', replicas = '', name = '.', seconds = '0'] = line.split(' ');
    return {
      observer,
      atMs: NOW_MS + Number(seconds) * 1_000,
      replicas: Object.fromEntries(
        Array.from(replicas).flatMap((letter, index) =>
          letter === '?' ? [] : [[String.fromCodePoint(97 + index), streakOf(letter)] as const],
        ),
      ),
      name: streakOf(name),
      bit: null,
    };
  });

/** Members 'a', 'b', … serving; a capital letter is a client, so 'abC' is two serving members and the client c. */
export const fleetOf = (
  letters: string,
  topology: Fleet['network']['topology'] = { kind: 'mesh' },
  but: Readonly<Record<string, Partial<Member>>> = {},
): Declared => ({
  fleet: { ...payments, network: { ...payments.network, topology } },
  members: Array.from(letters).map((letter, index) =>
    memberOf(letter.toLowerCase(), index + 1, {
      ...(letter !== letter.toLowerCase() && { role: 'client' }),
      ...but[letter.toLowerCase()],
    }),
  ),
});

export const goodProbe: Probe = { latencyMs: 84, says: 'HTTP 200 after 84 ms' };
export const badProbe: Probe = { symptom: 'connect', latencyMs: 2_000, says: 'no connection within 2000 ms' };
