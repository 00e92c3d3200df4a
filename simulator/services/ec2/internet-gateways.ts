import type { InternetGateway as InternetGatewayView } from '@aws-sdk/client-ec2';
import { AwsError } from '../../aws-error.ts';
import { dependencyViolation } from './errors.ts';
import type { FilterTable } from './filters.ts';
import { find, findAll } from './find.ts';
import { newId } from './ids.ts';
import { furtherPages, listed } from './listing.ts';
import type { Ec2Call, Operation } from './operation.ts';
import type { InternetGateway } from './state.ts';
import { keepTags, tagsFor, tagsOf } from './tags.ts';

export const createInternetGateway: Operation<'CreateInternetGateway'> = (input, call) => {
  const { state } = call;
  const tags = tagsFor('internet-gateway', input.TagSpecifications);
  if (state.internetGateways.size >= state.quotas.internetGateways)
    throw new AwsError('InternetGatewayLimitExceeded', 'The maximum number of internet gateways has been reached.');
  const gateway: InternetGateway = { id: newId('igw', call), vpcId: undefined };
  state.internetGateways.set(gateway.id, gateway);
  keepTags(state, gateway.id, tags);
  return { InternetGateway: viewOf(gateway, call) };
};

export const attachInternetGateway: Operation<'AttachInternetGateway'> = (input, { state }) => {
  const gateway = find(state, 'internet-gateway', input.InternetGatewayId);
  const vpc = find(state, 'vpc', input.VpcId);
  if (gateway.vpcId !== undefined)
    throw new AwsError(
      'Resource.AlreadyAssociated',
      `resource ${gateway.id} is already attached to network ${gateway.vpcId}`,
    );
  if (state.internetGateways.values().some(({ vpcId }) => vpcId === vpc.id))
    throw new AwsError('InvalidParameterValue', `Network ${vpc.id} already has an internet gateway attached`);
  gateway.vpcId = vpc.id;
  return {};
};

/** Routes through it stay, as blackholes. */
export const detachInternetGateway: Operation<'DetachInternetGateway'> = (input, { state }) => {
  const gateway = find(state, 'internet-gateway', input.InternetGatewayId);
  const vpc = find(state, 'vpc', input.VpcId);
  if (gateway.vpcId !== vpc.id)
    throw new AwsError('Gateway.NotAttached', `resource ${gateway.id} is not attached to network ${vpc.id}`);
  gateway.vpcId = undefined;
  return {};
};

export const deleteInternetGateway: Operation<'DeleteInternetGateway'> = (input, { state }) => {
  const gateway = find(state, 'internet-gateway', input.InternetGatewayId);
  if (gateway.vpcId !== undefined) throw dependencyViolation('internetGateway', gateway.id);
  state.internetGateways.delete(gateway.id);
  state.tags.delete(gateway.id);
  return {};
};

const filters: FilterTable<InternetGateway> = {
  'attachment.state': ({ vpcId }) => (vpcId === undefined ? undefined : 'available'),
  'attachment.vpc-id': ({ vpcId }) => vpcId,
  'internet-gateway-id': ({ id }) => id,
  'owner-id': (_gateway, { place }) => place.account,
};

export const describeInternetGateways: Operation<'DescribeInternetGateways'> = (input, call) => {
  const page = listed(findAll(call.state, 'internet-gateway', input.InternetGatewayIds), input, filters, call);
  return { InternetGateways: page.items.map((gateway) => viewOf(gateway, call)), ...furtherPages(page) };
};

const viewOf = (gateway: InternetGateway, { state, place }: Ec2Call): InternetGatewayView => ({
  InternetGatewayId: gateway.id,
  OwnerId: place.account,
  // 'available' is what AWS says here, though its own list of attachment states does not have it.
  Attachments: gateway.vpcId === undefined ? [] : [{ State: 'available' as 'attached', VpcId: gateway.vpcId }],
  Tags: tagsOf(state, gateway.id),
});
