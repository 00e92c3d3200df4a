import { expect, test } from 'vitest';
import { read, write } from '../../control-plane/model/aws-call.ts';
import { converse } from '../../handlers/runtime/caller.ts';
import { attachHostCode } from '../../simulator/services/lambda/host.ts';
import { UNANSWERED_QUEUE, UNDELIVERED_QUEUE } from '../../workflows/dead-letters.ts';
import { ACCOUNT, type TestBed, testBed } from '../support/landbridge.ts';

const HOME = 'us-east-1';
const HOUR_MS = 3_600_000;

/** What lies in a queue: bodies, and what EventBridge or Lambda says of them. */
async function letters({ clock, world }: TestBed, name: string) {
  const receive = world.invoke({
    service: 'sqs',
    operation: 'ReceiveMessage',
    input: {
      QueueUrl: `https://sqs.${HOME}.amazonaws.com/${ACCOUNT}/${name}`,
      MaxNumberOfMessages: 10,
      MessageAttributeNames: ['All'],
    },
    place: { account: ACCOUNT, region: HOME },
    principal: { kind: 'Root', arn: `arn:aws:iam::${ACCOUNT}:root`, account: ACCOUNT },
  });
  const { Messages = [] } = (await clock.runUntil(receive)) as {
    Messages?: { Body: string; MessageAttributes?: Record<string, { StringValue?: string }> }[];
  };
  return Messages.map(({ Body, MessageAttributes = {} }) => ({
    body: JSON.parse(Body) as object,
    says: Object.fromEntries(Object.entries(MessageAttributes).map(([key, { StringValue }]) => [key, StringValue])),
  }));
}

test('an event that reaches nobody lies in the queue of what was not delivered, with the reason', async () => {
  const bed = await testBed();
  const stateMachineArn = `arn:aws:states:${HOME}:${ACCOUNT}:stateMachine:landbridge-sweep`;
  await bed.clock.runFor(90_000);
  expect(await letters(bed, UNDELIVERED_QUEUE)).toEqual([]);
  await bed.clock.runUntil(
    converse(write(HOME, 'sfn', 'deleteStateMachine', { stateMachineArn }), bed.landbridge.operator.call),
  );
  await bed.clock.runFor(60_000);
  expect(await letters(bed, UNDELIVERED_QUEUE)).toMatchObject([
    {
      body: { 'detail-type': 'Scheduled Event' },
      says: { ERROR_CODE: 'NO_RESOURCE', RETRY_ATTEMPTS: '0', TARGET_ARN: stateMachineArn },
    },
  ]);
});

test('an event that a function fails on, each time, lies in the queue of what was not answered', async () => {
  const bed = await testBed();
  attachHostCode(bed.world, `arn:aws:lambda:${HOME}:${ACCOUNT}:function:landbridge-on-health`, () => {
    throw new Error('on-health is not itself today');
  });
  const Entries = [
    {
      Source: 'landbridge.health',
      DetailType: 'Landbridge Health Changed',
      Detail: JSON.stringify({ fleet: 'payments' }),
    },
  ];
  await bed.clock.runUntil(
    converse(write(HOME, 'eventbridge', 'putEvents', { Entries }), bed.landbridge.operator.call),
  );
  await bed.clock.runFor(HOUR_MS);
  expect(await letters(bed, UNANSWERED_QUEUE)).toMatchObject([
    {
      body: {
        requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 3 },
        requestPayload: { source: 'landbridge.health', detail: { fleet: 'payments' } },
        responsePayload: { errorMessage: 'on-health is not itself today' },
      },
    },
  ]);
});

test('every rule at home says where goes what it cannot hand over', async () => {
  const bed = await testBed();
  const { call } = bed.landbridge.operator;
  const { Rules = [] } = await bed.clock.runUntil(converse(read(HOME, 'eventbridge', 'listRules', {}), call));
  expect(Rules.length).toBeGreaterThan(2);
  for (const { Name } of Rules) {
    const { Targets = [] } = await bed.clock.runUntil(
      converse(read(HOME, 'eventbridge', 'listTargetsByRule', { Rule: Name }), call),
    );
    for (const target of Targets)
      expect(target, Name).toMatchObject({
        DeadLetterConfig: { Arn: `arn:aws:sqs:${HOME}:${ACCOUNT}:${UNDELIVERED_QUEUE}` },
      });
  }
});
