import type { HealthCheckConfig } from '@aws-sdk/client-route-53';

/** What a health check's config comes to for whoever makes the checks. */
export interface Target {
  readonly asks: 'https' | 'tcp';
  readonly host: string;
  /** '/health', as sent. */
  readonly path: string;
  /** Without the '?'. */
  readonly queryString: string;
  /** What an answer must hold. */
  readonly search: string | undefined;
  readonly intervalMs: number;
  /** Results of one kind in a row that change a checker's mind. */
  readonly threshold: number;
}

/** A check that nothing in this world can answer, and why. */
export interface NoTarget extends Pick<Target, 'intervalMs' | 'threshold'> {
  readonly asks: 'nothing';
  readonly says: string;
}

export const isEndpointCheck = ({ Type }: HealthCheckConfig): boolean =>
  Type === 'HTTP' || Type === 'HTTPS' || Type === 'HTTP_STR_MATCH' || Type === 'HTTPS_STR_MATCH' || Type === 'TCP';

/** Function URLs are the only public endpoints there are, and they answer HTTPS on port 443 alone. */
export function targetOf(config: HealthCheckConfig): Target | NoTarget {
  const { Type = '', FullyQualifiedDomainName, IPAddress, Port, ResourcePath = '/', SearchString } = config;
  const { RequestInterval = 30, FailureThreshold: threshold = 3 } = config;
  const pace = { intervalMs: RequestInterval * 1_000, threshold };
  const nothing = (says: string): NoTarget => ({ asks: 'nothing', says, ...pace });
  if (IPAddress !== undefined || FullyQualifiedDomainName === undefined)
    return nothing(`Connection timed out. Public addresses such as ${IPAddress} are not simulated.`);
  if (Type.startsWith('HTTP') && !Type.startsWith('HTTPS'))
    return nothing('Connection timed out. Function URLs answer HTTPS only.');
  if ((Port ?? 443) !== 443)
    return nothing(`Connection timed out. Function URLs answer on port 443 and not on ${Port}.`);
  const [path = '', ...query] = ResourcePath.split('?');
  return {
    asks: Type === 'TCP' ? 'tcp' : 'https',
    host: FullyQualifiedDomainName.toLowerCase(),
    path: path.startsWith('/') ? path : `/${path}`,
    queryString: query.join('?'),
    search: Type.endsWith('_STR_MATCH') ? SearchString : undefined,
    ...pace,
  };
}
