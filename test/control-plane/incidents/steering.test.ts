import { describe, expect, test } from 'vitest';
import { ap, client, declaredAs, drained, eu, finding, steered, trio, us } from '../situations.ts';
import { Ward } from './ward.ts';

const LINK = 'link/eu-west-1~us-east-1';

describe('callers', () => {
  test('are not moved on thin evidence, and the incident says so', () => {
    const ward = new Ward();
    ward.tend({ seen: [finding(LINK, { confidence: 0.3 })] });
    expect(ward.steers).toEqual([]);
    expect(ward.open[0]).toMatchObject({ status: 'open', decided: expect.stringContaining('evidence: 30 %') });
  });

  test('who have nobody else are left, and the incident says so', () => {
    const ward = new Ward(declaredAs([eu, client]));
    ward.tend({ seen: ['link/ca-central-1~eu-west-1'] });
    expect(ward.open[0]).toMatchObject({ decided: 'no steer: callers there have nobody else to ask who is well' });
  });

  test('whom nobody else is left for are let back, and not before the cool-down is over', () => {
    const ward = new Ward(declaredAs([us, eu, client]));
    ward.tend({ seen: ['link/ca-central-1~eu-west-1'] });
    expect(ward.steers).toEqual(['ca-central-1>eu-west-1']);
    const seen = ['link/ca-central-1~eu-west-1', 'replica/us-east-1'] as const;
    ward.tend({ at: 60, seen });
    expect(ward.steers).toEqual(['ca-central-1>eu-west-1']);
    expect(ward.open[0]?.decided).toContain('not ended');
    ward.tend({ at: 300, seen });
    expect(ward.steers).toEqual([]);
  });

  test('who are yet kept off a member on its way back are let to it once nobody else is left, and the incident says so', () => {
    const onItsWay = [steered('ca-central-1', 'eu-west-1', 'ramp'), steered('us-east-1', 'eu-west-1', 'ramp')];
    const ward = new Ward(declaredAs([us, eu, ap, client], { steers: onItsWay }));
    ward.tend({ seen: ['replica/us-east-1'] });
    expect(ward.steers, 'ap-southeast-2 answers them').toEqual(['ca-central-1>eu-west-1', 'us-east-1>eu-west-1']);
    ward.tend({ at: 60, seen: ['replica/us-east-1', 'link/ap-southeast-2~ca-central-1'] });
    expect(ward.steers).toEqual(['ca-central-1>ap-southeast-2', 'us-east-1>eu-west-1']);
    expect(ward.timeline.map(({ entry }) => entry)).toContainEqual(
      expect.objectContaining({ what: 'mitigation', says: 'callers in ca-central-1 may be sent to eu-west-1 again' }),
    );
  });

  test('are not let to a member that is drained yet, or sick itself', () => {
    const steers = [steered('ca-central-1', 'eu-west-1', 'ramp')];
    const notYet = new Ward(declaredAs([us, eu, client], { steers, drains: [drained('eu-west-1')] }));
    notYet.tend({ seen: ['replica/us-east-1'] });
    const sick = new Ward(declaredAs([us, eu, client], { steers }));
    sick.tend({ seen: ['replica/us-east-1', 'link/ca-central-1~eu-west-1'] });
    expect([notYet.steers, sick.steers]).toEqual([['ca-central-1>eu-west-1'], ['ca-central-1>eu-west-1']]);
  });

  test('of a sick replica are moved by its health bit', () => {
    const ward = new Ward(declaredAs(trio, { drains: [drained('ap-southeast-2')] }));
    ward.tend({ seen: ['replica/eu-west-1'] });
    expect(ward.open[0]?.decided).toBe(
      'no steer: the health bit of eu-west-1 keeps callers off it, and us-east-1 answer',
    );
  });
});
