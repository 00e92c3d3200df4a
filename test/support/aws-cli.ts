import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Whoever signs, by the names that STS gives them. */
export interface Keys {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly SessionToken?: string;
}

/** The root of the account that the simulator is in. */
export const operator: Keys = { AccessKeyId: '111122223333', SecretAccessKey: 'simulator' };

/** One command: its first words, and options after them, whose values may hold blanks. Some commands answer nothing. */
export type AwsCli = (command: string, ...options: readonly string[]) => Promise<unknown>;

/** The stock AWS CLI, of which nothing is known but where it asks and who signs: no profile, no file, no second try. */
export const awsCli =
  (url: string, region: string, keys: Keys = operator): AwsCli =>
  async (command, ...options) => {
    const words = ['--endpoint-url', url, '--region', region, '--output', 'json', ...command.split(' ')];
    const { stdout } = await run('aws', [...words, ...options], {
      env: {
        PATH: process.env['PATH'],
        AWS_ACCESS_KEY_ID: keys.AccessKeyId,
        AWS_SECRET_ACCESS_KEY: keys.SecretAccessKey,
        ...(keys.SessionToken !== undefined && { AWS_SESSION_TOKEN: keys.SessionToken }),
        AWS_CONFIG_FILE: '/dev/null',
        AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
        AWS_MAX_ATTEMPTS: '1',
      },
    });
    return stdout.trim() === '' ? undefined : JSON.parse(stdout);
  };
