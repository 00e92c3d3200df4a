import type { Place } from '../service.ts';
import type { FunctionUrl, LambdaFunction, LambdaState, ResourcePolicy } from '../services/lambda/state.ts';
import { lambdaHome } from '../services/lambda/state.ts';
import type { World } from '../world.ts';
import { evaluatePolicy } from './policy.ts';

/** A function URL that answers, and the function or alias behind it. */
export interface FoundFunctionUrl {
  readonly place: Place;
  readonly state: LambdaState;
  readonly found: LambdaFunction;
  /** '' for the function itself. */
  readonly qualifier: string;
  readonly url: FunctionUrl;
}

const FUNCTION_URL_HOST = /^([a-z0-9]+)\.lambda-url\.([a-z0-9-]+)\.on\.aws$/;

/** The id and the Region that the host name of a function URL tells; `undefined` for any other name. */
export function readFunctionUrlHost(host: string): { readonly id: string; readonly region: string } | undefined {
  const [, id, region] = FUNCTION_URL_HOST.exec(host) ?? [];
  return id === undefined || region === undefined ? undefined : { id, region };
}

/** What was found before, by host name. Proven at each use against the state it was found in, so it cannot mislead. */
const foundBefore = new WeakMap<World, Map<string, FoundFunctionUrl>>();

const isStill = ({ state, found, qualifier, url }: FoundFunctionUrl): boolean =>
  state.functions.get(found.name) === found &&
  found.urls.get(qualifier) === url &&
  (qualifier === '' || found.aliases.has(qualifier));

/** The function URL of a host name, whosoever it is. */
export function functionUrlAt(world: World, host: string): FoundFunctionUrl | undefined {
  let known = foundBefore.get(world);
  if (known === undefined) {
    known = new Map();
    foundBefore.set(world, known);
  }
  const before = known.get(host);
  if (before !== undefined && isStill(before)) return before;
  const now = search(world, host);
  if (now === undefined) known.delete(host);
  else known.set(host, now);
  return now;
}

function search(world: World, host: string): FoundFunctionUrl | undefined {
  const read = readFunctionUrlHost(host);
  if (read === undefined) return undefined;
  for (const place of world.placesOf(lambdaHome)) {
    if (place.region !== read.region) continue;
    const state = world.look(lambdaHome, place);
    for (const found of state.functions.values())
      for (const [qualifier, url] of found.urls)
        if (url.id === read.id && (qualifier === '' || found.aliases.has(qualifier)))
          return { place, state, found, qualifier, url };
  }
  return undefined;
}

/** What a policy came to, at the revision it was asked at. */
const verdicts = new WeakMap<ResourcePolicy, { readonly revisionId: string; readonly admits: boolean }>();

const everybody = { kind: 'anonymous' } as const;

/**
 * Whether the function's resource policy lets anybody at all in through its URL, which takes two permissions.
 *
 * Source    docs.aws.amazon.com/lambda/latest/dg/urls-auth.html: since October 2025 new function URLs need both
 *           lambda:InvokeFunctionUrl and lambda:InvokeFunction; what lacks one is answered 403 (github.com/awsdocs/aws-lambda-developer-guide/issues/494)
 */
export function admitsEverybody({ found, qualifier }: FoundFunctionUrl): boolean {
  const policy = found.policies.get(qualifier);
  if (policy === undefined) return false;
  const known = verdicts.get(policy);
  if (known?.revisionId === policy.revisionId) return known.admits;
  const resource = qualifier === '' ? found.arn : `${found.arn}:${qualifier}`;
  const text = JSON.stringify({ Statement: [...policy.statements.values()] });
  const allows = (action: string, context: Readonly<Record<string, string>>): boolean =>
    evaluatePolicy(text, resource, { action, resource, principal: everybody, context }).decision === 'allow';
  const admits =
    allows('lambda:InvokeFunctionUrl', { 'lambda:functionurlauthtype': 'NONE' }) &&
    allows('lambda:InvokeFunction', { 'lambda:invokedviafunctionurl': 'true' });
  verdicts.set(policy, { revisionId: policy.revisionId, admits });
  return admits;
}
