import { AwsError } from '../aws-error.ts';
import type { Place, ServiceName } from '../service.ts';
import { ec2Home } from '../services/ec2/state.ts';
import { eventbridgeHome } from '../services/eventbridge/state.ts';
import { ACCOUNT_CONCURRENCY } from '../services/lambda/concurrency.ts';
import { lambdaHome } from '../services/lambda/state.ts';
import { route53Home } from '../services/route-53/state.ts';
import { type ListedQuota, quotaServices } from '../services/service-quotas/quotas.ts';
import type { Asked } from '../sky.ts';
import type { World } from '../world.ts';
import type { Condition, Sources } from './condition.ts';
import { Held } from './held.ts';
import type { Tally } from './struck.ts';

export interface ExhaustOptions {
  /** As Service Quotas calls it: 'L-F678F1CE'. */
  readonly quota: string;
  /** Left out: wherever anybody has been so far. */
  readonly regions?: readonly string[] | undefined;
}

/** A quota whose use is not counted in a place that can be lowered: what makes one more of it is refused. */
interface RefusedAt {
  readonly service: ServiceName;
  readonly operation: string;
  readonly error: readonly [code: string, message: string];
  /** It is there already: asking for it makes no more of them. */
  isThere?(asked: Asked): boolean;
}

// Source: the errors of each operation in its service's API reference.
const refusedAt: Readonly<Record<string, RefusedAt>> = {
  'L-24E7E662': {
    service: 'api-gateway',
    operation: 'CreateDomainName',
    error: [
      'LimitExceededException',
      'Maximum number of private custom domain names for this account has been reached.',
    ],
  },
  'L-244521F2': {
    service: 'eventbridge',
    operation: 'PutRule',
    error: ['LimitExceededException', 'The requested resource exceeds the maximum number allowed.'],
    isThere({ request: { input }, call: { world, place } }) {
      const { Name = '', EventBusName = 'default' } = input as { Name?: string; EventBusName?: string };
      const bus = EventBusName.startsWith('arn:') ? (EventBusName.split('/').at(-1) ?? '') : EventBusName;
      return world.look(eventbridgeHome, place).buses.get(bus)?.rules.has(Name) === true;
    },
  },
  'L-4EA4796A': {
    service: 'route-53',
    operation: 'CreateHostedZone',
    error: ['TooManyHostedZones', 'Limits Exceeded: MAX_HOSTED_ZONES_BY_OWNER'],
    isThere: ({ request: { input }, call: { world, place } }) =>
      world.look(route53Home, place).zoneReferences.has((input as { CallerReference?: string }).CallerReference ?? ''),
  },
  'L-ACB674F3': {
    service: 'route-53',
    operation: 'CreateHealthCheck',
    error: [
      'TooManyHealthChecks',
      "This health check can't be created because the current account has reached the limit on the number of active health checks.",
    ],
    isThere: ({ request: { input }, call: { world, place } }) =>
      [...world.look(route53Home, place).healthChecks.values()].some(
        ({ callerReference }) => callerReference === (input as { CallerReference?: string }).CallerReference,
      ),
  },
};

const CONCURRENT_EXECUTIONS = 'L-B99A9384';

const listed = (code: string): ListedQuota => {
  const found = quotaServices.flatMap(({ quotas }) => quotas).find((quota) => quota.code === code);
  if (found === undefined) throw new Error(`Service Quotas does not list ${code}`);
  return found;
};

/** Quotas that are used up, each held by whoever wants it so; what AWS then answers is the service's own error. */
export class ExhaustedQuotas {
  readonly #world: World;
  readonly #held = new Held();
  /** What quotas were that are lowered. */
  readonly #before = new Map<string, number>();

  constructor(world: World) {
    this.#world = world;
  }

  exhausted({ tally }: Sources, { quota: code, regions }: ExhaustOptions): Condition {
    const quota = listed(code);
    const isMeant = ({ region }: Place): boolean => regions === undefined || regions.includes(region);
    if (code === CONCURRENT_EXECUTIONS) return this.#busy(tally, regions);
    if (quota.set !== undefined) return this.#lowered(tally, { ...quota, set: quota.set }, regions);
    const refused = refusedAt[code];
    if (refused === undefined) throw new Error(`Nobody says what AWS answers when ${code} is used up`);
    return {
      perform(asked, operate) {
        const { service, operation, input } = asked.request;
        const isIt = service === refused.service && operation === refused.operation && isMeant(asked.call.place);
        if (!isIt || refused.isThere?.(asked) === true) return operate(input);
        tally.count('quota exhausted', service, operation);
        throw new AwsError(...refused.error);
      },
    };
  }

  #places(home: { readonly name: ServiceName }, regions: readonly string[] | undefined): readonly Place[] {
    if (regions === undefined) return this.#world.placesOf(home);
    const accounts = new Set([this.#world.account, ...this.#world.placesOf(home).map(({ account }) => account)]);
    return [...accounts].flatMap((account) => regions.map((region) => ({ account, region })));
  }

  /** Networking keeps its quotas where they can be changed: none is left, as Service Quotas shows. */
  #lowered(
    tally: Tally,
    quota: ListedQuota & Required<Pick<ListedQuota, 'set'>>,
    regions: readonly string[] | undefined,
  ): Condition {
    const world = this.#world;
    const releases = this.#places(ec2Home, regions).map((place) => {
      const where = `${quota.code} ${place.account} ${place.region}`;
      return this.#held.hold(
        where,
        () => {
          this.#before.set(where, quota.applied?.(world, place) ?? quota.byDefault);
          quota.set(world, place, 0);
        },
        () => quota.set(world, place, this.#before.get(where) ?? quota.byDefault),
      );
    });
    return { over: letGo(releases), perform: counting(tally, 'ec2', /LimitExceeded$/) };
  }

  /** Other functions of the account take every slot that nobody has reserved. */
  #busy(tally: Tally, regions: readonly string[] | undefined): Condition {
    const releases = this.#places(lambdaHome, regions).map((place) => {
      const state = this.#world.state(lambdaHome, place);
      return this.#held.hold(
        `${CONCURRENT_EXECUTIONS} ${place.account} ${place.region}`,
        () => void (state.runningUnreserved += ACCOUNT_CONCURRENCY),
        () => void (state.runningUnreserved -= ACCOUNT_CONCURRENCY),
      );
    });
    return { over: letGo(releases), perform: counting(tally, 'lambda', /^TooManyRequestsException$/) };
  }
}

const letGo = (releases: readonly (() => void)[]) => (): void => {
  for (const release of releases) release();
};

/** Counts what the service itself refuses. */
const counting =
  (tally: Tally, ofService: ServiceName, codes: RegExp): NonNullable<Condition['perform']> =>
  ({ request: { service, operation, input } }, operate) => {
    if (service !== ofService) return operate(input);
    const refused = (error: unknown): never => {
      if (error instanceof AwsError && codes.test(error.code)) tally.count('quota exhausted', service, operation);
      throw error;
    };
    try {
      const output = operate(input);
      return output instanceof Promise ? output.catch(refused) : output;
    } catch (error) {
      return refused(error);
    }
  };
