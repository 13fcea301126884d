import { sync } from '../modules/sync/sync.contract.js';
import { escapeHtml } from './page.js';

/** Address in the example, replaced by that of the server. */
export const ORIGIN = 'http://server.example';

const toExample = (options: string): string => `import { io } from 'socket.io-client';

// fetchToken: asks your back end for a JWT of the signed-in user.
const socket = io('${ORIGIN}', {
${options}  auth: async (callback) => callback({ token: await fetchToken() }),
});
socket.on('session.expiring', async () => socket.emit('session.refresh', { token: await fetchToken() }));
socket.on('message.new', (message) => console.log(message.seq, message.content));

const ack = await socket.timeout(10_000).emitWithAck('message.send', {
  conversationId,
  content: 'Hello Bob',
  clientId: crypto.randomUUID(),
});
if (ack.ok) console.log(ack.data.seq);
else console.log(ack.error.code);`;

/** Introduction of the page: connection, acknowledgements, retries, order, sync. */
export function introduction(prefix: string): string {
  const example = toExample(prefix ? `  path: '${prefix}/socket.io',\n` : '');
  return `<section id="introduction">
<p>The socket uses Socket.IO on the default namespace and authenticates with a JWT of the host product. A rejected
handshake is a <code>connect_error</code> whose <code>data</code> is a <a href="#ProblemDetailsDto">ProblemDetailsDto</a>.</p>
<pre><code>${escapeHtml(example)}</code></pre>
<ol>
<li><b>Acknowledgement</b>: each command gets exactly one, <code>{ ok: true, data }</code> after the commit or
<code>{ ok: false, error }</code> with a <a href="#ProblemDetailsDto">ProblemDetailsDto</a>. Errors are identified by
<code>error.code</code>.</li>
<li><b>Retry</b>: a repetition with the same <code>clientId</code> is the same creation and gets the result of the first
request. REST and the socket share the clientIds.</li>
<li><b>Order</b>: <code>seq</code> and <code>version</code> define the order, not the arrival: live events can overtake each
other. <code>seq</code> is the position of a message in its conversation, thread replies included; the state with the
greater <code>version</code> is newer. Missed events show as a gap in <code>version</code>. <code>seq</code> has no gaps
among all messages (<code>timeline=all</code>), but has some in the main timeline.</li>
<li><b>Sync</b>: after every connect, and when a gap in <code>version</code> lasts 300 ms, <a href="#${sync.name}"><code>${sync.name}</code></a>
returns the missed changes.</li>
<li><b>Sequence</b>: the commands of a socket run one after the other, in the order sent. A client may send without waiting;
the server reads no faster than it runs them. A command without input takes none, <code>null</code> or <code>{}</code>.</li>
<li><b>Limits</b>: a command has one JSON object of at most 256 KB and no binary data. A connection with more than 50 frames a
second (default of <code>SOCKET_INVALID_FRAMES_PER_SECOND</code>) that are no valid command is closed, and so is one without a socket for 10 s. A packet above 1 MB closes the connection.</li>
<li><b>Protocol</b>: Socket.IO 3 and 4 (<code>EIO=4</code>). Clients of Socket.IO 2 (<code>EIO=3</code>) get 400
<code>Unsupported protocol version</code>. Pages of other origins need <code>CORS_ORIGINS</code>, for WebSockets too.</li>
<li><b>Device id in calls</b>: <code>auth: { token, deviceId }</code>, constant across connections. The place in a
call belongs to the socket that joined; after a reconnect the client repeats <code>call.accept</code> with
<code>takeOver: true</code>. In a call with the <code>topology</code> <code>mesh</code>, a joining device sends an offer to each connected device with
<code>call.signal</code>; in a call with <code>sfu</code>, every device requests access with
<code>call.issue_token</code>.</li>
</ol>
<p>Machine-readable documents: <a href="/asyncapi.json">/asyncapi.json</a>, and <a href="/openapi.json">/openapi.json</a> for REST.</p>
</section>`;
}
