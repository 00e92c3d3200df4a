import type { AutomationDocument } from './document.ts';
import { moveCallers } from './move-callers.ts';
import type { RunbookSettings } from './settings.ts';

/** `landbridge restore`. */
export const restoreRegion = (settings: RunbookSettings): AutomationDocument =>
  moveCallers(settings, {
    workflow: 'restore-region',
    verb: 'restore',
    description: 'Lets callers back to an evacuated member of a Landbridge fleet, view by view, each step proven.',
    regionIs: 'The member that was evacuated.',
  });
