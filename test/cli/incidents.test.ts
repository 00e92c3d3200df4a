import { describe, expect, test } from 'vitest';
import { incidentNamed } from '../../cli/commands/incidents.ts';
import type { Incident } from '../../control-plane/incidents/incident.ts';
import { Ward } from '../control-plane/incidents/ward.ts';
import { known } from '../support/known.ts';

/** A replica that is sick, and well, and sick again a day later; then a link, of which there is one only. */
function incidentsOfDays(): readonly Incident[] {
  const ward = new Ward();
  for (const at of [0, 86_400]) {
    ward.tend({ at, seen: ['replica/eu-west-1'] });
    ward.tend({ at: at + 3_600 });
  }
  ward.tend({ at: 200_000, seen: ['link/eu-west-1~us-east-1'] });
  return ward.incidents.toReversed();
}

describe('an incident by the beginning of its id', () => {
  const all = incidentsOfDays();
  const [newest, second, first] = all.map(({ id }) => id);

  test('is the one that begins so, or is called so', () => {
    expect(incidentNamed('20261123', all)?.id).toBe(newest);
    expect(incidentNamed(second ?? '', all)?.id).toBe(second);
    expect(incidentNamed(first ?? '', [...all, { ...known(all[2]), id: `${first}-2` }])?.id).toBe(first);
    expect(incidentNamed('2025', all)).toBeUndefined();
  });

  test('is not the newest of many: whoever asks is told which there are', () => {
    expect(() => incidentNamed('2026112', all)).toThrow(
      `3 incidents begin with 2026112: ${newest}, ${second}, ${first}; give more of the one that is meant`,
    );
    const many = Array.from({ length: 9 }, (_, at) => ({ ...known(all[0]), id: `x-${at}` }));
    expect(() => incidentNamed('x', many)).toThrow('9 incidents begin with x: x-0, x-1, x-2, x-3, x-4 and 4 more;');
  });
});
