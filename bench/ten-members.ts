import type { Cast } from '../local/faults/settled-cast.ts';

/** Ten members over five continents, none of them so far from another that an answer over a new connection takes more than 1.5 s. */
export const TEN_MEMBERS: Cast = {
  serving: [
    'us-east-1',
    'eu-west-1',
    'ap-southeast-2',
    'us-west-2',
    'eu-central-1',
    'ap-northeast-1',
    'sa-east-1',
    'ca-central-1',
  ],
  clients: ['eu-north-1', 'ap-south-1'],
};
