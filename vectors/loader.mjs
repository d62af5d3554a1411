// Recomputes every case up to its losses and prints the correct digits: node vectors/loader.mjs [folder of cases]
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
const folder = process.argv[2] ?? fileURLToPath(new URL("cases/", import.meta.url));
const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".json")).sort() : [];
if (files.length === 0) { console.error(`loader.mjs needs a folder of .json cases; got ${folder}`); process.exit(2); }
const zip = (a, b, f) => a.map((x, i) => f(x, b[i])), sum = (a) => a.reduce((x, y) => x + y, 0);
function mlp(net, x) {  // one row: the hidden layers, by number, and the output
  const hidden = {}, last = Object.keys(net).length / 2 - 1;
  for (let l = 0; l < last; l++) hidden[l + 1] = x = layer(net, l, x).map((z) => Math.max(0, z));
  return { hidden, output: layer(net, last, x)[0] };
}
const layer = (net, l, x) => zip(net[`${2 * l}.weight`], net[`${2 * l}.bias`], (w, b) => b + sum(zip(w, x, (p, q) => p * q)));
const hiddenOf = (rows) => ({ 1: rows.map((r) => r.hidden[1]), 2: rows.map((r) => r.hidden[2]) });
function recomputed({ settings: c, batch: b, state: s, expected: e }) {
  const [scale, bias] = [(c.high[0] - c.low[0]) / 2, (c.high[0] + c.low[0]) / 2];
  const act = (row) => scale * Math.tanh(row.output) + bias;
  const nextActor = b.next_observation.map((x) => mlp(c.target_actor ? s.target_actor : s.actor, x));
  const nextCritic = zip(b.next_observation, nextActor, (x, row) => mlp(s.target_critic, [...x, act(row)]));
  const ends = zip(b.terminated, b.truncated, (t, u) => t || (c.truncation_is_terminal && u));
  const target = b.reward.map((r, i) => r + (ends[i] ? 0 : c.gamma * nextCritic[i].output));
  const critic = zip(b.observation, b.action, (x, a) => mlp(s.critic, [...x, ...a])), value = critic.map((r) => r.output);
  const td_error = zip(value, target, (q, y) => q - y), actor = b.observation.map((x) => mlp(s.actor, x));
  const judge = c.order === "simultaneous" ? s.critic : e.critic;  // the new critic is the file's: no gradients here
  const policy = zip(b.observation, actor, (x, row) => mlp(judge, [...x, act(row)])), B = value.length;
  return { hidden_next_actor: hiddenOf(nextActor), hidden_next_critic: hiddenOf(nextCritic), target, hidden_critic: hiddenOf(critic), value, td_error,
    critic_loss: (c.critic_loss_factor * sum(td_error.map((d) => d * d))) / B, hidden_actor: hiddenOf(actor), hidden_policy_critic: hiddenOf(policy), actor_loss: -sum(policy.map((r) => r.output)) / B };
}
const leaves = (x) => Array.isArray(x) ? [x.flat(9)] : typeof x === "object" ? Object.values(x).flatMap(leaves) : [[x]];
function digits(found, truth) {
  const error = Math.max(...zip(found, truth, (x, y) => Math.abs(x - y))), largest = Math.max(...truth.map(Math.abs));
  return error === 0 ? 17 : Math.max(0, Math.min(17, -Math.log10(error / largest))) || 0;
}
for (const file of files) {
  const known = JSON.parse(readFileSync(`${folder}/${file}`, "utf8")), found = Object.entries(recomputed(known));
  const each = found.flatMap(([name, x]) => zip(leaves(x), leaves(known.expected[name]), (f, t) => [digits(f, t), name]));
  const [fewest, where] = each.sort((a, b) => a[0] - b[0])[0];
  console.log(`${known.name}: ${fewest.toFixed(1)} correct digits, fewest in ${where}`);
  if (fewest < 12) process.exitCode = 1;
}
