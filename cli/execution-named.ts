import { isFault } from '../control-plane/model/faults.ts';
import { problem } from '../control-plane/model/problem.ts';
import { executionArnOf, statusOf } from '../handlers/runtime/executions.ts';
import type { Runtime } from '../handlers/runtime/runtime.ts';
import { workflows } from '../workflows/index.ts';
import { BadInput } from './exit.ts';

/** Those that Step Functions keeps a history of. */
const told = workflows.filter(({ type }) => type === 'STANDARD').map(({ name }) => name);

const IS_ARN = /^arn:[^:]+:states:[^:]+:\d+:execution:[^:]+:[^:]+$/;

const LOOK_THERE = 'landbridge status names the last runs; a history is kept for 90 days';

/**
 * The ARN of an execution that somebody names: by its ARN, as WORKFLOW/NAME, or by its name alone, as `status` prints it.
 *
 * Faults  bad input, with what to do: nothing is called so, or several are
 * Bounds  one read for each workflow
 */
export async function executionNamed(words: string, runtime: Runtime): Promise<string> {
  const [workflow, name] = words.includes('/') ? splitAt(words, '/') : [undefined, words];
  if (words.startsWith('arn:')) {
    if (!IS_ARN.test(words)) throw unknown(words);
    const [, , , region = ''] = words.split(':');
    const { home } = runtime.settings;
    if (region !== home)
      throw bad(`${words} is of ${region}, and ${home} was asked`, `name its control plane with --home ${region}`);
    if (await isThere(words, runtime)) return words;
    throw unknown(words);
  }
  if (name === '') throw bad('names none', `give an ARN, WORKFLOW/NAME or a name: ${LOOK_THERE}`);
  if (workflow !== undefined && !told.includes(workflow))
    throw bad(`no workflow is called ${workflow}`, `name one of ${told.join(', ')}`);
  const found: string[] = [];
  for (const candidate of workflow === undefined ? told : [workflow]) {
    const arn = executionArnOf(runtime.settings, candidate, name);
    if (await isThere(arn, runtime)) found.push(arn);
  }
  const [only] = found;
  if (only === undefined) throw unknown(words);
  if (found.length > 1)
    throw bad(`${found.length} executions are called ${name}`, `give the ARN of one: ${found.join(', ')}`);
  return only;
}

const bad = (says: string, remedy: string): BadInput => new BadInput([problem('execution', says, remedy)]);
const unknown = (words: string): BadInput => bad(`there is none called ${words}`, LOOK_THERE);

/** What Step Functions would not take for a name is the name of nothing. */
async function isThere(arn: string, runtime: Runtime): Promise<boolean> {
  try {
    return (await statusOf(arn, runtime)) !== undefined;
  } catch (error) {
    if (isFault(error, 'Rejected')) return false;
    throw error;
  }
}

const splitAt = (text: string, mark: string): readonly [string, string] => {
  const at = text.indexOf(mark);
  return [text.slice(0, at), text.slice(at + 1)];
};
