import { Command } from 'commander';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { reachOf, remedyFor } from '../../cli/context.ts';

const HERE = 'http://127.0.0.1:4566';

describe('what an AWS is reached with', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  test('is one endpoint for all services where the command line names it, whatever the shell has for some', () => {
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', 'http://127.0.0.1:8000');
    const command = () => new Command().option('--endpoint-url <url>').option('--simulator').exitOverride();
    const seen = (...words: readonly string[]) => reachOf(command().parse(words, { from: 'user' })).environment;
    expect(seen('--endpoint-url', HERE)).not.toHaveProperty('AWS_ENDPOINT_URL_DYNAMODB');
    expect(seen('--simulator')).not.toHaveProperty('AWS_ENDPOINT_URL_DYNAMODB');
    expect(seen()).toHaveProperty('AWS_ENDPOINT_URL_DYNAMODB');
    expect(seen('--endpoint-url', HERE)).toHaveProperty('AWS_ENDPOINT_URL', HERE);
  });

  test('is the STS of home, wherever that is: any other Region may be the one that is gone', () => {
    const command = new Command().option('--home <region>').setOptionValue('home', 'eu-west-1');
    expect(reachOf(command).environment).toMatchObject({ AWS_REGION: 'eu-west-1' });
  });

  test('is the simulator with its own credentials, where it is asked for', () => {
    const command = new Command().setOptionValue('home', 'us-east-1').setOptionValue('simulator', true);
    expect(reachOf(command)).toMatchObject({
      endpointUrl: 'http://127.0.0.1:4566',
      environment: { AWS_ENDPOINT_URL: 'http://127.0.0.1:4566', AWS_ACCESS_KEY_ID: '111122223333' },
    });
  });
});

describe('whoever is not told who they are', () => {
  // biome-ignore format: a table is read down its columns
  test.for([
    { fault: 'Unavailable', at: undefined, says: /AWS does not answer in eu-west-1: .*; where .* landbridge takeover --home STANDBY$/, why: 'nobody starts AWS, and home may be gone' },
    { fault: 'Unavailable', at: HERE,      says: /^nothing answers at \S+:4566: start it/,                                             why: 'what was named is ours to start' },
    { fault: 'Forbidden',   at: undefined, says: /^AWS does not know who you are: sign in/,                                            why: 'it answers' },
  ] as const)('is told what to do: $why', ({ fault, at, says }) => {
    expect(remedyFor(fault, at, 'eu-west-1')).toMatch(says);
  });
});
