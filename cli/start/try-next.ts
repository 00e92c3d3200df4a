import pc from 'picocolors';
import type { Fleet } from '../../control-plane/model/fleet.ts';

/** What a newcomer may do now, each line ready to be pasted into another terminal. */
export function tryNext(url: string, { name, home }: Fleet): string {
  const arn = `arn:aws:states:${home}:111122223333:stateMachine:landbridge-onboard-region`;
  const input = JSON.stringify({ fleet: name, region: 'eu-central-1', role: 'serving' });
  const lines = [
    ['in another terminal, once', 'export AWS_ENDPOINT_URL=' + url + ' AWS_ACCESS_KEY_ID=111122223333 AWS_SECRET_ACCESS_KEY=simulator'],
    ['who is in', 'npx landbridge status'],
    ['follow a request', 'npx landbridge request --from eu-west-1 --to us-east-1'],
    ['join a fourth Region', 'npx landbridge onboard eu-central-1 --role serving'],
    ['the same with the AWS CLI', `aws --region ${home} stepfunctions start-execution --state-machine-arn ${arn} --input '${input}'`],
    ['break something', 'aws --region eu-west-1 ec2 delete-vpc-peering-connection --vpc-peering-connection-id $(aws --region eu-west-1 ec2 describe-vpc-peering-connections --query "VpcPeeringConnections[?Status.Code==\'active\'].VpcPeeringConnectionId | [0]" --output text)'],
    ['see what it would mend', 'npx landbridge plan'],
    ['take a Region out', 'npx landbridge offboard ap-southeast-2'],
  ];
  return `\n${pc.bold('Try next')} (Ctrl-C stops)\n${lines.map(([what, command]) => `  ${pc.dim(`# ${what}`)}\n  ${command}`).join('\n')}`;
}
