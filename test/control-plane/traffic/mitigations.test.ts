import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Cause } from '../../../control-plane/health/finding.ts';
import type { Fleet, Member } from '../../../control-plane/model/fleet.ts';
import { isAllSick } from '../../../control-plane/traffic/in-service.ts';
import { mitigations } from '../../../control-plane/traffic/mitigations.ts';
import type { Traffic } from '../../../control-plane/traffic/traffic.ts';
import { memberOf } from '../../support/payments.ts';
import {
  ap,
  client,
  declaredAs,
  diagnosed,
  drained,
  eu,
  MINUTE_MS,
  START_MS,
  steered,
  trio,
  us,
} from '../situations.ts';

const LINK = 'link/eu-west-1~us-east-1';
const hub = { kind: 'hub', hub: 'us-east-1' } as const;

interface Row {
  readonly members?: readonly Member[];
  readonly topology?: Fleet['network']['topology'];
  readonly causes: readonly Cause[];
  readonly traffic?: Partial<Traffic>;
  readonly steers: readonly string[];
  readonly why: string;
}

const steersOf = ({ members = trio, topology, causes, traffic }: Row): readonly string[] => {
  const declared = declaredAs(members, traffic);
  const { fleet } = declared;
  const network = { ...fleet.network, ...(topology !== undefined && { topology }) };
  return mitigations({ ...declared, fleet: { ...fleet, network } }, diagnosed(...causes), START_MS)
    .map(({ viewer, avoid }) => `${viewer}>${avoid}`)
    .toSorted();
};

describe('which callers are kept off whom', () => {
  // biome-ignore format: a table is read down its columns
  test.for<Row>([
    { causes: [],                        steers: [], why: 'nothing is the matter' },
    { causes: [LINK],                    steers: ['eu-west-1>us-east-1', 'us-east-1>eu-west-1'], why: 'both ends have themselves' },
    { causes: [LINK], members: [us, eu], steers: ['eu-west-1>us-east-1', 'us-east-1>eu-west-1'], why: 'with two members as well' },
    { causes: ['link/ca-central-1~eu-west-1'], members: [...trio, client], steers: ['ca-central-1>eu-west-1'], why: 'nobody is sent to a client' },
    { causes: ['link/ca-central-1~eu-west-1'], members: [eu, client],      steers: [], why: 'the client has nobody else' },
    { causes: ['link/ca-central-1~eu-west-1'], members: [us, eu, client], traffic: { drains: [drained('us-east-1')] }, steers: [], why: 'its only other is drained' },
    { causes: ['link/ca-central-1~eu-west-1', 'replica/us-east-1'], members: [us, eu, client], steers: [], why: 'its only other is sick' },
    { causes: ['link/ca-central-1~eu-west-1', 'link/ca-central-1~us-east-1'], members: [us, eu, client], steers: [], why: 'both of its links are' },
    { causes: ['link/ca-central-1~eu-west-1', 'link/ca-central-1~us-east-1'], members: [...trio, client], steers: ['ca-central-1>eu-west-1', 'ca-central-1>us-east-1'], why: 'a third is left' },
    { causes: ['link/ca-central-1~eu-west-1'], members: [us, eu, client], traffic: { steers: [steered('ca-central-1', 'us-east-1', 'ramp')] }, steers: [], why: 'its only other is coming back yet' },
    { causes: ['network/eu-west-1'],     steers: ['ap-southeast-2>eu-west-1', 'eu-west-1>ap-southeast-2', 'eu-west-1>us-east-1', 'us-east-1>eu-west-1'], why: 'everybody off it, and it off everybody' },
    { causes: ['network/ca-central-1'], members: [...trio, client], steers: [], why: 'a client that is cut off has nobody' },
    { causes: ['network/eu-west-1', LINK], steers: ['ap-southeast-2>eu-west-1', 'eu-west-1>ap-southeast-2', 'eu-west-1>us-east-1', 'us-east-1>eu-west-1'], why: 'a pair once' },
    { causes: ['network/eu-west-1'], topology: hub, steers: ['eu-west-1>us-east-1', 'us-east-1>eu-west-1'], why: 'spokes have no link to keep callers off' },
    { causes: [LINK, 'replica/us-east-1'], steers: ['eu-west-1>us-east-1'], members: [us, eu], why: 'callers of the sick one have nobody, not even themselves' },
    { causes: ['replica/eu-west-1'],     steers: [], why: 'its health bit keeps callers off' },
    { causes: ['region/eu-west-1'],      steers: [], why: 'so does its silence' },
    { causes: ['view/eu-west-1'],        steers: [], why: 'no other member mends a name' },
    { causes: ['observer/eu-west-1'],    steers: [], why: 'nobody is moved on a bad word' },
    { causes: ['fleet/payments'],        steers: [], why: 'there is nowhere to go' },
    { causes: ['fleet/payments', LINK],  steers: [], why: 'nor with a link besides' },
    { causes: [LINK], members: [us, { ...eu, inTraffic: false }, ap], steers: ['eu-west-1>us-east-1'], why: 'nobody is sent to it yet' },
    { causes: [], traffic: { steers: [steered('us-east-1', 'eu-west-1', LINK, START_MS - 4 * MINUTE_MS)] }, steers: ['us-east-1>eu-west-1'], why: 'gone, but for less than the cool-down' },
    { causes: [], traffic: { steers: [steered('us-east-1', 'eu-west-1', LINK, START_MS - 5 * MINUTE_MS)] }, steers: [], why: 'gone, and the cool-down is over' },
    { causes: [], traffic: { steers: [steered('us-east-1', 'eu-west-1', 'ramp')] }, steers: [], why: 'a ramp ends by itself' },
    { causes: ['replica/us-east-1', 'replica/ap-southeast-2'], traffic: { steers: [steered('us-east-1', 'eu-west-1', LINK)] }, steers: [], why: 'everybody else has fallen sick: the one avoided is as good' },
    { causes: ['replica/eu-west-1'], traffic: { steers: [steered('eu-west-1', 'us-east-1', 'network/eu-west-1'), steered('eu-west-1', 'ap-southeast-2', 'network/eu-west-1')] }, steers: ['eu-west-1>us-east-1'], why: 'one of the two has to be somebody else to ask' },
  ])('$causes: $steers, $why', (row) => {
    expect(steersOf(row)).toEqual(row.steers);
  });

  test('one that stands stays as it was made', () => {
    const stands = steered('us-east-1', 'eu-west-1', LINK, START_MS - MINUTE_MS);
    expect(mitigations(declaredAs(trio, { steers: [stands] }), diagnosed(LINK), START_MS)).toContainEqual(stands);
  });
});

const members = [us, eu, ap, client, memberOf('sa-east-1', 5, { role: 'client' }), memberOf('eu-central-1', 6)];
const regions = members.map(({ region }) => region);
const region = fc.constantFrom(...regions);
const pair = fc.tuple(region, region).filter(([a, b]) => a < b);
const causes: fc.Arbitrary<Cause> = fc.oneof(
  pair.map(([a, b]): Cause => `link/${a}~${b}`),
  fc
    .tuple(fc.constantFrom('network', 'replica', 'region', 'view', 'observer'), region)
    .map(([kind, of]): Cause => `${kind as 'network'}/${of}`),
);

const serving = members.filter(({ role }) => role === 'serving').map((member) => member.region);
const someSteers = fc.uniqueArray(
  fc
    .record({ viewer: region, avoid: fc.constantFrom(...serving), minutesAgo: fc.integer({ min: 0, max: 9 }) })
    .filter(({ viewer, avoid }) => viewer !== avoid),
  { maxLength: 10, selector: ({ viewer, avoid }) => `${viewer}>${avoid}` },
);
const someCauses = fc.uniqueArray(causes, { maxLength: 8 });
const someRegions = fc.uniqueArray(region, { maxLength: 3 });

test('a steer always leaves somebody who serves, is not drained, not avoided, and not said to be sick', () => {
  fc.assert(
    fc.property(someCauses, someRegions, someSteers, (found, out, stand) => {
      const traffic = {
        drains: out.map(drained),
        steers: stand.map(({ viewer, avoid, minutesAgo }) =>
          steered(viewer, avoid, `network/${avoid}`, START_MS - minutesAgo * MINUTE_MS),
        ),
      };
      const declared = declaredAs(members, traffic);
      const diagnosis = diagnosed(...found);
      // Then nobody is moved any more, not even back.
      fc.pre(!isAllSick(declared, diagnosis));
      const steers = mitigations(declared, diagnosis, START_MS);
      for (const { viewer } of steers) {
        const avoided = new Set(steers.filter((steer) => steer.viewer === viewer).map(({ avoid }) => avoid));
        const left = members.filter(
          ({ role, region: one }) =>
            role === 'serving' &&
            !avoided.has(one) &&
            !out.includes(one) &&
            !found.includes(`replica/${one}`) &&
            !found.includes(`region/${one}`) &&
            (one === viewer ||
              !found.some((cause) => /^(network|link)\//.test(cause) && isBetween(cause, viewer, one))),
        );
        expect(left).not.toEqual([]);
        expect(avoided.has(viewer), 'nobody avoids itself').toBe(false);
      }
    }),
    { numRuns: 1_000 },
  );
});

const isBetween = (cause: Cause, viewer: string, to: string): boolean => {
  const ends = cause.slice(cause.indexOf('/') + 1).split('~');
  return ends.length === 1 ? ends.includes(viewer) || ends.includes(to) : ends.includes(viewer) && ends.includes(to);
};
