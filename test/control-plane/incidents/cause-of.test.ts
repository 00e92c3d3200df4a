import { describe, expect, test } from 'vitest';
import { causeOf, explains } from '../../../control-plane/incidents/cause-of.ts';
import { kinds } from '../../../control-plane/kinds/index.ts';
import { wantedTargets } from '../../../control-plane/loop/wanted.ts';
import type { TargetKey } from '../../../control-plane/model/target.ts';
import { memberOf } from '../../support/payments.ts';
import { client, declaredAs, eu, trio, us } from '../situations.ts';

const outside = memberOf('sa-east-1', 5, { cidrs: ['172.16.0.0/16'] });
const fleet = declaredAs([...trio, client, outside]);

describe('what is the matter where a target has drifted', () => {
  // biome-ignore format: a table is read down its columns
  test.for([
    { key: 'peering/eu-west-1~us-east-1',           cause: 'link/eu-west-1~us-east-1',   why: 'it is the link' },
    { key: 'route/eu-west-1/main/10.64.0.0/16',     cause: 'link/eu-west-1~us-east-1',   why: 'its addresses are the other end' },
    { key: 'route/us-east-1/main/10.65.0.0/16',     cause: 'link/eu-west-1~us-east-1',   why: 'on either side' },
    { key: 'route/eu-west-1/rtb-1/172.16.0.0/16',   cause: 'link/eu-west-1~sa-east-1',   why: 'in a borrowed table, to addresses outside the supernet' },
    { key: 'route/eu-west-1/main/10.99.0.0/16',     cause: 'network/eu-west-1',          why: 'to nobody who is known' },
    { key: 'route-table/eu-west-1/main',            cause: 'network/eu-west-1',          why: 'it carries every link' },
    { key: 'vpc/eu-west-1',                         cause: 'network/eu-west-1',          why: 'so does it' },
    { key: 'subnet/eu-west-1/eu-west-1a',           cause: 'network/eu-west-1',          why: 'and it' },
    { key: 'rule/eu-west-1/443-10.64.0.0/12',       cause: 'replica/eu-west-1',          why: 'it lets everybody in' },
    { key: 'rule/eu-west-1/443-172.16.0.0/16',      cause: 'link/eu-west-1~sa-east-1',   why: 'it lets one peer in' },
    { key: 'rule/sa-east-1/443-172.16.0.0/16',      cause: 'replica/sa-east-1',          why: 'it lets its own callers in' },
    { key: 'security-group/eu-west-1/endpoint',     cause: 'replica/eu-west-1',          why: 'in front of the replica' },
    { key: 'security-group/eu-west-1/probe',        cause: 'observer/eu-west-1',         why: 'around the prober' },
    { key: 'function/eu-west-1/list',               cause: 'replica/eu-west-1',          why: 'it answers' },
    { key: 'records/eu-west-1',                     cause: 'view/eu-west-1',             why: 'names' },
    { key: 'agent/eu-west-1/watch',                 cause: 'observer/eu-west-1',         why: 'the eye' },
    { key: 'unknown/eu-west-1',                     cause: undefined,                    why: 'not a kind of ours' },
  ] satisfies { key: TargetKey; cause: string | undefined; why: string }[])('$key: $cause, $why', ({ key, cause }) => {
    expect(causeOf({ key }, fleet)).toBe(cause);
  });

  test('every kind has a cause, and no cause is of a kind that is gone', () => {
    expect(Object.keys(explains).toSorted()).toEqual([...kinds.keys()].toSorted());
  });

  test('every target of a fleet is explained by members it belongs to', () => {
    for (const { key, owners } of wantedTargets(declaredAs([us, eu, client])).values()) {
      const cause = causeOf({ key }, declaredAs([us, eu, client]));
      const ends = cause?.slice(cause.indexOf('/') + 1).split('~') ?? [];
      expect(ends, key).not.toEqual([]);
      expect(
        ends.every((end) => owners.includes(end)),
        `${key} is ${cause}`,
      ).toBe(true);
    }
  });
});
