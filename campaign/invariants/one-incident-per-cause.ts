import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Incident } from '../../control-plane/incidents/incident.ts';
import { rowsWritten } from '../rows-written.ts';
import type { Invariant } from './invariant.ts';

/**
 * What is the matter has one incident, however many symptoms it has and whoever comes upon it; and none stays open once
 * nothing is the matter any more.
 *
 * Bounds  one row for each write of an incident
 */
export const oneIncidentPerCause: Invariant = {
  name: 'one incident per cause',
  says: 'At any moment a cause has at most one open incident, and at the end, when nothing is wrong any more, none is open',
  watch({ bed: { fleet } }, tell) {
    const incidentsPk = `incidents#${fleet.name}`;
    /** By cause. */
    const open = new Map<string, string>();
    /** By incident, under which cause it is open. */
    const causes = new Map<string, string>();
    return {
      called(made) {
        for (const { pk, sk, item } of rowsWritten(made)) {
          // Time lines lie beside them, under longer keys.
          if (pk !== incidentsPk || item === undefined || sk.includes('#')) continue;
          const { id, cause, status } = unmarshall(item)['value'] as Incident;
          const before = causes.get(id);
          if (before !== undefined && open.get(before) === id) open.delete(before);
          causes.delete(id);
          if (status === 'closed') continue;
          const other = open.get(cause);
          if (other !== undefined) tell(`${id} of ${cause} is ${status} while ${other} of the same cause is`);
          open.set(cause, id);
          causes.set(id, cause);
        }
      },
      ended({ state, undone }) {
        for (const { id, cause, status, says } of state.health.incidents)
          if (status !== 'closed')
            tell(
              `${id} is ${status} at the end, of ${cause}: ${says}; ${undone.length === 0 ? 'nothing is wrong' : undone.join('; ')}`,
            );
      },
    };
  },
};
