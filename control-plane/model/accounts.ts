import type { AwsCall, Dialogue } from './aws-call.ts';
import type { Declared, Fleet, Member } from './fleet.ts';
import type { Region } from './region.ts';

/** What functions of the control plane become in a member's account: who only looks, and who writes. */
export const OBSERVER_ROLE = 'landbridge-observer';
export const APPLIER_ROLE = 'landbridge-applier';

/**
 * What whoever enters an account for a fleet says besides its own name, and what that account's trust policies ask for.
 *
 * It is made of the name under which the fleet is kept, by us, and nobody who writes a fleet file has a say in it: a file that
 * names somebody else's account is refused by that account, which expects other fleets' names or none. For the same reason
 * it need not be secret.
 *
 * Source  docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
 */
export const externalIdOf = (fleet: string): string => `landbridge:${fleet}`;

/** The account that a member lives in. */
export const accountOf = (
  { account }: Pick<Fleet, 'account'>,
  member: { readonly account?: string } | undefined,
): string => member?.account ?? account;

/** The same, of whoever is a member in this Region; the control plane's where nobody is. */
export const accountAt = ({ fleet, members }: Declared, region: Region): string =>
  accountOf(
    fleet,
    members.find((member) => member.region === region),
  );

/** Where a kind's targets lie that are seen in this place. */
export const accountFor = (
  { isControlPlanes }: { readonly isControlPlanes?: true | undefined },
  { declared, region }: { readonly declared: Declared; readonly region: Region },
): string => (isControlPlanes === true ? declared.fleet.account : accountAt(declared, region));

/** Whether a member lives somewhere else than the control plane. */
export const isAbroad = ({ account }: Pick<Fleet, 'account'>, member: Pick<Member, 'account'>): boolean =>
  member.account !== undefined && member.account !== account;

/** The accounts that a fleet's file names besides the control plane's. */
export const accountsAbroad = ({ members }: Pick<Fleet, 'members'>): readonly string[] => [
  ...new Set(Object.values(members).flatMap(({ account }) => (account === undefined ? [] : [account]))),
];

/** A role, by its ARN, as it is called in another account: all accounts of a fleet have the same ones. */
export const roleIn = (account: string, roleArn: string): string =>
  roleArn.replace(/^(arn:aws:iam::)\d{12}:/, `$1${account}:`);

/** The same dialogue, each call changed on its way out. */
function* changed<Call extends AwsCall, Result>(
  dialogue: Dialogue<Call, Result>,
  change: (call: Call) => Call,
): Dialogue<Call, Result> {
  let step = dialogue.next();
  while (!step.done) {
    let resume: () => typeof step;
    try {
      const answer = yield change(step.value);
      resume = () => dialogue.next(answer);
    } catch (error) {
      resume = () => dialogue.throw(error);
    }
    step = resume();
  }
  return step.value;
}

/** Has these calls made in an account, whatever its kind's others are made in. */
export const inAccount = <Call extends AwsCall, Result>(
  fleet: string,
  id: string,
  dialogue: Dialogue<Call, Result>,
): Dialogue<Call, Result> =>
  changed(dialogue, (call) => (call.account === undefined ? { ...call, account: { id, fleet } } : call));

/** Has a dialogue's calls made in this account, but for those that say another; the control plane's own is never said. */
export function within<Call extends AwsCall, Result>(
  declared: Declared,
  id: string,
  dialogue: Dialogue<Call, Result>,
): Dialogue<Call, Result> {
  const { account: own, name: fleet } = declared.fleet;
  // A fleet of one account, which most are: nothing is said of it.
  if (id === own && !declared.members.some((member) => isAbroad(declared.fleet, member))) return dialogue;
  return changed(dialogue, (call) => {
    const { account = { id, fleet }, ...rest } = call;
    return (account.id === own ? rest : { ...rest, account }) as Call;
  });
}
