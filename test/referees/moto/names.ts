import type { Change } from '@aws-sdk/client-route-53';
import { answered, type Dialogue, read, write } from '../../../control-plane/model/aws-call.ts';
import { zoneIdIn } from '../../../control-plane/model/zone.ts';
import { type Behaviour, type Call, HERE, refusalOf, THERE, vpcWith } from './behaviour.ts';

function* zoneNamed(Name: string): Dialogue<Call, string> {
  const VPCId = yield* vpcWith(HERE, '10.1.0.0/16');
  const { HostedZone } = yield* write(THERE, 'route-53', 'createHostedZone', {
    Name,
    CallerReference: Name,
    VPC: { VPCId, VPCRegion: HERE as 'eu-west-1' },
  });
  return zoneIdIn(answered(HostedZone?.Id, 'createHostedZone'));
}

const weighted = (Action: 'CREATE' | 'DELETE', Name: string, SetIdentifier: string): Change => ({
  Action,
  ResourceRecordSet: { Name, Type: 'A', SetIdentifier, Weight: 1, TTL: 60, ResourceRecords: [{ Value: '192.0.2.1' }] },
});

const change = (HostedZoneId: string, ...Changes: Change[]): Dialogue<Call, unknown> =>
  write(THERE, 'route-53', 'changeResourceRecordSets', { HostedZoneId, ChangeBatch: { Changes } });

function* identifiersIn(HostedZoneId: string): Dialogue<Call, string[]> {
  const { ResourceRecordSets = [] } = yield* read(THERE, 'route-53', 'listResourceRecordSets', { HostedZoneId });
  return ResourceRecordSets.flatMap(({ SetIdentifier, Name }) =>
    SetIdentifier === undefined ? [] : [`${Name}${SetIdentifier}`],
  );
}

export const namesBehaviours: readonly Behaviour[] = [
  {
    of: 'records',
    aws: 'a batch is carried out as a whole or not at all',
    moto: 'a batch is carried out up to what fails',
    *isAsOnAws() {
      const zone = yield* zoneNamed('batch.example.com');
      const elsewhere = weighted('CREATE', 'b.example.org.', 'one');
      yield* refusalOf(change(zone, weighted('CREATE', 'a.batch.example.com.', 'one'), elsewhere));
      return (yield* identifiersIn(zone)).length === 0;
    },
  },
  {
    of: 'records',
    aws: 'a deletion takes the record of that name',
    moto: 'a deletion takes those of other names with the same identifier too',
    *isAsOnAws() {
      const zone = yield* zoneNamed('namesakes.example.com');
      const [a, b] = ['a.namesakes.example.com.', 'b.namesakes.example.com.'];
      yield* change(zone, weighted('CREATE', a, 'one'), weighted('CREATE', b, 'one'));
      yield* change(zone, weighted('DELETE', a, 'one'));
      return (yield* identifiersIn(zone)).join() === `${b}one`;
    },
  },
  {
    of: 'zone',
    aws: "another account's VPC may be let in",
    moto: 'nobody else’s VPC can be let in',
    *isAsOnAws() {
      const HostedZoneId = yield* zoneNamed('authorised.example.com');
      const VPC = { VPCId: yield* vpcWith(HERE, '10.2.0.0/16'), VPCRegion: HERE as 'eu-west-1' };
      const letIn = write(THERE, 'route-53', 'createVPCAssociationAuthorization', { HostedZoneId, VPC });
      return (yield* refusalOf(letIn)) === undefined;
    },
  },
  {
    of: 'health check',
    aws: 'one of an alarm says of which',
    moto: 'one of an alarm forgets of which',
    *isAsOnAws() {
      const AlarmIdentifier = { Name: 'unwell', Region: HERE as 'eu-west-1' };
      const { HealthCheck } = yield* write(THERE, 'route-53', 'createHealthCheck', {
        CallerReference: 'alarm',
        HealthCheckConfig: { Type: 'CLOUDWATCH_METRIC', AlarmIdentifier },
      });
      return HealthCheck?.HealthCheckConfig?.AlarmIdentifier?.Name === 'unwell';
    },
  },
];
