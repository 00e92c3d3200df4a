import { AwsError } from '../../aws-error.ts';
import { MAX_NAME_LENGTH } from '../../engine/states/limits.ts';
import type { Place } from '../../service.ts';

const REFUSED = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]/u;

/** Source: API reference, StartExecution, name. */
export function checkName(name: string | undefined): string {
  if (name === undefined || name.length === 0 || name.length > MAX_NAME_LENGTH || REFUSED.test(name))
    throw new AwsError('InvalidName', `Invalid Name: '${name ?? ''}'`);
  return name;
}

export const machineArn = ({ account, region }: Place, name: string): string =>
  `arn:aws:states:${region}:${account}:stateMachine:${name}`;

export const executionArn = ({ account, region }: Place, machine: string, name: string): string =>
  `arn:aws:states:${region}:${account}:execution:${machine}:${name}`;

/** Express executions carry a run's own id, for their names may be used again. */
export const expressArn = ({ account, region }: Place, machine: string, name: string, id: string): string =>
  `arn:aws:states:${region}:${account}:express:${machine}:${name}:${id}`;

export function checkArn(arn: string | undefined): string {
  if (arn === undefined || !/^arn:aws[\w-]*:states:[\w-]+:\d{12}:\w+:.+$/.test(arn))
    throw new AwsError('InvalidArn', `Invalid Arn: '${arn ?? ''}'`);
  return arn;
}
