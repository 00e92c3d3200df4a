import type { Divergence } from '../support/kind-laws.ts';
import { apiBehaviours } from './moto/api.ts';
import type { Behaviour } from './moto/behaviour.ts';
import { namesBehaviours } from './moto/names.ts';
import { networkBehaviours } from './moto/network.ts';

/** Laws that kinds do not keep at moto, because moto is not as AWS is. One that is kept after all fails its test. */
export const lawDivergences: readonly Divergence[] = [
  {
    kind: 'route',
    law: 'mended',
    why: 'a route into a peering that is gone stays active, and looks like a stranger’s',
  },
  { kind: 'rest-api', law: 'removed', why: 'deleting an API that is gone is answered with a page, and 500' },
  { kind: 'fleet', law: 'mended', why: 'of the route that is not mended' },
  { kind: 'fleet', law: 'removed', why: 'the network ACL of a VPC stays when the VPC goes' },
];

/** Where moto 5.2.1 is not as AWS is, each with a question that tells the two apart. */
export const behaviours: readonly Behaviour[] = [...networkBehaviours, ...namesBehaviours, ...apiBehaviours];
