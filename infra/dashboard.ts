import type { Stack } from 'aws-cdk-lib';
import { CfnDashboard } from 'aws-cdk-lib/aws-cloudwatch';
import { DASHBOARD_NAME, dashboardBody } from '../workflows/dashboard.ts';
import type { InfraSettings } from './settings.ts';

/** What people look at first: the map of the fleet, its incidents, and the machinery. */
export const dashboardOf = (stack: Stack, { account, home }: InfraSettings): CfnDashboard =>
  new CfnDashboard(stack, 'Dashboard', {
    dashboardName: DASHBOARD_NAME,
    dashboardBody: JSON.stringify(dashboardBody({ account, home })),
  });
