/** How bad it is. `not-checked`: nobody looked, and `says` why; that is no more `ok` than it is a problem. */
export type Level = 'ok' | 'warning' | 'problem' | 'not-checked';

export type Check =
  | 'credentials'
  | 'tools'
  | 'clock'
  | 'regions'
  | 'bootstrap'
  | 'concurrency'
  | 'certificates'
  | 'network'
  | 'trails'
  | 'quotas'
  | 'members'
  | 'peerings'
  | 'standby';

/** One thing that was looked at: where, how bad, what was seen, and what to do about it. */
export interface Finding {
  readonly check: Check;
  /** 'eu-west-1', or whatever else it is about. */
  readonly where: string;
  readonly level: Level;
  readonly says: string;
  /** The exact command, or the place in the console. Of what is `ok` there is none. */
  readonly remedy?: string;
}

export const fine = (check: Check, where: string, says: string): Finding => ({ check, where, level: 'ok', says });

export const warning = (check: Check, where: string, says: string, remedy: string): Finding => ({
  check,
  where,
  level: 'warning',
  says,
  remedy,
});

export const problemOf = (check: Check, where: string, says: string, remedy: string): Finding => ({
  check,
  where,
  level: 'problem',
  says,
  remedy,
});

export const notChecked = (check: Check, where: string, why: string): Finding => ({
  check,
  where,
  level: 'not-checked',
  says: `not checked: ${why}`,
});

export const problemsIn = (findings: readonly Finding[]): readonly Finding[] =>
  findings.filter(({ level }) => level === 'problem');
