import type { VpcConfig } from '@aws-sdk/client-lambda';
import { AwsError } from '../../aws-error.ts';
import { type FindableName, find } from '../ec2/find.ts';
import { type Ec2State, ec2Home } from '../ec2/state.ts';
import { invalidValue, type LambdaCall } from './naming.ts';
import type { FunctionVpc } from './state.ts';

/**
 * The VPC that a request puts a function into. Empty lists take it out of its VPC; no VpcConfig leaves it where it is.
 *
 * Faults    InvalidParameterValueException, with EC2's error in it where EC2 knows nothing of a subnet or group
 * Source    Lambda Developer Guide, "Giving Lambda functions access to resources in an Amazon VPC"; the messages of
 *           AWS are in github.com/motdotla/node-lambda/issues/162 and github.com/aws/aws-sdk-js/issues/1293
 */
export function vpcFrom(
  request: VpcConfig | undefined,
  before: FunctionVpc | undefined,
  { world, place }: LambdaCall,
): FunctionVpc | undefined {
  if (request === undefined) return before;
  const subnetIds = [...new Set(request.SubnetIds ?? before?.subnetIds ?? [])];
  const securityGroupIds = [...new Set(request.SecurityGroupIds ?? before?.securityGroupIds ?? [])];
  if ((subnetIds.length === 0) !== (securityGroupIds.length === 0))
    throw invalidValue('SubnetIds and SecurityIds must coexist or be both empty list.');
  const [first, ...others] = subnetIds;
  if (first === undefined) return undefined;
  const state = world.state(ec2Home, place);
  const { vpcId } = described(state, 'subnet', first);
  for (const id of others)
    if (described(state, 'subnet', id).vpcId !== vpcId)
      throw invalidValue(`The subnets ${subnetIds.join(', ')} are not all in one VPC.`);
  for (const id of securityGroupIds)
    if (described(state, 'security-group', id).vpcId !== vpcId)
      throw invalidValue(`The security group ${id} is not in ${vpcId}, the VPC of the subnets.`);
  return { vpcId, subnetIds, securityGroupIds };
}

function described<Name extends FindableName & ('subnet' | 'security-group')>(state: Ec2State, name: Name, id: string) {
  try {
    return find(state, name, id);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const call = name === 'subnet' ? 'DescribeSubnets' : 'DescribeSecurityGroups';
    throw invalidValue(
      `Error occurred while ${call}. EC2 Error Code: ${error.code}. EC2 Error Message: ${error.message}`,
    );
  }
}
