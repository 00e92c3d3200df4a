import type { Json, JsonObject } from '../json.ts';

/** Members whose keys are the caller's own, and so keep their spelling. */
const maps: ReadonlySet<string> = new Set([
  'attributes',
  'methodSettings',
  'parameters',
  'requestModels',
  'requestParameters',
  'requestTemplates',
  'responseModels',
  'responseParameters',
  'responseTemplates',
  'stageVariables',
  'tags',
  'variables',
]);

type Respell = (member: string) => string;

const asIs: Respell = (member) => member;
const pascal: Respell = (member) => member.charAt(0).toUpperCase() + member.slice(1);
const camel: Respell = (member) => member.charAt(0).toLowerCase() + member.slice(1);

function respelled(value: unknown, respell: Respell): Json {
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  if (Array.isArray(value)) return value.map((item) => respelled(item, respell));
  if (typeof value !== 'object' || value === null) return value as Json;
  const out: JsonObject = {};
  for (const [member, item] of Object.entries(value)) {
    if (item === undefined) continue;
    const inside = maps.has(camel(member)) ? asIs : respell;
    out[respell(member)] = respelled(item, inside);
  }
  return out;
}

/**
 * The SDK's shapes as Step Functions spells them: members in PascalCase, whatever the service does.
 *
 * Source  Step Functions guide, Learning to use AWS service SDK integrations, "parameter names in PascalCase"
 */
export const toStates = (output: object): Json => respelled(output, pascal);
export const fromStates = (input: JsonObject, membersAre: 'camel' | 'pascal'): JsonObject =>
  respelled(input, membersAre === 'camel' ? camel : asIs) as JsonObject;
