import { isIPv4 } from 'node:net';
import type { HealthCheckConfig, HealthCheck as HealthCheckShape, Route53 } from '@aws-sdk/client-route-53';
import { AwsError } from '../../aws-error.ts';
import type { Call, Operations } from '../../service.ts';
import { type Alarm, cloudwatchHome } from '../cloudwatch/state.ts';
import { bareId, pageSize } from './answers.ts';
import { isCheckerRegion } from './health/checker-regions.ts';
import { HealthWatch } from './health/health-watch.ts';
import { reportEveryMinute } from './health/metrics.ts';
import { watchedHealth } from './health/registry.ts';
import { isEndpointCheck } from './health/target.ts';
import { compareText } from './names.ts';
import type { HealthCheck, Route53State } from './state.ts';

/** Source: docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html: health checks per account, children of a calculated one */
const MOST_HEALTH_CHECKS = 200;
const MOST_CHILDREN = 255;
/** Source: API_HealthCheckConfig: Regions, SearchString, ResourcePath, FullyQualifiedDomainName, HealthThreshold */
const FEWEST_REGIONS = 3;
const LONGEST_TEXT = 255;
const HIGHEST_THRESHOLD = 256;
/** Source: API_CreateHealthCheck, CallerReference: kept "a number of days" after the check was deleted. How many is assumed. */
const REFERENCE_KEPT_MS = 7 * 24 * 3_600_000;

export function healthCheckNamed(state: Route53State, id: string | undefined): HealthCheck {
  const check = state.healthChecks.get(bareId(id));
  if (check === undefined)
    throw new AwsError('NoSuchHealthCheck', `No health check exists with the specified ID: ${bareId(id)}.`);
  return check;
}

const configCopy = (config: HealthCheckConfig): HealthCheckConfig => ({
  ...config,
  ...(config.ChildHealthChecks !== undefined && { ChildHealthChecks: [...config.ChildHealthChecks] }),
  ...(config.Regions !== undefined && { Regions: [...config.Regions] }),
  ...(config.AlarmIdentifier !== undefined && { AlarmIdentifier: { ...config.AlarmIdentifier } }),
});

const shapeOf = ({ id, callerReference, config, version }: HealthCheck): HealthCheckShape => ({
  Id: id,
  CallerReference: callerReference,
  HealthCheckConfig: configCopy(config),
  HealthCheckVersion: version,
});

/**
 * Addresses that Route 53's checkers, which stand on the public internet, cannot reach.
 * Source: docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html
 */
const isUnreachable = (address: string): boolean =>
  isIPv4(address) &&
  /^(10\.|127\.|169\.254\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)/.test(address);

const refuse = (message: string): never => {
  throw new AwsError('InvalidInput', message);
};

/** Source: API_HealthCheckConfig, and "Values that you specify when you create or update health checks" */
function validate(config: HealthCheckConfig, { state, world, place }: Call<Route53State>): void {
  const { Type } = config;
  if (Type === undefined) refuse('You must specify a Type for the health check.');
  if (Type === 'RECOVERY_CONTROL') refuse('RECOVERY_CONTROL is not simulated: routing controls are not.');
  if (isEndpointCheck(config)) validateEndpoint(config);
  if (Type === 'CALCULATED') validateChildren(config, state);
  if (Type !== 'CLOUDWATCH_METRIC') return;
  const { AlarmIdentifier: identifier } = config;
  if (identifier === undefined) return refuse('You must specify an AlarmIdentifier.');
  const { alarms } = world.state(cloudwatchHome, { account: place.account, region: identifier.Region ?? '' });
  const objection = objectionToAlarm(alarms.get(identifier.Name ?? ''));
  if (objection !== undefined) refuse(`The alarm ${identifier.Name} cannot be monitored: ${objection}.`);
}

/** Source: API_AlarmIdentifier: standard resolution, plain statistics, no M out of N. */
function objectionToAlarm(alarm: Alarm | undefined): string | undefined {
  if (alarm === undefined) return undefined;
  const { periodSeconds, extended, evaluationPeriods, datapointsToAlarm = evaluationPeriods } = alarm.config;
  if (periodSeconds < 60) return 'its metric is a high-resolution one';
  if (extended) return 'its statistic is an extended one';
  return datapointsToAlarm === evaluationPeriods ? undefined : 'it is an "M out of N" alarm';
}

function validateEndpoint(config: HealthCheckConfig): void {
  const { Type, IPAddress, FullyQualifiedDomainName, RequestInterval, FailureThreshold, Port, Regions } = config;
  const { ResourcePath, SearchString } = config;
  if (IPAddress === undefined && FullyQualifiedDomainName === undefined)
    refuse('You must specify IPAddress, FullyQualifiedDomainName, or both.');
  if (IPAddress !== undefined && isUnreachable(IPAddress))
    refuse(`The IP address ${IPAddress} is in a range that health checkers cannot reach.`);
  if (RequestInterval !== undefined && RequestInterval !== 10 && RequestInterval !== 30)
    refuse('RequestInterval must be 10 or 30.');
  if (FailureThreshold !== undefined && (FailureThreshold < 1 || FailureThreshold > 10))
    refuse('FailureThreshold must be between 1 and 10.');
  if (Port !== undefined && (Port < 1 || Port > 65_535)) refuse('Port must be between 1 and 65535.');
  for (const [name, text] of Object.entries({ FullyQualifiedDomainName, ResourcePath, SearchString }))
    if ((text?.length ?? 0) > LONGEST_TEXT) refuse(`${name} must not be longer than ${LONGEST_TEXT} characters.`);
  if (Type?.endsWith('_STR_MATCH') === true && (SearchString ?? '') === '') refuse('You must specify a SearchString.');
  if (Regions === undefined) return;
  const unknown = Regions.find((region) => !isCheckerRegion(region));
  if (unknown !== undefined) refuse(`There are no health checkers in ${unknown}.`);
  if (new Set(Regions).size < FEWEST_REGIONS) refuse(`You must specify at least ${FEWEST_REGIONS} Regions.`);
}

function validateChildren({ ChildHealthChecks = [], HealthThreshold }: HealthCheckConfig, state: Route53State): void {
  if (ChildHealthChecks.length > MOST_CHILDREN)
    refuse(`A calculated health check monitors ${MOST_CHILDREN} health checks at most.`);
  if (HealthThreshold !== undefined && (HealthThreshold < 0 || HealthThreshold > HIGHEST_THRESHOLD))
    refuse(`HealthThreshold must be between 0 and ${HIGHEST_THRESHOLD}.`);
  for (const id of ChildHealthChecks) {
    const child = state.healthChecks.get(id);
    if (child === undefined) refuse(`The child health check ${id} does not exist.`);
    if (child?.config.Type === 'CALCULATED') refuse('A calculated health check cannot monitor another one.');
  }
}

/** What was asked for, with what Route 53 fills in. */
function withDefaults(config: HealthCheckConfig): HealthCheckConfig {
  const own = configCopy(config);
  if (!isEndpointCheck(own)) return { Inverted: false, Disabled: false, ...own };
  const isHttps = own.Type?.startsWith('HTTPS') === true;
  return {
    ...(own.Type !== 'TCP' && { Port: isHttps ? 443 : 80 }),
    RequestInterval: 30,
    FailureThreshold: 3,
    MeasureLatency: false,
    Inverted: false,
    Disabled: false,
    EnableSNI: isHttps,
    ...own,
  };
}

const configText = (config: HealthCheckConfig): string =>
  JSON.stringify(Object.entries(config).toSorted(([a], [b]) => compareText(a, b)));

/** Source: API_CreateHealthCheck: the reference of a deleted check is refused, "regardless of the settings". */
function refuseDeleted(reference: string, { state, nowMs }: Call<Route53State>): void {
  const deletedAtMs = state.deletedCheckReferences.get(reference);
  if (deletedAtMs === undefined) return;
  if (nowMs < deletedAtMs + REFERENCE_KEPT_MS)
    throw new AwsError(
      'HealthCheckAlreadyExists',
      'A health check with the same CallerReference was created and has since been deleted.',
    );
  state.deletedCheckReferences.delete(reference);
}

export const healthCheckOperations: Operations<Route53, Route53State> = {
  CreateHealthCheck({ CallerReference, HealthCheckConfig }, call) {
    const { state, nowMs } = call;
    if (CallerReference === undefined || HealthCheckConfig === undefined)
      throw new AwsError('InvalidInput', 'You must specify CallerReference and HealthCheckConfig.');
    validate(HealthCheckConfig, call);
    refuseDeleted(CallerReference, call);
    const config = withDefaults(HealthCheckConfig);
    const before = [...state.healthChecks.values()].find(({ callerReference }) => callerReference === CallerReference);
    if (before !== undefined && configText(before.config) !== configText(config))
      throw new AwsError(
        'HealthCheckAlreadyExists',
        'A health check with the same CallerReference already exists, but with different settings.',
      );
    if (before === undefined && state.healthChecks.size >= MOST_HEALTH_CHECKS)
      throw new AwsError(
        'TooManyHealthChecks',
        `This health check can't be created because the current account has reached the limit on the number of active health checks.`,
      );
    const check = before ?? {
      id: state.random.uuid(),
      callerReference: CallerReference,
      createdAtMs: nowMs,
      config,
      version: 1,
    };
    state.healthChecks.set(check.id, check);
    if (before === undefined) watch(check, call);
    return {
      HealthCheck: shapeOf(check),
      Location: `https://route53.amazonaws.com/2013-04-01/healthcheck/${check.id}`,
    };
  },

  GetHealthCheck: ({ HealthCheckId }, { state }) => ({ HealthCheck: shapeOf(healthCheckNamed(state, HealthCheckId)) }),

  ListHealthChecks({ Marker, MaxItems }, { state }) {
    const most = pageSize(MaxItems, 100);
    const checks = [...state.healthChecks.values()]
      .toSorted((a, b) => compareText(a.id, b.id))
      .filter(({ id }) => Marker === undefined || id >= Marker);
    const next = checks[most];
    return {
      HealthChecks: checks.slice(0, most).map(shapeOf),
      Marker,
      IsTruncated: next !== undefined,
      ...(next !== undefined && { NextMarker: next.id }),
      MaxItems: most,
    };
  },

  UpdateHealthCheck({ HealthCheckId, HealthCheckVersion, ResetElements, ...changes }, call) {
    const { state, world } = call;
    const check = healthCheckNamed(state, HealthCheckId);
    if (HealthCheckVersion !== undefined && HealthCheckVersion !== check.version)
      throw new AwsError(
        'HealthCheckVersionMismatch',
        `The health check version ${HealthCheckVersion} is not the current one, ${check.version}.`,
      );
    const { ChildHealthChecks, FullyQualifiedDomainName, Regions, ResourcePath, ...kept } = check.config;
    const reset = new Set<string>(ResetElements);
    const config: HealthCheckConfig = {
      ...kept,
      ...(!reset.has('ChildHealthChecks') && ChildHealthChecks !== undefined && { ChildHealthChecks }),
      ...(!reset.has('FullyQualifiedDomainName') &&
        FullyQualifiedDomainName !== undefined && { FullyQualifiedDomainName }),
      ...(!reset.has('Regions') && Regions !== undefined && { Regions }),
      ...(!reset.has('ResourcePath') && ResourcePath !== undefined && { ResourcePath }),
      ...Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)),
    };
    validate(config, call);
    check.config = configCopy(config);
    check.version += 1;
    watchedHealth(world).watches.get(check.id)?.reconfigure();
    return { HealthCheck: shapeOf(check) };
  },

  /** Route 53 lets a check go though record sets name it: those count as healthy from then on. */
  DeleteHealthCheck({ HealthCheckId }, { state, world, nowMs }) {
    const check = healthCheckNamed(state, HealthCheckId);
    state.healthChecks.delete(check.id);
    state.deletedCheckReferences.set(check.callerReference, nowMs);
    state.tags.delete(`healthcheck/${check.id}`);
    const { watches } = watchedHealth(world);
    const watched = watches.get(check.id);
    watches.delete(check.id);
    watched?.end();
    return {};
  },

  GetHealthCheckStatus: ({ HealthCheckId }, call) => ({
    HealthCheckObservations: watchOf(HealthCheckId, call)?.observations ?? [],
  }),

  GetHealthCheckLastFailureReason: ({ HealthCheckId }, call) => ({
    HealthCheckObservations: watchOf(HealthCheckId, call)?.lastFailures ?? [],
  }),
};

/** Has the check made from now on. */
function watch(check: HealthCheck, { world, place }: Call<Route53State>): void {
  watchedHealth(world).watches.set(check.id, new HealthWatch(world, place.account, check));
  reportEveryMinute(world, place.account);
}

/** Source: API_GetHealthCheckStatus: "You can't use GetHealthCheckStatus to get the status of a calculated health check." */
function watchOf(id: string | undefined, { state, world }: Call<Route53State>): HealthWatch | undefined {
  const check = healthCheckNamed(state, id);
  if (check.config.Type === 'CALCULATED') refuse('A calculated health check has no checkers of its own to ask.');
  return watchedHealth(world).watches.get(check.id);
}
