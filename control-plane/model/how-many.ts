/** '1 member', '2 members' */
export const howMany = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
