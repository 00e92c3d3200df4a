import type { Stack } from 'aws-cdk-lib';
import { CfnDashboard } from 'aws-cdk-lib/aws-cloudwatch';
import { DASHBOARD_NAME, dashboardBody } from '../workflows/dashboard.ts';
import type { InfraSettings } from './settings.ts';

/**
 * What people look at first: the map of the fleet, its incidents, and the machinery.
 *
 * An account has one dashboard of a name, whichever Region made it, and CloudFormation makes none over another: where the home
 * before is gone and its dashboard is not, all that takes over would be taken back.
 *
 * Source  docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-dashboard.html ("global, not
 *         region-specific")
 */
export const dashboardOf = (stack: Stack, { account, home, takenOverFrom }: InfraSettings): CfnDashboard =>
  new CfnDashboard(stack, 'Dashboard', {
    dashboardName: takenOverFrom === undefined ? DASHBOARD_NAME : `${DASHBOARD_NAME}-${home}`,
    dashboardBody: JSON.stringify(dashboardBody({ account, home })),
  });
