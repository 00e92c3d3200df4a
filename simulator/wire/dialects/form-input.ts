import type { NormalizedSchema } from '@smithy/core/schema';
import { AwsError } from '../../aws-error.ts';

/** A form's names, taken apart at their dots: `Filter.1.Name` is the leaf Name of the branch 1 of the branch Filter. */
export interface Branch {
  value: string | undefined;
  readonly branches: Map<string, Branch>;
}

/** How the two query protocols name things. */
export interface QueryNaming {
  /** EC2 capitalises member names, and leaves out the `member` that a list has elsewhere. */
  readonly ec2: boolean;
}

export function formTree(form: URLSearchParams): Branch {
  const root: Branch = { value: undefined, branches: new Map() };
  for (const [name, value] of form) {
    let at = root;
    for (const part of name.split('.')) {
      let next = at.branches.get(part);
      if (next === undefined) {
        next = { value: undefined, branches: new Map() };
        at.branches.set(part, next);
      }
      at = next;
    }
    at.value = value;
  }
  return root;
}

/**
 * Reads the input of a query protocol: the one direction that the SDK, being a client, cannot do.
 *
 * Source  smithy.io/2.0/aws/protocols/aws-query-protocol.html and aws-ec2-query-protocol.html
 */
export function readForm(schema: NormalizedSchema, from: Branch, naming: QueryNaming, name = ''): unknown {
  if (schema.isStructSchema()) {
    const out: Record<string, unknown> = {};
    for (const [memberName, member] of schema.structIterator()) {
      const wireName = memberWireName(memberName, member, naming);
      const branch = from.branches.get(wireName);
      if (branch !== undefined)
        out[memberName] = readForm(member, branch, naming, name === '' ? wireName : `${name}.${wireName}`);
    }
    return out;
  }
  if (schema.isListSchema()) {
    const element = schema.getValueSchema();
    const list =
      naming.ec2 || schema.getMergedTraits().xmlFlattened ? from : from.branches.get(elementName(element, 'member'));
    return numbered(list).map(([index, branch]) => readForm(element, branch, naming, `${name}.${index}`));
  }
  if (schema.isMapSchema()) {
    const [key, value] = [schema.getKeySchema(), schema.getValueSchema()];
    const entries = schema.getMergedTraits().xmlFlattened ? from : from.branches.get('entry');
    return Object.fromEntries(
      numbered(entries).map(([index, entry]) => {
        const at = entry.branches.get(elementName(value, 'value'));
        return [
          entry.branches.get(elementName(key, 'key'))?.value ?? '',
          at === undefined ? undefined : readForm(value, at, naming, `${name}.${index}`),
        ];
      }),
    );
  }
  return readScalar(schema, from.value ?? '', name);
}

function memberWireName(memberName: string, member: NormalizedSchema, { ec2 }: QueryNaming): string {
  const { ec2QueryName, xmlName } = member.getMergedTraits() as { ec2QueryName?: string; xmlName?: string };
  if (!ec2) return xmlName ?? memberName;
  if (ec2QueryName !== undefined) return ec2QueryName;
  const name = xmlName ?? memberName;
  return name.charAt(0).toUpperCase() + name.slice(1);
}

const elementName = (element: NormalizedSchema, otherwise: string): string =>
  element.getMergedTraits().xmlName ?? otherwise;

/** Elements in the order of their numbers, which may have gaps. */
const numbered = (list: Branch | undefined): [number, Branch][] =>
  [...(list?.branches ?? [])]
    .filter(([index]) => /^\d+$/.test(index))
    .map(([index, branch]): [number, Branch] => [Number(index), branch])
    .toSorted(([one], [other]) => one - other);

function readScalar(schema: NormalizedSchema, text: string, name: string): unknown {
  if (schema.isBooleanSchema()) {
    if (!/^(true|false)$/i.test(text)) throw unreadable(text, name);
    return text.toLowerCase() === 'true';
  }
  if (schema.isNumericSchema()) {
    const number = Number(text);
    if (text.trim() === '' || Number.isNaN(number)) throw unreadable(text, name);
    return number;
  }
  if (schema.isTimestampSchema()) {
    const date = /^-?\d+(\.\d+)?$/.test(text) ? new Date(Number(text) * 1_000) : new Date(text);
    if (Number.isNaN(date.getTime())) throw unreadable(text, name);
    return date;
  }
  if (schema.isBlobSchema()) return new Uint8Array(Buffer.from(text, 'base64'));
  return text;
}

const unreadable = (text: string, name: string): AwsError =>
  new AwsError('InvalidParameterValue', `Invalid value '${text}' for ${name}`);
