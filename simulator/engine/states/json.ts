/** What a States Language workflow computes with. */
export type Json = string | number | boolean | null | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** JSON text, or undefined where the text is not JSON. */
export function parseJson(text: string): { readonly value: Json } | undefined {
  try {
    return { value: JSON.parse(text) as Json };
  } catch {
    return undefined;
  }
}

/**
 * A value and its text, kept together: the text goes into the history and is measured against the payload limit,
 * and what one state puts out the next takes in, so each is written once.
 */
export interface Payload {
  readonly value: Json;
  readonly text: string;
}

export const payloadOf = (value: Json): Payload => ({ value, text: JSON.stringify(value) });

export const utf8Bytes = (text: string): number => Buffer.byteLength(text, 'utf8');
