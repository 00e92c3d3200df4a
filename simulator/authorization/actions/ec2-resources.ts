import type { TagSpecification } from '@aws-sdk/client-ec2';
import type { Call } from '../../service.ts';
import type { Ec2State } from '../../services/ec2/state.ts';
import type { Access, Context } from '../access.ts';
import { requestTags } from './action-table.ts';

export type Ec2Call = Call<Ec2State>;

/** What an id stands for, by its prefix. */
const typeByPrefix: Readonly<Record<string, string>> = {
  acl: 'network-acl',
  eni: 'network-interface',
  igw: 'internet-gateway',
  pcx: 'vpc-peering-connection',
  rtb: 'route-table',
  sg: 'security-group',
  sgr: 'security-group-rule',
  subnet: 'subnet',
  vpc: 'vpc',
  vpce: 'vpc-endpoint',
};

/** 'route-table' for 'rtb-0abc' */
const typeOf = (id: string): string => typeByPrefix[id.slice(0, id.indexOf('-'))] ?? '*';

const arnOf = ({ place }: Ec2Call, type: string, id: string): string =>
  `arn:aws:ec2:${place.region}:${place.account}:${type}/${id}`;

const vpcArn = ({ account, region }: Ec2Call['place'], vpcId: string): string =>
  `arn:aws:ec2:${region}:${account}:vpc/${vpcId}`;

/** What conditions may ask of an existing resource; undefined where there is none with this id. */
function keysOf(call: Ec2Call, id: string): Context | undefined {
  const { state, place } = call;
  const inVpc = (vpcId: string | undefined, own: Context): Context | undefined =>
    vpcId === undefined ? undefined : { 'ec2:vpc': vpcArn(place, vpcId), ...own };
  switch (typeOf(id)) {
    case 'vpc': {
      const vpc = state.vpcs.get(id);
      return vpc && { 'ec2:vpcid': id, 'ec2:tenancy': vpc.tenancy };
    }
    case 'subnet': {
      const subnet = state.subnets.get(id);
      return inVpc(subnet?.vpcId, { 'ec2:subnetid': id, 'ec2:availabilityzone': subnet?.zone });
    }
    case 'route-table':
      return inVpc(state.routeTables.get(id)?.vpcId, { 'ec2:routetableid': id });
    case 'security-group':
      return inVpc(state.securityGroups.get(id)?.vpcId, { 'ec2:securitygroupid': id });
    case 'network-acl':
      return inVpc(state.networkAcls.get(id)?.vpcId, { 'ec2:networkaclid': id });
    case 'network-interface': {
      const found = state.networkInterfaces.get(id);
      const subnet = found && arnOf(call, 'subnet', found.subnetId);
      return inVpc(found?.vpcId, {
        'ec2:networkinterfaceid': id,
        'ec2:subnet': subnet,
        'ec2:availabilityzone': found?.zone,
      });
    }
    case 'internet-gateway':
      return state.internetGateways.has(id) ? { 'ec2:internetgatewayid': id } : undefined;
    case 'vpc-endpoint': {
      const endpoint = state.endpoints.get(id);
      return endpoint && { 'ec2:vpceservicename': endpoint.serviceName };
    }
    case 'vpc-peering-connection': {
      const peering = state.peerings.get(id);
      if (peering === undefined) return undefined;
      const { requester, accepter } = peering;
      return {
        'ec2:vpcpeeringconnectionid': id,
        'ec2:requestervpc': vpcArn(requester, requester.vpcId),
        'ec2:acceptervpc': vpcArn(accepter, accepter.vpcId),
      };
    }
    default:
      // The tags of a rule and of what is not simulated are all there is to know of it.
      return {};
  }
}

/** A resource that a request names by its id. */
export function existing(call: Ec2Call, action: string, id: string | undefined, more?: Context): Access {
  const given = id ?? '';
  const keys = keysOf(call, given);
  return {
    action: `ec2:${action}`,
    resource: arnOf(call, typeOf(given), given),
    tags: call.state.tags.get(given),
    context: more === undefined ? keys : { ...keys, ...more },
    absent: keys === undefined,
  };
}

/** As `existing`, for each of some ids. */
export const each = (call: Ec2Call, action: string, ids: readonly string[] | undefined): readonly Access[] =>
  (ids ?? []).map((id) => existing(call, action, id));

/**
 * A resource that is to be made: it has no id yet, and what it will be tagged with takes CreateTags as well.
 *
 * Source  EC2 User Guide, "Grant permission to tag Amazon EC2 resources during creation"
 */
export function created(
  call: Ec2Call,
  action: string,
  type: string,
  specifications: readonly TagSpecification[] | undefined,
  context?: Context,
): readonly Access[] {
  const tags = requestTags(
    specifications?.filter(({ ResourceType }) => ResourceType === type).flatMap(({ Tags }) => Tags ?? []),
  );
  const resource = arnOf(call, type, '*');
  const made: Access = { action: `ec2:${action}`, resource, requestTags: tags, context };
  if (tags === undefined) return [made];
  return [
    made,
    { action: 'ec2:CreateTags', resource, requestTags: tags, context: { ...context, 'ec2:createaction': action } },
  ];
}
