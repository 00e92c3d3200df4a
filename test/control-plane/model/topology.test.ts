import { expect, test } from 'vitest';
import type { Declared, Fleet } from '../../../control-plane/model/fleet.ts';
import { linksAt, linksOf, peersOf } from '../../../control-plane/model/topology.ts';
import { declaredWith, memberOf } from '../../support/payments.ts';

const members = [
  memberOf('us-east-1', 2),
  memberOf('eu-west-1', 1),
  memberOf('sa-east-1', 3, { role: 'client' }),
  memberOf('ap-south-1', 4, { role: 'client', phase: 'leaving' }),
];
const mesh = declaredWith(...members);
const hub = (at: string): Declared => {
  const fleet: Fleet = { ...mesh.fleet, network: { ...mesh.fleet.network, topology: { kind: 'hub', hub: at } } };
  return { ...mesh, fleet };
};
const told = (declared: Declared): string[] =>
  linksOf(declared).map(({ name, requester, accepter }) => `${name}: ${requester.region} asks ${accepter.region}`);

// biome-ignore format: a table is read down its columns
test.for([
  { declared: mesh, why: 'every pair but the two clients; the earlier asks; who is leaving keeps its links', links: [
    'eu-west-1~us-east-1: eu-west-1 asks us-east-1',
    'eu-west-1~sa-east-1: eu-west-1 asks sa-east-1',
    'ap-south-1~eu-west-1: eu-west-1 asks ap-south-1',
    'sa-east-1~us-east-1: us-east-1 asks sa-east-1',
    'ap-south-1~us-east-1: us-east-1 asks ap-south-1',
  ] },
  { declared: hub('us-east-1'), why: 'spokes only with the hub', links: [
    'eu-west-1~us-east-1: eu-west-1 asks us-east-1',
    'sa-east-1~us-east-1: us-east-1 asks sa-east-1',
    'ap-south-1~us-east-1: us-east-1 asks ap-south-1',
  ] },
  { declared: hub('sa-east-1'), why: 'a hub that only has callers still reaches who serves', links: [
    'eu-west-1~sa-east-1: eu-west-1 asks sa-east-1',
    'sa-east-1~us-east-1: us-east-1 asks sa-east-1',
  ] },
  { declared: hub('il-central-1'), why: 'the hub has not joined yet', links: [] },
])('$why', ({ declared, links }) => {
  expect(told(declared)).toEqual(links);
});

test('what one member sees of its links and peers is what the fleet sees', () => {
  for (const { region } of members) {
    const all = linksOf(mesh).filter(({ requester, accepter }) => [requester.region, accepter.region].includes(region));
    expect(linksAt(mesh, region).toSorted((a, b) => (a.name < b.name ? -1 : 1))).toEqual(
      all.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    );
    expect(peersOf(mesh, region)).toEqual(
      linksAt(mesh, region).map(({ requester, accepter }) => (requester.region === region ? accepter : requester)),
    );
  }
  expect(linksAt(mesh, 'il-central-1')).toEqual([]);
});
