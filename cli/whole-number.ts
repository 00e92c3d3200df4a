import { InvalidArgumentError } from 'commander';

/** Reads an option that is a whole number within bounds; anything else is told before AWS is asked. */
export const wholeNumber =
  (least: number, most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most)
      throw new InvalidArgumentError(`a whole number from ${least} to ${most} is needed`);
    return value;
  };
