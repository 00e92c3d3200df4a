import { isObject, type Json } from '../../../engine/states/json.ts';

const REFERENCE = /\{\{\s*([\w:.-]+)\s*\}\}/g;
const NOTHING_ELSE = /^\s*\{\{\s*([\w:.-]+)\s*\}\}\s*$/;

/** Everything that is written as `{{ name }}`, wherever in a value. */
export function referencesIn(value: Json): readonly string[] {
  if (typeof value === 'string') return [...value.matchAll(REFERENCE)].map(([, name = '']) => name);
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  return isObject(value) ? Object.values(value).flatMap(referencesIn) : [];
}

/**
 * A value with every reference replaced, once: what was put in is not read again. A text that is nothing but one
 * reference becomes what that refers to, of its own type.
 *
 * Source  Systems Manager guide, Automation system variables: parameters are "used in a basic string replace"
 */
export function resolved(value: Json, valueOf: (name: string) => Json): Json {
  if (typeof value === 'string') {
    const [, alone] = NOTHING_ELSE.exec(value) ?? [];
    if (alone !== undefined) return valueOf(alone);
    return value.replace(REFERENCE, (_, name: string) => textOf(valueOf(name)));
  }
  if (Array.isArray(value)) return value.map((item) => resolved(item, valueOf));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolved(item, valueOf)]));
}

/** How a value stands in a text, and in what the API answers. */
export const textOf = (value: Json | undefined): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
