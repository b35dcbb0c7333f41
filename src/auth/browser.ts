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

/** The page was not opened, and why: half a sentence. */
export class BrowserNotOpened extends Error {
  override readonly name = "BrowserNotOpened";
}

/**
 * Opens a page in the person's browser, without waiting for it. It is a
 * courtesy: the address is in the conversation as well.
 *
 * @throws {BrowserNotOpened} when the program is missing, or not permitted
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
  } catch (cause) {
    const why = cause instanceof Deno.errors.NotCapable
      ? `Deno's permissions do not let this server run ${program} (--allow-run=${program})`
      : `This server cannot run ${program}`;
    throw new BrowserNotOpened(why, { cause });
  }
}
