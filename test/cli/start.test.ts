import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { breakages } from '../../local/breakages.ts';
import { EXAMPLE_FILE } from '../support/landbridge.ts';
import { freePort } from '../support/moto.ts';
import { folderWith, landbridge } from './landbridge.ts';

interface Shown {
  readonly isGood: boolean;
  readonly joins: readonly { readonly region: string; readonly execution: { readonly status: string } }[];
  readonly requests: readonly { readonly from: string; readonly to: string; readonly isRight: boolean }[];
  readonly healings: readonly { readonly breakage: string; readonly healed: boolean; readonly noticedBy: string }[];
}

test('landbridge start --once joins three Regions on the wire, breaks them in every way, and ends well', async () => {
  const port = await freePort();
  const words = ['start', '--once', '--port', String(port), '--scale', '1000', '--output', 'json'];
  const { code, stdout, stderr } = await landbridge(words);
  expect(code, stderr).toBe(0);
  const { isGood, joins, requests, healings } = JSON.parse(stdout) as Shown;
  expect(isGood).toBe(true);
  expect(joins.map(({ region, execution }) => [region, execution.status])).toEqual([
    ['us-east-1', 'SUCCEEDED'],
    ['eu-west-1', 'SUCCEEDED'],
    ['ap-southeast-2', 'SUCCEEDED'],
  ]);
  expect(requests).toHaveLength(9);
  expect(requests.filter(({ isRight }) => !isRight)).toEqual([]);
  expect(healings.map(({ breakage }) => breakage)).toEqual(breakages.map(({ name }) => name));
  expect(healings.filter(({ healed, noticedBy }) => !healed || noticedBy === 'nobody')).toEqual([]);
});

test('landbridge start ends where its fleet cannot be put in force, and says why', async () => {
  const role = 'arn:aws:iam::111122223333:role/for-both';
  const example = readFileSync(EXAMPLE_FILE, 'utf8').replaceAll(' ./', ` ${dirname(EXAMPLE_FILE)}/`);
  const folder = folderWith({ 'shared.yaml': `${example}\nroles: { function: "${role}", invoke: "${role}" }\n` });
  const words = ['start', '--port', String(await freePort()), '--fleet', join(folder, 'shared.yaml')];
  const { code, stdout, stderr } = await landbridge(words);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^error roles: functions and API Gateway cannot share arn:/);
});
