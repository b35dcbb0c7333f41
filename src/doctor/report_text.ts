import { type Check, type Diagnosis, summaryOf } from "./diagnosis.ts";

/** What a terminal shows in a line, at the least. */
const WIDTH = 80;

/** Status and name, each in its column. */
const INDENT = 29;

/** What `main.ts doctor` prints: one check after the other, for people. */
export function reportText(diagnosis: Diagnosis): string {
  return [
    ...diagnosis.checks.map(describe),
    "",
    ...wrapped(summaryOf(diagnosis), WIDTH),
    "",
    "For an admin:",
    // In one piece, for it is copied.
    diagnosis.for_admin,
    "",
  ].join("\n");
}

function describe({ name, status, message, next_step: next }: Check): string {
  const lead = `${status.padEnd(8)} ${name.padEnd(19)} `;
  const width = WIDTH - INDENT;
  const lines = [
    ...wrapped(message, width),
    ...next === null ? [] : wrapped(`→ ${next}`, width),
  ];
  return lines.map((line, at) => (at === 0 ? lead : " ".repeat(INDENT)) + line)
    .map((line) => line.trimEnd()).join("\n");
}

/** Breaks a text at its blanks; a word that is longer stays whole. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (longer.length > width && line !== "") {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}
