import type { Target } from '@aws-sdk/client-eventbridge';
import type { Json } from '../states/json.ts';
import { lookUp } from '../states/json-path.ts';
import type { BusEvent } from './bus-event.ts';

interface Origin {
  readonly event: BusEvent;
  /** The envelope as JSON, written once for all targets. */
  readonly text: string;
  readonly ruleArn: string;
  readonly ruleName: string;
}

const at = (event: BusEvent, path: string): Json | undefined =>
  // An event holds what JSON holds: it was parsed from it or made of it.
  lookUp(path, { root: event as unknown as Json, context: null, variables: {} });

/** Whether a placeholder stands inside a quoted string of the template. */
const inQuotes = (template: string, end: number): boolean => {
  let quoted = false;
  for (let index = 0; index < end; index += 1) {
    if (template.charAt(index) === '\\') index += 1;
    else if (template.charAt(index) === '"') quoted = !quoted;
  }
  return quoted;
};

function transformed(template: string, values: ReadonlyMap<string, Json>): string {
  return template.replaceAll(/<([\w.-]+)>/g, (whole, name: string, index: number) => {
    const value = values.get(name);
    if (value === undefined) return whole;
    if (!inQuotes(template, index)) return JSON.stringify(value);
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return JSON.stringify(text).slice(1, -1);
  });
}

/**
 * What a target is sent: the event, a part of it, a constant, or a template filled from it.
 *
 * Source  EventBridge user guide, Input transformation: inside quotes a value is put in as text, outside as JSON
 */
export function targetInput(target: Target, { event, text, ruleArn, ruleName }: Origin): string {
  const { Input, InputPath, InputTransformer } = target;
  if (Input !== undefined) return Input;
  if (InputPath !== undefined) return JSON.stringify(at(event, InputPath) ?? null);
  if (InputTransformer === undefined) return text;
  const values = new Map<string, Json>([
    ['aws.events.rule-arn', ruleArn],
    ['aws.events.rule-name', ruleName],
    ['aws.events.event.ingestion-time', event.time],
    ['aws.events.event', event as unknown as Json],
    ['aws.events.event.json', event as unknown as Json],
  ]);
  for (const [name, path] of Object.entries(InputTransformer.InputPathsMap ?? {}))
    values.set(name, at(event, path) ?? null);
  const filled = transformed(InputTransformer.InputTemplate ?? '', values);
  // Targets get JSON: a template that is plain text is sent as a string.
  try {
    JSON.parse(filled);
    return filled;
  } catch {
    return JSON.stringify(filled);
  }
}
