// Call in one conversation. The server reports its state (call.ring, call.updated) and relays signals between the
// browsers (call.signal). Audio and video go from browser to browser (topology `mesh`).
import { Peer } from './peer.js';
import { io } from './socket.io.esm.min.js';

const { server, token, conversation } = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
const byId = (id) => document.getElementById(id);

/** Newest state of the newest call of the conversation; undefined before the first one. */
let call;
let isJoining = false;
/** Camera and microphone while this page is in the call. The user may be in it on another device instead. */
let media;
let iceServers;
/** userId → connection to that participant. */
const peers = new Map();

addEventListener('unhandledrejection', ({ reason }) => showError(reason.message));
addEventListener('click', () => showError(''), { capture: true });

const currentUser = await fetchJson('/v1/users/me');
const { title, users } = await fetchJson(`/v1/conversations/${conversation}`);
const nameOf = (userId) => users[userId]?.displayName ?? 'Unknown user';

// The place in the call belongs to the socket: after a reconnect the page joins again (catchUp).
const socket = io(server, { auth: { token, deviceId: crypto.randomUUID() } });
socket.on('connect_error', (error) => showError(error.data?.detail ?? error.message));
socket.on('connect', catchUp);
socket.on('call.ring', applyCallState);
socket.on('call.updated', applyCallState);
socket.on('call.moved', ({ callId }) => {
  if (media && callId === call.id) leaveLocally();
  render();
});
socket.on('call.signal', async ({ callId, fromUserId, signal }) => {
  if (!media || callId !== call.id) return;
  const peer = signal.kind === 'offer' ? peerOf(fromUserId) : peers.get(fromUserId);
  await peer?.applySignal(signal);
});

byId('voice').onclick = () => startCall('voice');
byId('video').onclick = () => startCall('video');
byId('accept').onclick = () => acceptCall();
byId('move').onclick = () => acceptCall({ takeOver: true });
byId('decline').onclick = async () => applyCallState(await sendCommand('call.decline', { callId: call.id }));
byId('leave').onclick = async () => applyCallState(await sendCommand('call.leave', { callId: call.id }));
byId('title').textContent = title ?? Object.keys(users).map(nameOf).join(' and ');
render();

/** After each connect: reads the newest call, which may have started or ended meanwhile. */
async function catchUp() {
  const { items } = await fetchJson(`/v1/calls?conversationId=${conversation}&limit=1`);
  for (const newest of items) if (call || newest.state !== 'ended') applyCallState(newest);
  if (!media) return;
  await sendCommand('call.accept', { callId: call.id, takeOver: true });
  // Signals are delivered at most once and may have been lost with the connection: offer again.
  for (const { userId } of otherJoined(call)) {
    if (peers.has(userId)) peers.get(userId).restart();
    else peerOf(userId);
  }
}

async function startCall(type) {
  const clientId = crypto.randomUUID();
  await joinCall(type, () => sendCommand('call.start', { conversationId: conversation, type, clientId }));
}

async function acceptCall(options) {
  await joinCall(call.type, () => sendCommand('call.accept', { callId: call.id, ...options }));
}

/** Requests camera and microphone before the command, so a refusal starts and answers no call. */
async function joinCall(type, command) {
  isJoining = true;
  render();
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: type === 'video' });
    ({ iceServers } = await fetchJson('/v1/rtc/ice-servers'));
    const joined = await command();
    media = stream;
    showStream(currentUser.id, media);
    applyCallState(joined);
    // The later participant offers. A start can be the later one too, when both users call at the same time.
    if (media) for (const { userId } of otherJoined(joined)) peerOf(userId);
  } finally {
    if (!media) stopTracks(stream);
    isJoining = false;
    render();
  }
}

/** Applies a call state. States may repeat or arrive late: ids grow with time, revisions within a call. */
function applyCallState(state) {
  if (state.conversationId !== conversation) return;
  const isNewer = !call || state.id > call.id || (state.id === call.id && state.revision > call.revision);
  if (isNewer) call = state;
  const joinedIds = new Set(otherJoined(call).map(({ userId }) => userId));
  for (const userId of peers.keys()) if (!joinedIds.has(userId)) closePeer(userId);
  if (media && (call.state === 'ended' || ownState() !== 'joined')) leaveLocally();
  render();
}

function peerOf(userId) {
  const { id: callId } = call;
  const send = (signal) =>
    sendCommand('call.signal', { callId, toUserId: userId, signal }).catch(({ message }) =>
      console.warn(message),
    );
  if (!peers.has(userId)) {
    const isPolite = currentUser.id < userId;
    const onStream = (stream) => showStream(userId, stream);
    peers.set(userId, new Peer({ iceServers, media, isPolite, send, onStream }));
  }
  return peers.get(userId);
}

function closePeer(userId) {
  peers.get(userId).close();
  peers.delete(userId);
  byId(userId)?.remove();
}

function leaveLocally() {
  for (const userId of peers.keys()) closePeer(userId);
  byId(currentUser.id).remove();
  stopTracks(media);
  media = undefined;
}

function stopTracks(stream) {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

function otherJoined({ participants }) {
  return participants.filter(({ userId, state }) => userId !== currentUser.id && state === 'joined');
}

function ownState() {
  return call.participants.find(({ userId }) => userId === currentUser.id)?.state;
}

/** Shows the stream of a participant; without video an empty picture with audio. */
function showStream(userId, stream) {
  if (!byId(userId)) {
    const figure = Object.assign(document.createElement('figure'), { id: userId });
    const video = Object.assign(document.createElement('video'), { autoplay: true, playsInline: true });
    const caption = document.createElement('figcaption');
    video.muted = userId === currentUser.id;
    caption.textContent = userId === currentUser.id ? 'You' : nameOf(userId);
    figure.append(video, caption);
    byId('videos').append(figure);
  }
  byId(userId).querySelector('video').srcObject = stream;
}

function render() {
  const [state, text] = viewState();
  document.body.dataset.state = state;
  byId('status').textContent = text;
}

function viewState() {
  if (isJoining) return ['joining', 'Joining …'];
  if (!call) return ['idle', 'No call.'];
  if (call.state === 'ended') return ['ended', `The call has ended: ${call.endReason}.`];
  if (media) return call.state === 'active' ? ['active', 'You are in the call.'] : ['calling', 'Ringing …'];
  if (ownState() === 'ringing') return ['ringing', `${nameOf(call.createdBy)} is calling.`];
  if (ownState() === 'joined')
    return ['elsewhere', 'You are in the call in another tab or on another device.'];
  return ['open', 'A call is active.'];
}

/** Sends a command and returns the data of its ack. */
async function sendCommand(command, input) {
  const ack = await socket.timeout(10_000).emitWithAck(command, input);
  if (!ack.ok) throw new Error(ack.error.detail ?? ack.error.title);
  return ack.data;
}

async function fetchJson(path) {
  const response = await fetch(server + path, { headers: { authorization: `Bearer ${token}` } });
  const body = await response.json();
  if (!response.ok) throw new Error(body.detail ?? body.title);
  return body;
}

function showError(text) {
  byId('error').textContent = text;
}
