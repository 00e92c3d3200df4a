import { createHash } from 'node:crypto';
import type { MessageAttributeValue } from '@aws-sdk/client-sqs';

export const md5Of = (text: string): string => createHash('md5').update(text, 'utf8').digest('hex');

const STRING = 1;
const BINARY = 2;

/** Source: Amazon SQS developer guide, Calculating the MD5 message digest for message attributes. */
export function md5OfAttributes(attributes: Readonly<Record<string, MessageAttributeValue>>): string | undefined {
  const names = Object.keys(attributes).toSorted();
  if (names.length === 0) return undefined;
  const hash = createHash('md5');
  const add = (bytes: Uint8Array): void => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.byteLength);
    hash.update(length).update(bytes);
  };
  for (const name of names) {
    const { DataType = '', StringValue = '', BinaryValue } = attributes[name] ?? { DataType: '' };
    add(Buffer.from(name));
    add(Buffer.from(DataType));
    const isBinary = DataType.startsWith('Binary');
    hash.update(Buffer.of(isBinary ? BINARY : STRING));
    add(isBinary ? (BinaryValue ?? Buffer.alloc(0)) : Buffer.from(StringValue));
  }
  return hash.digest('hex');
}
