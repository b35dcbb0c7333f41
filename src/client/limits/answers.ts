import {
  create,
  type DescField,
  type DescMessage,
  type Message,
} from "@bufbuild/protobuf";
import { breachOf, type Limits } from "./limits.ts";
import { isIdentifier, type Place, placeOf, valueOf } from "./places.ts";
import { type Row, rowOf } from "./rows.ts";

/** What is known of a type of messages. */
interface Known {
  readonly row: Row | null;
  readonly isIdentifier: boolean;
  /** Fields through which identifiers are reached. */
  readonly ways: readonly DescField[];
}

/**
 * Takes out of answers what may not be shown. Rows of lists that are not
 * allowed are dropped; whatever is not in a list goes with all that holds it.
 * What an allowed row names elsewhere, such as the run whose cache was used,
 * is emptied. An answer is not changed: others may hold the same one.
 */
export class AnswerFilter {
  readonly #limits: Limits;
  /** Answers may have many thousands of rows. */
  readonly #known = new Map<DescMessage, Known>();

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** The answer without what may not be shown; `null`: nothing is left. */
  filter(desc: DescMessage, answer: Message): Message | null {
    return this.#filter(desc, answer, null);
  }

  /** @param within the row that the message belongs to */
  #filter(
    desc: DescMessage,
    message: Message,
    within: Place | null,
  ): Message | null {
    const { row, isIdentifier } = this.#of(desc);
    const own = row?.place(message) ?? null;
    if (row && (!own || breachOf(own, this.#limits))) return null;
    const isShown = row || !isIdentifier ||
      this.#mayName(placeOf(desc, message), within);
    if (!isShown) return within && create(desc);
    return this.#filterFields(desc, message, own ?? within);
  }

  #filterFields(
    desc: DescMessage,
    message: Message,
    within: Place | null,
  ): Message | null {
    let copy: Message | null = null;
    for (const field of this.#of(desc).ways) {
      const value = valueOf(field, message);
      if (value === undefined) continue;
      const kept = this.#filterValue(field, value, within);
      if (kept === null) return null;
      if (kept === value) continue;
      copy ??= Object.assign(create(desc), message);
      setValue(copy, field, kept);
    }
    return copy ?? message;
  }

  #filterValue(
    field: DescField,
    value: unknown,
    within: Place | null,
  ): unknown {
    const type = field.message;
    if (!type) return value;
    // A field holds what its descriptor says.
    const one = (message: unknown) =>
      this.#filter(type, message as Message, within);
    if (field.fieldKind === "message") return one(value);
    const before = Object.entries(value as Record<string, unknown>);
    const after = before.flatMap(([key, message]) => {
      const kept = one(message);
      return kept ? [[key, kept] as const] : [];
    });
    const isSame = after.length === before.length &&
      after.every(([, kept], index) => kept === before[index]?.[1]);
    if (isSame) return value;
    return field.fieldKind === "list"
      ? after.map(([, kept]) => kept)
      : Object.fromEntries(after);
  }

  /** What a row names elsewhere; of other runs the task is not known. */
  #mayName(place: Place | null, within: Place | null): boolean {
    if (!place) return true;
    // Any task may be a part of a run that is allowed.
    const asked = within ? { ...place, task: undefined } : place;
    if (breachOf(asked, this.#limits)) return false;
    return !this.#limits.tasks || place.run === undefined ||
      place.run === within?.run;
  }

  #of(desc: DescMessage): Known {
    const before = this.#known.get(desc);
    if (before) return before;
    const known = {
      row: rowOf(desc),
      isIdentifier: isIdentifier(desc),
      ways: desc.fields.filter(({ message }) =>
        message && leadsToPlaces(message)
      ),
    };
    this.#known.set(desc, known);
    return known;
  }
}

/** Whether a message of this type may name places, at any depth. */
function leadsToPlaces(
  desc: DescMessage,
  seen: Set<DescMessage> = new Set(),
): boolean {
  if (isIdentifier(desc) || rowOf(desc)) return true;
  if (seen.has(desc)) return false;
  seen.add(desc);
  return desc.fields.some(({ message }) =>
    message && leadsToPlaces(message, seen)
  );
}

function setValue(message: Message, field: DescField, value: unknown): void {
  const { localName, oneof } = field;
  // Fields are set by the names that their descriptors give them.
  const fields = message as unknown as Record<string, unknown>;
  if (oneof) fields[oneof.localName] = { case: localName, value };
  else fields[localName] = value;
}
