import { expect, test } from 'vitest';
import { breakages } from '../../local/breakages.ts';
import { freePort } from '../support/moto.ts';
import { landbridge } from './landbridge.ts';

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
