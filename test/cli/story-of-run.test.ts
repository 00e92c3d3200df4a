import { expect, test } from 'vitest';
import { executionNamed } from '../../cli/execution-named.ts';
import { storyOfRun } from '../../cli/story-of-run.ts';
import { Fault } from '../../control-plane/model/faults.ts';
import { deleteStage } from '../../local/breakages.ts';
import { QUICK, testBed } from '../support/landbridge.ts';

const MINUTE_MS = 60_000;

test('a run that could do nothing is found by its name alone, and tells why, once', async () => {
  let isShut = false;
  const bed = await testBed({
    timings: QUICK,
    around: (caller) => (call) =>
      isShut && call.access === 'write' && call.service === 'api-gateway'
        ? Promise.reject(new Fault('Forbidden', 'AccessDeniedException: an explicit deny in a service control policy'))
        : caller(call),
  });
  await bed.join('us-east-1');
  const { ids } = await bed.state();
  isShut = true;
  const restApiId = ids.get('rest-api/us-east-1');
  await bed.asStranger(deleteStage('us-east-1', restApiId ?? '', bed.fleet.api.stage));
  await bed.clock.runFor(30 * MINUTE_MS);
  const failed = (await bed.journal()).find(({ what, outcome }) => what === 'step' && outcome === 'Forbidden');
  const { operator } = bed.landbridge;
  const named = (words: string) => bed.clock.runUntil(executionNamed(words, operator));

  const executionArn = await named(String(failed?.run));
  expect(executionArn).toMatch(/:execution:landbridge-(reconcile|repair):/);
  const [, workflow] = /landbridge-(\w+):/.exec(executionArn) ?? [];
  expect(await named(`${workflow}/${failed?.run}`)).toBe(executionArn);
  expect(await named(executionArn)).toBe(executionArn);
  const { lines } = await bed.clock.runUntil(storyOfRun(executionArn, operator));
  const why = lines.filter(({ says }) => /Forbidden: .*stage\/us-east-1.* failed: .*service control policy/.test(says));
  expect(why.length, lines.map(({ says }) => says).join('\n')).toBeGreaterThan(0);
  expect(lines.length).toBeLessThan(20);
  expect(lines.map(({ says }) => says)).toContainEqual(expect.stringMatching(/^the same again, \d+ times, until \+0:/));
});

test.for([
  { words: '', says: /execution: names none; give an ARN/ },
  { words: 'nosuch', says: /there is none called nosuch; landbridge status names/ },
  { words: 'onboard-region/nosuch', says: /there is none called onboard-region\/nosuch/ },
  { words: 'onboard/nosuch', says: /no workflow is called onboard; name one of onboard-region/ },
  { words: 'bad name!', says: /there is none called bad name!/ },
  {
    words: 'arn:aws:states:us-east-1:111122223333:execution:landbridge-reconcile:no',
    says: /there is none called arn/,
  },
  {
    words: 'arn:aws:states:eu-west-1:111122223333:execution:landbridge-reconcile:other',
    says: /other is of eu-west-1, and us-east-1 was asked; name its control plane with --home eu-west-1/,
  },
  { words: 'arn:nonsense', says: /there is none called arn:nonsense/ },
])('"$words" is no execution, and that is said with what to do', async ({ words, says }) => {
  const bed = await testBed();
  await expect(bed.clock.runUntil(executionNamed(words, bed.landbridge.operator))).rejects.toThrow(says);
});
