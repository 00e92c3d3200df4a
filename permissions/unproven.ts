const WAITING = 'Step Functions asks for it once a machine that waits for another is made, and where its rule was lost';
const DELIVERY = 'asked of whoever switches on the log of a state machine; the simulated one keeps its history alone';
const IN_A_VPC = "what Lambda's guide asks for functions in a VPC; the simulated Lambda does not use it";
const BY_THE_PROBE =
  'here, requests are made straight through the simulated network; on AWS the probe of that member makes them';
const SAME_HAND =
  'people are told by whoever finds first that nothing more can be tried: the same code, and here others are first';
const OTHERS_MOVE =
  'callers are moved by whoever finds first that they must be: the same code, and here others are first';

/**
 * What is allowed though nothing here can show that it is used, and why: of the simulated AWS, or of what Landbridge does.
 * Every other permission must be used by some test or scenario. By action, or by role and action.
 */
export const unproven: Readonly<Record<string, string>> = {
  'iam:CreateServiceLinkedRole':
    'asked for once in the life of an account, by the service whose role it is; the simulated services have none',
  'xray:PutTraceSegments': 'traces are sent by Lambda and Step Functions themselves; the simulator keeps none',
  'xray:PutTelemetryRecords': 'as traces',
  'xray:GetSamplingRules': 'as traces',
  'xray:GetSamplingTargets': 'as traces',
  'landbridge-workflow states:DescribeExecution': WAITING,
  'landbridge-workflow states:StopExecution': 'a run that is stopped stops those it waits for; nobody stops one here',
  'logs:CreateLogDelivery': DELIVERY,
  'logs:GetLogDelivery': DELIVERY,
  'logs:UpdateLogDelivery': DELIVERY,
  'logs:DeleteLogDelivery': DELIVERY,
  'logs:ListLogDeliveries': DELIVERY,
  'logs:PutResourcePolicy': DELIVERY,
  'logs:DescribeResourcePolicies': DELIVERY,
  'logs:DescribeLogGroups': DELIVERY,
  'landbridge-probe ec2:DescribeSubnets': IN_A_VPC,
  'landbridge-probe ec2:AssignPrivateIpAddresses': IN_A_VPC,
  'landbridge-probe ec2:UnassignPrivateIpAddresses': IN_A_VPC,
  'landbridge-prove lambda:InvokeFunction': BY_THE_PROBE,
  'landbridge-prove-moved lambda:InvokeFunction': BY_THE_PROBE,
  'landbridge-prove-moved sts:AssumeRole': 'only to ask a probe of a member that lives in another account: as above',
  'landbridge-prove ec2:DescribeNetworkInterfaces':
    'only of an endpoint that no look has seen yet, and a look comes first',
  'landbridge-prove ec2:DescribeVpcs': 'only of a VPC whose id the journal does not have, and a look comes first',
  'landbridge-look dynamodb:ConditionCheckItem': OTHERS_MOVE,
  'landbridge-record-outcome dynamodb:ConditionCheckItem': OTHERS_MOVE,
  'landbridge-begin-repair sns:Publish': SAME_HAND,
  'landbridge-look sns:Publish': SAME_HAND,
  'landbridge-record-outcome sns:Publish': SAME_HAND,
};
