import type { Random } from '../../random.ts';
import { callIntrinsic, isIntrinsic } from './intrinsic-functions.ts';
import type { Json, JsonObject } from './json.ts';
import { mustFind, type PathScope } from './json-path.ts';

/**
 * Fills a JSONPath payload template: members named `x.$` hold a path or an intrinsic function.
 *
 * Source  states-language.net/spec.html, Payload Template
 * Faults  States.ParameterPathFailure, States.IntrinsicFailure
 */
export function fillTemplate(template: Json, scope: PathScope, random: Random): Json {
  if (typeof template !== 'object' || template === null) return template;
  if (Array.isArray(template)) return template.map((item) => fillTemplate(item, scope, random));
  const filled: JsonObject = {};
  for (const [key, value] of Object.entries(template)) {
    if (key.endsWith('.$') && typeof value === 'string')
      filled[key.slice(0, -2)] = isIntrinsic(value)
        ? callIntrinsic(value, scope, random)
        : mustFind(value, scope, 'States.ParameterPathFailure');
    else filled[key] = fillTemplate(value, scope, random);
  }
  return filled;
}
