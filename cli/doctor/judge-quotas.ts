import type { Region } from '../../control-plane/model/region.ts';
import { type Finding, fine, notChecked, problemOf, warning } from './finding.ts';
import { type Quota, type QuotaName, type QuotaNeed, quotas } from './quota-needs.ts';

/** What one Region has of one quota. */
export interface QuotaThere {
  readonly quota: QuotaName;
  readonly region: Region;
  /** Left out: the control plane's. */
  readonly account?: string;
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
        there.find((one) => one.quota === name && one.region === need.region && one.account === need.account),
      ),
    );
    const well = judged.flatMap((one) => ('level' in one ? [] : [one]));
    const unwell = judged.flatMap((one) => ('level' in one ? [one] : []));
    const tightest = well.toSorted((a, b) => b.taken / b.allowed - a.taken / a.allowed)[0];
    return tightest === undefined ? unwell : [...unwell, together(quotas[name], tightest, well)];
  });
}

type Whose = Pick<QuotaNeed, 'region' | 'account'>;

/** 'eu-west-1', and of another account than the control plane's: 'eu-west-1 of 222233334444'. */
export const placeOf = ({ region, account }: Whose): string =>
  account === undefined ? region : `${region} of ${account}`;

interface Room {
  /** As `placeOf` has it. */
  readonly place: string;
  readonly taken: number;
  readonly allowed: number;
}

function together({ what }: Quota, { place, taken, allowed }: Room, well: readonly Room[]): Finding {
  const where = well.length === 1 ? place : `${well.length} Regions`;
  return fine('quotas', where, `${what}: ${taken} of ${allowed}${well.length === 1 ? '' : ` at most, in ${place}`}`);
}

function judge({ quota: name, need, ...whose }: QuotaNeed, there: QuotaThere | undefined): Finding | Room {
  const place = placeOf(whose);
  const quota: Quota = quotas[name];
  const { what } = quota;
  const { allowed = { unknown: 'nobody asked' }, others = { unknown: 'nobody asked' } } = there ?? {};
  if (typeof allowed !== 'number')
    return notChecked('quotas', place, `${what}, of which the fleet needs ${need}: ${allowed.unknown}`);
  // More than AWS allows is too much, whatever others have.
  if (typeof others !== 'number' && need <= allowed)
    return notChecked(
      'quotas',
      place,
      `${what}: the fleet needs ${need} of ${allowed}; what others have: ${others.unknown}`,
    );
  const besides = typeof others === 'number' ? others : 0;
  const taken = need + besides;
  const says = `${what}: the fleet needs ${need}${besides > 0 ? `, others have ${besides}` : ''}, and AWS allows ${allowed}`;
  if (taken > allowed) return problemOf('quotas', place, says, remedyFor(quota, whose, taken));
  if (name === 'concurrency' && allowed < USUAL_CONCURRENCY)
    return warning(
      'quotas',
      place,
      `${says}, which callers' requests share: less than the usual ${USUAL_CONCURRENCY}`,
      increase(quota, whose, USUAL_CONCURRENCY),
    );
  if (taken > allowed * TIGHT) return warning('quotas', place, says, remedyFor(quota, whose, Math.ceil(taken / TIGHT)));
  return { place, taken, allowed };
}

const increase = ({ service, code }: Quota, { region, account }: Whose, wanted: number): string =>
  `${account === undefined ? '' : `with credentials of ${account}: `}aws service-quotas request-service-quota-increase --service-code ${service} --quota-code ${code} --desired-value ${wanted} --region ${region}`;

function remedyFor(quota: Quota, whose: Whose, wanted: number): string {
  const { most = Number.POSITIVE_INFINITY, what } = quota;
  if (wanted <= most) return increase(quota, whose, wanted);
  return `AWS raises ${what} to ${most} at most: take fewer members, or a hub for a topology`;
}

/** Needs of quotas that nobody could be asked about: one finding for each place and reason, with what the fleet needs of each, to look up. */
export function unreadTogether(
  unread: readonly { readonly need: QuotaNeed; readonly why: string }[],
): readonly Finding[] {
  const byReason = Map.groupBy(unread, ({ need, why }) => `${placeOf(need)}\n${why}`);
  return [...byReason.values()].flatMap((all) => {
    const [first] = all;
    if (first === undefined) return [];
    const wanted = all.map(({ need: { quota, need } }) => `${quotas[quota].what} (the fleet needs ${need})`);
    return [notChecked('quotas', placeOf(first.need), `${wanted.join(', ')}: ${first.why}`)];
  });
}
