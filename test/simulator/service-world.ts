import { expect } from 'vitest';
import { AwsError } from '../../simulator/aws-error.ts';
import { VirtualClock } from '../../simulator/clocks/virtual-clock.ts';
import { type Principal, rootOf } from '../../simulator/principal.ts';
import type { InputOf, OutputOf, Service } from '../../simulator/service.ts';
import { awsTimings, type Timings } from '../../simulator/timings.ts';
import { World } from '../../simulator/world.ts';

export const ACCOUNT = '111122223333';
export const IRELAND = 'eu-west-1';

type NameIn<Client> = Capitalize<Extract<keyof Client, string>>;

/** A world for the tests of one service, which calls speak to unless told otherwise. */
export class ServiceWorld<Client, State> {
  readonly clock = new VirtualClock();
  readonly world: World;
  readonly service: Service<Client, State>;

  constructor(service: Service<Client, State>, others: readonly Service[] = [], timings: Partial<Timings> = {}) {
    this.service = service;
    this.world = new World({
      clock: this.clock,
      seed: service.name,
      timings: { ...awsTimings, ...timings },
      services: [service, ...others],
      account: ACCOUNT,
    });
  }

  async call<Name extends NameIn<Client>>(
    operation: Name,
    input: InputOf<Client, Name>,
    { region = IRELAND, principal = rootOf(ACCOUNT) }: { region?: string; principal?: Principal } = {},
  ): Promise<OutputOf<Client, Name>> {
    const place = { account: ACCOUNT, region };
    const request = { service: this.service.name, operation, input: input as object, place, principal };
    return (await this.world.invoke(request)) as OutputOf<Client, Name>;
  }

  /** The error that AWS answers with. */
  async refused<Name extends NameIn<Client>>(
    operation: Name,
    input: InputOf<Client, Name>,
    options?: { region?: string; principal?: Principal },
  ): Promise<AwsError> {
    const error: unknown = await this.call(operation, input, options).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error, `${operation} should be refused`).toBeInstanceOf(AwsError);
    return error as AwsError;
  }

  pass(seconds: number): Promise<void> {
    return this.clock.runFor(seconds * 1_000);
  }
}
