/** Names of the roles our own functions run as: their writes are not news to us. */
const OUR_ROLES = ['landbridge-applier', 'landbridge-observer'] as const;

/** Why somebody should look, and who is told. */
export interface Signal {
  readonly name: string;
  /** `home`: in the home Region only. `everywhere-else`: in each other Region, handing on to home's bus. */
  readonly where: 'home' | 'everywhere-else';
  readonly schedule?: string;
  readonly pattern?: Readonly<Record<string, unknown>>;
  readonly target: { readonly workflow: string } | { readonly function: string } | 'home-bus';
}

/** Writes to the kinds of resources a fleet owns, made by anyone but us. */
const foreignWrites = {
  source: ['aws.ec2', 'aws.route53', 'aws.apigateway', 'aws.lambda'],
  'detail-type': ['AWS API Call via CloudTrail'],
  detail: {
    // A user or root has no session, and is foreign too. `exists` sees leaves only, so it must ask for the name itself.
    userIdentity: {
      sessionContext: { sessionIssuer: { userName: [{ exists: false }, { 'anything-but': [...OUR_ROLES] }] } },
    },
  },
};

export const signals: readonly Signal[] = [
  { name: 'landbridge-every-minute', where: 'home', schedule: 'rate(1 minute)', target: { workflow: 'sweep' } },
  { name: 'landbridge-foreign-writes', where: 'home', pattern: foreignWrites, target: { function: 'on-signal' } },
  { name: 'landbridge-foreign-writes', where: 'everywhere-else', pattern: foreignWrites, target: 'home-bus' },
];
