import type { AddPermissionRequest } from '@aws-sdk/client-lambda';
import {
  type Dialogue,
  type ReadCall,
  readOrAbsent,
  type WriteCall,
  write,
  writeUnlessAbsent,
} from '../model/aws-call.ts';
import { isFault } from '../model/faults.ts';
import type { Region } from '../model/region.ts';

/** A statement of a function's resource policy, as AddPermission takes it. */
export interface Permission {
  readonly statementId: string;
  readonly action: 'lambda:InvokeFunction' | 'lambda:InvokeFunctionUrl';
  /** 'events.amazonaws.com', or '*' for everybody. */
  readonly principal: string;
  /** Only on behalf of this resource. */
  readonly sourceArn?: string;
  /** Only through the function's URL, where nobody signs. */
  readonly byUrl?: true;
}

interface Statement {
  readonly Sid?: string;
  readonly Effect?: string;
  readonly Action?: unknown;
  readonly Principal?: string | { readonly Service?: unknown; readonly AWS?: unknown };
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** The conditions that AddPermission makes of what it is given: 'ArnLike AWS:SourceArn arn:...'. */
function conditionsOf({ action, sourceArn, byUrl }: Permission): readonly string[] {
  if (sourceArn !== undefined) return [`ArnLike AWS:SourceArn ${sourceArn}`];
  if (byUrl !== true) return [];
  return action === 'lambda:InvokeFunctionUrl'
    ? ['StringEquals lambda:FunctionUrlAuthType NONE']
    : ['Bool lambda:InvokedViaFunctionUrl true'];
}

const conditionsIn = ({ Condition = {} }: Statement): string[] =>
  Object.entries(Condition).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, value]) => `${operator} ${key} ${String(value)}`),
  );

// Keys of conditions, and 'true', mean the same in any case.
const asText = (conditions: readonly string[]): string => conditions.toSorted().join('; ').toLowerCase();

function grants(statement: Statement, permission: Permission): boolean {
  const { Effect, Action, Principal } = statement;
  const principal = typeof Principal === 'string' ? Principal : (Principal?.Service ?? Principal?.AWS);
  return (
    Effect === 'Allow' &&
    Action === permission.action &&
    principal === permission.principal &&
    asText(conditionsIn(statement)) === asText(conditionsOf(permission))
  );
}

/**
 * The statements of a function's resource policy, by id; none where the function is not there.
 *
 * Source  docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
 */
export function* statementsOf(
  region: Region,
  FunctionName: string,
): Dialogue<ReadCall, ReadonlyMap<string, Statement>> {
  const found = yield* readOrAbsent(region, 'lambda', 'getPolicy', { FunctionName });
  const { Statement = [] } = JSON.parse(found?.Policy ?? '{}') as { readonly Statement?: readonly Statement[] };
  return new Map(Statement.map((statement) => [statement.Sid ?? '', statement]));
}

/** The ids of permissions that a function's resource policy does not grant, or under which it says something else. */
export function permissionsMissing(
  statements: ReadonlyMap<string, Statement>,
  wanted: readonly Permission[],
): readonly string[] {
  return wanted
    .filter((permission) => {
      const statement = statements.get(permission.statementId);
      return statement === undefined || !grants(statement, permission);
    })
    .map(({ statementId }) => statementId);
}

/** Adds one permission, in the place of whatever stands under its id. */
export function* grant(region: Region, FunctionName: string, permission: Permission): Dialogue<WriteCall, void> {
  const { statementId: StatementId, action, principal: Principal, sourceArn, byUrl } = permission;
  const input: AddPermissionRequest = {
    FunctionName,
    StatementId,
    Action: action,
    Principal,
    ...(sourceArn !== undefined && { SourceArn: sourceArn }),
    ...(byUrl === true && action === 'lambda:InvokeFunctionUrl' && { FunctionUrlAuthType: 'NONE' }),
    ...(byUrl === true && action === 'lambda:InvokeFunction' && { InvokedViaFunctionUrl: true }),
  };
  try {
    yield* write(region, 'lambda', 'addPermission', input);
  } catch (error) {
    // ResourceConflictException: its id is taken, and statements cannot be changed.
    if (!isFault(error, 'Conflict')) throw error;
    yield* revoke(region, FunctionName, StatementId);
    yield* write(region, 'lambda', 'addPermission', input);
  }
}

export function* revoke(region: Region, FunctionName: string, StatementId: string): Dialogue<WriteCall, void> {
  yield* writeUnlessAbsent(region, 'lambda', 'removePermission', { FunctionName, StatementId });
}
