import { type App, Stack, Validations } from 'aws-cdk-lib';
import { z } from 'zod';
import { type Problem, problem } from '../control-plane/model/problem.ts';
import { isRegion } from '../control-plane/model/region.ts';
import { STATE_TABLE } from '../control-plane/model/state-table.ts';
import { isOperatorOf, type MembersDeployed, memberRolesOf } from '../permissions/member-roles.ts';
import { trustOf } from '../permissions/role.ts';
import { packsOf } from './landbridge-app.ts';
import { makeRoles } from './roles-stack.ts';

/** Source: docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html (role trust policy length) */
const MOST_TRUST_CHARACTERS = 2_048;

const Account = z.string({ error: 'is missing' }).regex(/^\d{12}$/, 'is no account: twelve digits');
const Accounts = z.union([
  z.literal('').transform(() => []),
  z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(Account)),
]);
const RegionName = z.string({ error: 'is missing' }).refine(isRegion, 'is no Region of the commercial partition');

const Parameters = z
  .object({
    'member-account': Account,
    'control-plane': Account,
    fleets: z
      .string({ error: 'is missing' })
      .transform((text) => text.split(','))
      .pipe(z.array(z.string().regex(/^[a-z](?:[a-z0-9-]{0,22}[a-z0-9])?$/, 'holds what is no name of a fleet'))),
    home: RegionName,
    standby: z.union([z.literal('none').transform(() => undefined), RegionName]).optional(),
    'peer-accounts': Accounts.default([]),
    operators: z
      .string()
      .transform((text) => text.split(','))
      .default([]),
  })
  .refine((given) => given['member-account'] !== given['control-plane'], {
    path: ['member-account'],
    message: 'is the account of the control plane, which has its roles already',
  })
  .refine((given) => given.operators.every((arn) => isOperatorOf(given['control-plane'], arn)), {
    path: ['operators'],
    message: 'holds what is no role and no user of the control plane’s account',
  });

const remedies: Readonly<Record<string, string>> = {
  'member-account': 'give the account that members are to live in; its credentials deploy this',
  'control-plane': 'give the account that Landbridge is deployed to',
  fleets: 'name the fleets that may have members there, with commas between: nobody else is let in',
  home: 'name the home Region of the control plane',
  standby: 'name its standby Region, or write none',
  'peer-accounts': 'give the other accounts in which these fleets have members, with commas between, or leave it out',
  operators:
    'give the ARNs of roles and users, arn:aws:iam::ACCOUNT:role/NAME, with commas between, or leave it out: of a session, its role’s',
};

/** Whether the app is asked for what a member's account takes, in place of the control plane. */
export const isForMembers = (contextOf: (name: string) => string | undefined): boolean =>
  contextOf('member-account') !== undefined;

/** Reads whose members the account is for: from CDK's context alone, for nothing of it may come from an example. */
export function membersFrom(
  contextOf: (name: string) => string | undefined,
): { readonly members: MembersDeployed } | { readonly problems: readonly Problem[] } {
  const given = Object.fromEntries(Object.keys(remedies).map((name) => [name, contextOf(name)]));
  const parsed = Parameters.safeParse(given);
  if (!parsed.success)
    return {
      problems: parsed.error.issues.map(({ path, message }) => {
        const name = String(path[0]);
        return problem(name, given[name] === undefined ? message : `“${given[name]}” ${message}`, remedies[name] ?? '');
      }),
    };
  const { home, standby, fleets, 'member-account': account, 'control-plane': controlPlane } = parsed.data;
  const { 'peer-accounts': peers, operators } = parsed.data;
  const members = { controlPlane, account, fleets, home, standby, table: STATE_TABLE, peers, operators };
  const longest = Math.max(...memberRolesOf(members).map((role) => JSON.stringify(trustOf(role)).length));
  if (longest > MOST_TRUST_CHARACTERS) {
    const says = `and operators take ${longest} characters of a role’s trust policy, which holds ${MOST_TRUST_CHARACTERS}`;
    return { problems: [problem('fleets', says, 'name fewer operators, such as one role that all of them take on')] };
  }
  return { members };
}

/**
 * What an account takes that members live in and the control plane does not: roles, and nothing that runs. The account's own
 * people deploy it, and say by it for which fleets the control plane is let in. The rest is made by the joins.
 *
 * Source  docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
 */
export function membersApp(app: App, members: MembersDeployed): App {
  app.node.setContext('@aws-cdk/core:validateAgainstDefaultRules', true);
  const { account, home, fleets, controlPlane } = members;
  const stack = new Stack(app, 'LandbridgeMembers', {
    stackName: 'landbridge-members',
    description: `Landbridge: roles for members of ${fleets.join(', ')}, whose control plane is in ${controlPlane}`,
    env: { account, region: home },
  });
  makeRoles(stack, account, memberRolesOf(members));
  Validations.of(app).addPlugins(...packsOf(app));
  return app;
}
