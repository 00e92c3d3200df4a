import type { AutomationDocument } from './document.ts';
import { moveCallers } from './move-callers.ts';
import type { RunbookSettings } from './settings.ts';

/** `landbridge evacuate`. */
export const evacuateRegion = (settings: RunbookSettings): AutomationDocument =>
  moveCallers(settings, {
    workflow: 'evacuate-region',
    verb: 'evacuate',
    description: 'Moves every caller off a member of a Landbridge fleet, by its health bit. Nothing of it is removed.',
    regionIs: 'The serving member that callers are moved off.',
  });
