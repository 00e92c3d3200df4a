import type { CloudWatch, DashboardEntry } from '@aws-sdk/client-cloudwatch';
import { AwsError } from '../../../aws-error.ts';
import type { Call, Operations } from '../../../service.ts';
import { type CloudWatchState, cloudwatchHome, type Dashboard } from '../state.ts';
import { invalidValue } from '../statistics.ts';
import { checkBody } from './check-body.ts';

const MOST_DELETED = 100;
const LIST_PAGE = 1_000;
const GLOBAL_REGION = 'us-east-1';

/** Whatever Region is asked, they are the account's. Source: PutDashboard, "All dashboards in your account are global". */
const dashboardsOf = ({ world, place: { account } }: Call<CloudWatchState>): Map<string, Dashboard> =>
  world.state(cloudwatchHome, { account, region: GLOBAL_REGION }).dashboards;

const arnOf = ({ place: { account } }: Call<CloudWatchState>, name: string): string =>
  `arn:aws:cloudwatch::${account}:dashboard/${name}`;

function checkedName(name = ''): string {
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(name))
    throw invalidValue(
      `The value ${name} for field DashboardName contains invalid characters. It can only contain alphanumerics, dash (-) and underscore (_).`,
    );
  return name;
}

const notFound = (names: readonly string[]): AwsError =>
  new AwsError('ResourceNotFound', names.map((name) => `Dashboard ${name} does not exist`).join('\n'));

/** Source: DashboardInvalidInputError, whose code on the wire is InvalidParameterInput. */
const invalidBody = (message: string, dashboardValidationMessages: readonly object[]): AwsError =>
  new AwsError('InvalidParameterInput', message, { fields: { dashboardValidationMessages } });

function refuseBody(json: string): void {
  const faults = checkBody(json);
  if (faults === undefined) throw invalidBody('The field DashboardBody must be a valid JSON object', []);
  if (faults.length === 0) return;
  const count = faults.length === 1 ? 'is 1 validation error' : `are ${faults.length} validation errors`;
  throw invalidBody(
    `The dashboard body is invalid, there ${count}:\n${JSON.stringify(faults, undefined, 2)}`,
    faults.map(({ dataPath, message }) => ({ DataPath: dataPath, Message: message })),
  );
}

/** Dashboards: kept, checked, listed. Nobody draws them here. */
export const dashboardOperations = {
  PutDashboard(input, call) {
    const name = checkedName(input.DashboardName);
    const body = input.DashboardBody ?? '';
    refuseBody(body);
    dashboardsOf(call).set(name, { name, body, modifiedAtMs: call.nowMs });
    return { DashboardValidationMessages: [] };
  },

  GetDashboard(input, call) {
    const name = checkedName(input.DashboardName);
    const dashboard = dashboardsOf(call).get(name);
    if (dashboard === undefined) throw notFound([name]);
    return { DashboardArn: arnOf(call, name), DashboardBody: dashboard.body, DashboardName: name };
  },

  ListDashboards(input, call) {
    const { DashboardNamePrefix: prefix = '', NextToken: token } = input;
    const from = token === undefined ? 0 : Number(token);
    if (!Number.isInteger(from) || from < 0) throw invalidValue('The value for parameter NextToken is invalid.');
    const found = [...dashboardsOf(call).values()]
      .filter(({ name }) => name.startsWith(prefix))
      .toSorted(({ name: a }, { name: b }) => (a < b ? -1 : 1));
    const until = from + LIST_PAGE;
    return {
      DashboardEntries: found.slice(from, until).map(
        ({ name, body, modifiedAtMs }): DashboardEntry => ({
          DashboardName: name,
          DashboardArn: arnOf(call, name),
          LastModified: new Date(modifiedAtMs),
          Size: new TextEncoder().encode(body).length,
        }),
      ),
      ...(until < found.length && { NextToken: String(until) }),
    };
  },

  /** All or none. Source: DeleteDashboards. */
  DeleteDashboards(input, call) {
    const names = input.DashboardNames ?? [];
    if (names.length > MOST_DELETED)
      throw invalidValue(`The collection DashboardNames must not have a size greater than ${MOST_DELETED}.`);
    const dashboards = dashboardsOf(call);
    const missing = names.filter((name) => !dashboards.has(checkedName(name)));
    if (missing.length > 0) throw notFound(missing);
    for (const name of names) dashboards.delete(name);
    return {};
  },
} satisfies Operations<CloudWatch, CloudWatchState>;
