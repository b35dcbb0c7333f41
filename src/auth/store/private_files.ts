/**
 * Makes a folder that nobody else may read, or sees that it is one.
 *
 * @throws {Error} when it is a link, or belongs to somebody else
 */
export async function openFolder(folder: string): Promise<void> {
  await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
  const { isSymlink, uid, mode } = await Deno.lstat(folder);
  if (isSymlink) throw new FolderRefused("it is a symbolic link");
  const isOpen = mode !== null && (mode & 0o077) !== 0 &&
    Deno.build.os !== "windows";
  if (isOpen) await Deno.chmod(folder, 0o700);
  if (uid !== null && uid !== await ownUser(folder)) {
    throw new FolderRefused("it belongs to another user");
  }
}

/**
 * Sees whether {@linkcode openFolder} works, and takes away the folders that
 * it makes for that.
 *
 * @throws {Error} as it does
 */
export async function tryFolder(folder: string): Promise<void> {
  const made: string[] = [];
  for (let at = folder; !await isThere(at); at = parentOf(at)) made.push(at);
  try {
    await openFolder(folder);
  } finally {
    // One that another process has put something into by now stays.
    for (const each of made) await Deno.remove(each).catch(() => {});
  }
}

/** A folder that may not be looked at is left to whoever made it. */
async function isThere(folder: string): Promise<boolean> {
  try {
    await Deno.lstat(folder);
    return true;
  } catch (error) {
    return !(error instanceof Deno.errors.NotFound);
  }
}

function parentOf(folder: string): string {
  return folder.replace(/[/\\][^/\\]*$/, "") || "/";
}

/** A folder that logins must not be put into. */
export class FolderRefused extends Error {
  override readonly name = "FolderRefused";
}

/**
 * Replaces a file as a whole: whoever reads sees the text before or the text
 * after, also when the machine stops in between.
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.${crypto.randomUUID()}.tmp`;
  try {
    {
      using file = await Deno.open(temporary, {
        createNew: true,
        write: true,
        mode: 0o600,
      });
      await writeAll(file, new TextEncoder().encode(text));
      await file.sync();
    }
    await Deno.rename(temporary, path);
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    throw error;
  }
}

/** Names of what is in a folder; `[]` where there is none. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    const entries = await Array.fromAsync(Deno.readDir(folder));
    return entries.map(({ name }) => name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** A file's text; `null` where there is none. */
export async function readIfThere(path: string): Promise<string | null> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** Keeps a file that cannot be read for whoever wants to look at it. */
export async function setAside(
  path: string,
  now: number,
): Promise<string | null> {
  const aside = `${path}.corrupt-${now}`;
  try {
    await Deno.rename(path, aside);
    return aside;
  } catch {
    // Another process was faster, or the folder cannot be written.
    return null;
  }
}

async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    written += await file.write(bytes.subarray(written));
  }
}

/** The user of this process, told by a file of its own: asking needs a right. */
async function ownUser(folder: string): Promise<number | null> {
  const path = `${folder}/${crypto.randomUUID()}.tmp`;
  using file = await Deno.open(path, {
    createNew: true,
    write: true,
    mode: 0o600,
  });
  try {
    return (await file.stat()).uid;
  } finally {
    await Deno.remove(path);
  }
}
