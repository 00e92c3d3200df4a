import pc from 'picocolors';
import type { Fleet } from '../../control-plane/model/fleet.ts';
import type { OtherEndpoint } from '../../local/other-endpoints.ts';

/** What a newcomer may do now, each line ready to be pasted into another terminal. */
export function tryNext(
  url: string,
  account: string,
  { name, home }: Fleet,
  resources?: OtherEndpoint,
): readonly string[] {
  const arn = `arn:aws:states:${home}:${account}:stateMachine:landbridge-onboard-region`;
  const input = JSON.stringify({ fleet: name, region: 'eu-central-1', role: 'serving' });
  const lines = [
    ['in another terminal, once', `export ${environmentOf(url, account, resources)}`],
    ['who is in', 'npx landbridge status'],
    ...(resources === undefined
      ? [['follow a request', 'npx landbridge request --from eu-west-1 --to us-east-1']]
      : []),
    ['join a fourth Region', 'npx landbridge onboard eu-central-1 --role serving'],
    [
      'the same with the AWS CLI',
      `aws --region ${home} stepfunctions start-execution --state-machine-arn ${arn} --input '${input}'`,
    ],
    [
      'break something',
      'aws --region eu-west-1 ec2 delete-vpc-peering-connection --vpc-peering-connection-id $(aws --region eu-west-1 ec2 describe-vpc-peering-connections --query "VpcPeeringConnections[?Status.Code==\'active\'].VpcPeeringConnectionId | [0]" --output text)',
    ],
    [
      'it mends itself within moments: who noticed, and what is left to do',
      'npx landbridge status && npx landbridge plan',
    ],
    ...(resources === undefined
      ? [
          ['how everybody sees everybody', 'npx landbridge health'],
          ['the same on a map, to be opened in a browser', 'npx landbridge map fleet.html'],
          ['what went wrong, and what was done', 'npx landbridge incidents show'],
          [
            'move all callers off a Region, and back',
            'npx landbridge evacuate eu-west-1 && npx landbridge restore eu-west-1',
          ],
        ]
      : []),
    ['take a Region out', 'npx landbridge offboard ap-southeast-2'],
  ];
  return [
    `\n${pc.bold('Try next')} (Ctrl-C stops)`,
    ...lines.flatMap(([what, command]) => [`  ${pc.dim(`# ${what}`)}`, `  ${command}`]),
  ];
}

/** How the CLI of another terminal reaches what runs here, and what lives elsewhere. */
function environmentOf(url: string, account: string, resources: OtherEndpoint | undefined): string {
  const keys = (id: string) => `AWS_ACCESS_KEY_ID=${id} AWS_SECRET_ACCESS_KEY=simulator`;
  if (resources === undefined) return `AWS_ENDPOINT_URL=${url} ${keys(account)}`;
  const there = resources.url === undefined ? '' : `AWS_ENDPOINT_URL=${resources.url} ${keys('test')} `;
  return `${there}AWS_ENDPOINT_URL_SFN=${url} LANDBRIDGE_LEFT_OUT='${JSON.stringify(resources.leftOut)}'`;
}
