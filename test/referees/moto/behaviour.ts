import {
  answered,
  type Dialogue,
  type ReadCall,
  type WriteCall,
  write,
} from '../../../control-plane/model/aws-call.ts';
import { isFault } from '../../../control-plane/model/faults.ts';
import type { Region } from '../../../control-plane/model/region.ts';

export type Call = ReadCall | WriteCall;

/** Something that AWS does, and moto does otherwise. */
export interface Behaviour {
  /** 'peering' */
  readonly of: string;
  readonly aws: string;
  readonly moto: string;
  /** Asks, in a world in which nothing takes time; and answers whether it is as on AWS. */
  isAsOnAws(): Dialogue<Call, boolean>;
}

export const HERE: Region = 'eu-west-1';
export const THERE: Region = 'us-east-1';

/** The error code that a call is refused with, or `undefined` where it is not refused. */
export function* refusalOf(dialogue: Dialogue<Call, unknown>): Dialogue<Call, string | undefined> {
  try {
    yield* dialogue;
    return undefined;
  } catch (error) {
    if (!isFault(error)) throw error;
    const { name = '', Code } = error.cause as { name?: string; Code?: string };
    return Code ?? name;
  }
}

export function* vpcWith(region: Region, CidrBlock: string): Dialogue<Call, string> {
  const { Vpc } = yield* write(region, 'ec2', 'createVpc', { CidrBlock });
  return answered(Vpc?.VpcId, 'createVpc');
}

export function* subnetIn(VpcId: string, CidrBlock: string): Dialogue<Call, string> {
  const { Subnet } = yield* write(HERE, 'ec2', 'createSubnet', { VpcId, CidrBlock, AvailabilityZone: `${HERE}a` });
  return answered(Subnet?.SubnetId, 'createSubnet');
}
