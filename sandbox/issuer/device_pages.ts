/** The pages oidc-provider asks for while a device code is entered. */
import type { Context } from "./oidc_provider.ts";
import { approvedPage, codePage, deniedPage } from "./pages.ts";
import { sendPage } from "./send_page.ts";

/** As the provider names the callbacks of its device flow. */
export function devicePages(): Record<string, unknown> {
  return {
    userCodeInputSource: (
      ctx: Context,
      _form: string,
      _out?: unknown,
      error?: Error & { userCode?: string },
    ) => askForCode(ctx, error),
    // The form confirms by itself, since the person sees the code once more
    // when they are asked to allow; this page is for a form sent without that.
    userCodeConfirmSource: (ctx: Context) => askForCode(ctx),
    successSource: (ctx: Context) =>
      sendPage(
        ctx,
        approvedPage(ctx.oidc?.client?.clientName ?? "The program"),
      ),
  };
}

function askForCode(ctx: Context, error?: Error & { userCode?: string }): void {
  if (error?.name === "AbortedError") {
    sendPage(ctx, deniedPage());
    return;
  }
  const userCode = error?.userCode ?? ctx.state["userCode"];
  const page = codePage({
    action: "/device",
    xsrf: ctx.oidc?.session?.state?.secret ?? "",
    userCode: typeof userCode === "string" ? userCode : "",
    ...(error && { problem: problemOf(error) }),
  });
  sendPage(ctx, page);
}

function problemOf(error: Error): string {
  switch (error.name) {
    case "NoCodeError":
      return "Enter the code that the program shows.";
    case "NotFoundError":
      return "There is no such code. Check it and try again.";
    case "ExpiredError":
      return "This code has expired. Ask the program for a new one.";
    case "AlreadyUsedError":
      return "This code was used already. Ask the program for a new one.";
    default:
      return "This page was no longer valid. Enter the code once more.";
  }
}
