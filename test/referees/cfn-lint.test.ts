import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { assemble } from '../support/assembly.ts';
import { describeWith } from '../support/referee.ts';

describeWith(['cfn-lint'], 'templates, by cfn-lint', () => {
  const lint = (regions: readonly string[], templates: readonly string[]) => {
    const parameters = ['--format', 'parseable', '--regions', ...regions, '--template', ...templates];
    const { status, stdout, stderr } = spawnSync('cfn-lint', parameters, { encoding: 'utf8' });
    return { status, says: stdout + stderr };
  };

  // biome-ignore format: a table is read down its columns
  test.for([
    { context: {},                                                                     stacks: 3, why: 'as nobody says otherwise' },
    { context: { home: 'eu-central-2', standby: 'none', table: 'kept', 'log-retention-days': '30' }, stacks: 2, why: 'elsewhere, and with all left out that can be' },
  ])('$context: no error and no warning, $why', ({ context, stacks: count }) => {
    const { stacks } = assemble(context);
    expect(stacks).toHaveLength(count);
    const regions = [...new Set(stacks.map(({ region }) => region))];
    expect(lint(regions, stacks.map(({ templateFile }) => templateFile))).toEqual({ status: 0, says: '' });
  });

  test('which would say something if there were anything to say', () => {
    const { directory, stacks } = assemble({ standby: 'none' });
    const Queue = { Type: 'AWS::SQS::Queue', Properties: { VisibilityTimeout: -1 } };
    const wrong = join(directory, 'Wrong.template.json');
    writeFileSync(wrong, JSON.stringify({ Resources: { ...stacks[0]?.resources, Queue } }));
    const { status, says } = lint(['us-east-1'], [wrong]);
    expect(says).toContain('-1 is less than the minimum of 0');
    expect(status).not.toBe(0);
  });
});
