// What a Node program that makes these requests cannot do without: `node bare-requests.cjs ORIGIN METHOD PATH [METHOD PATH]…`, one
// after another on one connection, with the token of BENCH_TOKEN and the authority of SSL_CERT_FILE.
const { readFileSync } = process.getBuiltinModule("node:fs");
const { Agent, request } = process.getBuiltinModule("node:https");

const [origin, ...calls] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, ca: readFileSync(process.env.SSL_CERT_FILE) });

function next() {
  const [method, path] = calls.splice(0, 2);
  if (method === undefined) return agent.destroy();
  const headers = { authorization: `Bearer ${process.env.BENCH_TOKEN}` };
  const outgoing = request(`${origin}${path}`, { method, headers, agent }, (reply) => {
    if (reply.statusCode >= 300) process.exitCode = 1;
    reply.resume().once("end", next);
  });
  outgoing.end();
}

next();
