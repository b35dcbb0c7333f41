import { Mailbox } from "../mailbox.ts";
import { rowKey } from "../row_key.ts";
import type { ActionKey, RunKey } from "./actions.ts";

/**
 * Who waits for changes, as PostgreSQL's LISTEN and NOTIFY have it: a
 * notification names what changed, and the subscriber reads the row again. A
 * subscriber hears of its own run alone, so a big run costs the others nothing.
 */
export class Notifications {
  readonly #runs = new Set<Mailbox<RunKey>>();
  readonly #actions = new Map<string, Set<Mailbox<string>>>();

  /** Announces that the root action of a run moved. */
  runChanged(run: RunKey): void {
    for (const mailbox of this.#runs) mailbox.put(run);
  }

  /** Announces that an action, or what is known of its attempts, changed. */
  actionChanged({ run, name }: ActionKey): void {
    const mailboxes = this.#actions.get(keyOf(run)) ?? [];
    for (const mailbox of mailboxes) mailbox.put(name);
  }

  /** Subscribes to all runs. */
  watchRuns(): Mailbox<RunKey> {
    const mailbox: Mailbox<RunKey> = new Mailbox(
      () => this.#runs.delete(mailbox),
      { once: false },
    );
    this.#runs.add(mailbox);
    return mailbox;
  }

  /** Subscribes to the names of the actions of a run; a burst names each once. */
  watchActions(run: RunKey): Mailbox<string> {
    const key = keyOf(run);
    const mailboxes = this.#actions.get(key) ?? new Set();
    const mailbox: Mailbox<string> = new Mailbox(() => {
      mailboxes.delete(mailbox);
      if (mailboxes.size === 0) this.#actions.delete(key);
    }, { once: true });
    this.#actions.set(key, mailboxes.add(mailbox));
    return mailbox;
  }
}

function keyOf({ project, domain, name }: RunKey): string {
  return rowKey(project, domain, name);
}
