import { commands } from '../api-contract.js';
import { escaped } from './page.js';

const EXAMPLE = `import { io } from 'socket.io-client';

const socket = io('http://127.0.0.1:3000', { auth: { token } });
socket.on('message.new', (message) => console.log(message.seq, message.content));

const answer = await socket.timeout(10_000).emitWithAck('message.send', {
  conversationId,
  content: 'Hello Bob',
  clientId: crypto.randomUUID(),
});
if (answer.ok) console.log(answer.data.seq);
else console.log(answer.error.code);`;

/** What a developer has to know before the tables. */
export function introduction(): string {
  const sync = ['sync', 'message.list'].find((wanted) => commands.some(({ name }) => name === wanted)) ?? '';
  return `<p>The socket speaks Socket.IO on the default namespace. A JWT of your product opens it; a refused handshake is a
<code>connect_error</code> whose <code>data</code> is a <a href="#ProblemDetailsDto">ProblemDetailsDto</a>.</p>
<pre><code>${escaped(EXAMPLE)}</code></pre>
<ol>
<li><b>Every command is acknowledged, once</b>: <code>{ ok: true, data }</code>, and then it is committed, or
<code>{ ok: false, error }</code> with a <a href="#ProblemDetailsDto">ProblemDetailsDto</a>. Switch on <code>error.code</code>.</li>
<li><b>No answer? Send it again</b> with the same <code>clientId</code>: it is the same creation, and the answer is that of
the first one. REST and the socket share the clientIds.</li>
<li><b>Order by <code>seq</code> and <code>version</code></b>, not by arrival: live events may overtake each other.
<code>seq</code> is the place of a message in its conversation, without gaps; of two states of one thing, the one with the
greater <code>version</code> is the newer.</li>
<li><b>After every connect, ask for what you missed</b> with <a href="#${sync}"><code>${sync}</code></a>, and whenever a
<code>seq</code> is missing for longer than a moment.</li>
<li><b>A socket asks one thing at a time</b>: commands are carried out in the order in which they were sent.</li>
<li><b>A device has a name in calls</b>: <code>auth: { token, deviceId }</code>, the same whenever it connects again. In a call
whose <code>media</code> is <code>mesh</code>, who comes in offers to each who is in it already, with
<code>call.signal</code>; whose is <code>sfu</code>, everybody goes by <code>call.token</code>.</li>
</ol>
<p>For machines: <a href="/asyncapi.json">/asyncapi.json</a>, and <a href="/openapi.json">/openapi.json</a> for REST.</p>`;
}
