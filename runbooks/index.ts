import { breakGlass } from './break-glass.ts';
import type { Runbook } from './document.ts';
import { drill } from './drill.ts';
import { evacuateRegion } from './evacuate-region.ts';
import { offboardRegion } from './offboard-region.ts';
import { onboardRegion } from './onboard-region.ts';
import { reconcile } from './reconcile.ts';
import { restoreRegion } from './restore-region.ts';
import type { RunbookSettings } from './settings.ts';

/** State machines that runbooks start: what `RUNBOOK_ROLE` must be let start, and describe executions of. */
export const startedByRunbooks: readonly string[] = [
  'onboard-region',
  'offboard-region',
  'evacuate-region',
  'restore-region',
  'reconcile',
  'drill',
];

/** Every runbook, as it is deployed and as it runs here. */
export const runbooks = (settings: RunbookSettings): readonly Runbook[] => [
  { name: 'Landbridge-OnboardRegion', document: onboardRegion(settings) },
  { name: 'Landbridge-OffboardRegion', document: offboardRegion(settings) },
  { name: 'Landbridge-EvacuateRegion', document: evacuateRegion(settings) },
  { name: 'Landbridge-RestoreRegion', document: restoreRegion(settings) },
  { name: 'Landbridge-Reconcile', document: reconcile(settings) },
  { name: 'Landbridge-Drill', document: drill(settings) },
  { name: 'Landbridge-BreakGlass', document: breakGlass(settings) },
];
