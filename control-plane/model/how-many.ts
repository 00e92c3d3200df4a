/** '1 member', '2 members', '10,240 bytes', '2 were' */
export const howMany = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;
