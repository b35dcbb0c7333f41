import type { EnrichedIdentity } from "../../idl/flyteidl2/common/identity_pb.ts";
import { nameOf } from "../text.ts";

/** Who did something: e-mail, else name, else subject; `null` when unsaid. */
export function personOf(
  identity: EnrichedIdentity | undefined,
): string | null {
  const principal = identity?.principal;
  switch (principal?.case) {
    case "user": {
      const { id, spec } = principal.value;
      const full = [spec?.firstName, spec?.lastName].filter(Boolean).join(" ");
      const name = spec?.email || full || spec?.userHandle || id?.subject;
      return name ? nameOf(name) : null;
    }
    case "application": {
      const { id, spec } = principal.value;
      const name = spec?.name || id?.subject;
      return name ? nameOf(name) : null;
    }
    case undefined:
      return null;
  }
}
