import type { Region } from '../../control-plane/model/region.ts';
import { type Finding, fine, notChecked, problemOf, warning } from './finding.ts';
import { type Quota, type QuotaName, type QuotaNeed, quotas } from './quota-needs.ts';

/** What one Region has of one quota. */
export interface QuotaThere {
  readonly quota: QuotaName;
  readonly region: Region;
  /** What AWS allows this account; a text says why that is not known. */
  readonly allowed: number | { readonly unknown: string };
  /** What others than the fleet have of it already; a text says why that is not known. */
  readonly others: number | { readonly unknown: string };
}

/** From here on, the next member, or somebody else's next thing, may be the one too many. */
const TIGHT = 0.8;
/** docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: what Lambda allows any but new accounts. */
const USUAL_CONCURRENCY = 1_000;

/**
 * Whether AWS allows what the fleet will need beside what others have.
 *
 * Out  one finding for each quota where all is well, and one for each Region where it is not
 */
export function judgeQuotas(needs: readonly QuotaNeed[], there: readonly QuotaThere[]): readonly Finding[] {
  const byQuota = Map.groupBy(needs, ({ quota }) => quota);
  return [...byQuota].flatMap(([name, ofOne]) => {
    const judged = ofOne.map((need) =>
      judge(
        need,
        there.find((one) => one.quota === name && one.region === need.region),
      ),
    );
    const well = judged.flatMap((one) => ('level' in one ? [] : [one]));
    const unwell = judged.flatMap((one) => ('level' in one ? [one] : []));
    const tightest = well.toSorted((a, b) => b.taken / b.allowed - a.taken / a.allowed)[0];
    return tightest === undefined ? unwell : [...unwell, together(quotas[name], tightest, well)];
  });
}

interface Room {
  readonly region: Region;
  readonly taken: number;
  readonly allowed: number;
}

function together({ what }: Quota, { region, taken, allowed }: Room, well: readonly Room[]): Finding {
  const where = well.length === 1 ? region : `${well.length} Regions`;
  return fine('quotas', where, `${what}: ${taken} of ${allowed}${well.length === 1 ? '' : ` at most, in ${region}`}`);
}

function judge({ quota: name, region, need }: QuotaNeed, there: QuotaThere | undefined): Finding | Room {
  const quota: Quota = quotas[name];
  const { what } = quota;
  const { allowed = { unknown: 'nobody asked' }, others = { unknown: 'nobody asked' } } = there ?? {};
  if (typeof allowed !== 'number')
    return notChecked('quotas', region, `${what}, of which the fleet needs ${need}: ${allowed.unknown}`);
  // More than AWS allows is too much, whatever others have.
  if (typeof others !== 'number' && need <= allowed)
    return notChecked(
      'quotas',
      region,
      `${what}: the fleet needs ${need} of ${allowed}; what others have: ${others.unknown}`,
    );
  const besides = typeof others === 'number' ? others : 0;
  const taken = need + besides;
  const says = `${what}: the fleet needs ${need}${besides > 0 ? `, others have ${besides}` : ''}, and AWS allows ${allowed}`;
  if (taken > allowed) return problemOf('quotas', region, says, remedyFor(quota, region, taken));
  if (name === 'concurrency' && allowed < USUAL_CONCURRENCY)
    return warning(
      'quotas',
      region,
      `${says}, which callers' requests share: less than the usual ${USUAL_CONCURRENCY}`,
      increase(quota, region, USUAL_CONCURRENCY),
    );
  if (taken > allowed * TIGHT)
    return warning('quotas', region, says, remedyFor(quota, region, Math.ceil(taken / TIGHT)));
  return { region, taken, allowed };
}

const increase = ({ service, code }: Quota, region: Region, wanted: number): string =>
  `aws service-quotas request-service-quota-increase --service-code ${service} --quota-code ${code} --desired-value ${wanted} --region ${region}`;

function remedyFor(quota: Quota, region: Region, wanted: number): string {
  const { most = Number.POSITIVE_INFINITY, what } = quota;
  if (wanted <= most) return increase(quota, region, wanted);
  return `AWS raises ${what} to ${most} at most: take fewer members, or a hub for a topology`;
}
