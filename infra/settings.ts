import { z } from 'zod';
import { type Problem, problem } from '../control-plane/model/problem.ts';
import { isRegion, type Region } from '../control-plane/model/region.ts';
import { STATE_TABLE } from '../control-plane/model/state-table.ts';

/** How long CloudWatch can be told to keep logs; it takes no other numbers. */
const RETENTIONS_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

/** What one deployment of Landbridge is made for. */
export interface InfraSettings {
  readonly account: string;
  readonly home: Region;
  readonly standby: Region | undefined;
  /** 'landbridge-state' */
  readonly table: string;
  /** The table is there already, from an earlier deployment that left it behind: it is used and not made. */
  readonly isTableKept: boolean;
  /** The Region that was home until this one, its standby, took over: what it has made for both is used and not made. */
  readonly takenOverFrom: Region | undefined;
  /** Where members live besides `account`: with VPCs there, and with no others, ours may be joined. */
  readonly memberAccounts: readonly string[];
  readonly logRetentionDays: number;
}

interface Parameter {
  /** `-c account=...` */
  readonly context: string;
  /** `LANDBRIDGE_ACCOUNT=...` */
  readonly variable: string;
  /** Those of `examples/payments.fleet.yaml`, so that templates can be made where nobody is signed in. */
  readonly otherwise: string;
  readonly remedy: string;
}

const parameters = {
  account: {
    context: 'account',
    variable: 'LANDBRIDGE_ACCOUNT',
    otherwise: '111122223333',
    remedy: 'give the twelve digits of `aws sts get-caller-identity --query Account`',
  },
  home: {
    context: 'home',
    variable: 'LANDBRIDGE_HOME',
    otherwise: 'us-east-1',
    remedy: 'name the Region that the fleet file has as `home`',
  },
  standby: {
    context: 'standby',
    variable: 'LANDBRIDGE_STANDBY',
    otherwise: 'eu-west-1',
    remedy: 'name the Region that the fleet file has as `standby`, another than home; or write none',
  },
  table: {
    context: 'table',
    variable: 'LANDBRIDGE_TABLE_IS',
    otherwise: 'new',
    remedy: `write new, or kept where ${STATE_TABLE} is there from an earlier deployment`,
  },
  takenOverFrom: {
    context: 'taken-over-from',
    variable: 'LANDBRIDGE_TAKEN_OVER_FROM',
    otherwise: 'none',
    remedy:
      'name the Region that was home before `landbridge takeover`, another than home, with table=kept and no standby; or write none',
  },
  memberAccounts: {
    context: 'accounts',
    variable: 'LANDBRIDGE_ACCOUNTS',
    otherwise: 'none',
    remedy:
      'give the accounts besides this one that members live in, twelve digits each, with commas between; or write none',
  },
  logRetentionDays: {
    context: 'log-retention-days',
    variable: 'LANDBRIDGE_LOG_RETENTION_DAYS',
    otherwise: '90',
    remedy: `write one of ${RETENTIONS_DAYS.join(', ')}`,
  },
} as const satisfies Record<string, Parameter>;

const RegionName = z.string().refine(isRegion, 'is no Region of the commercial partition');

/** In one order, however they are given: what is deployed changes with who is among them, and with nothing else. */
const Accounts = z
  .string()
  .regex(/^(none|\d{12}(,\d{12})*)$/, 'holds what is no account')
  .transform((text) => (text === 'none' ? [] : [...new Set(text.split(','))].toSorted()));

const Parameters = z
  .object({
    account: z.string().regex(/^\d{12}$/, 'is no account'),
    home: RegionName,
    standby: z.union([z.literal('none').transform(() => undefined), RegionName]),
    table: z.enum(['new', 'kept'], 'is neither new nor kept'),
    takenOverFrom: z.union([z.literal('none').transform(() => undefined), RegionName]),
    memberAccounts: Accounts,
    logRetentionDays: z.coerce
      .number('is no number')
      .refine(
        (days) => (RETENTIONS_DAYS as readonly number[]).includes(days),
        'is no time that CloudWatch can keep logs',
      ),
  })
  .refine(({ home, standby }) => home !== standby, { path: ['standby'], message: 'is the home Region itself' })
  .refine(({ home, takenOverFrom }) => home !== takenOverFrom, {
    path: ['takenOverFrom'],
    message: 'is the home Region itself',
  })
  .refine(({ account, memberAccounts }) => !memberAccounts.includes(account), {
    path: ['memberAccounts'],
    message: 'holds the account of the control plane, which is meant anyway',
  })
  // Its replica is the table, and the roles that are there know of no third Region.
  .refine(
    ({ standby, table, takenOverFrom }) => takenOverFrom === undefined || (table === 'kept' && standby === undefined),
    {
      path: ['takenOverFrom'],
      message: 'goes with table=kept and standby=none',
    },
  );

/**
 * Reads what a deployment is for: from CDK's context, else from the environment, else from the example.
 *
 * Faults  one problem for each parameter that cannot be used, under the name that it is given by
 */
export function settingsFrom(
  contextOf: (name: string) => string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): { readonly settings: InfraSettings } | { readonly problems: readonly Problem[] } {
  const given = Object.fromEntries(
    Object.entries(parameters).map(([name, { context, variable, otherwise }]) => [
      name,
      contextOf(context) ?? environment[variable] ?? otherwise,
    ]),
  );
  const parsed = Parameters.safeParse(given);
  if (!parsed.success)
    return {
      problems: parsed.error.issues.map(({ path, message }) => {
        const name = path[0] as keyof typeof parameters;
        const { context, remedy } = parameters[name];
        return problem(context, `“${given[name] ?? ''}” ${message}`, remedy);
      }),
    };
  const { account, home, standby, table, takenOverFrom, memberAccounts, logRetentionDays } = parsed.data;
  const isTableKept = table === 'kept';
  return {
    settings: {
      account,
      home,
      standby,
      table: STATE_TABLE,
      isTableKept,
      takenOverFrom,
      memberAccounts,
      logRetentionDays,
    },
  };
}
