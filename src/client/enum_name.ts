/**
 * A value of one of Flyte's enums in lower case. They are open: a value that
 * this version does not know keeps its number, for example `unknown_17`.
 */
export function enumName(
  names: Readonly<Record<number, string>>,
  value: number,
): string {
  return names[value]?.toLowerCase() ?? `unknown_${value}`;
}
