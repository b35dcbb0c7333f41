/** The programs that open a page, by operating system. */
const OPENERS: Readonly<Record<string, readonly string[]>> = {
  darwin: ["open"],
  windows: ["explorer"],
};

/** On everything else. */
const DEFAULT_OPENER = ["xdg-open"];

/** What has to be allowed for it, by `--allow-run`. */
export function openerProgram(os: string): string {
  return (OPENERS[os] ?? DEFAULT_OPENER)[0] ?? "";
}

/**
 * Opens a page in the person's browser. It is a courtesy: the address is in
 * the conversation as well, so a machine without a browser is no error.
 */
export function openBrowser(url: string): void {
  const [program = "", ...args] = OPENERS[Deno.build.os] ?? DEFAULT_OPENER;
  try {
    new Deno.Command(program, {
      args: [...args, url],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn().unref();
  } catch {
    // Not there, or not permitted: the person has the address.
  }
}
