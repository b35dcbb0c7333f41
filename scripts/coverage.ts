/**
 * Runs all tests, and holds `src/` to its threshold by those that run in this
 * process: counting in spawned servers as well takes half as long again. Types
 * are not checked again. Ends with the line `N passed, N failed`.
 */
const MIN_LINES = 90;
const MIN_BRANCHES = 80;

/** Tests that spawn servers, each a process of its own. */
const SPAWNING = "tests/e2e";

const FOLDER = new URL("../coverage/", import.meta.url).pathname;

const failed = await main();
Deno.exit(failed ? 1 : 0);

async function main(): Promise<boolean> {
  await Deno.remove(FOLDER, { recursive: true }).catch(() => {});
  const counted = await test(
    ...[`--ignore=${SPAWNING}`, `--coverage=${FOLDER}`],
    "--coverage-raw-data-only",
  );
  const spawning = await test(SPAWNING);
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
  const passed = counted.passed + spawning.passed;
  const failed = counted.failed + spawning.failed + (thin ? 1 : 0);
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
  const summary = /(\d+) passed[^|]*\| (\d+) failed/.exec(plain(text));
  const [passed = 0, failed = 0] = (summary?.slice(1) ?? []).map(Number);
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
    env: { NO_COLOR: "1" },
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
