import type { Integration } from '@aws-sdk/client-api-gateway';
import type { HttpAnswer } from './proxy-event.ts';

/** Templates with anything to compute: those are the Velocity language, which is not simulated. */
const isLiteral = (template: string): boolean => !/[$#]/.test(template);

/**
 * What a mock integration answers, or why it cannot: templates are taken as they stand.
 *
 * Source    docs.aws.amazon.com/apigateway/latest/developerguide/how-to-mock-integration.html
 */
export function mockAnswer({ requestTemplates, integrationResponses }: Readonly<Integration>): HttpAnswer | string {
  const template = requestTemplates?.['application/json'] ?? '{"statusCode": 200}';
  const wanted = isLiteral(template) ? /"?statusCode"?\s*:\s*"?(\d{3})/.exec(template)?.[1] : undefined;
  if (wanted === undefined)
    return 'the request template of the mock gives no plain statusCode: templates are not simulated';
  const responses = Object.values(integrationResponses ?? {});
  const response =
    responses.find(
      ({ selectionPattern }) =>
        selectionPattern !== undefined &&
        selectionPattern !== '' &&
        new RegExp(`^(?:${selectionPattern})$`).test(wanted),
    ) ?? responses.find(({ selectionPattern }) => selectionPattern === undefined || selectionPattern === '');
  if (response?.statusCode === undefined) return `the mock has no integration response for ${wanted}`;
  const body = response.responseTemplates?.['application/json'] ?? '';
  if (!isLiteral(body)) return 'the response template of the mock computes something: templates are not simulated';
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  for (const [name, value] of Object.entries(response.responseParameters ?? {})) {
    const header = /^method\.response\.header\.(.+)$/.exec(name)?.[1];
    if (header !== undefined) headers[header.toLowerCase()] = value.replaceAll(/^'|'$/g, '');
  }
  return { status: Number(response.statusCode), headers, body };
}
