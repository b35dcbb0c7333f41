/**
 * Starts headless Chromium and runs `tests/browser/` in it. Ends with the line
 * `N passed, N failed`; without Chromium it says how to get it. The name of
 * every file of tests there ends in `_browser.ts`, which `deno test` alone does
 * not look for. Types are checked by the gate. Arguments go to `deno test`:
 * names of files, `--filter`.
 */
const TESTS = new URL("../tests/browser/", import.meta.url).pathname;

/** Looked for in this order, after the environment variable CHROME_PATH. */
const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/** Where macOS and Windows have it. */
const PLACES = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

/** About one minute is usual. */
const LONGEST_MS = 5 * 60_000;

Deno.exit(await main());

async function main(): Promise<number> {
  const path = await findChromium();
  if (path === null) {
    say(
      "No Chromium was found. Install it with: sudo apt-get install --yes chromium\n" +
        "(not Debian or Ubuntu: set CHROME_PATH to any Chromium or Chrome)",
    );
    return 1;
  }
  await using browser = await startChromium(path);
  return await runTests(browser.address);
}

async function findChromium(): Promise<string | null> {
  const given = Deno.env.get("CHROME_PATH");
  if (given) return given;
  const folders = (Deno.env.get("PATH") ?? "").split(":");
  const onPath = NAMES.flatMap((name) =>
    folders.map((folder) => `${folder}/${name}`)
  );
  for (const path of [...onPath, ...PLACES]) {
    const found = await Deno.stat(path).catch(() => null);
    if (found?.isFile) return path;
  }
  return null;
}

interface Chromium extends AsyncDisposable {
  /** Where it is driven from, such as "ws://127.0.0.1:41017/devtools/…". */
  readonly address: string;
}

/** Nothing but this machine can be reached from it. */
async function startChromium(path: string): Promise<Chromium> {
  await using stack = new AsyncDisposableStack();
  const profile = await Deno.makeTempDir({ prefix: "flyte-mcp-browser-" });
  stack.defer(() => Deno.remove(profile, { recursive: true }).catch(() => {}));
  const child = new Deno.Command(path, {
    args: [
      ...["--headless=new", "--remote-debugging-port=0", "--mute-audio"],
      ...["--no-first-run", "--no-default-browser-check", "--disable-gpu"],
      ...["--disable-background-networking", "--disable-component-update"],
      ...["--disable-extensions", "--disable-sync", "--disable-dev-shm-usage"],
      "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
      `--user-data-dir=${profile}`,
      // Chromium refuses to run as root with its own sandbox.
      ...(Deno.build.os !== "windows" && Deno.uid() === 0
        ? ["--no-sandbox"]
        : []),
      "about:blank",
    ],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  stack.defer(async () => {
    child.kill();
    await child.status;
  });
  const address = await addressOf(child.stderr);
  const owned = stack.move();
  return { address, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** Reads where it listens from what it says, and the rest for nobody. */
async function addressOf(stderr: ReadableStream<Uint8Array>): Promise<string> {
  const lines = stderr.pipeThrough(new TextDecoderStream());
  let text = "";
  for await (const chunk of lines.values({ preventCancel: true })) {
    text += chunk;
    const [, address] = /DevTools listening on (ws:\S+)\s/.exec(text) ?? [];
    if (address === undefined) continue;
    lines.pipeTo(new WritableStream()).catch(() => {});
    return address;
  }
  throw new Error(`Cannot start Chromium: ${text}`);
}

async function runTests(address: string): Promise<number> {
  const screenshots = `${TESTS}screenshots`;
  await Deno.remove(screenshots, { recursive: true }).catch(() => {});
  await Deno.mkdir(screenshots);
  const isFile = (argument: string) => argument.endsWith(".ts");
  const files = Deno.args.some(isFile) ? [] : await testFiles();
  const child = new Deno.Command(Deno.execPath(), {
    args: ["test", "-A", "--no-check", "--parallel", ...files, ...Deno.args],
    env: { NO_COLOR: "1", BROWSER_ADDRESS: address },
    stdout: "piped",
    signal: AbortSignal.timeout(LONGEST_MS),
  }).spawn();
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of child.stdout) {
    await Deno.stdout.write(chunk);
    text += decoder.decode(chunk, { stream: true });
  }
  const { success } = await child.status;
  const summary = /(\d+) passed[^|]*\| (\d+) failed/.exec(text);
  const [, passed = "0", failed = "1"] = summary ?? [];
  const isFailed = !success || Number(passed) === 0;
  say(`${passed} passed, ${isFailed ? Math.max(1, Number(failed)) : 0} failed`);
  return isFailed ? 1 : 0;
}

async function testFiles(): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(TESTS));
  return entries.map(({ name }) => name)
    .filter((name) => name.endsWith("_browser.ts"))
    .sort()
    .map((name) => `${TESTS}${name}`);
}

function say(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}
