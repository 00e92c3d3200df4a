import type { TargetKey } from './target.ts';

/** A write that was intended, and of which nothing more is known: its handler died, or is at it now. */
export interface Intent {
  readonly key: TargetKey;
  readonly action: 'create' | 'change' | 'remove';
  readonly atMs: number;
  readonly run: string;
  readonly fence: number;
  /** 'ec2 createVpc in eu-west-1' */
  readonly call: string;
}
