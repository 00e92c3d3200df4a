import { overridable } from '../control-plane/policies/index.ts';
import type { Parameter } from './document.ts';

/*
 * Values are put into the JSON text that a state machine is started with, as they are. So no pattern here lets through a
 * quotation mark, a backslash, a brace or a control character: nobody can end a text early, add a field of their own, or
 * write a line of their own into a log. (A `$` may overlook one newline at the end; JSON does not, and nothing is started.)
 */

/** Stands for what was left out: Systems Manager takes no empty value. */
export const AS_DECLARED = 'as-declared';

const REGION = '[a-z]{2}(-[a-z]{2,12}){1,2}-[0-9]';
const ADDRESS = '[0-9]{1,3}([.][0-9]{1,3}){3}/[0-9]{1,2}';
const CERTIFICATE = `arn:aws:acm:${REGION}:[0-9]{12}:certificate/[a-zA-Z0-9-]{1,64}`;
const SENTENCE = "^[A-Za-z0-9 .,:;/()#@+=%!?_'-]{1,300}$";

export const fleet: Parameter = {
  type: 'String',
  description: "The fleet's name, as in its file.",
  allowedPattern: '^[a-z]([a-z0-9-]{0,22}[a-z0-9])?$',
};

export const region = (description: string): Parameter => ({
  type: 'String',
  description,
  allowedPattern: `^${REGION}$`,
});

export const because: Parameter = {
  type: 'String',
  description: 'Why, for the journal. Letters, digits and plain punctuation.',
  default: 'asked for by runbook',
  allowedPattern: SENTENCE,
};

export const requireApproval: Parameter = {
  type: 'String',
  description: "Where somebody must approve: where the fleet file's policies.approvals says so, or in any case.",
  default: 'where-declared',
  allowedValues: ['where-declared', 'always'],
};

export const minutesOut: Parameter = {
  type: 'String',
  description: 'How many minutes the member stays out, 1 to 120.',
  default: '5',
  allowedPattern: '^([1-9]|[1-9][0-9]|1[01][0-9]|120)$',
};

export const role: Parameter = {
  type: 'String',
  description: 'What the member is to be.',
  default: AS_DECLARED,
  allowedValues: [AS_DECLARED, 'serving', 'client'],
};

export const cidr: Parameter = {
  type: 'String',
  description: "Its VPC's addresses, such as 10.68.0.0/16. As declared: what the fleet file says, or a free block.",
  default: AS_DECLARED,
  allowedPattern: `^(${AS_DECLARED}|${ADDRESS})$`,
};

export const certificateArn: Parameter = {
  type: 'String',
  description: "The certificate for the fleet's domain there. As declared: what the fleet file says, or the one found.",
  default: AS_DECLARED,
  allowedPattern: `^(${AS_DECLARED}|${CERTIFICATE})$`,
};

export const regionOrAll: Parameter = {
  type: 'String',
  description: 'Only what concerns this member; all: the whole fleet.',
  default: 'all',
  allowedPattern: `^(all|${REGION})$`,
};

export const policy: Parameter = {
  type: 'String',
  description: 'The policy to let it through over.',
  allowedValues: overridable.evacuate,
};

export const why: Parameter = {
  type: 'String',
  description: 'Why the policy may be overridden: somebody will read it.',
  allowedPattern: SENTENCE,
};

export const overrideMinutes: Parameter = {
  type: 'String',
  description: 'How many minutes the override holds, 1 to 1440.',
  default: '15',
  allowedPattern: '^([1-9][0-9]{0,2}|1[0-3][0-9]{2}|14[0-3][0-9]|1440)$',
};
