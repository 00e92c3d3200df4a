import type { EventBridge } from '@aws-sdk/client-eventbridge';
import { AwsError } from '../../aws-error.ts';
import type { Operations } from '../../service.ts';
import { page } from './page.ts';
import { type EventBus, type EventsState, newBus } from './state.ts';

/** A bus by its name or its ARN. */
export function busNamed(state: EventsState, nameOrArn = 'default'): EventBus {
  const name = nameOrArn.startsWith('arn:') ? nameOrArn.slice(nameOrArn.indexOf('/') + 1) : nameOrArn;
  const bus = state.buses.get(name);
  if (bus === undefined) throw new AwsError('ResourceNotFoundException', `Event bus ${name} does not exist.`);
  return bus;
}

const policyText = ({ policy }: EventBus): string | undefined =>
  policy.size === 0 ? undefined : JSON.stringify({ Version: '2012-10-17', Statement: [...policy.values()] });

function described(bus: EventBus): {
  Name: string;
  Arn: string;
  Description?: string;
  Policy?: string;
  CreationTime: Date;
  LastModifiedTime: Date;
} {
  const policy = policyText(bus);
  return {
    Name: bus.name,
    Arn: bus.arn,
    ...(bus.description === undefined ? {} : { Description: bus.description }),
    ...(policy === undefined ? {} : { Policy: policy }),
    CreationTime: new Date(bus.createdMs),
    LastModifiedTime: new Date(bus.modifiedMs),
  };
}

export const busOperations: Operations<EventBridge, EventsState> = {
  CreateEventBus(input, { state, place, nowMs }) {
    const name = input.Name ?? '';
    if (!/^[/.\-_A-Za-z0-9]{1,256}$/.test(name) || name === 'default')
      throw new AwsError('ValidationException', `Event bus name ${name} is not valid.`);
    if (state.buses.has(name))
      throw new AwsError('ResourceAlreadyExistsException', `Event bus ${name} already exists.`);
    const bus = newBus(place, name, nowMs);
    bus.description = input.Description;
    for (const { Key = '', Value = '' } of input.Tags ?? []) bus.tags.set(Key, Value);
    state.buses.set(name, bus);
    return { EventBusArn: bus.arn, ...(bus.description === undefined ? {} : { Description: bus.description }) };
  },

  DescribeEventBus: (input, { state }) => described(busNamed(state, input.Name)),

  ListEventBuses(input, { state }) {
    const buses = [...state.buses.values()].filter(({ name }) => name.startsWith(input.NamePrefix ?? ''));
    const { items, NextToken } = page(buses, input);
    return { EventBuses: items.map(described), ...(NextToken === undefined ? {} : { NextToken }) };
  },

  DeleteEventBus(input, { state }) {
    const name = input.Name ?? '';
    if (name === 'default') throw new AwsError('ValidationException', 'Cannot delete event bus default.');
    const bus = state.buses.get(name);
    if (bus !== undefined && bus.rules.size > 0)
      throw new AwsError('ValidationException', "Event bus can't be deleted since it has rules.");
    state.buses.delete(name);
    return {};
  },

  PutPermission(input, { state, nowMs }) {
    const bus = busNamed(state, input.EventBusName);
    bus.modifiedMs = nowMs;
    if (input.Policy !== undefined) {
      const given = parsePolicy(input.Policy);
      bus.policy.clear();
      for (const [at, statement] of given.entries()) bus.policy.set(statement.Sid ?? `statement-${at}`, statement);
      return {};
    }
    const { StatementId = '', Principal = '', Action = 'events:PutEvents', Condition } = input;
    const principal = Principal === '*' ? '*' : { AWS: `arn:aws:iam::${Principal}:root` };
    bus.policy.set(StatementId, {
      Sid: StatementId,
      Effect: 'Allow',
      Principal: principal,
      Action,
      Resource: bus.arn,
      ...(Condition === undefined
        ? {}
        : { Condition: { [Condition.Type ?? '']: { [Condition.Key ?? '']: Condition.Value } } }),
    });
    return {};
  },

  RemovePermission(input, { state, nowMs }) {
    const bus = busNamed(state, input.EventBusName);
    bus.modifiedMs = nowMs;
    if (input.RemoveAllPermissions === true) bus.policy.clear();
    else if (!bus.policy.delete(input.StatementId ?? ''))
      throw new AwsError(
        'ResourceNotFoundException',
        `Statement with the provided id ${input.StatementId ?? ''} does not exist.`,
      );
    return {};
  },
};

function parsePolicy(text: string): { Sid?: string }[] {
  let parsed: { Statement?: unknown };
  try {
    parsed = JSON.parse(text) as { Statement?: unknown };
  } catch {
    throw new AwsError('ValidationException', 'The policy is not valid JSON.');
  }
  const statements = Array.isArray(parsed.Statement) ? parsed.Statement : [parsed.Statement];
  return statements.filter(
    (statement): statement is { Sid?: string } => typeof statement === 'object' && statement !== null,
  );
}
