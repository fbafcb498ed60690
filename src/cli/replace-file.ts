// Writes a file of the user's: the old one or the new one, never half of it.
import { rename, stat, writeFile } from "node:fs/promises";

/** The mode of a file that is there stays. */
export async function replaceFile(file: string, text: string): Promise<void> {
  const draft = `${file}.${process.pid}.draft`;
  await writeFile(draft, text, { mode: await findMode(file) });
  await rename(draft, file);
}

async function findMode(file: string): Promise<number> {
  try {
    return (await stat(file)).mode & 0o777;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "ENOENT") return 0o666;
    throw thrown;
  }
}
