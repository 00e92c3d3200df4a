import { App, Validations } from 'aws-cdk-lib';
import { describe, expect, test, vi } from 'vitest';
import { landbridgeApp, packsOf } from '../../infra/landbridge-app.ts';
import { everywhere, ofDeadLetterQueues, patterns, wildcardsOf } from '../../infra/suppressions.ts';
import { memberRolesOf } from '../../permissions/member-roles.ts';
import { policyOf } from '../../permissions/role.ts';
import { rolesOf } from '../../permissions/roles.ts';
import { runbookRolesOf } from '../../permissions/runbook-roles.ts';
import { emptyPackages, settingsOf } from '../support/assembly.ts';

const settings = settingsOf();
const ofMembers = memberRolesOf({
  controlPlane: settings.account,
  account: '222233334444',
  fleets: ['payments'],
  home: settings.home,
  table: settings.table,
  operators: [`arn:aws:iam::${settings.account}:role/olga`],
});
const roles = [...rolesOf(settings), ...runbookRolesOf(settings), ...ofMembers];

/** Every resource that a role names by a pattern. */
const wildcards = (role: (typeof roles)[number]): string[] => [
  ...new Set(
    (policyOf(role, settings).Statement as readonly { readonly Resource: readonly string[] }[]).flatMap(
      ({ Resource }) => Resource.filter((each) => each.includes('*')),
    ),
  ),
];

describe('what cdk-nag is told', () => {
  test('leaves no pattern of a role without a reason, and gives none twice', () => {
    for (const role of roles) {
      const said = [...wildcardsOf(role, policyOf(role, settings).Statement)].map(({ rule }) => rule);
      expect(said.toSorted(), role.name).toEqual(
        wildcards(role)
          .map((resource) => `AwsSolutions-IAM5[Resource::${resource}]`)
          .toSorted(),
      );
    }
  });

  test('names the pattern that it is about', () => {
    for (const role of roles)
      for (const { rule, reason } of wildcardsOf(role, policyOf(role, settings).Statement))
        expect(rule).toContain(`[Resource::${reason.slice(0, reason.indexOf(': '))}]`);
  });

  test.for(patterns)('%s is of something', ([of]) => {
    expect(roles.flatMap(wildcards).some((resource) => of.test(resource))).toBe(true);
  });

  test('is not told of a star for which AWS gives no reason', () => {
    const [role] = roles;
    if (role === undefined) throw new Error('there are no roles');
    const Statement = [{ Sid: 'Everything', Effect: 'Allow', Action: ['s3:GetObject'], Resource: ['*'] }];
    expect([...wildcardsOf(role, Statement)]).toEqual([]);
  });

  test('would find all of it, and nothing else, were it not told', () => {
    const told = [...everywhere, ...ofDeadLetterQueues].map(({ rule }) => rule);
    const acknowledge = vi.spyOn(Validations.prototype, 'acknowledge').mockImplementation(() => undefined);
    const app = landbridgeApp(new App({ analyticsReporting: false }), settings, emptyPackages());
    acknowledge.mockRestore();
    const found = packsOf(app).flatMap((pack) => pack.validateScope(app).violations.map(({ ruleName }) => ruleName));
    const isOfRoles = (rule: string): boolean => /^AwsSolutions-IAM5\[|^Serverless-LambdaStarPermissions/.test(rule);
    expect(found.filter((rule) => !isOfRoles(rule)).toSorted()).toEqual(told.toSorted());
    expect(found.some(isOfRoles)).toBe(true);
  });
});
