import type { Drift } from './drift.ts';
import type { TargetKey } from './target.ts';

/** 'ec2 createVpc in eu-west-1' */
const makes = (call: string): boolean => / create[A-Z]/.test(call);

/** Whether something was made under it, or under one whose place it took. */
export const hasMade = ({ call, calls = [call], isHalfMade = false }: Intent): boolean =>
  isHalfMade || calls.some(makes);

/** A write that was intended, and of which nothing more is known: its handler died, or is at it now. */
export interface Intent {
  readonly key: TargetKey;
  readonly action: 'create' | 'change' | 'remove';
  readonly atMs: number;
  readonly run: string;
  readonly fence: number;
  /** 'ec2 createVpc in eu-west-1' */
  readonly call: string;
  /** Every call of the same step so far, this one last: an intent takes the place of the one before. */
  readonly calls?: readonly string[] | undefined;
  /** A step before this one has made something that nobody knows by its id: until one is finished, intents alone tell of it. */
  readonly isHalfMade?: boolean | undefined;
  /** Why, and what was and what was to be: what the journal says of it should its handler die. */
  readonly signal?: string | undefined;
  readonly drift?: readonly Drift[] | undefined;
}
