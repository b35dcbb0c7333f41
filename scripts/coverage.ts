/**
 * Runs all tests with coverage and holds `src/` to its threshold, spawned
 * servers included. Ends with the line `N passed, N failed`.
 */
const MIN_LINES = 90;
const MIN_BRANCHES = 80;

const FOLDER = new URL("../coverage/", import.meta.url).pathname;

const failed = await main();
Deno.exit(failed ? 1 : 0);

async function main(): Promise<boolean> {
  await Deno.remove(FOLDER, { recursive: true }).catch(() => {});
  const tests = await run([
    ...["task", "--quiet", "test", `--coverage=${FOLDER}`],
    ...["--coverage-raw-data-only", ...Deno.args],
  ], { DENO_COVERAGE_DIR: FOLDER });
  const summary = /(\d+) passed[^|]*\| (\d+) failed/.exec(plain(tests.text));
  const [, passed = "0", failures = "1"] = summary ?? [];
  const report = await run([
    ...["coverage", "--include=/(main\\.ts|src/)", "--exclude=_test\\.ts"],
    FOLDER,
  ]);
  const [branches, lines] = totals(plain(report.text));
  const thin = !(lines >= MIN_LINES && branches >= MIN_BRANCHES);
  if (thin) {
    say(
      `Coverage of src/ is too thin: lines ${lines} % (of ${MIN_LINES}), branches ${branches} % (of ${MIN_BRANCHES})`,
    );
  }
  const isFailed = !tests.success || thin || summary === null;
  say(
    `${passed} passed, ${isFailed ? Math.max(1, Number(failures)) : 0} failed`,
  );
  return isFailed;
}

/** The last row of the table: `All files | branches | functions | lines`. */
function totals(text: string): [branches: number, lines: number] {
  const row = text.split("\n").find((line) => line.includes("All files"));
  const numbers = (row?.match(/\d+(\.\d+)?/g) ?? []).map(Number);
  return [numbers[0] ?? NaN, numbers.at(-1) ?? NaN];
}

async function run(
  args: string[],
  env: Record<string, string> = {},
): Promise<{ success: boolean; text: string }> {
  const child = new Deno.Command(Deno.execPath(), {
    args,
    env: { NO_COLOR: "1", ...env },
    stdout: "piped",
  }).spawn();
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of child.stdout) {
    Deno.stdout.writeSync(chunk);
    text += decoder.decode(chunk, { stream: true });
  }
  return { success: (await child.status).success, text };
}

function plain(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.replace(/\x1b\[[0-9;]*m/g, "");
}

function say(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}
