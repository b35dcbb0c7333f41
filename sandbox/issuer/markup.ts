/** HTML that is escaped unless it was made by `html` itself. */
export interface Markup {
  readonly markup: string;
}

type Value = string | number | Markup | readonly Markup[] | undefined;

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Template tag: every value is escaped, markup and lists of it are put in. */
export function html(
  strings: TemplateStringsArray,
  ...values: readonly Value[]
): Markup {
  return {
    markup: strings.reduce((text, string, index) =>
      text + render(values[index - 1]) + string
    ),
  };
}

function render(value: Value): string {
  if (value === undefined) return "";
  if (typeof value === "string" || typeof value === "number") {
    return `${value}`.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? "");
  }
  return "markup" in value
    ? value.markup
    : value.map(({ markup }) => markup).join("");
}
