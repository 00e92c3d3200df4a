/**
 * A small payments API. It keeps nothing: an id IS the payment, encoded and signed with a checksum, so that every
 * Region can read what any other has accepted. A real one would keep payments in a global table instead.
 *
 * In   an event of API Gateway's Lambda proxy integration
 * Out  { statusCode, headers, body }, always JSON, always with the Region that answered
 */
import { createHash } from 'node:crypto';

const region = process.env.AWS_REGION;
const currencies = (process.env.CURRENCIES ?? 'EUR,USD').split(',');

const answer = (statusCode, body) => ({
  statusCode,
  headers: { 'content-type': 'application/json', 'x-served-from': region },
  body: JSON.stringify({ ...body, region }),
});
const badRequest = (problem, field) => answer(400, { problem, ...(field && { field }) });

/** The value that text stands for, or `undefined` when it is not JSON. */
function parseJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const checksum = (text) => createHash('sha256').update(text).digest('base64url').slice(0, 8);

function idOf(payment) {
  const text = Buffer.from(JSON.stringify(payment)).toString('base64url');
  return `${text}.${checksum(text)}`;
}

function paymentOf(id) {
  const [text, check] = id.split('.');
  if (check !== checksum(text)) return undefined;
  return parseJson(Buffer.from(text, 'base64url').toString());
}

function createPayment(body) {
  const wish = parseJson(body ?? '');
  if (typeof wish !== 'object' || wish === null) return badRequest('the body is not a JSON object');
  const { amount, currency, to } = wish;
  if (!Number.isSafeInteger(amount) || amount < 1) return badRequest('a whole number from 1', 'amount');
  if (!currencies.includes(currency)) return badRequest(`one of ${currencies.join(', ')}`, 'currency');
  if (typeof to !== 'string' || to === '' || to.length > 64) return badRequest('1 to 64 characters', 'to');
  const payment = { amount, currency, to };
  return answer(201, { id: idOf(payment), ...payment });
}

function readPayment(id) {
  const payment = paymentOf(id);
  return payment === undefined ? badRequest('not the id of a payment', 'id') : answer(200, { id, ...payment });
}

export async function handler({ httpMethod, resource, pathParameters, body, isBase64Encoded }) {
  switch (`${httpMethod} ${resource}`) {
    case 'GET /health':
      return answer(200, { status: 'ok' });
    case 'POST /payments':
      return createPayment(isBase64Encoded ? Buffer.from(body, 'base64').toString() : body);
    case 'GET /payments/{id}':
      return readPayment(pathParameters.id);
    default:
      return answer(404, { problem: `nothing answers ${httpMethod} ${resource}` });
  }
}
