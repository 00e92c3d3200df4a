const MOST_ANSWERS = 5_000;

/**
 * The same pure function, that works each text out once: one fleet asks for the same few names, URLs and policies by the
 * million. Forgets everything when full, so it cannot grow for ever.
 */
export function remembered<Answer>(work: (text: string) => Answer): (text: string) => Answer {
  const answers = new Map<string, Answer>();
  return (text) => {
    const known = answers.get(text);
    if (known !== undefined || answers.has(text)) return known as Answer;
    if (answers.size >= MOST_ANSWERS) answers.clear();
    const answer = work(text);
    answers.set(text, answer);
    return answer;
  };
}
