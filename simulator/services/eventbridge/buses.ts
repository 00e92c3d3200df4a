import type { EventBridge } from '@aws-sdk/client-eventbridge';
import { AwsError } from '../../aws-error.ts';
import type { Operations } from '../../service.ts';
import { page } from './page.ts';
import { type EventBus, type EventsState, newBus } from './state.ts';

/** A bus of one account and Region by its name or its ARN. Rules on the buses of other accounts are not simulated. */
export function busNamed(state: EventsState, nameOrArn = 'default'): EventBus {
  const isArn = nameOrArn.startsWith('arn:');
  const name = isArn ? nameOrArn.slice(nameOrArn.indexOf('/') + 1) : nameOrArn;
  const bus = state.buses.get(name);
  if (bus === undefined || (isArn && bus.arn !== nameOrArn))
    throw new AwsError('ResourceNotFoundException', `Event bus ${name} does not exist.`);
  return bus;
}

export const policyText = (policy: EventBus['policy']): string | undefined =>
  policy.size === 0 ? undefined : JSON.stringify({ Version: '2012-10-17', Statement: [...policy.values()] });

function described(bus: EventBus): {
  Name: string;
  Arn: string;
  Description?: string;
  Policy?: string;
  CreationTime: Date;
  LastModifiedTime: Date;
} {
  const policy = policyText(bus.policy);
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
};
