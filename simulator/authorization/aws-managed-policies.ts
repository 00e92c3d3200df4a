const statement = (Action: string | readonly string[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] });

const writeLogs = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];

/**
 * AWS's own managed policies whose texts are known here, by ARN. Every other one can be attached and grants nothing.
 *
 * Source  docs.aws.amazon.com/aws-managed-policy/latest/reference
 */
export const awsManagedPolicies: Readonly<Record<string, string>> = {
  'arn:aws:iam::aws:policy/AdministratorAccess': statement('*'),
  'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole': statement(writeLogs),
  'arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole': statement([
    ...writeLogs,
    'ec2:CreateNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    'ec2:DeleteNetworkInterface',
    'ec2:AssignPrivateIpAddresses',
    'ec2:UnassignPrivateIpAddresses',
  ]),
  'arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess': statement([
    'xray:PutTraceSegments',
    'xray:PutTelemetryRecords',
    'xray:GetSamplingRules',
    'xray:GetSamplingTargets',
    'xray:GetSamplingStatisticSummaries',
  ]),
};
