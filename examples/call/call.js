// A call in one conversation. The server says who is in it (call.ring, call.updated) and passes on what the browsers
// have to tell each other (call.signal); sound and pictures go from browser to browser (a call with `topology: 'mesh'`).
import { Peer } from './peer.js';
import { io } from './socket.io.esm.min.js';

const { server, token, conversation } = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
const byId = (id) => document.getElementById(id);

/** The newest state of the newest call that the server told. */
let call;
let isJoining = false;
/** Camera and microphone, as long as this page is in the call. The person may be in it on another device. */
let media;
let iceServers;
/** userId → the connection to them. */
const peers = new Map();

addEventListener('unhandledrejection', ({ reason }) => complain(reason.message));
addEventListener('click', () => complain(''), { capture: true });

const me = await get('/v1/users/me');
const { title, users } = await get(`/v1/conversations/${conversation}`);
const nameOf = (userId) => users[userId]?.displayName ?? 'Somebody';

// The device stays the same when the connection is lost and comes back: then it is still in the call.
const socket = io(server, { auth: { token, deviceId: crypto.randomUUID() } });
socket.on('connect_error', (error) => complain(error.data?.detail ?? error.message));
socket.on('connect', catchUp);
socket.on('call.ring', hear);
socket.on('call.updated', hear);
socket.on('call.signal', async ({ callId, fromUserId, signal }) => {
  if (!media || callId !== call.id) return;
  const peer = signal.kind === 'offer' ? peerOf(fromUserId) : peers.get(fromUserId);
  await peer?.take(signal);
});

byId('voice').onclick = () => start('voice');
byId('video').onclick = () => start('video');
byId('accept').onclick = accept;
byId('decline').onclick = async () => hear(await ask('call.decline', { callId: call.id }));
byId('leave').onclick = async () => hear(await ask('call.leave', { callId: call.id }));
byId('title').textContent = title ?? Object.keys(users).map(nameOf).join(' and ');
show();

/** What was missed: the call that rings since before this page was there, or what became of ours. */
async function catchUp() {
  const { items } = await get(`/v1/calls?conversationId=${conversation}&limit=1`);
  for (const newest of items) if (call || newest.state !== 'ended') hear(newest);
  if (!media) return;
  // Signals come at most once. Some may have been lost with the connection to the server: so offer again.
  for (const { userId } of othersIn(call)) {
    if (peers.has(userId)) peers.get(userId).restart();
    else peerOf(userId);
  }
}

async function start(type) {
  const clientId = crypto.randomUUID();
  await join(type, () => ask('call.start', { conversationId: conversation, type, clientId }));
}

async function accept() {
  await join(call.type, () => ask('call.accept', { callId: call.id }));
}

/** Camera and microphone first: who does not give them rings nobody, and answers nobody. */
async function join(type, command) {
  isJoining = true;
  show();
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: type === 'video' });
    ({ iceServers } = await get('/v1/rtc/ice-servers'));
    const joined = await command();
    media = stream;
    display(me.id, media);
    hear(joined);
    // Who comes later makes the offer. Who starts a call may be later too: when the other one calls at the same time.
    if (media) for (const { userId } of othersIn(joined)) peerOf(userId);
  } finally {
    if (!media) stop(stream);
    isJoining = false;
    show();
  }
}

/** What a call has come to. That may come twice, or late: ids grow with time, and revisions within a call. */
function hear(state) {
  if (state.conversationId !== conversation) return;
  const isNew = !call || state.id > call.id || (state.id === call.id && state.revision > call.revision);
  if (isNew) call = state;
  const others = new Set(othersIn(call).map(({ userId }) => userId));
  for (const userId of peers.keys()) if (!others.has(userId)) part(userId);
  if (media && (call.state === 'ended' || mine() !== 'joined')) hangUp();
  show();
}

function peerOf(userId) {
  const { id: callId } = call;
  const send = (signal) =>
    ask('call.signal', { callId, toUserId: userId, signal }).catch(({ message }) => console.warn(message));
  if (!peers.has(userId)) {
    const isPolite = me.id < userId;
    const show = (stream) => display(userId, stream);
    peers.set(userId, new Peer({ iceServers, media, isPolite, send, show }));
  }
  return peers.get(userId);
}

function part(userId) {
  peers.get(userId).close();
  peers.delete(userId);
  byId(userId)?.remove();
}

function hangUp() {
  for (const userId of peers.keys()) part(userId);
  byId(me.id).remove();
  stop(media);
  media = undefined;
}

function stop(stream) {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

function othersIn({ participants }) {
  return participants.filter(({ userId, state }) => userId !== me.id && state === 'joined');
}

function mine() {
  return call.participants.find(({ userId }) => userId === me.id)?.state;
}

/** The picture of somebody, or an empty one with their sound. */
function display(userId, stream) {
  if (!byId(userId)) {
    const figure = Object.assign(document.createElement('figure'), { id: userId });
    const video = Object.assign(document.createElement('video'), { autoplay: true, playsInline: true });
    const caption = document.createElement('figcaption');
    video.muted = userId === me.id;
    caption.textContent = userId === me.id ? 'You' : nameOf(userId);
    figure.append(video, caption);
    byId('videos').append(figure);
  }
  byId(userId).querySelector('video').srcObject = stream;
}

function show() {
  const [state, text] = standing();
  document.body.dataset.state = state;
  byId('status').textContent = text;
}

function standing() {
  if (isJoining) return ['joining', 'One moment …'];
  if (!call) return ['idle', 'There is no call.'];
  if (call.state === 'ended') return ['ended', `The call has ended: ${call.endReason}.`];
  if (media) return call.state === 'active' ? ['active', 'You are in the call.'] : ['calling', 'It rings …'];
  if (mine() === 'ringing') return ['ringing', `${nameOf(call.createdBy)} is calling.`];
  if (mine() === 'joined') return ['elsewhere', 'Answered on another device.'];
  return ['open', 'There is a call without you.'];
}

/** A command, and what it answers. */
async function ask(command, input) {
  const answer = await socket.timeout(10_000).emitWithAck(command, input);
  if (!answer.ok) throw new Error(answer.error.detail ?? answer.error.title);
  return answer.data;
}

async function get(path) {
  const answer = await fetch(server + path, { headers: { authorization: `Bearer ${token}` } });
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.detail ?? body.title);
  return body;
}

function complain(text) {
  byId('error').textContent = text;
}
