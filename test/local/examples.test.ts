import { expect, test } from 'vitest';
import { agentPackage } from '../../local/agent-package.ts';
import { readFleetFile } from '../../operator/read-fleet-file.ts';
import { ACCOUNT, EXAMPLE_FILE } from '../support/landbridge.ts';

/** Where a document says a name and nothing of it: in YAML's short form, what follows a comma that should have been quoted. */
function* emptyIn(value: unknown, path: string): Generator<string> {
  if (value === null) yield path;
  else if (typeof value === 'object')
    for (const [field, inner] of Object.entries(value)) yield* emptyIn(inner, `${path}.${field}`);
}

test("the example's documents say what they seem to say", () => {
  const found = readFleetFile(EXAMPLE_FILE, ACCOUNT, agentPackage);
  if ('problems' in found) throw new Error(JSON.stringify(found.problems));
  expect([...emptyIn(found.fleet, 'fleet')]).toEqual([]);
});
