import { agentFunction } from '../../../control-plane/model/agents.ts';
import { type LookAlike, strangersFunction } from './look-alike.ts';

/** Of what watches over a member. */
export const agents: Readonly<Record<string, LookAlike>> = {
  agent: {
    what: 'a function that has taken the name of the health bit',
    stands: 'in the way',
    make: ({ region, fleet }) => strangersFunction(region, agentFunction(fleet.name, 'bit'), fleet.roles.function),
  },
};
