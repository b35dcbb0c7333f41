/**
 * Every option once: its names in order of precedence, and its description,
 * from which `--help`, the README's table and the messages are made.
 *
 * Each variable may also be given as `<NAME>_FROM_ENV_VAR`, the name of
 * another variable, or `<NAME>_FROM_FILE`, the path of a file.
 */
export interface Option {
  /** Command-line flag without dashes; secrets have none. */
  readonly flag?: string;
  /** What the flag takes, as `--help` shows it. */
  readonly placeholder?: string;
  /** Environment variables, first found wins. */
  readonly env: readonly string[];
  /** Keys of a Flyte config file, first found wins. */
  readonly file: readonly string[];
  /** Whether a project's own config file may set it (design: not trusted). */
  readonly project?: true;
  /** Whether its value must never be shown. */
  readonly secret?: true;
  /** Whether a part of its value may be a secret, so that no message has it. */
  readonly mayHoldSecret?: true;
  /** Whether the README shows it; docs/settings.md has all. */
  readonly common?: true;
  readonly describe: string;
}
