import { isIPv4 } from 'node:net';
import type { HealthCheckConfig, HealthCheck as HealthCheckShape, Route53 } from '@aws-sdk/client-route-53';
import { AwsError } from '../../aws-error.ts';
import type { Operations } from '../../service.ts';
import { bareId, pageSize } from './answers.ts';
import { compareText } from './names.ts';
import type { HealthCheck, Route53State } from './state.ts';

/** Quota "health checks per account". */
const MOST_HEALTH_CHECKS = 200;

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

const endpointTypes: ReadonlySet<string> = new Set(['HTTP', 'HTTPS', 'HTTP_STR_MATCH', 'HTTPS_STR_MATCH', 'TCP']);

const refuse = (message: string): never => {
  throw new AwsError('InvalidInput', message);
};

function validate(config: HealthCheckConfig, state: Route53State): void {
  const { Type, IPAddress, FullyQualifiedDomainName, RequestInterval, FailureThreshold } = config;
  if (Type === undefined) refuse('You must specify a Type for the health check.');
  if (endpointTypes.has(Type ?? '') && IPAddress === undefined && FullyQualifiedDomainName === undefined)
    refuse('You must specify IPAddress, FullyQualifiedDomainName, or both.');
  if (IPAddress !== undefined && isUnreachable(IPAddress))
    refuse(`The IP address ${IPAddress} is in a range that health checkers cannot reach.`);
  if (RequestInterval !== undefined && RequestInterval !== 10 && RequestInterval !== 30)
    refuse('RequestInterval must be 10 or 30.');
  if (FailureThreshold !== undefined && (FailureThreshold < 1 || FailureThreshold > 10))
    refuse('FailureThreshold must be between 1 and 10.');
  if (Type?.endsWith('_STR_MATCH') === true && config.SearchString === undefined)
    refuse('You must specify a SearchString.');
  if (Type === 'CALCULATED')
    for (const child of config.ChildHealthChecks ?? [])
      if (!state.healthChecks.has(child)) refuse(`The child health check ${child} does not exist.`);
  if (Type === 'CLOUDWATCH_METRIC' && config.AlarmIdentifier === undefined)
    refuse('You must specify an AlarmIdentifier.');
}

/** What was asked for, with what Route 53 fills in. */
function withDefaults(config: HealthCheckConfig): HealthCheckConfig {
  const own = configCopy(config);
  if (!endpointTypes.has(own.Type ?? '')) return { Inverted: false, Disabled: false, ...own };
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

export const healthCheckOperations: Operations<Route53, Route53State> = {
  CreateHealthCheck({ CallerReference, HealthCheckConfig }, { state, nowMs }) {
    if (CallerReference === undefined || HealthCheckConfig === undefined)
      throw new AwsError('InvalidInput', 'You must specify CallerReference and HealthCheckConfig.');
    validate(HealthCheckConfig, state);
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

  UpdateHealthCheck({ HealthCheckId, HealthCheckVersion, ResetElements, ...changes }, { state }) {
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
    validate(config, state);
    check.config = configCopy(config);
    check.version += 1;
    return { HealthCheck: shapeOf(check) };
  },

  /** Route 53 lets a check go though record sets name it: those count as healthy from then on. */
  DeleteHealthCheck({ HealthCheckId }, { state }) {
    const check = healthCheckNamed(state, HealthCheckId);
    state.healthChecks.delete(check.id);
    state.tags.delete(`healthcheck/${check.id}`);
    return {};
  },

  /** No checker has looked yet: a check without data counts as healthy and has no observations to tell. */
  GetHealthCheckStatus({ HealthCheckId }, { state }) {
    healthCheckNamed(state, HealthCheckId);
    return { HealthCheckObservations: [] };
  },
};
