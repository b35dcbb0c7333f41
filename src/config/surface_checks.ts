import { nameOf } from "../text.ts";
import type { Finder } from "./finder.ts";
import type { Config } from "./mod.ts";
import { OPTIONS } from "./options.ts";
import type { Setting } from "./sources.ts";

/** The default project or domain, beside what limits it. */
interface Limited {
  readonly what: "project" | "domain";
  /** `null`, or from the source `default`: nobody has set it. */
  readonly own: Setting<string> | null;
  readonly allowed: Setting<readonly string[]> | null;
}

/** Whether calls that name no project and domain could do anything at all. */
export function checkSurface(config: Config, finder: Finder): void {
  const limits: readonly Limited[] = [
    {
      what: "project",
      own: config.project,
      allowed: config.allowedProjects,
    },
    { what: "domain", own: config.domain, allowed: config.allowedDomains },
  ];
  for (const limited of limits) {
    checkPin(limited, config, finder);
    checkDefault(limited, finder);
  }
}

/** A pin without a value would leave no way to name one. */
function checkPin({ what, own }: Limited, { pin }: Config, finder: Finder) {
  const isSet = own !== null && own.source !== "default";
  const isTold = [what, "pin" as const].some((key) => finder.faulty.has(key));
  if (isSet || isTold || !pin?.value.includes(what)) return;
  finder.invalid(
    `${pin.source} pins the ${what}, and none is configured.`,
    `Set ${placeOf(what)}, or remove ${what} from ${pin.source}.`,
  );
}

function checkDefault(
  { what, own, allowed }: Limited,
  finder: Finder,
): void {
  // An empty list is one that cannot be read, which has been said.
  if (!own || !allowed || allowed.value.length === 0) return;
  if (allowed.value.includes(own.value)) return;
  const name = nameOf(own.value);
  const [message, step] = own.source === "default"
    ? [`No ${what} is set, so it is ${name}`, `Set ${placeOf(what)} to one`]
    : [`${own.source} is the ${what} "${name}"`, `Set ${own.source} to one`];
  const listed = allowed.value.slice(0, 10).map((id) => nameOf(id)).join(", ");
  finder.conflict(
    `${message}, which ${allowed.source} does not allow.`,
    `${step} that is allowed (${listed}), or add it to ${allowed.source}.`,
  );
}

/** Where to set it, in the plain spelling. */
function placeOf(what: "project" | "domain"): string {
  const { env, flag } = OPTIONS[what];
  return `${env[1]} or --${flag}`;
}
