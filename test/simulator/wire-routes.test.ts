import { expect, test } from 'vitest';
import { Routes } from '../../simulator/wire/dialects/routes.ts';

const routes = new Routes(
  [
    ['GET', '/functions/{name}'],
    ['GET', '/functions/{name}/policy'],
    ['GET', '/functions/settings'],
    ['GET', '/objects/{bucket}/{key+}'],
    ['GET', '/objects/{bucket}/{key+}/acl'],
    ['POST', '/apis'],
    ['POST', '/apis?mode=import'],
    ['PUT', '/zones/{id}/records/'],
  ].map(([method = '', path = '']) => ({ http: { method, path, status: 200 } })),
);

// biome-ignore format: a table is read down its columns
test.for([
  { request: 'GET /functions/f',                 finds: '/functions/{name}',             labels: { name: 'f' },                       why: 'a label' },
  { request: 'GET /functions/settings',          finds: '/functions/settings',           labels: {},                                  why: 'a literal goes before a label' },
  { request: 'GET /functions/arn%3Aaws%2Ff/policy', finds: '/functions/{name}/policy',   labels: { name: 'arn:aws/f' },               why: 'a slash that is encoded divides nothing' },
  { request: 'GET /functions/100%',              finds: '/functions/{name}',             labels: { name: '100%' },                    why: 'a stray percent sign stands for itself' },
  { request: 'GET /functions/',                  finds: undefined,                       labels: undefined,                           why: 'a label is never empty' },
  { request: 'GET /objects/b/a/b/c',             finds: '/objects/{bucket}/{key+}',      labels: { bucket: 'b', key: 'a/b/c' },       why: 'a greedy label takes slashes' },
  { request: 'GET /objects/b/a/b/acl',           finds: '/objects/{bucket}/{key+}/acl',  labels: { bucket: 'b', key: 'a/b' },         why: 'and leaves what follows it' },
  { request: 'POST /apis',                       finds: '/apis',                         labels: {},                                  why: 'without the query' },
  { request: 'POST /apis?mode=import&x=1',       finds: '/apis?mode=import',             labels: {},                                  why: 'a query tells two apart' },
  { request: 'PUT /zones/Z1/records',            finds: '/zones/{id}/records/',          labels: { id: 'Z1' },                        why: 'a slash at the end means nothing' },
  { request: 'DELETE /functions/f',              finds: undefined,                       labels: undefined,                           why: 'the method counts' },
])('$request: $why', ({ request, finds, labels }) => {
  const [method = '', target = ''] = request.split(' ');
  const [path = '', query = ''] = target.split('?');
  const match = routes.match(method, path, new URLSearchParams(query));
  expect(match?.operation.http.path).toBe(finds);
  expect(match?.labels).toEqual(labels);
});
