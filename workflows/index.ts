import { drill } from './drill.ts';
import { evacuateRegion } from './evacuate-region.ts';
import { offboardRegion } from './offboard-region.ts';
import { onboardRegion } from './onboard-region.ts';
import { reconcile } from './reconcile.ts';
import { repair } from './repair.ts';
import { restoreRegion } from './restore-region.ts';
import type { Machine } from './states.ts';
import { sweep } from './sweep.ts';

export interface Workflow {
  /** Without the prefix: the state machine is `landbridge-<name>`. */
  readonly name: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly machine: Machine;
}

/** Every state machine, as it is deployed and as it runs here. */
export const workflows: readonly Workflow[] = [
  { name: 'onboard-region', type: 'STANDARD', machine: onboardRegion },
  { name: 'offboard-region', type: 'STANDARD', machine: offboardRegion },
  { name: 'reconcile', type: 'STANDARD', machine: reconcile },
  { name: 'repair', type: 'STANDARD', machine: repair },
  { name: 'evacuate-region', type: 'STANDARD', machine: evacuateRegion },
  { name: 'restore-region', type: 'STANDARD', machine: restoreRegion },
  { name: 'drill', type: 'STANDARD', machine: drill },
  { name: 'sweep', type: 'EXPRESS', machine: sweep },
];
