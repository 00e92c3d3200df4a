/**
 * What is allowed though nothing here can show that it is used, and why: of the simulated AWS, or of what Landbridge does.
 * Every other permission must be used by some test or scenario.
 */
export const unproven: Readonly<Record<string, string>> = {
  'iam:CreateServiceLinkedRole':
    'asked for once in the life of an account, by the service whose role it is; the simulated services have none',
  'xray:PutTraceSegments': 'traces are sent by Lambda and Step Functions themselves; the simulator keeps none',
  'xray:PutTelemetryRecords': 'as traces',
  'xray:GetSamplingRules': 'as traces',
  'xray:GetSamplingTargets': 'as traces',
};
