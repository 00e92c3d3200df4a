import type { EC2 } from '@aws-sdk/client-ec2';
import type { Place, Service } from '../../service.ts';
import type { World } from '../../world.ts';
import { type Ec2State, newEc2State } from './state.ts';

/** EC2 without its operations: enough to keep its state, and what they can look into other places with. */
export const ec2Identity: Service<EC2, Ec2State> = {
  name: 'ec2',
  eventSource: 'ec2.amazonaws.com',
  scope: 'regional',
  newState: newEc2State,
  operations: {},
};

/** EC2 of another Region or account: a peering has a side in each. */
export const ec2At = (world: World, place: Place): Ec2State => world.state(ec2Identity, place);
