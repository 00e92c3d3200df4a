import { describe, expect, test } from 'vitest';
import type { Finding } from '../../../control-plane/health/finding.ts';
import type { Step } from '../../../control-plane/loop/plan.ts';
import type { Declared, PolicySettings } from '../../../control-plane/model/fleet.ts';
import type { Region } from '../../../control-plane/model/region.ts';
import { neverOverridden, overridable, policies } from '../../../control-plane/policies/index.ts';
import type { Proposal, Situation, Verdict } from '../../../control-plane/policies/policy.ts';
import { memberOf } from '../../support/payments.ts';
import {
  client,
  declaredAs,
  diagnosed,
  drained,
  eu,
  finding,
  incidentOf,
  MINUTE_MS,
  START_MS,
  situationWith,
  steered,
  stepFor,
  trio,
  us,
} from '../situations.ts';

const evacuate: Proposal = { what: 'evacuate', region: 'eu-west-1', by: 'operator' };
const drill: Proposal = { what: 'drill', region: 'eu-west-1', by: 'operator' };
const offboard: Proposal = { what: 'offboard', region: 'eu-west-1', by: 'operator' };
const restore: Proposal = { what: 'restore', region: 'eu-west-1', by: 'operator' };
const LINK = 'link/eu-west-1~us-east-1';
const steer: Proposal = { what: 'steer', viewer: 'us-east-1', avoid: 'eu-west-1', cause: LINK };
const unsteer: Proposal = { ...steer, what: 'unsteer' };
const clientsSteer: Proposal = { ...steer, viewer: 'ca-central-1', cause: 'link/ca-central-1~eu-west-1' };
const stage = stepFor('stage/eu-west-1');
const repair: Proposal = { what: 'repair', step: stage, purpose: 'repair' };
const join: Proposal = { ...repair, purpose: 'onboard' };

/** As a fleet file brings it that names another handler. */
const handlerOf = (region: Region): Step =>
  stepFor(`function/${region}/payments`, {
    region,
    action: 'change',
    drift: [{ field: 'handler', desired: 'index.other', observed: 'index.handler', impact: 'outage' }],
  });
/** Keeps callers in us-east-1 off eu-west-1. */
const moving = stepFor('records/us-east-1', {
  region: 'us-east-1',
  action: 'change',
  drift: [{ field: 'record eu-west-1', desired: 'withdrawn', observed: '10.64.0.10', impact: 'risk' }],
});
const moves: Proposal = { what: 'repair', step: moving, purpose: 'reconcile' };
const handlers = trio.map(({ region }) => handlerOf(region));
const changes = (region: Region) =>
  ({ what: 'repair', step: handlerOf(region), purpose: 'reconcile' }) as const satisfies Proposal;

interface Row {
  readonly proposal: Proposal;
  readonly in?: Partial<Situation>;
  readonly verdict: Verdict['verdict'];
  readonly why: string;
}

const minuteAgo = (ago: number): number => START_MS - ago * MINUTE_MS;
const minutesAgo = (...minutes: readonly number[]): readonly number[] => minutes.map(minuteAgo);
const withPolicies = (set: Partial<PolicySettings>): Declared => declaredAs(trio, {}, { policies: set });

// biome-ignore format: a table is read down its columns
const tables: Readonly<Record<string, readonly Row[]>> = {
  'last-healthy-member': [
    { proposal: evacuate, verdict: 'allow', why: 'two others are in service' },
    { proposal: evacuate, in: { declared: declaredAs([us, eu], { drains: [drained('us-east-1')] }) }, verdict: 'refuse', why: 'the only other is drained' },
    { proposal: drill, in: { declared: declaredAs([us, eu]), diagnosis: diagnosed('replica/us-east-1') }, verdict: 'refuse', why: 'the only other has a sick replica' },
    { proposal: drill, in: { declared: declaredAs([us, eu]), diagnosis: diagnosed('network/us-east-1') }, verdict: 'refuse', why: 'the only other is cut off' },
    { proposal: evacuate, in: { declared: declaredAs([us, eu]), diagnosis: diagnosed('region/us-east-1') }, verdict: 'refuse', why: 'the only other says nothing' },
    { proposal: evacuate, in: { declared: declaredAs([us, eu]), diagnosis: diagnosed('view/us-east-1') }, verdict: 'allow', why: 'names say nothing of a replica' },
    { proposal: evacuate, in: { diagnosis: diagnosed('fleet/payments') }, verdict: 'refuse', why: 'everybody is sick' },
    { proposal: drill, in: { declared: declaredAs([us, eu]), diagnosis: diagnosed(LINK) }, verdict: 'refuse', why: 'its own callers do not reach the only other' },
    { proposal: drill, in: { diagnosis: diagnosed(LINK) }, verdict: 'allow', why: 'its own callers reach a third' },
    { proposal: evacuate, in: { declared: declaredAs([us, eu]), diagnosis: diagnosed(LINK, 'replica/eu-west-1') }, verdict: 'allow', why: 'whoever does not answer cannot be lost' },
    { proposal: drill, in: { diagnosis: { ...diagnosed(), seenWell: ['eu-west-1'] } }, verdict: 'refuse', why: 'of the others nobody has heard' },
    { proposal: drill, in: { diagnosis: { ...diagnosed(), seenWell: ['us-east-1'] } }, verdict: 'allow', why: 'one of the others was seen well' },
    { proposal: evacuate, in: { declared: declaredAs([eu, client]) }, verdict: 'refuse', why: 'a client answers nobody' },
    { proposal: evacuate, in: { declared: declaredAs([eu, { ...us, phase: 'leaving' }]) }, verdict: 'refuse', why: 'the only other is leaving' },
    { proposal: evacuate, in: { declared: declaredAs([eu, { ...us, inTraffic: false }]) }, verdict: 'refuse', why: 'the only other was not let into traffic yet' },
    { proposal: offboard, verdict: 'allow', why: 'two others are in service' },
    { proposal: offboard, in: { declared: declaredAs([us, eu], { drains: [drained('us-east-1')] }) }, verdict: 'refuse', why: 'the only other is drained' },
    { proposal: offboard, in: { declared: declaredAs([us, eu]), diagnosis: diagnosed('replica/us-east-1') }, verdict: 'refuse', why: 'the only other has a sick replica' },
    { proposal: offboard, in: { declared: declaredAs([us, eu], { drains: [drained('us-east-1'), drained('eu-west-1')] }) }, verdict: 'allow', why: 'it answers nobody as it is' },
    { proposal: offboard, in: { declared: declaredAs([us, eu]), diagnosis: diagnosed('replica/us-east-1', 'replica/eu-west-1') }, verdict: 'allow', why: 'a fleet that answers nobody may be given up' },
    { proposal: offboard, in: { declared: declaredAs([us, eu]), diagnosis: diagnosed(LINK) }, verdict: 'allow', why: 'its own callers leave with it, and the others answer themselves' },
    { proposal: offboard, in: { declared: declaredAs([us, eu, client]), diagnosis: diagnosed('link/ca-central-1~us-east-1') }, verdict: 'refuse', why: 'a client reaches nobody else' },
    { proposal: offboard, in: { declared: declaredAs([eu]) }, verdict: 'allow', why: 'there are no others to have callers' },
    { proposal: offboard, in: { declared: declaredAs([eu, { ...us, phase: 'leaving' }]) }, verdict: 'allow', why: 'the only other is leaving itself' },
    { proposal: offboard, in: { declared: declaredAs([us, { ...eu, phase: 'draining' }], { drains: [drained('us-east-1')] }) }, verdict: 'allow', why: 'it is on its way out already' },
    { proposal: offboard, in: { diagnosis: { ...diagnosed(), seenWell: ['eu-west-1'] } }, verdict: 'refuse', why: 'it alone was seen well' },
    { proposal: offboard, in: { diagnosis: { ...diagnosed(), seenWell: [] } }, verdict: 'allow', why: 'nobody was seen well: it is as good as the others' },
    { proposal: steer, verdict: 'allow', why: 'its own replica answers' },
    { proposal: clientsSteer, in: { declared: declaredAs([...trio, client]) }, verdict: 'allow', why: 'two others answer a client' },
    { proposal: clientsSteer, in: { declared: declaredAs([eu, us, client], { drains: [drained('us-east-1')] }) }, verdict: 'refuse', why: 'the only other is drained' },
    { proposal: clientsSteer, in: { declared: declaredAs([eu, us, client], { steers: [steered('ca-central-1', 'us-east-1', 'ramp')] }) }, verdict: 'refuse', why: 'the only other is avoided' },
    { proposal: clientsSteer, in: { declared: declaredAs([eu, us, client]), diagnosis: diagnosed('link/ca-central-1~us-east-1') }, verdict: 'refuse', why: 'the link to the only other is sick too' },
    { proposal: clientsSteer, in: { declared: declaredAs([eu, us, client]), diagnosis: diagnosed('network/ca-central-1') }, verdict: 'refuse', why: 'the client itself is cut off' },
    { proposal: steer, in: { diagnosis: diagnosed('network/us-east-1') }, verdict: 'allow', why: 'who is cut off still answers its own callers' },
    { proposal: unsteer, in: { diagnosis: diagnosed('fleet/payments') }, verdict: 'allow', why: 'to let callers back takes nobody out' },
  ],
  'fleet-share': [
    { proposal: repair, in: { fleetSize: 10, steps: Array.from({ length: 5 }, () => stage) }, verdict: 'allow', why: 'half is the cap' },
    { proposal: repair, in: { fleetSize: 10, steps: Array.from({ length: 6 }, () => stage) }, verdict: 'hold', why: 'more than half' },
    { proposal: repair, in: { fleetSize: 3, steps: [stage, stage] }, verdict: 'allow', why: 'the cap rounds up to two' },
    { proposal: repair, in: { fleetSize: 3, steps: [stage, stage, stage] }, verdict: 'hold', why: 'and not to three' },
    { proposal: repair, in: { fleetSize: 10, steps: [stage], declared: withPolicies({ maxShareInRepair: 0 }) }, verdict: 'hold', why: 'a share of 0 pauses all healing' },
    { proposal: repair, in: { fleetSize: 1, steps: [stage], declared: withPolicies({ maxShareInRepair: 0.01 }) }, verdict: 'allow', why: 'a fleet of one target can heal' },
    { proposal: join, in: { fleetSize: 10, steps: Array.from({ length: 10 }, () => stage) }, verdict: 'allow', why: 'a join touches much by intention' },
    { proposal: moves, in: { fleetSize: 10, steps: [moving], movedAtMs: { 'us-east-1>eu-west-1': minuteAgo(1) }, declared: withPolicies({ maxShareInRepair: 0 }) }, verdict: 'allow', why: 'a move is no repair' },
    { proposal: repair, in: { fleetSize: 3, steps: [stage, stage, moving], movedAtMs: { 'us-east-1>eu-west-1': minuteAgo(1) } }, verdict: 'allow', why: 'nor is it counted as one' },
  ],
  'repairs-per-hour': [
    { proposal: moves, in: { movedAtMs: { 'us-east-1>eu-west-1': minuteAgo(59) }, declared: withPolicies({ repairsPerHour: 0 }) }, verdict: 'allow', why: 'a move that was decided is no repair' },
    { proposal: moves, in: { movedAtMs: { 'us-east-1>eu-west-1': minuteAgo(1) }, repairsAtMs: { 'records/us-east-1': minutesAgo(1, 2, 3, 4, 5, 6) } }, verdict: 'allow', why: 'however often the view was repaired' },
    { proposal: moves, in: { movedAtMs: { 'us-east-1>eu-west-1': minuteAgo(60) }, declared: withPolicies({ repairsPerHour: 0 }) }, verdict: 'refuse', why: 'after an hour a record is a resource like others' },
    { proposal: moves, in: { movedAtMs: { 'us-east-1>ap-southeast-2': minuteAgo(1), 'eu-west-1>us-east-1': minuteAgo(1), 'eu-west-1': minuteAgo(1) }, declared: withPolicies({ repairsPerHour: 0 }) }, verdict: 'refuse', why: 'what was moved is another record' },
    { proposal: repair, verdict: 'allow', why: 'the first' },
    { proposal: repair, in: { incidents: [incidentOf('replica/eu-west-1', { repairsAtMs: minutesAgo(1, 2, 3, 4, 5, 6) })] }, verdict: 'allow', why: 'the sixth is under way' },
    { proposal: repair, in: { incidents: [incidentOf('replica/eu-west-1', { escalatedFor: ['budget-spent'], repairsAtMs: minutesAgo(1, 2, 3, 4, 5, 6) })] }, verdict: 'refuse', why: 'people were told that the budget is spent' },
    { proposal: repair, in: { incidents: [incidentOf('replica/eu-west-1', { repairsAtMs: minutesAgo(1, 2, 3, 4, 5, 6, 7) })] }, verdict: 'refuse', why: 'a seventh was begun all the same' },
    { proposal: repair, in: { incidents: [incidentOf('replica/eu-west-1', { escalatedFor: ['budget-spent'], repairsAtMs: minutesAgo(61, 62, 63, 64, 65, 66) })] }, verdict: 'allow', why: 'they are more than an hour ago' },
    { proposal: repair, in: { incidents: [incidentOf('replica/eu-west-1', { status: 'closed', repairsAtMs: minutesAgo(1, 2, 3, 4, 5, 6) })] }, verdict: 'refuse', why: 'closed ones count' },
    { proposal: repair, in: { incidents: [incidentOf('replica/us-east-1', { status: 'closed', repairsAtMs: minutesAgo(1, 2, 3, 4, 5, 6) })] }, verdict: 'allow', why: 'another cause has a budget of its own' },
    { proposal: repair, in: { incidents: [incidentOf('region/eu-west-1', { status: 'closed', targets: ['stage/eu-west-1'], repairsAtMs: minutesAgo(1, 2, 3, 4, 5, 6) })] }, verdict: 'refuse', why: 'the incident is known under another cause and names the target' },
    { proposal: repair, in: { repairsAtMs: { 'stage/eu-west-1': minutesAgo(1, 2, 3, 4, 5, 6) } }, verdict: 'refuse', why: 'drift without an incident has a budget too' },
    { proposal: repair, in: { declared: withPolicies({ repairsPerHour: 0 }) }, verdict: 'refuse', why: '0 switches repair off' },
    { proposal: join, in: { declared: withPolicies({ repairsPerHour: 0 }) }, verdict: 'allow', why: 'a join is asked for' },
  ],
  'cool-down': [
    { proposal: steer, verdict: 'allow', why: 'never moved' },
    { proposal: steer, in: { movedAtMs: { 'us-east-1>eu-west-1': START_MS - 299_000 } }, verdict: 'hold', why: 'just moved back' },
    { proposal: steer, in: { movedAtMs: { 'us-east-1>eu-west-1': START_MS - 300_000 } }, verdict: 'allow', why: 'the cool-down is over' },
    { proposal: steer, in: { movedAtMs: { 'us-east-1>eu-west-1': START_MS + 299_000 } }, verdict: 'hold', why: 'a clock may be ahead a little' },
    { proposal: steer, in: { movedAtMs: { 'us-east-1>eu-west-1': START_MS + 360_000 } }, verdict: 'hold', why: 'by a clock that is ahead of ours for longer than a cool-down' },
    { proposal: steer, in: { movedAtMs: { 'us-east-1>eu-west-1': START_MS + 3_600_000 } }, verdict: 'allow', why: 'an hour ahead is a clock that was off' },
    { proposal: unsteer, in: { movedAtMs: { 'us-east-1>eu-west-1': START_MS - 1_000 }, declared: declaredAs(trio, { steers: [steered('us-east-1', 'eu-west-1', 'link/eu-west-1~us-east-1')] }), diagnosis: diagnosed('replica/us-east-1', 'replica/ap-southeast-2') }, verdict: 'allow', why: 'its callers have nobody else' },
    { proposal: unsteer, in: { movedAtMs: { 'us-east-1>eu-west-1': START_MS - 1_000 }, diagnosis: diagnosed('replica/us-east-1', 'replica/ap-southeast-2', 'replica/eu-west-1') }, verdict: 'hold', why: 'whom they are kept off is no better' },
    { proposal: steer, in: { movedAtMs: { 'eu-west-1>us-east-1': START_MS } }, verdict: 'allow', why: 'those are other callers' },
    { proposal: unsteer, in: { movedAtMs: { 'us-east-1>eu-west-1': START_MS - 1_000 } }, verdict: 'hold', why: 'failback is slower than failover' },
    { proposal: evacuate, in: { movedAtMs: { 'eu-west-1': START_MS - 1_000 } }, verdict: 'hold', why: 'just restored' },
    { proposal: drill, in: { movedAtMs: { 'eu-west-1': START_MS - 1_000 } }, verdict: 'hold', why: 'a drill evacuates' },
    { proposal: restore, in: { movedAtMs: { 'eu-west-1': START_MS - 1_000 } }, verdict: 'allow', why: 'callers come back by steps' },
  ],
  evidence: [
    { proposal: steer, in: { diagnosis: diagnosed(LINK) }, verdict: 'allow', why: 'both ends see it' },
    { proposal: steer, verdict: 'refuse', why: 'nobody sees it' },
    { proposal: steer, in: { diagnosis: diagnosed(finding(LINK, { confidence: 0.59 })) }, verdict: 'refuse', why: 'not sure enough' },
    { proposal: steer, in: { diagnosis: diagnosed(finding(LINK, { confidence: 0.6 })) }, verdict: 'allow', why: 'just sure enough' },
    { proposal: steer, in: { diagnosis: diagnosed(onlyBy('us-east-1')) }, verdict: 'allow', why: "one observer's word counts for its own callers" },
    { proposal: steer, in: { diagnosis: diagnosed(onlyBy('eu-west-1')) }, verdict: 'refuse', why: "and not for another's" },
    { proposal: steer, in: { diagnosis: diagnosed(finding(LINK, { seenBy: [] })) }, verdict: 'refuse', why: 'nobody says who saw it' },
    { proposal: { ...steer, cause: 'observer/eu-west-1' }, in: { diagnosis: diagnosed('observer/eu-west-1') }, verdict: 'refuse', why: 'who sees wrong is not a witness' },
    { proposal: { ...steer, cause: 'fleet/payments' }, in: { diagnosis: diagnosed('fleet/payments') }, verdict: 'refuse', why: 'there is nowhere to go' },
    { proposal: unsteer, verdict: 'allow', why: 'to come back takes no evidence of illness' },
    { proposal: evacuate, verdict: 'allow', why: 'an operator answers for it' },
  ],
  'one-by-one': [
    { proposal: changes('eu-west-1'), in: { steps: [handlerOf('eu-west-1')] }, verdict: 'allow', why: 'nobody else is to be changed' },
    { proposal: changes('ap-southeast-2'), in: { steps: handlers }, verdict: 'allow', why: 'the youngest goes first' },
    { proposal: changes('eu-west-1'), in: { steps: handlers }, verdict: 'hold', why: 'the youngest goes first' },
    { proposal: changes('us-east-1'), in: { steps: handlers.slice(0, 2), changedAtMs: { 'function/ap-southeast-2/payments': START_MS - 89_000 } }, verdict: 'hold', why: 'what was changed has not shown yet' },
    { proposal: changes('eu-west-1'), in: { steps: handlers.slice(0, 2), changedAtMs: { 'function/ap-southeast-2/payments': minuteAgo(2) } }, verdict: 'allow', why: 'what was changed is well' },
    { proposal: changes('us-east-1'), in: { steps: handlers.slice(0, 2), changedAtMs: { 'function/ap-southeast-2/payments': minuteAgo(2) } }, verdict: 'hold', why: 'one is well so far, so one more' },
    { proposal: changes('us-east-1'), in: { steps: handlers.slice(0, 2), declared: declaredAs([...trio, memberOf('eu-west-2', 4), memberOf('eu-west-3', 5)]), diagnosis: { ...diagnosed(), seenWell: ['eu-west-2', 'eu-west-3'] }, changedAtMs: { 'function/eu-west-2/payments': minuteAgo(2), 'function/eu-west-3/payments': minuteAgo(4) } }, verdict: 'allow', why: 'two are well so far, so two more' },
    { proposal: changes('eu-west-1'), in: { steps: handlers, declared: declaredAs([...trio, memberOf('eu-west-2', 4)]), diagnosis: { ...diagnosed(), seenWell: ['ap-southeast-2', 'eu-west-2'] }, changedAtMs: { 'function/eu-west-2/payments': minuteAgo(4), 'function/ap-southeast-2/payments': minuteAgo(2) } }, verdict: 'hold', why: 'what is to be changed still makes no room' },
    { proposal: changes('eu-west-1'), in: { steps: handlers.slice(0, 2), diagnosis: diagnosed('replica/ap-southeast-2'), changedAtMs: { 'function/ap-southeast-2/payments': minuteAgo(2) } }, verdict: 'hold', why: 'what was changed is sick' },
    { proposal: changes('eu-west-1'), in: { steps: handlers.slice(0, 2), diagnosis: { ...diagnosed(), seenWell: ['eu-west-1'] }, changedAtMs: { 'function/ap-southeast-2/payments': minuteAgo(2) } }, verdict: 'hold', why: 'nobody has seen what was changed' },
    { proposal: changes('eu-west-1'), in: { steps: handlers.slice(0, 2), diagnosis: diagnosed('replica/ap-southeast-2'), changedAtMs: { 'function/ap-southeast-2/payments': minuteAgo(31) } }, verdict: 'allow', why: 'that is no news' },
    { proposal: changes('eu-west-1'), in: { steps: handlers.slice(0, 2), diagnosis: diagnosed('replica/ap-southeast-2'), incidents: [incidentOf('replica/ap-southeast-2', { changed: ['function/ap-southeast-2/payments'] })] }, verdict: 'hold', why: 'what was changed hours ago has been sick ever since' },
    { proposal: changes('eu-west-1'), in: { steps: handlers.slice(0, 2), diagnosis: diagnosed('replica/ap-southeast-2'), incidents: [incidentOf('replica/ap-southeast-2', { changed: ['stage/ap-southeast-2'] })] }, verdict: 'allow', why: 'it is another part that was changed there' },
    { proposal: changes('eu-west-1'), in: { steps: handlers.slice(0, 2), diagnosis: diagnosed('replica/ap-southeast-2'), incidents: [incidentOf('replica/ap-southeast-2')] }, verdict: 'allow', why: 'it is sick for something else' },
    { proposal: changes('eu-west-1'), in: { steps: handlers.slice(0, 2), incidents: [incidentOf('replica/ap-southeast-2', { changed: ['function/ap-southeast-2/payments'] })] }, verdict: 'allow', why: 'it is well again, though nobody has said yet that it is over' },
    { proposal: changes('eu-west-1'), in: { steps: handlers.slice(0, 2), declared: declaredAs(trio, { drains: [drained('ap-southeast-2')] }), diagnosis: diagnosed('replica/ap-southeast-2'), incidents: [incidentOf('replica/ap-southeast-2', { changed: ['function/ap-southeast-2/payments'] })] }, verdict: 'hold', why: 'to evacuate who is sick of it does not make it good' },
    { proposal: changes('eu-west-1'), in: { steps: handlers, diagnosis: diagnosed('replica/eu-west-1') }, verdict: 'allow', why: 'it is sick as it is' },
    { proposal: changes('eu-west-1'), in: { steps: handlers, diagnosis: diagnosed('fleet/payments') }, verdict: 'allow', why: 'all of them are' },
    { proposal: changes('eu-west-1'), in: { steps: handlers, declared: declaredAs(trio, { drains: [drained('eu-west-1')] }) }, verdict: 'allow', why: 'nobody calls it' },
    { proposal: changes('eu-west-1'), in: { steps: handlers.slice(0, 2), declared: declaredAs(trio, { drains: [drained('ap-southeast-2')] }), changedAtMs: { 'function/ap-southeast-2/payments': minuteAgo(2) } }, verdict: 'allow', why: 'who is drained shows nothing' },
    { proposal: changes('eu-west-1'), in: { steps: [handlerOf('eu-west-1')], changedAtMs: { 'rest-api/eu-west-1': minuteAgo(1), 'stage/us-east-1': minuteAgo(1) } }, verdict: 'allow', why: 'it has begun' },
    { proposal: { ...changes('eu-west-1'), purpose: 'onboard' }, in: { steps: handlers }, verdict: 'allow', why: 'a join is asked for' },
    { proposal: repair, in: { steps: handlers }, verdict: 'allow', why: 'what is missing is made' },
    { proposal: { ...repair, step: stepFor('route/eu-west-1/main/10.0.0.0/16', { action: 'change' }) }, in: { steps: handlers }, verdict: 'allow', why: 'a route is no part of a replica' },
  ],
  approval: [
    { proposal: evacuate, verdict: 'allow', why: 'the fleet file asks for none' },
    { proposal: evacuate, in: { declared: withPolicies({ approvals: ['evacuate'] }) }, verdict: 'refuse', why: 'nobody approved' },
    { proposal: evacuate, in: { declared: withPolicies({ approvals: ['evacuate'] }), approvals: ['evacuate/eu-west-1'] }, verdict: 'allow', why: 'somebody did' },
    { proposal: evacuate, in: { declared: withPolicies({ approvals: ['evacuate'] }), approvals: ['evacuate/us-east-1'] }, verdict: 'refuse', why: 'but for another member' },
    { proposal: restore, in: { declared: withPolicies({ approvals: ['restore'] }), approvals: ['evacuate/eu-west-1'] }, verdict: 'refuse', why: 'but for something else' },
    { proposal: steer, in: { declared: withPolicies({ approvals: ['evacuate', 'restore', 'drill'] }) }, verdict: 'allow', why: 'a steer needs none' },
    { proposal: drill, in: { declared: withPolicies({ approvals: ['evacuate'] }) }, verdict: 'refuse', why: 'a drill evacuates' },
    { proposal: drill, in: { declared: withPolicies({ approvals: ['restore'] }) }, verdict: 'refuse', why: 'and restores' },
    { proposal: drill, in: { declared: withPolicies({ approvals: ['evacuate'] }), approvals: ['evacuate/eu-west-1'] }, verdict: 'refuse', why: 'an evacuation is no drill' },
    { proposal: drill, in: { declared: withPolicies({ approvals: ['evacuate', 'restore', 'drill'] }), approvals: ['drill/eu-west-1'] }, verdict: 'allow', why: 'who approves of it approves of all that it does' },
    { proposal: evacuate, in: { declared: withPolicies({ approvals: ['drill'] }) }, verdict: 'allow', why: 'an evacuation is no drill' },
  ],
  'deletion-guard': [
    { proposal: repair, verdict: 'allow', why: 'it creates' },
    { proposal: { ...repair, step: { ...stage, action: 'remove' } }, verdict: 'refuse', why: 'a repair never removes' },
    { proposal: { ...repair, purpose: 'reconcile', step: { ...stage, action: 'remove' } }, verdict: 'refuse', why: 'nor does a reconcile' },
    { proposal: { ...repair, purpose: 'offboard', step: { ...stage, action: 'remove' } }, verdict: 'allow', why: 'a departure does' },
    { proposal: { ...repair, step: stepFor('records/eu-west-1', { action: 'change' }) }, verdict: 'allow', why: 'a record that leaves a view changes it' },
  ],
  'quota-head-room': [
    { proposal: evacuate, verdict: 'allow', why: 'two of three are left' },
    { proposal: evacuate, in: { declared: declaredAs([us, eu]) }, verdict: 'allow', why: 'one of two is half' },
    { proposal: evacuate, in: { declared: declaredAs(trio, { drains: [drained('us-east-1')] }) }, verdict: 'refuse', why: 'one of three is less than half' },
    { proposal: drill, in: { diagnosis: diagnosed('replica/ap-southeast-2') }, verdict: 'refuse', why: 'who is sick takes no load' },
    { proposal: evacuate, in: { declared: declaredAs([eu]) }, verdict: 'allow', why: 'that none is left is last-healthy-member’s to refuse' },
    { proposal: restore, in: { declared: declaredAs([eu]) }, verdict: 'allow', why: 'it adds one' },
  ],
  'foreign-faults': [
    { proposal: repair, verdict: 'allow', why: 'nobody else is at it' },
    { proposal: { ...repair, step: { ...stage, observed: { foreignFault: 'managedByFIS=true on rtb-1' } } }, verdict: 'refuse', why: 'an experiment is at it' },
    { proposal: { ...repair, step: { ...stage, observed: { foreignFault: undefined } } }, verdict: 'allow', why: 'a kind that looks for marks and finds none' },
    { proposal: { ...repair, step: { ...stage, observed: null } }, verdict: 'allow', why: 'nothing was observed' },
    { proposal: { ...repair, purpose: 'offboard', step: { ...stage, observed: { foreignFault: 'managedByFIS=true on rtb-1' } } }, verdict: 'allow', why: 'a departure is asked for' },
  ],
};

test('what may be overridden is what stands in the way of a move, but for what nobody can answer for', () => {
  const inTheWay = (what: string): readonly string[] =>
    Object.entries(tables)
      .filter(([policy]) => !neverOverridden.has(policy))
      .filter(([, rows]) => rows.some(({ proposal, verdict }) => proposal.what === what && verdict !== 'allow'))
      .map(([policy]) => policy);
  for (const [what, names] of Object.entries(overridable))
    expect(new Set(inTheWay(what)), what).toEqual(new Set(names));
});

function onlyBy(observer: string): Finding {
  return finding(LINK, { seenBy: [observer] });
}

describe.for(Object.entries(tables))('%s', ([name, rows]) => {
  test.for(rows)('$proposal.what: $verdict, $why', ({ proposal, in: but, verdict }) => {
    expect(policies.get(name)?.(proposal, situationWith(but)).verdict).toBe(verdict);
  });
});

test('every policy has a table here', () => {
  expect(Object.keys(tables).toSorted()).toEqual([...policies.keys()].toSorted());
});
