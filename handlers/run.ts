import { z } from 'zod';
import { decisions, purposes } from '../control-plane/loop/decide.ts';
import { plain } from '../control-plane/model/plain-text.ts';

/** What a run's states hand to each other: references and counts, never what was observed. */
export const RunState = z.object({
  fleet: z.string().min(1),
  /** The execution's name: holder of leases, key of the journal. */
  run: z.string().min(1),
  execution: z.string().min(1),
  purpose: z.enum(purposes),
  /** Of the joining or leaving member, or the one whose callers are moved. */
  region: z.string().optional(),
  /** Of a leaving member: callers are being moved, or its targets removed. */
  phase: z.enum(['draining', 'leaving']).optional(),
  scope: z.object({
    regions: z.array(z.string()).optional(),
    targets: z.array(z.templateLiteral([z.string(), '/', z.string()])).optional(),
  }),
  /** Who or what asked: 'operator', 'schedule', 'event: DeleteRoute by …'. */
  signal: z.string().overwrite(plain).default('operator'),
  /** Who answers for it, where that is a person. */
  by: z.string().overwrite(plain).optional(),
  startedAtMs: z.number(),
  notBefore: z.string().optional(),
  round: z.int().default(0),
  reads: z.int().default(0),
  writes: z.int().default(0),
  stateCalls: z.int().default(0),
  /** Rounds in a row in which nothing that was tried was done, and what AWS said to the last of it. */
  failedRounds: z.int().default(0),
  lastFailure: z.string().optional(),
  /** Proof given so far: of the path to a new replica, and of the fleet's name. */
  pathProven: z.boolean().default(false),
  nameProven: z.boolean().default(false),
  failedProofs: z.int().default(0),
  /** Until then a request may be answered from before this run's writes, and proves nothing. */
  staleUntilMs: z.number().optional(),
  /** What is not the fleet's and stands where something of it should: why a proof may fail. The first few. */
  conflicts: z.array(z.string()).default([]),
  /** Of a restore: which step of the way back is next; left out once there is none. */
  ramp: z.int().optional(),
  /** The first round that found no drift: when what was asked for was done. */
  settledAtMs: z.number().optional(),
  decision: z.enum(decisions).optional(),
  lookAgainAfterSeconds: z.int().default(0),
  plan: z.string().optional(),
  /** In words, for whoever reads the history. */
  says: z.string().default(''),
});
export type RunState = z.infer<typeof RunState>;

/** What whoever starts a run says, and the workflow adds of itself. */
export const RunRequest = z.object({
  fleet: z.string({ error: 'name the fleet, as in {"fleet":"payments"}' }),
  signal: z.string().default('operator'),
  /** The execution's name and ARN, and when it began. */
  run: z.string(),
  execution: z.string(),
  startedAtMs: z.number(),
});
/** Look no earlier than this: what else happens until then is looked at with it. */
export const notBefore = z.iso.datetime().optional();
