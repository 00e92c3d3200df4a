import { type App, Stack, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, type NagPack, NIST80053R5Checks, ServerlessChecks } from 'cdk-nag';
import { roleNameOf, rolesOf } from '../permissions/roles.ts';
import { runbookRolesOf } from '../permissions/runbook-roles.ts';
import { homeStack } from './home-stack.ts';
import { rolesStack } from './roles-stack.ts';
import type { InfraSettings } from './settings.ts';
import { standbyStack } from './standby-stack.ts';
import { acknowledge, everywhere } from './suppressions.ts';

/** The packs of rules that every synthesis is held to. */
export const packsOf = (app: App): readonly NagPack[] => [
  new AwsSolutionsChecks(app),
  new NIST80053R5Checks(app),
  new ServerlessChecks(app),
];

/**
 * Puts all of Landbridge into an app: one stack for each reason to deploy. A finding of cdk-nag that nobody gave a reason for
 * fails the synthesis, and so does what CloudFormation would not take.
 *
 * In      where each function's package lies, by the function's name
 * Source  docs.aws.amazon.com/cdk/v2/guide/policy-validation-synthesis.html, github.com/cdklabs/cdk-nag (MIGRATION.md)
 */
export function landbridgeApp(app: App, settings: InfraSettings, packages: ReadonlyMap<string, string>): App {
  app.node.setContext('@aws-cdk/core:validateAgainstDefaultRules', true);
  const roles = [...rolesOf(settings), ...runbookRolesOf(settings)];
  const { home: here, standby, takenOverFrom } = settings;
  // Who takes over finds what stood ready, and the roles, which serve both Regions: IAM cannot be asked for others when the
  // Region that it lives in is the one that is gone.
  const isTakenOver = takenOverFrom !== undefined;
  const ground = isTakenOver ? standbyStack(app, settings, here, roles) : undefined;
  homeStack(app, { settings, roles, roleNameOf, packages, ground });
  if (standby !== undefined) standbyStack(app, settings, standby, roles);
  // KMS takes no policy of a key that names a role which is not there; in the standby as at home.
  const named = app.node.children.filter(Stack.isStack);
  if (!isTakenOver) {
    const made = rolesStack(app, settings, roles);
    for (const stack of named) stack.addStackDependency(made, 'keys and functions name roles');
  }
  acknowledge(app, everywhere);
  Validations.of(app).addPlugins(...packsOf(app));
  return app;
}
