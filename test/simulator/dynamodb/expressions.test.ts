import { beforeEach, describe, expect, test } from 'vitest';
import { type Item, N, S, tableWorld } from './table-world.ts';

let table: Awaited<ReturnType<typeof tableWorld>>;
beforeEach(async () => {
  table = await tableWorld();
});

const key = { pk: S('p'), sk: S('s') };
const item: Item = {
  ...key,
  n: N('10.50'),
  s: S('landbridge'),
  b: { B: new Uint8Array([1, 2]) },
  yes: { BOOL: true },
  nil: { NULL: true },
  tags: { SS: ['a', 'b'] },
  numbers: { NS: ['1', '2.0'] },
  steps: { L: [N(1), S('two'), { M: { deep: S('x') } }] },
  node: { M: { leaf: { M: { n: N(1) } }, rest: S('o') } },
};
const values: Item = {
  ':n': N('1.05e1'),
  ':s': S('land'),
  ':list': { L: [] },
  ':a': S('a'),
  ':two': N(2),
  ':zero': N(0),
  ':hundred': N(100),
  ':type': S('SS'),
  ':map': { M: { n: N('1.0') } },
  ':b': { B: new Uint8Array([1]) },
  ':set': { SS: ['b', 'a'] },
  ':true': { BOOL: true },
};

const used = (expression: string, all: Item): Item =>
  Object.fromEntries(Object.entries(all).filter(([name]) => new RegExp(`${name}\\b`).test(expression)));

const withValues = (expression: string) => {
  const found = used(expression, values);
  return Object.keys(found).length === 0 ? {} : { ExpressionAttributeValues: found };
};

describe('conditions', () => {
  // biome-ignore format: a table is read down its columns
  test.for<[condition: string, holds: boolean, why: string]>([
    ['n = :n',                                       true,  'numbers are compared as numbers'],
    ['n > :two AND n < :hundred',                    true,  '10.5 lies between, though "10.5" < "2"'],
    ['n BETWEEN :two AND :hundred',                  true,  'bounds included'],
    ['n IN (:two, :n)',                              true,  'any of them'],
    ['s = :n',                                       false, 'types differ'],
    ['s > :n',                                       false, 'types that cannot be ordered'],
    ['s <> :n',                                      true,  'what has another type differs'],
    ['gone <> :n',                                   true,  'what is not there differs'],
    ['gone = :n',                                    false, 'and equals nothing'],
    ['gone < :n',                                    false, 'and has no order'],
    ['attribute_exists(node.leaf.n)',                true,  'a path into maps'],
    ['attribute_exists(steps[2].deep)',               true,  'a path through a steps'],
    ['attribute_not_exists(steps[3])',                true,  'past the end of a steps'],
    ['attribute_type(tags, :type)',                  true,  'a string set'],
    ['begins_with(s, :s)',                           true,  'a prefix'],
    ['begins_with(b, :b)',                           true,  'a prefix of bytes'],
    ['begins_with(s, :a)',                           false, 'another prefix'],
    ['contains(tags, :a)',                           true,  'a member'],
    ['contains(numbers, :two)',                      true,  'a member in another form'],
    ['contains(steps, :two)',                         false, 'no such element'],
    ['contains(s, :a)',                              true,  'a part of a string'],
    ['size(s) > :two AND size(steps) > :two',         true,  'characters and elements'],
    ['size(n) > :zero',                              false, 'numbers have no size'],
    ['node.leaf = :map',                             true,  'maps by their members'],
    ['tags = :set',                                  true,  'sets in any order'],
    ['NOT (n = :two OR yes <> :true)',               true,  'NOT over parentheses'],
    ['NOT n = :two AND yes = :true',                 true,  'NOT binds before AND'],
    ['n = :n OR n = :two AND yes = :a',              true,  'AND binds before OR'],
    ['not attribute_exists(gone) and n = :n',        true,  'keywords in any case'],
  ])('%s is %s: %s', async ([ConditionExpression, holds]) => {
    await table.put(item);
    const request = { TableName: 'fleet', Key: key, ConditionExpression, ...withValues(ConditionExpression) };
    const outcome = await table.aws.call('DeleteItem', request).then(
      () => true,
      (error: { code?: string }) => (error.code === 'ConditionalCheckFailedException' ? false : error),
    );
    expect(outcome).toBe(holds);
    expect((await table.get('p', 's')) === undefined).toBe(holds);
  });

  // biome-ignore format: a table is read down its columns
  test.for<[condition: string, message: string]>([
    ['n = ',                        'Invalid ConditionExpression: Syntax error; token: "<EOF>", near: "= "'],
    ['n ! :n',                      'Invalid ConditionExpression: Syntax error; token: "!", near: "n ! :n"'],
    ['',                            'Invalid ConditionExpression: The expression can not be empty;'],
    ['name = :n',                   'Invalid ConditionExpression: Attribute name is a reserved keyword; reserved keyword: name'],
    ['#x = :n',                     'Invalid ConditionExpression: An expression attribute name used in the document path is not defined; attribute name: #x'],
    ['n = :gone',                   'Invalid ConditionExpression: An expression attribute value used in expression is not defined; attribute value: :gone'],
    ['exists(n)',                   'Invalid ConditionExpression: Invalid function name; function: exists'],
    ['n < :true',                   'Invalid ConditionExpression: Incorrect operand type for operator or function; operator or function: <, operand type: BOOL'],
    ['begins_with(s, :two)',        'Invalid ConditionExpression: Incorrect operand type for operator or function; operator or function: begins_with, operand type: N'],
    ['n BETWEEN :hundred AND :two', 'Invalid ConditionExpression: The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {N:100}, upper bound operand: AttributeValue: {N:2}'],
  ])('%s is refused', async ([ConditionExpression, message]) => {
    const request = { TableName: 'fleet', Key: key, ConditionExpression, ...withValues(ConditionExpression) };
    expect(await table.aws.refused('DeleteItem', request)).toMatchObject({ code: 'ValidationException', message });
  });

  test('placeholders that nothing uses are refused', async () => {
    const request = { TableName: 'fleet', Key: key };
    const refusals = [
      { ExpressionAttributeNames: { '#a': 'a' } },
      { ConditionExpression: 'n = :n', ExpressionAttributeValues: { ':n': N(1), ':m': N(1) } },
      { ConditionExpression: 'attribute_exists(n)', ExpressionAttributeValues: {} },
      { ConditionExpression: 'n = :n', ExpressionAttributeValues: { n: N(1) } },
    ];
    const messages = [];
    for (const more of refusals)
      messages.push((await table.aws.refused('DeleteItem', { ...request, ...more })).message);
    expect(messages).toEqual([
      'ExpressionAttributeNames can only be specified when using expressions',
      'Value provided in ExpressionAttributeValues unused in expressions: keys: {:m}',
      'ExpressionAttributeValues must not be empty',
      'ExpressionAttributeValues contains invalid key: Syntax error; key: "n"',
    ]);
  });
});

describe('updates', () => {
  const updateValues: Item = {
    ':one': N(1),
    ':list': { L: [S('end')] },
    ':set': { SS: ['b', 'c'] },
    ':all': { SS: ['a', 'b'] },
    ':m': { M: {} },
    ':s': S('new'),
  };
  const update = (UpdateExpression: string) => {
    const found = used(UpdateExpression, updateValues);
    return {
      TableName: 'fleet',
      Key: key,
      UpdateExpression,
      ReturnValues: 'ALL_NEW' as const,
      ...(Object.keys(found).length > 0 && { ExpressionAttributeValues: found }),
    };
  };

  // biome-ignore format: a table is read down its columns
  test.for<[update: string, changed: Item, why: string]>([
    ['SET s = :s, n = n + :one',                        { s: S('new'), n: N('11.5') },                             'several at once'],
    ['SET n = :one - n',                                { n: N('-9.5') },                                          'the other way round'],
    ['SET n = if_not_exists(gone, n) + :one',           { n: N('11.5') },                                          'a path as the fallback'],
    ['SET gone = if_not_exists(gone, :one)',            { gone: N(1) },                                            'the fallback'],
    ['SET a = n, n = :one',                             { a: N('10.5'), n: N(1) },                                 'operands are read before anything is written'],
    ['SET steps = list_append(steps, :list)',             { steps: { L: [N(1), S('two'), { M: { deep: S('x') } }, S('end')] } }, 'at the end'],
    ['SET steps = list_append(:list, steps)',             { steps: { L: [S('end'), N(1), S('two'), { M: { deep: S('x') } }] } }, 'at the start'],
    ['SET steps[0] = :s, steps[9] = :one',                { steps: { L: [S('new'), S('two'), { M: { deep: S('x') } }, N(1)] } }, 'an element, and one past the end'],
    ['SET node.leaf.#n = :s',                           { node: { M: { leaf: { M: { n: N(1), name: S('new') } }, rest: S('o') } } }, 'into a node'],
    ['SET steps[2].deep = :s REMOVE node.rest',          { steps: { L: [N(1), S('two'), { M: { deep: S('new') } }] }, node: { M: { leaf: { M: { n: N(1) } } } } }, 'two clauses'],
    ['REMOVE steps[0], steps[1]',                         { steps: { L: [{ M: { deep: S('x') } }] } },                'positions as they were before'],
    ['ADD n :one, fresh :one',                          { n: N('11.5'), fresh: N(1) },                             'a number, there or not'],
    ['ADD tags :set',                                   { tags: { SS: ['a', 'b', 'c'] } },                         'members'],
    ['DELETE tags :set',                                { tags: { SS: ['a'] } },                                   'a member'],
  ])('%s: %s', async ([expression, changed]) => {
    await table.put(item);
    const request = update(expression);
    const { Attributes: after } = await table.aws.call('UpdateItem', {
      ...request,
      ...(expression.includes('#n') && { ExpressionAttributeNames: { '#n': 'name' } }),
    });
    const before = { ...item, n: N('10.5'), numbers: { NS: ['1', '2'] } };
    expect(after).toEqual({ ...before, ...changed });
    expect(await table.get('p', 's')).toEqual(after);
  });

  test('a set without members goes, and so does what is removed', async () => {
    await table.put(item);
    const { Attributes: after } = await table.aws.call('UpdateItem', update('DELETE tags :all REMOVE s, gone'));
    expect(after).not.toHaveProperty('tags');
    expect(after).not.toHaveProperty('s');
  });

  test('of an item that does not exist make one', async () => {
    expect((await table.aws.call('UpdateItem', update('SET s = :s'))).Attributes).toEqual({ ...key, s: S('new') });
  });

  // biome-ignore format: a table is read down its columns
  test.for<[update: string, message: string]>([
    ['SET sk = :s',                   'One or more parameter values were invalid: Cannot update attribute sk. This attribute is part of the key'],
    ['SET gone.a = :s',               'The document path provided in the update expression is invalid for update'],
    ['SET a = gone',                  'The provided expression refers to an attribute that does not exist in the item'],
    ['SET a = s + :one',              'An operand in the update expression has an incorrect data type'],
    ['ADD s :one',                    'An operand in the update expression has an incorrect data type'],
    ['ADD n :s',                      'Invalid UpdateExpression: Incorrect operand type for operator or function; operator: ADD, operand type: S'],
    ['SET s = :s, s = :one',          'Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [s], path two: [s]'],
    ['SET node = :m REMOVE node.leaf', 'Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [node], path two: [node, leaf]'],
    ['SET a = :s SET z = :s',         'Invalid UpdateExpression: The "SET" section can only be used once in an update expression;'],
    ['PUT a = :s',                    'Invalid UpdateExpression: Syntax error; token: "PUT", near: "PUT a"'],
    ['SET a = size(s)',               'Invalid UpdateExpression: Invalid function name; function: size'],
  ])('%s is refused', async ([expression, message]) => {
    await table.put(item);
    expect(await table.aws.refused('UpdateItem', update(expression))).toMatchObject({ code: 'ValidationException', message });
  });

  // biome-ignore format: a table is read down its columns
  test.for<[returned: 'NONE' | 'ALL_OLD' | 'UPDATED_OLD' | 'ALL_NEW' | 'UPDATED_NEW', attributes: Item | undefined]>([
    ['NONE',        undefined],
    ['ALL_OLD',     { ...key, n: N(1), m: { M: { a: N(1), b: N(2) } } }],
    ['UPDATED_OLD', { n: N(1), m: { M: { a: N(1) } } }],
    ['ALL_NEW',     { ...key, n: N(2), m: { M: { a: N(2), b: N(2) } } }],
    ['UPDATED_NEW', { n: N(2), m: { M: { a: N(2) } } }],
  ])('answer with %s', async ([ReturnValues, attributes]) => {
    await table.put({ ...key, n: N(1), m: { M: { a: N(1), b: N(2) } } });
    const { Attributes } = await table.aws.call('UpdateItem', {
      TableName: 'fleet',
      Key: key,
      UpdateExpression: 'SET n = :v, m.a = :v',
      ExpressionAttributeValues: { ':v': N(2) },
      ReturnValues,
    });
    expect(Attributes).toEqual(attributes);
  });
});

test('projections pick paths and keep their shape', async () => {
  await table.put(item);
  const { Item: picked } = await table.aws.call('GetItem', {
    TableName: 'fleet',
    Key: key,
    ProjectionExpression: 'sk, #m.leaf, steps[2].deep, steps[0], gone.far',
    ExpressionAttributeNames: { '#m': 'node' },
  });
  expect(picked).toEqual({
    sk: S('s'),
    node: { M: { leaf: { M: { n: N(1) } } } },
    steps: { L: [N(1), { M: { deep: S('x') } }] },
  });
});
