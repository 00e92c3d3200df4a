import { describe, expect, test } from 'vitest';
import { declaredAs, stepFor, trio } from '../situations.ts';
import { Ward } from './ward.ts';

const stageGone = stepFor('stage/eu-west-1');

describe('people are told', () => {
  test('after two minutes, where everything is as declared', () => {
    const ward = new Ward();
    ward.tend({ seen: ['replica/eu-west-1'] });
    ward.tend({ at: 10, seen: ['replica/eu-west-1'], steps: [] });
    ward.tend({ at: 110, seen: ['replica/eu-west-1'], steps: [] });
    expect(ward.state).toEqual(['replica/eu-west-1: open']);
    ward.tend({ at: 120, seen: ['replica/eu-west-1'] });
    expect(ward.state).toEqual(['replica/eu-west-1: escalated']);
    ward.tend({ at: 900, seen: ['replica/eu-west-1'], steps: [] });
    expect(ward.told, 'once').toEqual([
      'replica/eu-west-1 is sick; everything there is as declared, so nothing can be repaired',
    ]);
  });

  test('not while it is being put right, however long that takes', () => {
    const ward = new Ward();
    const waiting = [{ target: 'domain-name/eu-west-1', because: 'UPDATING' }] as const;
    ward.tend({ seen: ['replica/eu-west-1'], steps: [stepFor('domain-name/eu-west-1')] });
    for (let at = 15; at < 1_800; at += 15) ward.tend({ at, seen: ['replica/eu-west-1'], steps: [], waiting });
    expect(ward.state).toEqual(['replica/eu-west-1: open']);
    expect(ward.open[0]?.repairsAtMs, 'and it is one repair').toHaveLength(1);
  });

  test('at once, where every serving member is sick, and nobody is moved', () => {
    const ward = new Ward();
    const tending = ward.tend({ seen: ['replica/us-east-1', 'region/eu-west-1', 'network/ap-southeast-2'] });
    expect(tending.escalate).toHaveLength(3);
    expect(ward.steers).toEqual([]);
    const other = new Ward();
    expect(other.tend({ seen: ['fleet/payments'] }).escalate[0]?.says).toContain('every serving member is sick');
    expect(other.steers).toEqual([]);
  });

  test('of what is not ours and stands in the way', () => {
    const ward = new Ward();
    const told = [{ finding: 'conflict', target: 'stage/eu-west-1', says: 'somebody else made it' }] as const;
    ward.tend({ seen: ['replica/eu-west-1'], steps: [stepFor('rest-api/eu-west-1')], told });
    expect(ward.told[0]).toContain('somebody else made it');
  });

  test('of a Region that cannot be looked at, after two minutes', () => {
    const ward = new Ward();
    const told = [{ finding: 'unseen', target: 'stage/eu-west-1', says: 'no answer' }] as const;
    ward.tend({ seen: ['region/eu-west-1'], steps: [], told });
    expect(ward.told).toEqual([]);
    ward.tend({ at: 120, seen: ['region/eu-west-1'], steps: [], told });
    expect(ward.told[0]).toContain('its Region does not answer');
  });

  test('of what nobody has looked at for ten minutes', () => {
    const ward = new Ward();
    for (let at = 0; at <= 600; at += 60) ward.tend({ at, seen: ['replica/eu-west-1'] });
    expect(ward.told).toHaveLength(1);
    expect(ward.told[0]).toContain('nobody was able to look');
  });

  test('when the budget is spent, and nothing more is tried', () => {
    const ward = new Ward(declaredAs(trio, {}, { policies: { repairsPerHour: 3 } }));
    const begun = [];
    // Somebody deletes the stage a minute after each repair.
    for (let minute = 0; minute < 180; minute++) {
      const isThere = minute % 3 === 1;
      begun.push(...ward.tend({ at: minute * 60, steps: isThere ? [] : [stageGone] }).repair);
    }
    expect(begun).toHaveLength(3);
    expect(ward.state).toEqual(['replica/eu-west-1: escalated']);
    expect(ward.told).toHaveLength(1);
    expect(ward.told[0]).toContain('3 repairs have not held');
  });

  test('at once, where repair is switched off', () => {
    const ward = new Ward(declaredAs(trio, {}, { policies: { repairsPerHour: 0 } }));
    expect(ward.tend({ steps: [stageGone] }).repair).toEqual([]);
    expect(ward.state).toEqual(['replica/eu-west-1: escalated']);
  });

  test('of an experiment that outlasts two minutes, and callers are moved round it', () => {
    const ward = new Ward();
    const steps = [
      stepFor('route-table/eu-west-1/main', {
        action: 'change',
        observed: { foreignFault: 'managedByFIS=true on rtb-1' },
      }),
    ];
    expect(ward.tend({ seen: ['network/eu-west-1'], steps }).repair).toEqual([]);
    expect(ward.steers).toHaveLength(4);
    ward.tend({ at: 120, seen: ['network/eu-west-1'], steps });
    expect(ward.told[0]).toContain('managedByFIS');
  });
});
