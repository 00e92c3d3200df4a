import {
  AssociateVPCWithHostedZoneCommand,
  ChangeResourceRecordSetsCommand,
  ChangeTagsForResourceCommand,
  CreateHealthCheckCommand,
  CreateHostedZoneCommand,
  DeleteHealthCheckCommand,
  DeleteHostedZoneCommand,
  GetHostedZoneCommand,
  ListHealthChecksCommand,
  ListHostedZonesByNameCommand,
  ListResourceRecordSetsCommand,
  Route53Client,
  UpdateHealthCheckCommand,
  UpdateHostedZoneCommentCommand,
} from '@aws-sdk/client-route-53';
import type { CommandsOf } from './commands.ts';

export const client = Route53Client;

export const commands = {
  associateVPCWithHostedZone: AssociateVPCWithHostedZoneCommand,
  changeResourceRecordSets: ChangeResourceRecordSetsCommand,
  changeTagsForResource: ChangeTagsForResourceCommand,
  createHealthCheck: CreateHealthCheckCommand,
  createHostedZone: CreateHostedZoneCommand,
  deleteHealthCheck: DeleteHealthCheckCommand,
  deleteHostedZone: DeleteHostedZoneCommand,
  getHostedZone: GetHostedZoneCommand,
  listHealthChecks: ListHealthChecksCommand,
  listHostedZonesByName: ListHostedZonesByNameCommand,
  listResourceRecordSets: ListResourceRecordSetsCommand,
  updateHealthCheck: UpdateHealthCheckCommand,
  updateHostedZoneComment: UpdateHostedZoneCommentCommand,
} satisfies CommandsOf<'route-53'>;
