import type { Certificate } from "../../http/certificate_probe.ts";
import { nameOf, quote } from "../../text.ts";
import type { FailedCall, Words } from "./failed_call.ts";

/** No CA that is trusted; or one of the same name, with another key. */
const UNKNOWN_CA = /UnknownIssuer|BadSignature/i;

/** A TLS connection that was not made. */
export function tlsFailure(call: FailedCall): Words {
  const { place, error: { message } } = call;
  if (/corrupt message|handshake eof/i.test(message)) return noTls(call);
  if (/CertificateRequired/i.test(message)) {
    return [
      "tls_untrusted",
      `${place} wants a certificate of this server, which has none to show.`,
      "Admin: let API calls with a token through without a client certificate.",
    ];
  }
  if (!/certificate/i.test(message)) {
    return [
      "tls_untrusted",
      `No TLS connection to ${place}: ${quote(message, 300)}.`,
      "Check host and port. Admin: TLS 1.2 or 1.3 is needed.",
    ];
  }
  const [why, remedy] = reasonOf(call);
  return [
    "tls_untrusted",
    `${certificateOf(call)} is not accepted: ${why}.`,
    `${remedy}${skipHint(call)}`,
  ];
}

function noTls({ place, setting }: FailedCall): Words {
  const plain = setting
    ? ` If the service speaks plain http, write http:// in ${setting}; credentials then go to this machine alone.`
    : "";
  return [
    "tls_untrusted",
    `${place} does not speak TLS.`,
    `Check host and port.${plain}`,
  ];
}

/** Plain http to a peer that speaks TLS. */
export function noPlainHttp({ place, setting }: FailedCall): Words {
  return [
    "tls_untrusted",
    `${place} speaks TLS, and was called by plain http.`,
    `Write https:// in ${setting ?? "its address"}.`,
  ];
}

/** The one at which the connection failed, where the peer could be asked. */
function certificateOf(call: FailedCall): string {
  const certificate = failing(call);
  if (!certificate) return `The certificate of ${call.place}`;
  const { subject, issuer } = certificate;
  return `The certificate "${
    nameOf(subject, 120)
  }" of ${call.place}, issued by "${nameOf(issuer, 120)}",`;
}

/** Over: the first to end. Unknown: the last that was sent. Else its own. */
function failing({ error }: FailedCall): Certificate | undefined {
  const { probed, message } = error;
  const chain = probed?.kind === "tls" ? probed.chain : [];
  if (/expired/i.test(message)) {
    return chain.toSorted((one, other) => one.validTo - other.validTo)[0];
  }
  return UNKNOWN_CA.test(message) ? chain.at(-1) : chain[0];
}

/** Why, in the words of Deno's TLS library and in ours, and what to do. */
function reasonOf(call: FailedCall): readonly [why: string, remedy: string] {
  const { hostname, error: { message } } = call;
  const certificate = failing(call);
  const clock =
    "Admin: renew it; if it is valid, is this machine's clock right?";
  if (/expired/i.test(message)) {
    return [`it ended${on(certificate?.validTo)}`, clock];
  }
  if (/not valid yet/i.test(message)) {
    return [`it begins later${on(certificate?.validFrom)}`, clock];
  }
  if (/not valid for name/i.test(message)) {
    const names = nameOf(certificate?.names.join(", ") ?? "");
    return [
      `it is for ${names || "another host"}`,
      `Check the host name. Admin: issue it for ${hostname}.`,
    ];
  }
  if (/CaUsedAsEndEntity/.test(message)) {
    return [
      "it is a CA's, which Deno takes from no server",
      "Admin: issue another one to the server, marked CA:FALSE.",
    ];
  }
  if (!UNKNOWN_CA.test(message)) return [quote(message, 300), ca(call)];
  return certificate && isAlone(certificate)
    ? [
      "it is signed by itself",
      "Person: if you know it to be right, set FLYTE_CA_CERT to a PEM file of it.",
    ]
    : ["nobody here knows its CA", ca(call)];
}

/** A host's certificate without any CA; a CA's own names no host. */
function isAlone({ subject, issuer, names }: Certificate): boolean {
  return subject === issuer && names.length > 0;
}

function on(time = NaN): string {
  return Number.isFinite(time)
    ? ` (${new Date(time).toISOString().slice(0, 10)})`
    : "";
}

/** What to set where a CA is not known, or the one that is set is another. */
function ca({ view: { caCert } }: FailedCall): string {
  return caCert
    ? `Person: the file that ${caCert.source} names does not have that CA, so add it there. Admin: let the server send its whole chain.`
    : "Person: if your organization has a CA of its own, set FLYTE_CA_CERT to its PEM file, or DENO_TLS_CA_STORE=system if this machine trusts it.";
}

/** Trusting anybody is Deno's to do, for it cannot be done for Flyte alone. */
function skipHint(
  { view: { insecureSkipVerify }, hostname }: FailedCall,
): string {
  if (!insecureSkipVerify?.value) return "";
  return ` ${insecureSkipVerify.source} asks to accept any certificate: for that, start the server with --unsafely-ignore-certificate-errors=${hostname}.`;
}
