import type { EventBridge } from '@aws-sdk/client-eventbridge';
import { AwsError } from '../../aws-error.ts';
import { utf8Bytes } from '../../engine/states/json.ts';
import type { InputOf, Operations } from '../../service.ts';
import { busNamed, policyText } from './buses.ts';
import type { EventBus, EventsState } from './state.ts';

/** Source: API reference, PutPermission: "The permission policy on the event bus cannot exceed 10 KB in size." */
const MOST_POLICY_BYTES = 10 * 1_024;
/** Source: API reference, PutPermission, EventBusName, StatementId, Principal: a bus is named, and not by its ARN. */
const BUS_NAME = /^[.\-_A-Za-z0-9]{1,256}$/;
const STATEMENT_ID = /^[\w-]{1,64}$/;
const PRINCIPAL = /^(\d{12}|\*)$/;

const refuse = (message: string): AwsError => new AwsError('ValidationException', message);

interface Statement {
  readonly Sid?: string;
}

function ownBus(state: EventsState, name: string | undefined): EventBus {
  if (name !== undefined && !BUS_NAME.test(name)) throw refuse(`Event bus name ${name} is not valid.`);
  return busNamed(state, name);
}

/** The statement that the old form of PutPermission stands for. */
function statementFrom(input: InputOf<EventBridge, 'PutPermission'>, { arn }: EventBus): Statement {
  const { StatementId: Sid = '', Principal = '', Action = '', Condition } = input;
  if (!STATEMENT_ID.test(Sid)) throw refuse(`StatementId ${Sid} is not valid.`);
  if (!PRINCIPAL.test(Principal))
    throw refuse(`Principal ${Principal} is not valid: an account of twelve digits, or *.`);
  if (Action !== 'events:PutEvents') throw refuse("Provided value in parameter 'action' is not supported.");
  const { Type = '', Key = '', Value } = Condition ?? {};
  if (Condition !== undefined && (Type !== 'StringEquals' || Key !== 'aws:PrincipalOrgID'))
    throw refuse('A condition of PutPermission is StringEquals of aws:PrincipalOrgID.');
  return {
    Sid,
    Effect: 'Allow',
    Principal: Principal === '*' ? '*' : { AWS: `arn:aws:iam::${Principal}:root` },
    Action,
    Resource: arn,
    ...(Condition !== undefined && { Condition: { [Type]: { [Key]: Value } } }),
  } as Statement;
}

function statementsIn(text: string): Statement[] {
  let parsed: { Statement?: unknown };
  try {
    parsed = JSON.parse(text) as { Statement?: unknown };
  } catch {
    throw refuse('The policy is not valid JSON.');
  }
  const statements = [parsed.Statement].flat();
  return statements.filter((statement): statement is Statement => typeof statement === 'object' && statement !== null);
}

/** Statements by their Sid; those that have none get one, as they need a key here. */
const bySid = (statements: readonly Statement[]): [string, Statement][] =>
  statements.map((statement, at) => [statement.Sid ?? `statement-${at}`, statement]);

/**
 * Who may put events to a bus: as a whole policy, which takes the place of the one before, or one statement by one.
 *
 * Faults  PolicyLengthExceededException, ResourceNotFoundException, ValidationException
 * Source  API reference, PutPermission and RemovePermission
 */
export const permissionOperations: Operations<EventBridge, EventsState> = {
  PutPermission(input, { state, nowMs }) {
    const bus = ownBus(state, input.EventBusName);
    const wanted = new Map<string, object>(
      input.Policy === undefined
        ? [...bus.policy, ...bySid([statementFrom(input, bus)])]
        : bySid(statementsIn(input.Policy)),
    );
    if (utf8Bytes(policyText(wanted) ?? '') > MOST_POLICY_BYTES)
      throw new AwsError('PolicyLengthExceededException', 'The event bus policy length exceeded the limit.');
    bus.policy.clear();
    for (const [sid, statement] of wanted) bus.policy.set(sid, statement);
    bus.modifiedMs = nowMs;
    return {};
  },

  RemovePermission(input, { state, nowMs }) {
    const bus = ownBus(state, input.EventBusName);
    if (bus.policy.size === 0 && input.RemoveAllPermissions !== true)
      throw new AwsError('ResourceNotFoundException', 'EventBus does not have a policy.');
    if (input.RemoveAllPermissions === true) bus.policy.clear();
    else if (!bus.policy.delete(input.StatementId ?? ''))
      throw new AwsError(
        'ResourceNotFoundException',
        `Statement with the provided id ${input.StatementId ?? ''} does not exist.`,
      );
    bus.modifiedMs = nowMs;
    return {};
  },
};
