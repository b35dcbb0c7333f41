/**
 * Runs all tests, and holds `src/` to its threshold by those that are about it
 * and run in this process: counting takes its time, in spawned servers most.
 * Types are not checked again. Ends with the line `N passed, N failed`.
 */
const MIN_LINES = 90;
const MIN_BRANCHES = 80;

/** Tests of the sandbox, of what stands on it whole, and of spawned servers. */
const UNCOUNTED = ["e2e", "issuers", "replay", "sandbox"]
  .map((folder) => `tests/${folder}`);

/** Many tests wait for a while, so one more than there are cores. */
const JOBS = navigator.hardwareConcurrency + 1;

const FOLDER = new URL("../coverage/", import.meta.url).pathname;

const failed = await main();
Deno.exit(failed ? 1 : 0);

async function main(): Promise<boolean> {
  await Deno.remove(FOLDER, { recursive: true }).catch(() => {});
  const counted = await test(
    ...[`--ignore=${UNCOUNTED}`, `--coverage=${FOLDER}`],
    "--coverage-raw-data-only",
  );
  const uncounted = await test(...UNCOUNTED);
  const report = await run([
    ...["coverage", "--include=/src/", "--exclude=_test\\.ts", FOLDER],
  ]);
  const [branches, lines] = totals(plain(report.text));
  const thin = !(lines >= MIN_LINES && branches >= MIN_BRANCHES);
  if (thin) {
    say(
      `Coverage of src/ is too thin: lines ${lines} % (of ${MIN_LINES}), branches ${branches} % (of ${MIN_BRANCHES})`,
    );
  }
  const passed = counted.passed + uncounted.passed;
  const failed = counted.failed + uncounted.failed + (thin ? 1 : 0);
  say(`${passed} passed, ${failed} failed`);
  return failed > 0;
}

/** A run that ends badly without a failed test counts as one that failed. */
async function test(
  ...args: string[]
): Promise<{ passed: number; failed: number }> {
  const { success, text } = await run([
    ...["task", "--quiet", "test", "--no-check"],
    ...args,
  ]);
  const summaries = plain(text).matchAll(/(\d+) passed[^|]*\| (\d+) failed/g);
  const [passed = 0, failed = 0] = ([...summaries].at(-1)?.slice(1) ?? [])
    .map(Number);
  return { passed, failed: success ? failed : Math.max(1, failed) };
}

/** The last row of the table: `All files | branches | functions | lines`. */
function totals(text: string): [branches: number, lines: number] {
  const row = text.split("\n").find((line) => line.includes("All files"));
  const numbers = (row?.match(/\d+(\.\d+)?/g) ?? []).map(Number);
  return [numbers[0] ?? NaN, numbers.at(-1) ?? NaN];
}

async function run(
  args: string[],
): Promise<{ success: boolean; text: string }> {
  const child = new Deno.Command(Deno.execPath(), {
    args,
    env: { NO_COLOR: "1", DENO_JOBS: String(JOBS) },
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
