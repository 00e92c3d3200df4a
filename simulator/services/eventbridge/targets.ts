import type { EventBridge, Target } from '@aws-sdk/client-eventbridge';
import { placeOfArn } from '../../arn.ts';
import { AwsError } from '../../aws-error.ts';
import type { Operations } from '../../service.ts';
import { busNamed } from './buses.ts';
import { targetKind } from './deliver.ts';
import { page } from './page.ts';
import { ruleNamed } from './rules.ts';
import type { EventsState } from './state.ts';

/** Source: EventBridge user guide, Quotas: five targets a rule. */
const MOST_TARGETS = 5;

const refuse = (message: string): AwsError => new AwsError('ValidationException', message);

function check(target: Target, account: string): void {
  const { Id = '', Arn = '', Input, InputPath, InputTransformer, RoleArn } = target;
  if (!/^[.\-_A-Za-z0-9]{1,64}$/.test(Id)) throw refuse('Parameter Id is not valid.');
  const kind = targetKind(Arn);
  if (kind === undefined)
    throw refuse(
      `Parameter ${Arn} is not valid. Reason: only functions, state machines and event buses are simulated as targets.`,
    );
  if ([Input, InputPath, InputTransformer].filter((given) => given !== undefined).length > 1)
    throw refuse(`Only one of Input, InputPath, or InputTransformer must be provided for target ${Id}.`);
  // Source: EventBridge user guide, Sending and receiving events between AWS accounts: since March 2, 2023.
  const isAbroad = kind === 'event-bus' && placeOfArn(Arn).account !== account;
  if ((kind === 'states' || isAbroad) && RoleArn === undefined) throw refuse(`RoleArn is required for target ${Arn}.`);
  if (Input !== undefined) {
    try {
      JSON.parse(Input);
    } catch {
      throw refuse(`JSON syntax error in input for target ${Id} : Invalid JSON.`);
    }
  }
}

/** A copy that shares nothing with what the caller holds. */
const copied = (target: Target): Target => ({
  ...target,
  ...(target.InputTransformer === undefined
    ? {}
    : {
        InputTransformer: {
          ...target.InputTransformer,
          ...(target.InputTransformer.InputPathsMap === undefined
            ? {}
            : { InputPathsMap: { ...target.InputTransformer.InputPathsMap } }),
        },
      }),
  ...(target.RetryPolicy === undefined ? {} : { RetryPolicy: { ...target.RetryPolicy } }),
  ...(target.DeadLetterConfig === undefined ? {} : { DeadLetterConfig: { ...target.DeadLetterConfig } }),
});

export const targetOperations: Operations<EventBridge, EventsState> = {
  PutTargets(input, { state, place }) {
    const { targets } = ruleNamed(busNamed(state, input.EventBusName), input.Rule);
    const given = input.Targets ?? [];
    for (const target of given) check(target, place.account);
    const ids = new Set([...targets.keys(), ...given.map(({ Id = '' }) => Id)]);
    if (ids.size > MOST_TARGETS)
      throw new AwsError('LimitExceededException', 'The requested resource exceeds the maximum number allowed.');
    for (const target of given) targets.set(target.Id ?? '', copied(target));
    return { FailedEntryCount: 0, FailedEntries: [] };
  },

  ListTargetsByRule(input, { state }) {
    const { targets } = ruleNamed(busNamed(state, input.EventBusName), input.Rule);
    const { items, NextToken } = page([...targets.values()], input);
    return { Targets: items.map(copied), ...(NextToken === undefined ? {} : { NextToken }) };
  },

  RemoveTargets(input, { state }) {
    const { targets } = ruleNamed(busNamed(state, input.EventBusName), input.Rule);
    const failed = (input.Ids ?? []).filter((id) => !targets.delete(id));
    return {
      FailedEntryCount: failed.length,
      FailedEntries: failed.map((TargetId) => ({
        TargetId,
        ErrorCode: 'ResourceNotFoundException',
        ErrorMessage: `Target ${TargetId} does not exist.`,
      })),
    };
  },

  ListRuleNamesByTarget(input, { state }) {
    const names = [...busNamed(state, input.EventBusName).rules.values()]
      .filter(({ targets }) => [...targets.values()].some(({ Arn }) => Arn === input.TargetArn))
      .map(({ name }) => name);
    const { items, NextToken } = page(names, input);
    return { RuleNames: [...items], ...(NextToken === undefined ? {} : { NextToken }) };
  },
};
