import { handler as admitMember } from './admit-member.ts';
import { handler as applyPlan } from './apply-plan.ts';
import { handler as beginDrill } from './begin-drill.ts';
import { handler as beginEvacuation } from './begin-evacuation.ts';
import { handler as beginReconcile } from './begin-reconcile.ts';
import { handler as beginRepair } from './begin-repair.ts';
import { handler as beginRestore } from './begin-restore.ts';
import { handler as listFleets } from './list-fleets.ts';
import { handler as look } from './look.ts';
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
  /** `observer` reads everywhere and writes to the state table; `applier` also writes to what the fleet owns. */
  readonly role: 'observer' | 'applier';
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
}

export const functions: readonly FunctionSpec[] = [
  { name: 'admit-member', handler: admitMember, role: 'observer', memoryMb: 512, timeoutSeconds: 60 },
  { name: 'withdraw-member', handler: withdrawMember, role: 'observer', memoryMb: 256, timeoutSeconds: 60 },
  { name: 'remove-member', handler: removeMember, role: 'observer', memoryMb: 256, timeoutSeconds: 30 },
  { name: 'begin-reconcile', handler: beginReconcile, role: 'observer', memoryMb: 256, timeoutSeconds: 30 },
  { name: 'begin-repair', handler: beginRepair, role: 'observer', memoryMb: 256, timeoutSeconds: 30 },
  { name: 'begin-evacuation', handler: beginEvacuation, role: 'observer', memoryMb: 256, timeoutSeconds: 30 },
  { name: 'prove-moved', handler: proveMoved, role: 'observer', memoryMb: 256, timeoutSeconds: 60 },
  { name: 'begin-restore', handler: beginRestore, role: 'observer', memoryMb: 256, timeoutSeconds: 30 },
  { name: 'step-restore', handler: stepRestore, role: 'observer', memoryMb: 256, timeoutSeconds: 30 },
  { name: 'begin-drill', handler: beginDrill, role: 'observer', memoryMb: 256, timeoutSeconds: 30 },
  { name: 'look', handler: look, role: 'observer', memoryMb: 1024, timeoutSeconds: 120 },
  // Shorter than a lease, so that a living handler never loses one.
  { name: 'apply-plan', handler: applyPlan, role: 'applier', memoryMb: 1024, timeoutSeconds: 240 },
  { name: 'prove', handler: prove, role: 'observer', memoryMb: 512, timeoutSeconds: 120 },
  { name: 'record-outcome', handler: recordOutcome, role: 'observer', memoryMb: 256, timeoutSeconds: 30 },
  { name: 'on-signal', handler: onSignal, role: 'observer', memoryMb: 256, timeoutSeconds: 60 },
  { name: 'on-health', handler: onHealth, role: 'observer', memoryMb: 256, timeoutSeconds: 60 },
  { name: 'list-fleets', handler: listFleets, role: 'observer', memoryMb: 256, timeoutSeconds: 30 },
  { name: 'sweep-fleet', handler: sweepFleet, role: 'observer', memoryMb: 1024, timeoutSeconds: 120 },
];
