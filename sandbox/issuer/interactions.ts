/** The two questions of a login, asked and answered: who, and may it. */
import type { Account } from "./accounts.ts";
import type { Context, Interaction, Provider } from "./oidc_provider.ts";
import { accountPage, type Asking, consentPage, errorPage } from "./pages.ts";
import { sendPage } from "./send_page.ts";

interface Asked {
  readonly provider: Provider;
  readonly accounts: readonly Account[];
  readonly form: URLSearchParams;
}

/** Serves `/interaction/:uid`: GET asks, POST answers. */
export async function interact(ctx: Context, asked: Asked): Promise<void> {
  const { provider } = asked;
  const interaction = await findInteraction(ctx, provider);
  if (!interaction) {
    ctx.status = 400;
    const problem = "This page is no longer valid. Start the login again.";
    sendPage(ctx, errorPage(problem));
    return;
  }
  const result = ctx.method === "POST"
    ? await decide(interaction, asked)
    : undefined;
  if (!result) {
    sendPage(ctx, await ask(interaction, asked));
    return;
  }
  const location = await provider.interactionResult(ctx.req, ctx.res, result);
  ctx.redirect(location);
  ctx.status = 303;
}

async function findInteraction(
  ctx: Context,
  provider: Provider,
): Promise<Interaction | undefined> {
  try {
    return await provider.interactionDetails(ctx.req, ctx.res);
  } catch (error) {
    // A page that was answered before, or opened in another browser.
    if (error instanceof Error && error.name === "SessionNotFound") {
      return undefined;
    }
    throw error;
  }
}

/** @returns What the person decided; `undefined` if the answer makes no sense. */
async function decide(
  interaction: Interaction,
  { provider, accounts, form }: Asked,
): Promise<Record<string, unknown> | undefined> {
  if (form.get("decision") === "deny") {
    return {
      error: "access_denied",
      error_description: "the person said no",
    };
  }
  if (interaction.prompt.name === "login") {
    const account = accounts.find(({ email }) => email === form.get("account"));
    return account && { login: { accountId: account.subject } };
  }
  if (form.get("decision") !== "allow") return undefined;
  return { consent: { grantId: await grant(interaction, provider) } };
}

async function grant(
  { prompt, params, session }: Interaction,
  provider: Provider,
): Promise<string> {
  const granted = new provider.Grant({
    accountId: session?.accountId ?? "",
    clientId: params.client_id,
  });
  const { missingOIDCScope, missingResourceScopes } = prompt.details;
  if (missingOIDCScope) granted.addOIDCScope(missingOIDCScope.join(" "));
  for (const [id, scopes] of Object.entries(missingResourceScopes ?? {})) {
    granted.addResourceScope(id, scopes.join(" "));
  }
  return await granted.save();
}

async function ask(
  interaction: Interaction,
  { provider, accounts }: Asked,
): Promise<string> {
  const { uid, prompt, session } = interaction;
  const action = `/interaction/${uid}`;
  const asking = await describe(interaction, provider);
  if (prompt.name === "login") {
    return accountPage({ action, asking, accounts });
  }
  const account = accounts.find(({ subject }) =>
    subject === session?.accountId
  );
  return consentPage({
    action,
    asking,
    account: account ? `${account.name} (${account.email})` : "unknown",
  });
}

async function describe(
  { params, deviceCode }: Interaction,
  provider: Provider,
): Promise<Asking> {
  const client = await provider.Client.find(params.client_id);
  const code = deviceCode === undefined
    ? undefined
    : await provider.DeviceCode.find(deviceCode);
  return {
    clientId: params.client_id,
    clientName: client?.clientName ?? params.client_id,
    scopes: params.scope?.split(" ") ?? [],
    // Stored without its dash.
    ...(code &&
      { userCode: `${code.userCode.slice(0, 4)}-${code.userCode.slice(4)}` }),
  };
}
