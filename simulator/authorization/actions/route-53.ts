import type { Route53, VPC } from '@aws-sdk/client-route-53';
import { canonicalName } from '../../services/route-53/names.ts';
import type { Route53State } from '../../services/route-53/state.ts';
import type { Access, Context } from '../access.ts';
import { type ActionTable, anywhere, anywhereEach } from './action-table.ts';

/** Zones are named with and without '/hostedzone/' before their id. */
const zone = (action: string, id: string | undefined, context?: Context): Access => ({
  action: `route53:${action}`,
  resource: `arn:aws:route53:::hostedzone/${(id ?? '').replace(/^\/?hostedzone\//, '')}`,
  context,
});

const ofZone =
  (action: string) =>
  (input: { HostedZoneId?: string | undefined; Id?: string | undefined }): readonly Access[] => [
    zone(action, input.HostedZoneId ?? input.Id),
  ];

const ofHealthCheck =
  (action: string) =>
  (input: { HealthCheckId?: string | undefined }): readonly Access[] => [
    { action: `route53:${action}`, resource: `arn:aws:route53:::healthcheck/${input.HealthCheckId}` },
  ];

const tagged = (action: string, type: string | undefined, id: string | undefined): Access => ({
  action: `route53:${action}`,
  resource: `arn:aws:route53:::${type}/${id}`,
});

/** As policies compare VPCs. Source: Developer Guide, "Using IAM policy conditions for fine-grained access control". */
const vpcs = ({ VPCId, VPCRegion }: VPC): Context => ({
  'route53:vpcs': [`VPCId=${VPCId},VPCRegion=${VPCRegion}`],
});

/** Private zones take leave to look at the VPC. Source: Developer Guide, "Amazon Route 53 API permissions reference". */
const describeVpcs = ({ VPCRegion }: VPC): Access => ({
  action: 'ec2:DescribeVpcs',
  resource: '*',
  context: { 'aws:requestedregion': VPCRegion },
});

const withVpc =
  (action: string) =>
  (input: { HostedZoneId?: string | undefined; VPC?: VPC | undefined }): readonly Access[] => {
    const { VPC: vpc = {} } = input;
    return [zone(action, input.HostedZoneId, vpcs(vpc)), describeVpcs(vpc)];
  };

const authorizingVpc =
  (action: string) =>
  (input: { HostedZoneId?: string | undefined; VPC?: VPC | undefined }): readonly Access[] => [
    zone(action, input.HostedZoneId, vpcs(input.VPC ?? {})),
  ];

/** Lower-case, without the trailing dot, octal codes for what is not a letter, a digit, '-', '_' or '.'. */
const normalized = (name: string | undefined): string => canonicalName(name ?? '').slice(0, -1);

const distinct = (texts: readonly string[]): readonly string[] => [...new Set(texts)];

/**
 * What Route 53 asks of IAM. Its resources belong to no Region and have no tags that a policy could look at.
 *
 * Source  Service Authorization Reference, "Actions, resources, and condition keys for Amazon Route 53"
 */
export const route53Actions: ActionTable<Route53, Route53State> = {
  ...anywhereEach('route53', [
    'CreateHealthCheck',
    'GetHostedZoneCount',
    'ListHealthChecks',
    'ListHostedZones',
    'ListHostedZonesByName',
  ]),
  GetChange: (input) => [
    {
      action: 'route53:GetChange',
      resource: `arn:aws:route53:::change/${(input.Id ?? '').replace(/^\/?change\//, '')}`,
    },
  ],

  CreateHostedZone: ({ VPC: vpc }) =>
    vpc === undefined
      ? anywhere('route53:CreateHostedZone')()
      : [{ action: 'route53:CreateHostedZone', resource: '*', context: vpcs(vpc) }, describeVpcs(vpc)],
  DeleteHostedZone: ofZone('DeleteHostedZone'),
  GetHostedZone: ofZone('GetHostedZone'),
  UpdateHostedZoneComment: ofZone('UpdateHostedZoneComment'),
  ListResourceRecordSets: ofZone('ListResourceRecordSets'),
  ListHostedZonesByVPC(input) {
    const vpc = { VPCId: input.VPCId, VPCRegion: input.VPCRegion };
    return [{ action: 'route53:ListHostedZonesByVPC', resource: '*', context: vpcs(vpc) }, describeVpcs(vpc)];
  },
  ChangeResourceRecordSets({ HostedZoneId, ChangeBatch }) {
    const changes = ChangeBatch?.Changes ?? [];
    const sets = changes.map(({ ResourceRecordSet: set }) => set);
    return [
      zone('ChangeResourceRecordSets', HostedZoneId, {
        get 'route53:changeresourcerecordsetsnormalizedrecordnames'() {
          return distinct(sets.map((set) => normalized(set?.Name)));
        },
        'route53:changeresourcerecordsetsrecordtypes': distinct(sets.map((set) => set?.Type ?? '')),
        'route53:changeresourcerecordsetsactions': distinct(changes.map(({ Action }) => Action ?? '')),
      }),
    ];
  },

  AssociateVPCWithHostedZone: withVpc('AssociateVPCWithHostedZone'),
  DisassociateVPCFromHostedZone: withVpc('DisassociateVPCFromHostedZone'),
  CreateVPCAssociationAuthorization: authorizingVpc('CreateVPCAssociationAuthorization'),
  DeleteVPCAssociationAuthorization: authorizingVpc('DeleteVPCAssociationAuthorization'),
  ListVPCAssociationAuthorizations: ofZone('ListVPCAssociationAuthorizations'),

  DeleteHealthCheck: ofHealthCheck('DeleteHealthCheck'),
  GetHealthCheck: ofHealthCheck('GetHealthCheck'),
  GetHealthCheckLastFailureReason: ofHealthCheck('GetHealthCheckLastFailureReason'),
  GetHealthCheckStatus: ofHealthCheck('GetHealthCheckStatus'),
  UpdateHealthCheck: ofHealthCheck('UpdateHealthCheck'),

  ChangeTagsForResource: (input) => [tagged('ChangeTagsForResource', input.ResourceType, input.ResourceId)],
  ListTagsForResource: (input) => [tagged('ListTagsForResource', input.ResourceType, input.ResourceId)],
  ListTagsForResources: (input) =>
    (input.ResourceIds ?? []).map((id) => tagged('ListTagsForResources', input.ResourceType, id)),
};
