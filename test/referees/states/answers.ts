/** JSON, as both interpreters compute with it. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** What a function does when it is called: it answers, fails under a name, or never comes back, after a while. */
export interface Answer {
  readonly afterMs: number;
  readonly result?: Json;
  readonly error?: string;
}

/** The table of canned answers: what a function does with this payload. */
export type Answers = (functionName: string, payload: Json) => Answer;

/** What an error called `name` carries as its cause: what Lambda reports of an exception. Source: Lambda guide, Node.js errors. */
export const causeOf = (name: string): string =>
  JSON.stringify({ errorType: name, errorMessage: `${name} happened`, trace: [] });

/** One attempt of a task: when it was called with what, and how that ended. Left without an end where it was cut off. */
export interface Call {
  readonly atMs: number;
  readonly functionName: string;
  readonly payload: Json;
  endedAtMs?: number;
  result?: Json;
  error?: string;
}

/** One attempt of a Parallel or Map state. */
export interface Round {
  readonly atMs: number;
  readonly branches: Visit[][];
}

/** One visit of a state. Times are counted from the start of the execution; all that follows from a cut has no end. */
export interface Visit {
  readonly state: string;
  readonly atMs: number;
  readonly input: Json;
  readonly calls: Call[];
  readonly rounds: Round[];
  leftAtMs?: number;
  output?: Json;
  assigned?: Record<string, Json>;
}

/** What came of an execution. */
export interface Outcome {
  readonly status: string;
  readonly output?: Json;
  readonly error?: string;
  readonly endedAtMs: number;
  readonly visits: Visit[];
}
