import type { EC2 } from '@aws-sdk/client-ec2';
import type { Service } from '../../service.ts';
import { type Ec2State, newEc2State } from './state.ts';

/** EC2's networking: what a private fleet needs of it. */
export const ec2: Service<EC2, Ec2State> = {
  name: 'ec2',
  eventSource: 'ec2.amazonaws.com',
  scope: 'regional',
  newState: newEc2State,
  operations: {},
};
