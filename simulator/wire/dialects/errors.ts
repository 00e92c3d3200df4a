import { AwsError } from '../../aws-error.ts';
import type { ErrorModel } from '../service-model.ts';

/** The members of an error's shape, with its message under the name the shape gives it: `message`, or `Message`. */
export function errorMembers(error: AwsError, shape: ErrorModel): Record<string, unknown> {
  const names = [...shape.schema.structIterator()].map(([name]) => name);
  const messageName = names.find((name) => name.toLowerCase() === 'message');
  return messageName === undefined ? { ...error.fields } : { ...error.fields, [messageName]: error.message };
}

/** Whose fault: the query protocols and REST XML say `Sender` or `Receiver`. */
export const senderOrReceiver = (status: number): string => (status < 500 ? 'Sender' : 'Receiver');

export const statusOf = (error: AwsError, shape: ErrorModel | undefined): number =>
  error.status ?? shape?.status ?? 400;

export const unreadableBody = (code: string, cause: unknown): AwsError =>
  new AwsError(code, `The request body cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`);
