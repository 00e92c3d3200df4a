import type { Asked, Operate } from '../sky.ts';
import type { Chancy, Choosy, Condition, Sources } from './condition.ts';
import { throttledError } from './service-errors.ts';

type Fields = Readonly<Record<string, unknown>>;

/** How a batch is done in part: what is left out is not done, and the answer says so. */
interface Partly {
  /** The batch without what is left out, and what is said of that. `undefined`: there is nothing to leave out. */
  split(input: Fields, isLeft: () => boolean): Split | undefined;
}

interface Split {
  readonly input: object;
  /** Nothing would be done at all: some services then refuse the whole. */
  readonly isNothing: boolean;
  answer(output: Fields): object;
}

const recordOf = <Value>(value: unknown): readonly [string, Value][] =>
  Object.entries((value ?? {}) as Record<string, Value>);

/** Source: API_BatchWriteItem, UnprocessedItems; none processed: ProvisionedThroughputExceededException. */
const batchWriteItem: Partly = {
  split(input, isLeft) {
    const done: Record<string, unknown[]> = {};
    const left: Record<string, unknown[]> = {};
    for (const [table, requests] of recordOf<readonly unknown[]>(input['RequestItems']))
      for (const request of requests) ((isLeft() ? left : done)[table] ??= []).push(request);
    if (Object.keys(left).length === 0) return undefined;
    return {
      input: { ...input, RequestItems: done },
      isNothing: Object.keys(done).length === 0,
      answer: (output) => ({ ...output, UnprocessedItems: left }),
    };
  },
};

/** Source: API_BatchGetItem, UnprocessedKeys. */
const batchGetItem: Partly = {
  split(input, isLeft) {
    const done: Record<string, object> = {};
    const left: Record<string, object> = {};
    for (const [table, asked] of recordOf<{ readonly Keys?: readonly unknown[] }>(input['RequestItems'])) {
      const parts = { done: [] as unknown[], left: [] as unknown[] };
      for (const key of asked.Keys ?? []) parts[isLeft() ? 'left' : 'done'].push(key);
      if (parts.done.length > 0) done[table] = { ...asked, Keys: parts.done };
      if (parts.left.length > 0) left[table] = { ...asked, Keys: parts.left };
    }
    if (Object.keys(left).length === 0) return undefined;
    return {
      input: { ...input, RequestItems: done },
      isNothing: Object.keys(done).length === 0,
      answer: (output) => ({ ...output, UnprocessedKeys: left }),
    };
  },
};

/** Entries whose results stand at the same places. Source: API_PutEvents, FailedEntryCount: what failed has an ErrorCode. */
const putEvents: Partly = {
  split(input, isLeft) {
    const entries = (input['Entries'] ?? []) as readonly unknown[];
    const isDone = entries.map(() => !isLeft());
    if (isDone.every(Boolean)) return undefined;
    return {
      input: { ...input, Entries: entries.filter((_, index) => isDone[index]) },
      isNothing: !isDone.some(Boolean),
      answer(output) {
        const results = [...((output['Entries'] ?? []) as readonly { readonly ErrorCode?: string }[])];
        const failed = { ErrorCode: 'InternalFailure', ErrorMessage: 'Failed due to an internal failure.' };
        const Entries = isDone.map((done) => (done ? (results.shift() ?? failed) : failed));
        return { FailedEntryCount: Entries.filter(({ ErrorCode }) => ErrorCode !== undefined).length, Entries };
      },
    };
  },
};

/** Source: API_PutTargets and API_RemoveTargets, FailedEntries: ConcurrentModificationException for one. */
const targets = (field: 'Targets' | 'Ids'): Partly => ({
  split(input, isLeft) {
    const given = (input[field] ?? []) as readonly (string | { readonly Id?: string })[];
    const left = given.filter(() => isLeft());
    if (left.length === 0) return undefined;
    const FailedEntries = left.map((target) => ({
      TargetId: typeof target === 'string' ? target : (target.Id ?? ''),
      ErrorCode: 'ConcurrentModificationException',
      ErrorMessage: 'There is concurrent modification on a rule, target, archive, or replay.',
    }));
    return {
      input: { ...input, [field]: given.filter((target) => !left.includes(target)) },
      isNothing: left.length === given.length,
      answer(output) {
        const all = [...((output['FailedEntries'] ?? []) as readonly object[]), ...FailedEntries];
        return { ...output, FailedEntryCount: all.length, FailedEntries: all };
      },
    };
  },
});

/** Source: API_SendMessageBatch, API_DeleteMessageBatch, API_PublishBatch: Failed, with SenderFault. */
const numbered = (field: 'Entries' | 'PublishBatchRequestEntries'): Partly => ({
  split(input, isLeft) {
    const given = (input[field] ?? []) as readonly { readonly Id?: string }[];
    const left = given.filter(() => isLeft());
    if (left.length === 0) return undefined;
    const failed = left.map(({ Id = '' }) => ({
      Id,
      Code: 'InternalError',
      Message: 'An internal error occurred.',
      SenderFault: false,
    }));
    return {
      input: { ...input, [field]: given.filter((entry) => !left.includes(entry)) },
      isNothing: left.length === given.length,
      answer: (output) => ({
        ...output,
        Successful: output['Successful'] ?? [],
        Failed: [...((output['Failed'] ?? []) as readonly object[]), ...failed],
      }),
    };
  },
});

/** Source: API_DeleteVpcEndpoints, Unsuccessful. */
const deleteVpcEndpoints: Partly = {
  split(input, isLeft) {
    const given = (input['VpcEndpointIds'] ?? []) as readonly string[];
    const left = given.filter(() => isLeft());
    if (left.length === 0) return undefined;
    const failed = left.map((ResourceId) => ({
      ResourceId,
      Error: { Code: 'InternalError', Message: 'An internal error has occurred' },
    }));
    return {
      input: { ...input, VpcEndpointIds: given.filter((id) => !left.includes(id)) },
      isNothing: left.length === given.length,
      answer: (output) => ({
        ...output,
        Unsuccessful: [...((output['Unsuccessful'] ?? []) as readonly object[]), ...failed],
      }),
    };
  },
};

/** Source: API_MetricDataResult, StatusCode: InternalError, and no values. Reads nothing less: only the answer has gaps. */
const getMetricData: Partly = {
  split: (input, isLeft) => ({
    input,
    isNothing: false,
    answer(output) {
      const results = (output['MetricDataResults'] ?? []) as readonly object[];
      const torn = { Timestamps: [], Values: [], StatusCode: 'InternalError' };
      return { ...output, MetricDataResults: results.map((result) => (isLeft() ? { ...result, ...torn } : result)) };
    },
  }),
};

const batches: ReadonlyMap<string, Partly> = new Map([
  ['dynamodb BatchWriteItem', batchWriteItem],
  ['dynamodb BatchGetItem', batchGetItem],
  ['eventbridge PutEvents', putEvents],
  ['eventbridge PutTargets', targets('Targets')],
  ['eventbridge RemoveTargets', targets('Ids')],
  ['sqs SendMessageBatch', numbered('Entries')],
  ['sqs DeleteMessageBatch', numbered('Entries')],
  ['sns PublishBatch', numbered('PublishBatchRequestEntries')],
  ['ec2 DeleteVpcEndpoints', deleteVpcEndpoints],
  ['cloudwatch GetMetricData', getMetricData],
]);

/** A share of batches is done in part: each of its entries fails as often as not, and at least one does. */
export function partialBatches({ random, tally }: Sources, { share, only }: Chancy & Choosy): Condition {
  return {
    perform(asked: Asked, operate: Operate) {
      const { request } = asked;
      const { service, operation, input } = request;
      const batch = batches.get(`${service} ${operation}`);
      if (batch === undefined || (only !== undefined && !only(request)) || random.next() >= share)
        return operate(input);
      let isFirst = true;
      const split = batch.split(input as Fields, () => {
        const isLeft = isFirst || random.next() < 0.5;
        isFirst = false;
        return isLeft;
      });
      if (split === undefined) return operate(input);
      tally.count('partly done', service, operation);
      if (split.isNothing) return nothingOf(asked, split);
      const output = operate(split.input);
      return output instanceof Promise
        ? output.then((whole: object) => split.answer(whole as Fields))
        : split.answer(output as Fields);
    },
  };
}

/** DynamoDB refuses a batch of which it would do nothing; the others answer that all of it failed. */
function nothingOf({ request: { service, operation } }: Asked, split: Split): object {
  if (service === 'dynamodb') throw throttledError(service, operation, 1);
  return split.answer({});
}
