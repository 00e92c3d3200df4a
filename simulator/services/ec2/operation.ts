import type { EC2 } from '@aws-sdk/client-ec2';
import type { Call, Operations } from '../../service.ts';
import type { Ec2State } from './state.ts';

export type Ec2Call = Call<Ec2State>;
export type Ec2Operations = Operations<EC2, Ec2State>;

/** One operation by its name on the wire: `Operation<'CreateVpc'>`. EC2 answers without waiting for anything. */
export type Operation<Name extends keyof Ec2Operations> = (
  input: Parameters<NonNullable<Ec2Operations[Name]>>[0],
  call: Ec2Call,
) => Awaited<ReturnType<NonNullable<Ec2Operations[Name]>>>;
