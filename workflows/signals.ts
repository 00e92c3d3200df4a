/** What the one function of ours runs as that writes to what fleets own: its writes are not news to us. */
const OUR_ROLES = ['landbridge-apply-plan'] as const;

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

/** What a member's prober reports when something changes. Anybody may put an event: it only makes somebody look. */
const healthChanged = { source: ['landbridge.health'], 'detail-type': ['Landbridge Health Changed'] };

/** The second trigger, independent of the probers' own events. AWS lets nobody else put events of this source. */
const alarmChanged = {
  source: ['aws.cloudwatch'],
  'detail-type': ['CloudWatch Alarm State Change'],
  detail: { alarmName: [{ prefix: 'landbridge-' }], state: { value: ['ALARM'] } },
};

export const signals: readonly Signal[] = [
  { name: 'landbridge-every-minute', where: 'home', schedule: 'rate(1 minute)', target: { workflow: 'sweep' } },
  { name: 'landbridge-foreign-writes', where: 'home', pattern: foreignWrites, target: { function: 'on-signal' } },
  { name: 'landbridge-foreign-writes', where: 'everywhere-else', pattern: foreignWrites, target: 'home-bus' },
  { name: 'landbridge-health', where: 'home', pattern: healthChanged, target: { function: 'on-health' } },
  { name: 'landbridge-alarms', where: 'home', pattern: alarmChanged, target: { function: 'on-health' } },
  { name: 'landbridge-alarms', where: 'everywhere-else', pattern: alarmChanged, target: 'home-bus' },
];
