import type { Authorized } from '../../../simulator/authorization/authorize.ts';
import { AwsError } from '../../../simulator/aws-error.ts';
import { VirtualClock } from '../../../simulator/clocks/virtual-clock.ts';
import { type Principal, roleSession, rootOf } from '../../../simulator/principal.ts';
import type { ServiceName } from '../../../simulator/service.ts';
import { createSimulator } from '../../../simulator/simulator.ts';

export const ACCOUNT = '111122223333';
export const OTHER = '999900001111';
export const REGION = 'eu-west-1';

export interface Written {
  readonly Sid?: string;
  readonly Effect?: 'Allow' | 'Deny';
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Principal?: unknown;
  readonly NotPrincipal?: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

export const documentOf = (statements: readonly Written[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements.map((one) => ({ Effect: 'Allow', ...one })) });

export const trusting = (Principal: unknown, Condition?: Written['Condition']): string =>
  documentOf([{ Principal, Action: 'sts:AssumeRole', ...(Condition !== undefined && { Condition }) }]);

interface RoleMore {
  readonly account?: string;
  readonly trust?: string;
  readonly PermissionsBoundary?: string;
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[];
}

/** A simulator that evaluates policies, and hands for making roles in it and calling as them. */
export class GuardedWorld {
  readonly clock = new VirtualClock();
  readonly world = createSimulator({
    clock: this.clock,
    account: ACCOUNT,
    authorization: 'enforced',
    trustedRoles: ['setup'],
  });
  readonly authorized: Authorized[] = [];

  constructor() {
    this.world.onAuthorized = (one) => this.authorized.push(one);
  }

  /** As the root of the account, or as whoever is named. */
  call<Output = Record<string, never>>(
    service: ServiceName,
    operation: string,
    input: object,
    principal: Principal = rootOf(ACCOUNT),
    region = REGION,
  ): Promise<Output> {
    const place = { account: principal.account, region };
    return this.world.invoke({ service, operation, input, place, principal }) as Promise<Output>;
  }

  /** Makes a role that may do this, and a session of it. */
  async role(
    name: string,
    statements: readonly Written[],
    { account = ACCOUNT, trust = trusting({ Service: 'lambda.amazonaws.com' }), ...more }: RoleMore = {},
  ): Promise<Principal> {
    const root = rootOf(account);
    await this.call('iam', 'CreateRole', { RoleName: name, AssumeRolePolicyDocument: trust, ...more }, root);
    if (statements.length > 0)
      await this.call(
        'iam',
        'PutRolePolicy',
        { RoleName: name, PolicyName: `${name}-may`, PolicyDocument: documentOf(statements) },
        root,
      );
    return roleSession(`arn:aws:iam::${account}:role/${name}`, 'session');
  }

  /** 'allowed', or the code of the refusal; whatever an operation itself refuses is allowed by IAM. */
  async outcome(service: ServiceName, operation: string, input: object, principal: Principal): Promise<string> {
    try {
      await this.call(service, operation, input, principal);
      return 'allowed';
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return error.message.includes('not authorized to perform') ? error.message : 'allowed';
    }
  }
}

/** The error that a call ends with. */
export async function refusalOf(answer: Promise<unknown>): Promise<AwsError> {
  try {
    await answer;
  } catch (error) {
    if (error instanceof AwsError) return error;
    throw error;
  }
  throw new Error('It was not refused');
}
