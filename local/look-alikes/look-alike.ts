import { zipSync } from 'fflate';
import {
  answered,
  type Dialogue,
  type ReadCall,
  read,
  type WriteCall,
  write,
} from '../../control-plane/model/aws-call.ts';
import type { Fleet } from '../../control-plane/model/fleet.ts';
import type { Region } from '../../control-plane/model/region.ts';

export type Call = ReadCall | WriteCall;

/** What a stranger knows who wants to be taken for the fleet. */
export interface Scene {
  readonly fleet: Fleet;
  readonly region: Region;
  /** Where the member in it lives, if that is not the control plane's account. */
  readonly account?: string | undefined;
  readonly cidr: string;
  readonly peerRegion: Region;
  readonly peerCidr: string;
  readonly zone: string;
  readonly certificateArn: string;
  /** The id of the fleet's own, by kind and name. */
  id(kind: string, name: string): string;
}

export interface Made {
  /** What a finding about it has to mention. */
  readonly id: string;
  /** It as AWS tells it. */
  see(): Dialogue<ReadCall, unknown>;
}

/** How a stranger makes something that could be taken for a kind's target. */
export interface LookAlike {
  readonly what: string;
  /** `beside`: ours is made all the same. `in the way`: it cannot be, and a conflict names what stands there. */
  readonly stands: 'beside' | 'in the way';
  /** It is a part of something of ours, and goes with that. */
  readonly within?: true;
  make(scene: Scene): Dialogue<Call, Made>;
}

const STRANGERS_CIDR = '192.168.0.0/24';

export function* strangersVpc(region: Region): Dialogue<Call, string> {
  const { Vpc } = yield* write(region, 'ec2', 'createVpc', { CidrBlock: STRANGERS_CIDR });
  return answered(Vpc?.VpcId, 'createVpc');
}

export function* strangersSubnet(region: Region, VpcId: string, AvailabilityZone: string): Dialogue<Call, string> {
  const { Subnet } = yield* write(region, 'ec2', 'createSubnet', {
    VpcId,
    AvailabilityZone,
    CidrBlock: STRANGERS_CIDR,
  });
  return answered(Subnet?.SubnetId, 'createSubnet');
}

export function* strangersEndpoint(region: Region, VpcId: string, SubnetId: string): Dialogue<Call, string> {
  const { VpcEndpoint } = yield* write(region, 'ec2', 'createVpcEndpoint', {
    VpcEndpointType: 'Interface',
    VpcId,
    ServiceName: `com.amazonaws.${region}.execute-api`,
    SubnetIds: [SubnetId],
    PrivateDnsEnabled: false,
  });
  return answered(VpcEndpoint?.VpcEndpointId, 'createVpcEndpoint');
}

/** A function by a name of the fleet's, with code and a description of a stranger's. */
export function* strangersFunction(region: Region, FunctionName: string, Role: string): Dialogue<Call, Made> {
  const code = new TextEncoder().encode('export const handler = async () => 1;\n');
  const { FunctionArn } = yield* write(region, 'lambda', 'createFunction', {
    FunctionName,
    Role,
    Runtime: 'nodejs22.x',
    Handler: 'index.handler',
    Description: 'mine',
    Code: { ZipFile: zipSync({ 'index.mjs': [code, { mtime: new Date(1980, 0, 1, 12) }] }) },
  });
  return {
    id: answered(FunctionArn, 'createFunction'),
    *see() {
      const { Functions = [] } = yield* read(region, 'lambda', 'listFunctions', {});
      return Functions.filter((found) => found.FunctionName === FunctionName).map(
        ({ CodeSha256, Description, Runtime, Handler, Role: role }) => [
          CodeSha256,
          Description,
          Runtime,
          Handler,
          role,
        ],
      );
    },
  };
}
