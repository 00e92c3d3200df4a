import { Interrupted } from '../../../engine/states/failure.ts';
import type { Json, JsonObject } from '../../../engine/states/json.ts';
import type { Place } from '../../../service.ts';
import type { World } from '../../../world.ts';
import { type Action, actions, type Done } from './actions.ts';
import { type Automation, StepFailure, type StepRun } from './automation.ts';
import { resolved } from './references.ts';
import { tellStatusChange } from './status-events.ts';

/** Runs an automation from its first step to its end, by itself: whoever started it is not waited for. */
export function drive(automation: Automation, world: World, place: Place): void {
  // From the clock, so that it is not part of whatever handler started it.
  world.clock.after(0, () => void steps(automation, world, place));
}

async function steps(automation: Automation, world: World, place: Place): Promise<void> {
  const order = [...automation.steps.values()];
  let step: StepRun | undefined = order[0];
  let failed: StepFailure | undefined;
  become(automation, 'InProgress', world, place);
  try {
    while (step !== undefined) {
      automation.lifetime.check();
      const { definition }: StepRun = step;
      const following: StepRun | undefined = definition.isEnd === true ? undefined : order[order.indexOf(step) + 1];
      automation.current = step;
      const outcome = await attempted(automation, step, world, place);
      if (outcome instanceof StepFailure) {
        const { onFailure = 'Abort', isCritical = true } = definition;
        if (isCritical) failed ??= outcome;
        automation.failureMessage ??= isCritical ? step.failureMessage : undefined;
        if (onFailure === 'Abort') return end(automation, outcome.status, world, place);
        step = onFailure === 'Continue' ? following : automation.steps.get(onFailure.slice('step:'.length));
      } else {
        const next = outcome.next ?? definition.nextStep;
        step = next === undefined ? following : automation.steps.get(next);
      }
    }
    end(automation, failed?.status ?? 'Success', world, place);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    if (automation.current?.endMs === undefined && automation.current !== undefined) {
      automation.current.status = 'Cancelled';
      automation.current.endMs = world.clock.nowMs();
    }
    end(automation, 'Cancelled', world, place);
  }
}

function become(automation: Automation, status: Automation['status'], world: World, place: Place): void {
  automation.status = status;
  tellStatusChange(world, place, automation);
}

function end(automation: Automation, status: Automation['status'], world: World, place: Place): void {
  automation.endMs = world.clock.nowMs();
  automation.lifetime.close();
  become(automation, status, world, place);
}

/** Takes a step, again as often as it may. Rejects with `Interrupted` where the automation was stopped meanwhile. */
async function attempted(
  automation: Automation,
  step: StepRun,
  world: World,
  place: Place,
): Promise<Done | StepFailure> {
  const { action: name, maxAttempts = 1 } = step.definition;
  const action = actions.get(name);
  step.startMs = world.clock.nowMs();
  step.status = 'InProgress';
  let outcome: Done | StepFailure = new StepFailure(`${name} is not simulated`);
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    if (action === undefined) break;
    outcome = await taken(automation, step, action, world, place);
    if (!(outcome instanceof StepFailure) || outcome.status === 'Rejected') break;
  }
  step.endMs = world.clock.nowMs();
  if (automation.status === 'Waiting') automation.status = 'InProgress';
  if (outcome instanceof StepFailure) {
    step.status = outcome.status;
    // Source: Automation troubleshooting: how a failed step and one that timed out say so.
    const doing = name.startsWith('aws:waitFor') ? 'Poll action status for completion' : 'Execute/Cancelling action';
    const how = outcome.status === 'TimedOut' ? 'Step timed out while step is' : 'Step fails when it is';
    step.failureMessage = `${how} ${doing}. ${outcome.message}. Please refer to Automation Service Troubleshooting Guide for more diagnosis details.`;
    return outcome;
  }
  step.status = 'Success';
  step.response = outcome.response;
  for (const [output, value] of Object.entries(outcome.outputs ?? {})) step.outputs.set(output, value);
  return outcome;
}

async function taken(
  automation: Automation,
  step: StepRun,
  action: Action,
  world: World,
  place: Place,
): Promise<Done | StepFailure> {
  const { timeoutSeconds = action.timeoutSeconds } = step.definition;
  const lifetime = automation.lifetime.inner();
  let isLate = false;
  const timer = world.clock.after(timeoutSeconds * 1_000, () => {
    isLate = true;
    lifetime.end();
  });
  try {
    step.inputs = resolved(step.definition.inputs ?? {}, (name) =>
      valueOf(automation, name, world, place),
    ) as JsonObject;
    return await action.run({ world, place, automation, step, inputs: step.inputs, lifetime });
  } catch (error) {
    if (error instanceof StepFailure) return error;
    if (error instanceof Interrupted && isLate)
      return new StepFailure(`It did not end within ${timeoutSeconds} seconds`, 'TimedOut');
    throw error;
  } finally {
    timer.cancel();
    lifetime.close();
  }
}

/** What `{{ name }}` stands for. Source: Systems Manager guide, Automation system variables. */
function valueOf(automation: Automation, name: string, world: World, { account, region }: Place): Json {
  const now = new Date(world.clock.nowMs()).toISOString();
  const ofTheSystem: Readonly<Record<string, string>> = {
    'global:ACCOUNT_ID': account,
    'global:REGION': region,
    'global:AWS_PARTITION': 'aws',
    'global:DATE': now.slice(0, 10),
    'global:DATE_TIME': now.slice(0, 19).replace('T', '_').replaceAll(':', '.'),
    'automation:EXECUTION_ID': automation.id,
  };
  const [step = '', output = ''] = name.split('.');
  const value =
    ofTheSystem[name] ??
    automation.parameters.get(name) ??
    automation.variables.get(name.replace(/^variable:/, '')) ??
    automation.steps.get(step)?.outputs.get(output);
  if (value === undefined) throw new StepFailure(`There is no value of {{ ${name} }} yet`);
  return value;
}
