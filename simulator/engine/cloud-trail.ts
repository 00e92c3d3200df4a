import { placeOfArn } from '../arn.ts';
import type { Principal } from '../principal.ts';
import type { Random } from '../random.ts';
import type { Place } from '../service.ts';
import { isRecorded } from '../services/cloudtrail/state.ts';
import { isWanted, publish } from '../services/eventbridge/publish.ts';
import type { MadeCall, World } from '../world.ts';
import { eventName, requestParameters, responseElements } from './trail-shapes.ts';

const DETAIL_TYPE = 'AWS API Call via CloudTrail';

/**
 * Records every management event of a world, and where a trail does, lets the default bus of its Region know, late.
 *
 * Reads   calls that are no data events, those that failed included; global services are in us-east-1. Of those that only read,
 *         rules are told that ask for them
 * Bounds  costs next to nothing where no rule of that Region could want the event
 * Source  CloudTrail user guide, CloudTrail record contents (sharedEventID: "events from the same AWS action that is sent to
 *         different AWS accounts"); EventBridge user guide, AWS service events via CloudTrail
 */
export function recordTrail(world: World): void {
  const random = world.random.fork('cloud-trail');
  world.watchers.add((made) => {
    const service = world.services.get(made.service);
    if (service === undefined || service.dataEvents?.has(made.operation) === true) return;
    // An operation that is not simulated was never AWS's to record.
    if (made.error?.code === 'UnknownOperationException') return;
    const source = `aws.${service.eventSource.replace(/\.amazonaws\.com$/, '')}`;
    const owner = ownerElsewhere(made);
    const shared = owner === undefined ? {} : { sharedEventID: random.uuid() };
    for (const place of owner === undefined ? [made.place] : [made.place, owner]) {
      if (!isWanted(world, place, { source, detailType: DETAIL_TYPE, onlyReads: made.readOnly })) continue;
      const isGlobal = service.scope === 'global';
      if (world.services.has('cloudtrail') && !isRecorded(world, place, { readOnly: made.readOnly, isGlobal }))
        continue;
      // Written now: whoever made the call may change what it was answered.
      const detail = { ...recordOf(made, service.eventSource, random), ...shared, ...asToldIn(place, made) };
      world.clock.after(random.between(...world.timings.cloudTrailMs), () =>
        publish(world, place, 'default', { source, detailType: DETAIL_TYPE, detail: () => detail, atMs: made.atMs }),
      );
    }
  });
}

/** Where the role or the table is that a call was about, if that is another account and the call was let in. */
function ownerElsewhere({ service, input, place, error }: MadeCall): Place | undefined {
  if (service !== 'sts' && service !== 'dynamodb') return undefined;
  const { RoleArn, TableName, ResourceArn } = input as Readonly<Record<string, unknown>>;
  const arn = RoleArn ?? TableName ?? ResourceArn;
  if (typeof arn !== 'string' || !arn.startsWith('arn:') || error !== undefined) return undefined;
  const { account } = placeOfArn(arn);
  return account === place.account || account === '' ? undefined : { ...place, account };
}

/** The owner of what a call was about hears of the account that made it, and not of whom in there. */
const asToldIn = ({ account }: Place, { place, principal }: MadeCall): object =>
  account === place.account
    ? {}
    : {
        userIdentity: {
          type: 'AWSAccount',
          principalId: principalId('AROA', principal.roleArn ?? principal.arn),
          accountId: principal.account,
        },
        recipientAccountId: account,
      };

const seconds = (atMs: number): string => `${new Date(atMs).toISOString().slice(0, 19)}Z`;

function recordOf(made: MadeCall, eventSource: string, random: Random): Record<string, unknown> {
  const { error, place, principal } = made;
  return {
    eventVersion: '1.11',
    userIdentity: userIdentity(principal, made.atMs),
    eventTime: seconds(made.atMs),
    eventSource,
    eventName: eventName(made),
    awsRegion: place.region,
    sourceIPAddress: principal.invokedBy ?? '198.51.100.10',
    userAgent: principal.invokedBy ?? 'aws-sdk-js/3',
    ...(error === undefined
      ? {}
      : { errorCode: made.service === 'ec2' ? `Client.${error.code}` : error.code, errorMessage: error.message }),
    requestParameters: requestParameters(made),
    responseElements: responseElements(made),
    requestID: made.requestId,
    eventID: random.uuid(),
    readOnly: made.readOnly,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: place.account,
    eventCategory: 'Management',
  };
}

/** A stable id that looks like IAM's for the same ARN. */
function principalId(prefix: 'AROA' | 'AIDA', arn: string): string {
  let hash = 0x811c9dc5;
  let id = '';
  for (let at = 0; at < 17; at += 1) {
    for (let index = 0; index < arn.length; index += 1) hash = Math.imul(hash ^ arn.charCodeAt(index), 0x01000193);
    id += 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.charAt((hash >>> 9) % 32);
  }
  return `${prefix}${id}`;
}

/** Source: CloudTrail user guide, CloudTrail userIdentity element. */
function userIdentity(principal: Principal, atMs: number): Record<string, unknown> {
  const { kind, arn, account, roleArn, invokedBy } = principal;
  const by = invokedBy === undefined ? {} : { invokedBy };
  switch (kind) {
    case 'AWSService':
      return { type: kind, invokedBy: invokedBy ?? arn };
    case 'Root':
      return { type: kind, principalId: account, arn, accountId: account, ...by };
    case 'IAMUser':
      return {
        type: kind,
        principalId: principalId('AIDA', arn),
        arn,
        accountId: account,
        userName: arn.split('/').at(-1),
        ...by,
      };
    case 'AssumedRole': {
      const session = arn.split('/').at(-1) ?? '';
      const role = roleArn ?? '';
      const issuer = principalId('AROA', role);
      return {
        type: kind,
        principalId: `${issuer}:${session}`,
        arn,
        accountId: account,
        sessionContext: {
          sessionIssuer: {
            type: 'Role',
            principalId: issuer,
            arn: role,
            accountId: account,
            userName: role.split('/').at(-1),
          },
          attributes: { creationDate: seconds(atMs), mfaAuthenticated: 'false' },
        },
        ...by,
      };
    }
  }
}
