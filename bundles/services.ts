import { commandTables } from '../handlers/runtime/commands/commands.ts';
import { roleNameOf, rolesOf } from '../permissions/roles.ts';
import { type Reach, reachOf } from './reach.ts';
import { ROOT, sourceOf, sources } from './sources.ts';

/** Services by what IAM calls them in an action, where that is not what their SDK package is called. */
const NAMED_OTHERWISE: Readonly<Record<string, string>> = {
  apigateway: 'api-gateway',
  events: 'eventbridge',
  logs: 'cloudwatch-logs',
  route53: 'route-53',
  states: 'sfn',
};

/** What Lambda does in a function's name, for its log: no function calls it. */
const BY_LAMBDA: ReadonlySet<string> = new Set(['logs:CreateLogStream', 'logs:PutLogEvents']);

/** Which account and Region it is changes the resources of a role, and none of its actions. */
const ANYWHERE = { account: '111122223333', home: 'us-east-1', table: 'landbridge-state' };
const roles = new Map(rolesOf(ANYWHERE).map((role) => [role.name, role]));

/** The services of which a function's role allows anything. */
function allowed(name: string): ReadonlySet<string> {
  const role = roles.get(roleNameOf(name));
  if (role === undefined) throw new Error(`${name} has no role: permissions/roles.ts makes one for each function`);
  const prefixes = Object.values(role.statements).flatMap(({ actions }) =>
    actions.filter((action) => !BY_LAMBDA.has(action)).map((action) => action.split(':')[0] ?? action),
  );
  return new Set(prefixes.map((prefix) => NAMED_OTHERWISE[prefix] ?? prefix));
}

/** Asked once: the sources do not change while they are bundled. */
let reached: Promise<Reach> | undefined;

/**
 * The services that a function calls: those that are named in a call in anything it loads, and that its role lets it call.
 * Every handler that knows a fleet loads the kinds, which name all of them; few ever make their calls.
 */
export async function servicesOf(name: string): Promise<ReadonlySet<string>> {
  const source = sourceOf(name);
  reached ??= reachOf(ROOT, [...sources.values()], Object.keys(commandTables));
  const reach = (await reached).get(source) ?? new Set<string>();
  return reach.intersection(allowed(name));
}
