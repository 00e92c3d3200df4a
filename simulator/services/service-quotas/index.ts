import type { ServiceQuota, ServiceQuotas } from '@aws-sdk/client-service-quotas';
import { AwsError } from '../../aws-error.ts';
import type { Call, Service, StateHome } from '../../service.ts';
import { type ListedQuota, type QuotaService, quotaServices } from './quotas.ts';

/** What is listed is what other services keep: there is nothing to remember here. */
type ServiceQuotasState = Record<string, never>;
type QuotasCall = Call<ServiceQuotasState>;

const MOST_PER_PAGE = 100;
/** Where global services are at home. */
const GLOBAL_REGION = 'us-east-1';

const serviceQuotasHome: StateHome<ServiceQuotasState> = {
  name: 'service-quotas',
  scope: 'regional',
  newState: () => ({}),
};

/** Service Quotas: what the account may have of each thing, as the simulated services hold it to. Requests for more are not simulated. */
export const serviceQuotas: Service<ServiceQuotas, ServiceQuotasState> = {
  ...serviceQuotasHome,
  eventSource: 'servicequotas.amazonaws.com',
  operations: {
    ListServices(input, call) {
      const { page, next } = paged(listedAt(call), input);
      return { Services: page.map(({ code, name }) => ({ ServiceCode: code, ServiceName: name })), ...next };
    },

    GetServiceQuota: (input, call) => ({ Quota: asApplied(...quotaNamed(input, call), call) }),

    ListServiceQuotas(input, call) {
      const service = serviceNamed(input.ServiceCode, call);
      const wanted = service.quotas.filter(({ code }) => input.QuotaCode === undefined || code === input.QuotaCode);
      const { page, next } = paged(wanted, input);
      return { Quotas: page.map((quota) => asApplied(service, quota, call)), ...next };
    },

    GetAWSDefaultServiceQuota: (input, call) => ({ Quota: byDefault(...quotaNamed(input, call), call) }),

    ListAWSDefaultServiceQuotas(input, call) {
      const service = serviceNamed(input.ServiceCode, call);
      const { page, next } = paged(service.quotas, input);
      return { Quotas: page.map((quota) => byDefault(service, quota, call)), ...next };
    },
  },
};

/** Quotas of global services are kept in us-east-1: elsewhere nobody knows them. Source: DNSLimitations, "Using Service Quotas". */
const listedAt = ({ place }: QuotasCall): readonly QuotaService[] =>
  quotaServices.filter(({ isGlobal }) => isGlobal === undefined || place.region === GLOBAL_REGION);

function serviceNamed(code: string | undefined, call: QuotasCall): QuotaService {
  const service = listedAt(call).find((candidate) => candidate.code === code);
  if (service === undefined)
    throw new AwsError('NoSuchResourceException', 'The request failed because the specified service does not exist.');
  return service;
}

function quotaNamed(
  { ServiceCode, QuotaCode }: { ServiceCode?: string | undefined; QuotaCode?: string | undefined },
  call: QuotasCall,
): [QuotaService, ListedQuota] {
  const service = serviceNamed(ServiceCode, call);
  const quota = service.quotas.find(({ code }) => code === QuotaCode);
  if (quota === undefined)
    throw new AwsError('NoSuchResourceException', 'The request failed because the specified quota does not exist.');
  return [service, quota];
}

const described = (service: QuotaService, { code, name, isAdjustable }: ListedQuota): ServiceQuota => ({
  ServiceCode: service.code,
  ServiceName: service.name,
  QuotaCode: code,
  QuotaName: name,
  Unit: 'None',
  Adjustable: isAdjustable,
  GlobalQuota: service.isGlobal === true,
  QuotaAppliedAtLevel: 'ACCOUNT',
});

/** A default is nobody's: its ARN names no account. */
const byDefault = (service: QuotaService, quota: ListedQuota, { place }: QuotasCall): ServiceQuota => ({
  ...described(service, quota),
  QuotaArn: `arn:aws:servicequotas:${place.region}::${service.code}/${quota.code}`,
  Value: quota.byDefault,
});

const asApplied = (service: QuotaService, quota: ListedQuota, { place, world }: QuotasCall): ServiceQuota => ({
  ...described(service, quota),
  QuotaArn: `arn:aws:servicequotas:${place.region}:${place.account}:${service.code}/${quota.code}`,
  Value: quota.applied?.(world, place) ?? quota.byDefault,
});

interface PageAsked {
  readonly NextToken?: string | undefined;
  readonly MaxResults?: number | undefined;
}

function paged<Item>(
  items: readonly Item[],
  { NextToken, MaxResults = MOST_PER_PAGE }: PageAsked,
): { readonly page: readonly Item[]; readonly next: { NextToken?: string } } {
  const from = NextToken === undefined ? 0 : Number(Buffer.from(NextToken, 'base64').toString());
  if (!Number.isInteger(from) || from < 0)
    throw new AwsError('InvalidPaginationTokenException', 'Invalid input was provided.');
  const until = from + MaxResults;
  return {
    page: items.slice(from, until),
    next: until < items.length ? { NextToken: Buffer.from(String(until)).toString('base64') } : {},
  };
}
