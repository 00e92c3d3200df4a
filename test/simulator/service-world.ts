import { expect } from 'vitest';
import { AwsError } from '../../simulator/aws-error.ts';
import { VirtualClock } from '../../simulator/clocks/virtual-clock.ts';
import { rootOf } from '../../simulator/principal.ts';
import type { InputOf, OutputOf, Service } from '../../simulator/service.ts';
import { awsTimings } from '../../simulator/timings.ts';
import { World } from '../../simulator/world.ts';

export const ACCOUNT = '111122223333';
export const VIRGINIA = 'us-east-1';
export const IRELAND = 'eu-west-1';
export const SYDNEY = 'ap-southeast-2';

export type NameIn<Client> = Capitalize<Extract<keyof Client, string>>;

/** An empty world for the tests of one service, and its clock. Calls are made in Virginia unless another Region is named. */
export class ServiceWorld<Client, State> {
  readonly clock = new VirtualClock();
  readonly world: World;
  readonly service: Service<Client, State>;
  readonly account: string = ACCOUNT;

  /** `others` are the services that this one looks into, or that the tests need beside it. */
  constructor(service: Service<Client, State>, ...others: readonly Service[]) {
    this.service = service;
    this.world = new World({
      clock: this.clock,
      seed: service.name,
      timings: awsTimings,
      services: [service, ...others],
      account: ACCOUNT,
    });
  }

  call<Name extends NameIn<Client>>(
    operation: Name,
    input: InputOf<Client, Name>,
    region: string = VIRGINIA,
  ): Promise<OutputOf<Client, Name>> {
    return this.ask(this.service, operation, input, region);
  }

  /** The same world, called by another account. */
  as(account: string): this {
    return Object.assign(Object.create(this) as this, { account });
  }

  /** A call to any service of this world. */
  async ask<Asked, AskedState, Name extends NameIn<Asked>>(
    { name: service }: Service<Asked, AskedState>,
    operation: Name,
    input: InputOf<Asked, Name>,
    region: string = VIRGINIA,
  ): Promise<OutputOf<Asked, Name>> {
    const place = { account: this.account, region };
    const request = { service, operation, input: input as object, place, principal: rootOf(this.account) };
    return (await this.world.invoke(request)) as OutputOf<Asked, Name>;
  }

  /** The error that AWS answers with. */
  async refused<Name extends NameIn<Client>>(
    operation: Name,
    input: InputOf<Client, Name>,
    region: string = VIRGINIA,
  ): Promise<AwsError> {
    const error = await errorOf(this.call(operation, input, region));
    expect(error, `${operation} should be refused`).toBeDefined();
    return error as AwsError;
  }

  state(region: string = VIRGINIA): State {
    return this.world.state(this.service, { account: this.account, region });
  }

  pass(seconds: number): Promise<void> {
    return this.clock.runFor(seconds * 1_000);
  }
}

const errorOf = (call: Promise<unknown>): Promise<AwsError | undefined> =>
  call.then(
    () => undefined,
    (thrown: unknown) => {
      if (thrown instanceof AwsError) return thrown;
      throw thrown;
    },
  );

/** 'Code: message' of the error that a call ends in. */
export async function refusal(call: Promise<unknown>): Promise<string> {
  const error = await errorOf(call);
  return error === undefined ? 'no error' : `${error.code}: ${error.message}`;
}

/** The code of the error that a call ends in. */
export async function refusalCode(call: Promise<unknown>): Promise<string> {
  return (await errorOf(call))?.code ?? 'no error';
}
