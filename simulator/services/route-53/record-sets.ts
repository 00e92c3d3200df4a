import type { ResourceRecordSet, Route53, RRType } from '@aws-sdk/client-route-53';
import { AwsError } from '../../aws-error.ts';
import type { Operations } from '../../service.ts';
import { pageSize, recordSetCopy, submitChange, zoneNamed } from './answers.ts';
import { recordsAfter } from './change-batch.ts';
import { canonicalName, compareText, reversedLabels } from './names.ts';
import { acceptBatch } from './record-book.ts';
import type { HostedZone, Route53State } from './state.ts';

/** Quota "records per hosted zone". */
const MOST_RECORD_SETS = 10_000;
const MOST_PER_PAGE = 300;

interface Start {
  readonly order: string;
  readonly type: RRType | undefined;
  readonly identifier: string | undefined;
}

/** Whether a record set comes at or after the place a page is to start from. */
function atOrAfter(set: Readonly<ResourceRecordSet>, order: string, start: Start): boolean {
  if (order !== start.order) return order > start.order;
  if (start.type === undefined || set.Type !== start.type) return compareText(set.Type ?? '', start.type ?? '') >= 0;
  return start.identifier === undefined || (set.SetIdentifier ?? '') >= start.identifier;
}

/** A zone's record sets in Route 53's order: by name from the root down, then by type, then by set identifier. */
function* ordered(zone: HostedZone, start: Start): Generator<Readonly<ResourceRecordSet>> {
  const names = [...zone.records.accepted.keys()]
    .map((name) => ({ name, order: reversedLabels(name) }))
    .filter(({ order }) => order >= start.order)
    .toSorted((a, b) => compareText(a.order, b.order));
  for (const { name, order } of names) {
    const sets = (zone.records.accepted.get(name) ?? []).toSorted(
      (a, b) => compareText(a.Type ?? '', b.Type ?? '') || compareText(a.SetIdentifier ?? '', b.SetIdentifier ?? ''),
    );
    for (const set of sets) if (atOrAfter(set, order, start)) yield set;
  }
}

export const recordSetOperations: Operations<Route53, Route53State> = {
  ChangeResourceRecordSets({ HostedZoneId, ChangeBatch }, call) {
    const zone = zoneNamed(call.state, HostedZoneId);
    const names = recordsAfter(call, zone, ChangeBatch?.Changes ?? []);
    let count = 0;
    for (const [name, sets] of zone.records.accepted) if (!names.has(name)) count += sets.length;
    for (const sets of names.values()) count += sets.length;
    if (count > MOST_RECORD_SETS)
      throw new AwsError(
        'InvalidChangeBatch',
        `[Number of records limit of ${MOST_RECORD_SETS} exceeded in zone ${zone.name}]`,
      );
    acceptBatch(zone.records, names, call.nowMs + call.world.timings.recordSyncMs);
    return { ChangeInfo: submitChange(call, ChangeBatch?.Comment) };
  },

  ListResourceRecordSets(input, { state }) {
    const { StartRecordName, StartRecordType, StartRecordIdentifier } = input;
    const zone = zoneNamed(state, input.HostedZoneId);
    const most = pageSize(input.MaxItems, MOST_PER_PAGE);
    if (StartRecordType !== undefined && StartRecordName === undefined)
      throw new AwsError('InvalidInput', 'Invalid request: StartRecordType may be specified only with StartRecordName');
    if (StartRecordIdentifier !== undefined && StartRecordType === undefined)
      throw new AwsError(
        'InvalidInput',
        'Invalid request: StartRecordIdentifier may be specified only with StartRecordType',
      );
    const start: Start = {
      order: StartRecordName === undefined ? '' : reversedLabels(canonicalName(StartRecordName)),
      type: StartRecordType,
      identifier: StartRecordIdentifier,
    };
    const sets = ordered(zone, start)
      .take(most + 1)
      .toArray();
    const next = sets[most];
    return {
      ResourceRecordSets: sets.slice(0, most).map(recordSetCopy),
      IsTruncated: next !== undefined,
      ...(next !== undefined && {
        NextRecordName: next.Name,
        NextRecordType: next.Type,
        ...(next.SetIdentifier !== undefined && { NextRecordIdentifier: next.SetIdentifier }),
      }),
      MaxItems: most,
    };
  },
};
