import type { Answer, Json } from './answers.ts';

/** The functions machines call: what each does follows from its payload alone, so that order plays no part. */
export const functionNames = ['act', 'echo'] as const;

/**
 * What functions answer: `act` plays its script, one word per retry; `echo` gives back what it was given.
 *
 * In  `script`: ok, big, hang, or the name of an error; `retry`: how many retries there were; `ms`: how long it takes
 */
export function answer(functionName: string, payload: Json): Answer {
  const {
    script = [],
    retry = 0,
    ms = 1,
    index = 0,
    value = null,
  } = payload as {
    script?: string[];
    retry?: number;
    ms?: number;
    index?: number;
    value?: Json;
  };
  // Never a whole second: what falls due with a time-out is anybody's.
  const afterMs = ms + 13 * index + ((ms + 13 * index) % 1_000 === 0 ? 1 : 0);
  if (functionName === 'echo') return { afterMs, result: value };
  const word = script[retry] ?? 'ok';
  if (word === 'ok') return { afterMs, result: { value, retry } };
  if (word === 'big') return { afterMs, result: 'x'.repeat(262_144) };
  if (word === 'hang') return { afterMs: Number.POSITIVE_INFINITY };
  return { afterMs, error: word };
}
