import { assertEquals } from "@std/assert";
import { startIssuer } from "../../../sandbox/issuer/mod.ts";

/** What an issuer says of itself, asked at its own address. */
async function documentOf({ address }: { address: string }) {
  const path = "/.well-known/openid-configuration";
  const response = await fetch(`${address}${path}`);
  const { issuer, token_endpoint, device_authorization_endpoint } =
    await response.json();
  return { issuer, token_endpoint, device_authorization_endpoint };
}

for (const publicUrl of ["https://login.test", "https://login.test:8443"]) {
  Deno.test(`startIssuer() calls itself ${publicUrl}, wherever it listens`, async () => {
    await using issuer = await startIssuer({ publicUrl });
    assertEquals(issuer.url, publicUrl);
    assertEquals(new URL(issuer.address).hostname, "127.0.0.1");
    assertEquals(await documentOf(issuer), {
      issuer: publicUrl,
      token_endpoint: `${publicUrl}/token`,
      device_authorization_endpoint: `${publicUrl}/device/auth`,
    });
  });
}

Deno.test("startIssuer() calls itself by its own address where nothing else is given", async () => {
  await using issuer = await startIssuer();
  assertEquals(issuer.url, issuer.address);
  assertEquals((await documentOf(issuer)).issuer, issuer.address);
});
