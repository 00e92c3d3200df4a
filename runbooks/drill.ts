import type { AutomationDocument } from './document.ts';
import { moveCallers } from './move-callers.ts';
import { minutesOut } from './parameters.ts';
import type { RunbookSettings } from './settings.ts';

/** `landbridge drill`. */
export const drill = (settings: RunbookSettings): AutomationDocument =>
  moveCallers(settings, {
    workflow: 'drill',
    verb: 'rehearse the loss of',
    description: 'Rehearses the loss of a member of a Landbridge fleet: evacuates it, keeps it out, restores it.',
    regionIs: 'The serving member whose loss is rehearsed.',
    parameters: { Minutes: minutesOut },
    fields: { minutes: { raw: '{{ Minutes }}' } },
  });
