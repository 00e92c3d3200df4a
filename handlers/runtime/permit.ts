import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { z } from 'zod';
import { Fault } from '../../control-plane/model/faults.ts';
import { strict } from '../../control-plane/model/fleet-schema.ts';
import { howMany } from '../../control-plane/model/how-many.ts';
import { plain } from '../../control-plane/model/plain-text.ts';
import { needsApproval } from '../../control-plane/policies/approval.ts';
import { overridable } from '../../control-plane/policies/index.ts';
import { judge } from '../../control-plane/policies/judge.ts';
import type { Override, Proposal } from '../../control-plane/policies/policy.ts';
import type { FleetState } from './fleet-state.ts';
import { FleetStore } from './fleet-store.ts';
import { HealthStore, type Move } from './health-store.ts';
import { Journal, type JournalEntry } from './journal.ts';
import type { Runtime } from './runtime.ts';
import { situationOf, withHealth } from './situation.ts';

const MINUTE_MS = 60_000;
export const LONGEST_OVERRIDE_MINUTES = 24 * 60;

/** What an operator gives who asks for callers to be moved. */
export const asked = {
  fleet: z.string({ error: 'name the fleet, as in {"fleet":"payments"}' }),
  region: z.string({ error: 'name the member, as in {"region":"eu-west-1"}' }),
  by: z.string().min(1).max(256).overwrite(plain).default('operator'),
  because: z.string().min(1).max(500).overwrite(plain).default('asked for by hand'),
  approve: z.boolean().default(false),
  override: strict({
    policy: z.string(),
    by: z.string({ error: 'say who answers for it' }).min(1).max(256).overwrite(plain),
    why: z.string({ error: 'say why' }).min(1).max(500).overwrite(plain),
    minutes: z.int().min(1).max(LONGEST_OVERRIDE_MINUTES).default(15),
  }).optional(),
  run: z.string(),
  execution: z.string(),
  startedAtMs: z.number(),
};
const Asked = strict(asked);
export type Asked = z.infer<typeof Asked>;

/** What of it a policy or a record asks for. */
type Wish = Omit<Asked, 'because' | 'execution' | 'startedAtMs'>;

type MovesCallers = Extract<Proposal, { readonly what: 'evacuate' | 'restore' | 'drill' | 'offboard' }>['what'];
type OfServing = Exclude<MovesCallers, 'offboard'>;

/** What a wish comes to once it is permitted. */
interface Wished {
  /** Whether whoever wishes it has done it already: it was killed after that, or given up by Lambda and is at it beside us. */
  isDone(now: FleetState): boolean;
  /** What is to be done, at that moment and as things are then. */
  move(atMs: number, now: FleetState): Move;
}

/**
 * Asks every policy whether callers may be moved, and moves them. An approval or an override that comes with the wish goes into
 * the journal first, with who gave it. The override holds for its minutes, the approval for this wish alone.
 *
 * In      `wished`: left out, the wish is only judged. What is done already is not judged again: it would stand in its own way
 * Faults  Rejected, with every reason and what to do, where they may not. Where somebody else has moved callers meanwhile, or
 *         a member has come or gone, policies are asked again, with what is so by then
 */
export async function permit(
  what: OfServing,
  wish: Wish,
  state: FleetState,
  runtime: Runtime,
  wished?: Wished,
): Promise<void> {
  const { fleet } = wish;
  if (wished?.isDone(state) === true) return;
  refuseUnlessServing(wish, state);
  const fleets = new FleetStore(runtime);
  const store = new HealthStore(runtime);
  const journal = new Journal(runtime);
  const nowMs = runtime.nowMs();
  await putOnRecord(what, wish, state, runtime);
  if (wished === undefined) {
    // Read again: with what was just put on record, and with the moves that others have made meanwhile.
    const used = await refuseUnlessAllowed(what, wish, withHealth(state, await store.load(fleet)), runtime);
    return journal.append(fleet, used);
  }
  await store.moveAs(fleet, nowMs, async (health) => {
    // Members are read again, too: one may have begun to leave, and is nobody to count on.
    const now = withHealth(await fleets.load(fleet), health);
    if (wished.isDone(now)) return {};
    refuseUnlessServing(wish, now);
    const used = await refuseUnlessAllowed(what, wish, now, runtime);
    const { record = [], ...moved } = wished.move(nowMs, now);
    return { ...moved, record: [...journal.items(fleet, used), ...record], given: [fleets.asItWas(now)] };
  });
}

/**
 * Asks every policy whether a member may leave. An override that comes with the wish goes on record first.
 *
 * Out     what goes into the transaction with which it leaves: that nobody has moved callers since, and who answered for it
 * Faults  Rejected, as above
 */
export async function permitToLeave(
  wish: Wish,
  state: FleetState,
  runtime: Runtime,
): Promise<readonly TransactWriteItem[]> {
  const store = new HealthStore(runtime);
  await putOnRecord('offboard', wish, state, runtime);
  const health = await store.load(wish.fleet);
  const used = await refuseUnlessAllowed('offboard', wish, withHealth(state, health), runtime);
  return [store.asItWas(wish.fleet, health), ...new Journal(runtime).items(wish.fleet, used)];
}

function refuseUnlessServing({ fleet, region }: Wish, { members }: FleetState): void {
  const serving = members
    .filter(({ role, phase }) => role === 'serving' && phase === 'joined')
    .map((member) => member.region);
  if (serving.includes(region)) return;
  const names = serving.join(', ') || 'none yet';
  throw new Fault('Rejected', `region: ${region} is not a serving member of ${fleet}; serving members are ${names}`);
}

const mayBeOverridden = (policy: string, what: MovesCallers): boolean =>
  (overridable[what] as readonly string[]).includes(policy);

/** Who approves, and who answers for a policy that is to let it pass. */
async function putOnRecord(
  what: MovesCallers,
  { fleet, region, by, approve, override, run }: Wish,
  { declared }: FleetState,
  runtime: Runtime,
): Promise<void> {
  if (override !== undefined && !mayBeOverridden(override.policy, what))
    throw new Fault(
      'Rejected',
      `override.policy: ${override.policy} is nothing that can be overridden to ${what} a member; what can is ${overridable[what].join(', ') || 'nothing'}`,
    );
  const journal = new Journal(runtime);
  const nowMs = runtime.nowMs();
  if (approve && needsApproval(what, declared.fleet).length > 0)
    await journal.append(fleet, [
      { run, atMs: nowMs, what: 'approved', says: `${by} approves: ${what} ${region}`, by },
    ]);
  if (override !== undefined) {
    const { policy, why, minutes } = override;
    const proposal = `${what}/${region}`;
    const given: Override = { policy, proposal, by: override.by, why, expiresAtMs: nowMs + minutes * MINUTE_MS };
    const says = `${override.by} overrides ${policy} for ${what} ${region}, for ${howMany(minutes, 'minute')}: ${why}`;
    await journal.append(fleet, [{ run, atMs: nowMs, what: 'override', says, by: override.by, override: given }]);
    await new HealthStore(runtime).putOverride(fleet, given);
  }
}

/** Answers what goes on record if it is done: who answers for the policies that let it pass. */
async function refuseUnlessAllowed(
  what: MovesCallers,
  { fleet, region, by, run, approve }: Wish,
  state: FleetState,
  runtime: Runtime,
): Promise<readonly JournalEntry[]> {
  const nowMs = runtime.nowMs();
  // An approval is for the wish that it comes with, and for no other.
  const situation = { ...situationOf(state, nowMs), approvals: approve ? [`${what}/${region}`] : [] };
  const { verdict, reasons, overridden } = judge({ what, region, by }, situation, state.health.overrides);
  const says = reasons
    .map((reason) => `${reason.policy}: ${'because' in reason.verdict ? reason.verdict.because : ''}`)
    .join('; ');
  if (verdict !== 'allow') {
    await new Journal(runtime).append(fleet, [
      { run, atMs: nowMs, what: 'refused', says: `${what} ${region}: ${says}`, by },
    ]);
    const lifted = reasons.find(({ policy }) => mayBeOverridden(policy, what))?.policy;
    const remedy = `; where somebody must answer for it all the same, give {"override":{"policy":"${lifted}","by":"...","why":"..."}}`;
    throw new Fault('Rejected', `${says}${lifted === undefined ? '' : remedy}`);
  }
  return overridden.map((used) => ({
    run,
    atMs: nowMs,
    what: 'override',
    target: used.policy,
    says: `${what} ${region} goes through over ${used.policy}, for which ${used.by} answers until ${new Date(used.expiresAtMs).toISOString()}: ${used.why}`,
    by: used.by,
  }));
}
