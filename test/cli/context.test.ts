import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { reachOf } from '../../cli/context.ts';

describe('what an AWS is reached with', () => {
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
