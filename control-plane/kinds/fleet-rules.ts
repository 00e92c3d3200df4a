import type { Rule } from '@aws-sdk/client-eventbridge';
import { type Dialogue, type ReadCall, read, type WriteCall, write } from '../model/aws-call.ts';
import { Fault, isFault } from '../model/faults.ts';
import { allPages } from '../model/pages.ts';
import type { Permission } from '../model/permission.ts';
import type { Region } from '../model/region.ts';

/** Names of a fleet's own rules, the same in every Region. No rule of Landbridge itself has a '_'. */
const prefixOf = (fleet: string): string => `landbridge-${fleet}_`;
export const ruleNameOf = (fleet: string, what: string): string => `${prefixOf(fleet)}${what}`;

export const listsRules: Permission = {
  actions: ['events:ListRules'],
  resources: ['*'],
  because: 'EventBridge defines no resource types for the list of rules',
};

/** One rule of a fleet's in a Region: all kinds of rules ask in the same words, so that one list answers them. */
export function* fleetRule(region: Region, fleet: string, name: string): Dialogue<ReadCall, Rule | undefined> {
  const NamePrefix = prefixOf(fleet);
  const pages = yield* allPages(
    (NextToken: string | undefined) =>
      read(region, 'eventbridge', 'listRules', { NamePrefix, ...(NextToken !== undefined && { NextToken }) }),
    (page) => page.NextToken,
  );
  return pages.flatMap(({ Rules = [] }) => Rules).find(({ Name }) => Name === name);
}

const GONE = 'ResourceNotFoundException';

/**
 * Takes its target off a rule, which cannot be deleted before. What is not there is off.
 *
 * Faults  Conflict where EventBridge could not: the call does not fail as a whole, it answers with what it could not do
 */
export function* removeTarget(region: Region, Rule: string, id: string): Dialogue<WriteCall, void> {
  try {
    const { FailedEntries = [] } = yield* write(region, 'eventbridge', 'removeTargets', { Rule, Ids: [id] });
    for (const { ErrorCode, ErrorMessage } of FailedEntries.filter((entry) => entry.ErrorCode !== GONE))
      throw new Fault('Conflict', `removeTargets in ${region}: ${Rule}: ${ErrorCode}: ${ErrorMessage}`);
  } catch (error) {
    if (!isFault(error, 'Absent')) throw error;
  }
}
