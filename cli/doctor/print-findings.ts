import pc from 'picocolors';
import type { Printer } from '../print.ts';
import type { Finding, Level } from './finding.ts';

const shown: Record<Level, string> = {
  ok: pc.green('ok'),
  warning: pc.yellow('warning'),
  problem: pc.red('problem'),
  'not-checked': pc.dim('not checked'),
};

const count = (findings: readonly Finding[], level: Level): number =>
  findings.filter((finding) => finding.level === level).length;

/** A row for each finding; then, for each that has one, what to do. */
export function printFindings(findings: readonly Finding[], print: Printer): void {
  print.table(
    ['check', 'where', '', 'seen'],
    findings.map(({ check, where, level, says }) => [check, where, shown[level], says.replace(/^not checked: /, '')]),
  );
  const toDo = findings.flatMap((finding) =>
    finding.remedy === undefined ? [] : [{ ...finding, remedy: finding.remedy }],
  );
  for (const { check, where, level, says, remedy } of toDo) {
    print.line(`\n${shown[level]} ${pc.bold(`${check}, ${where}`)}: ${says}`);
    print.line(`      ${pc.dim('→')} ${remedy}`);
  }
  const problems = count(findings, 'problem');
  print.line(
    `\n${problems === 0 ? pc.green('no problem') : pc.red(`${problems} to be solved`)}; ${count(findings, 'warning')} to be warned of, ${count(findings, 'not-checked')} not checked, ${count(findings, 'ok')} well`,
  );
}
