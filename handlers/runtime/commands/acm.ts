import { ACMClient, ListCertificatesCommand } from '@aws-sdk/client-acm';
import type { CommandsOf } from './commands.ts';

export const client = ACMClient;

export const commands = {
  listCertificates: ListCertificatesCommand,
} satisfies CommandsOf<'acm'>;
