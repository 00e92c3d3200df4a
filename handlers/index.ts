import { handler as admitMember } from './admit-member.ts';
import { handler as applyPlan } from './apply-plan.ts';
import { handler as beginDrill } from './begin-drill.ts';
import { handler as beginEvacuation } from './begin-evacuation.ts';
import { handler as beginReconcile } from './begin-reconcile.ts';
import { handler as beginRepair } from './begin-repair.ts';
import { handler as beginRestore } from './begin-restore.ts';
import { handler as fleetWidget } from './fleet-widget.ts';
import { handler as listFleets } from './list-fleets.ts';
import { handler as look } from './look.ts';
import type { Need } from './needs.ts';
import { handler as onHealth } from './on-health.ts';
import { handler as onSignal } from './on-signal.ts';
import { handler as prove } from './prove.ts';
import { handler as proveMoved } from './prove-moved.ts';
import { handler as recordOutcome } from './record-outcome.ts';
import { handler as removeMember } from './remove-member.ts';
import type { Handler } from './runtime/task.ts';
import { handler as stepRestore } from './step-restore.ts';
import { handler as sweepFleet } from './sweep-fleet.ts';
import { handler as withdrawMember } from './withdraw-member.ts';

/** One Lambda function of the control plane, as it is deployed and as it runs here. */
export interface FunctionSpec {
  /** Without the prefix: the function is `landbridge-<name>`, and its file is `handlers/<name>.ts`. */
  readonly name: string;
  readonly handler: Handler;
  /** What it does to AWS beyond reading the fleet in the state table. */
  readonly needs: readonly Need[];
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
}

export const functions: readonly FunctionSpec[] = [
  {
    name: 'admit-member',
    handler: admitMember,
    needs: ['notes', 'members', 'executions', 'admission'],
    memoryMb: 512,
    timeoutSeconds: 60,
  },
  {
    name: 'withdraw-member',
    handler: withdrawMember,
    needs: ['notes', 'members', 'moves', 'executions', 'stops resumed joins'],
    memoryMb: 256,
    timeoutSeconds: 60,
  },
  { name: 'remove-member', handler: removeMember, needs: ['members'], memoryMb: 256, timeoutSeconds: 30 },
  { name: 'begin-reconcile', handler: beginReconcile, needs: ['notes'], memoryMb: 256, timeoutSeconds: 30 },
  { name: 'begin-repair', handler: beginRepair, needs: ['incidents'], memoryMb: 256, timeoutSeconds: 30 },
  { name: 'begin-evacuation', handler: beginEvacuation, needs: ['notes', 'moves'], memoryMb: 256, timeoutSeconds: 30 },
  { name: 'prove-moved', handler: proveMoved, needs: ['notes', 'probes'], memoryMb: 256, timeoutSeconds: 60 },
  {
    name: 'begin-restore',
    handler: beginRestore,
    needs: ['notes', 'moves', 'ways back'],
    memoryMb: 256,
    timeoutSeconds: 30,
  },
  { name: 'step-restore', handler: stepRestore, needs: ['moves', 'ways back'], memoryMb: 256, timeoutSeconds: 30 },
  { name: 'begin-drill', handler: beginDrill, needs: ['notes'], memoryMb: 256, timeoutSeconds: 30 },
  {
    name: 'look',
    handler: look,
    needs: ['notes', 'turns', 'incidents', 'interruptions', 'surveys'],
    memoryMb: 1024,
    // Half of it to stand in line, at most.
    timeoutSeconds: 180,
  },
  // Shorter than a lease, so that a living handler never loses one.
  {
    name: 'apply-plan',
    handler: applyPlan,
    needs: ['notes', 'turns', 'leases', 'writes'],
    memoryMb: 1024,
    timeoutSeconds: 240,
  },
  {
    name: 'prove',
    handler: prove,
    needs: ['notes', 'members', 'probes', 'endpoints'],
    memoryMb: 512,
    timeoutSeconds: 120,
  },
  {
    name: 'record-outcome',
    handler: recordOutcome,
    needs: ['notes', 'members', 'farewells', 'incidents'],
    memoryMb: 256,
    timeoutSeconds: 30,
  },
  {
    name: 'on-signal',
    handler: onSignal,
    needs: ['events', 'notes', 'start reconcile'],
    memoryMb: 256,
    timeoutSeconds: 60,
  },
  {
    name: 'on-health',
    handler: onHealth,
    needs: ['events', 'notes', 'start repair'],
    memoryMb: 256,
    timeoutSeconds: 60,
  },
  { name: 'fleet-widget', handler: fleetWidget, needs: [], memoryMb: 512, timeoutSeconds: 30 },
  { name: 'list-fleets', handler: listFleets, needs: [], memoryMb: 256, timeoutSeconds: 30 },
  {
    name: 'sweep-fleet',
    handler: sweepFleet,
    needs: ['notes', 'incidents', 'interruptions', 'executions', 'surveys'],
    memoryMb: 1024,
    timeoutSeconds: 120,
  },
];
