// A certified OpenID Connect provider for the journeys. It prints its address once it listens.
import { createServer } from "node:http";
import { Provider } from "oidc-provider";

const PAGE = `<!doctype html><html lang="en"><title>Acme</title><h1>Acme</h1>
<form method="post"><label>Name <input name="login" autofocus></label> <button>Sign in</button></form>`;

const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://localhost:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: "halftone",
        client_secret: process.env.CLIENT_SECRET,
        redirect_uris: [process.env.REDIRECT_URI],
      },
    ],
    pkce: { required: () => true },
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    cookies: { keys: [process.env.CLIENT_SECRET] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_context, id) => ({
      accountId: id,
      claims: () => ({ sub: id, email: `${id}@x.example`, email_verified: id !== "unproved", name: `${id} of Acme` }),
    }),
    async loadExistingGrant({ oidc }) {
      const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
      grant.addOIDCScope("openid email profile");
      await grant.save();
      return grant;
    },
  });
  const answer = provider.callback();
  server.on("request", async (request, response) => {
    if (!request.url.startsWith("/interaction/")) return answer(request, response);
    if (request.method === "GET") return response.setHeader("Content-Type", "text/html; charset=utf-8").end(PAGE);
    let sent = "";
    for await (const part of request) sent += part;
    const accountId = new URLSearchParams(sent).get("login");
    return provider.interactionFinished(request, response, { login: { accountId } });
  });
  console.log(issuer);
});
