// Limit of the comparison: the minimum that Socket.IO needs for the same traffic, without a database. It has the same
// version and settings, one room per user, acks, and messages of the same shape, for the same clients.
import { Buffer } from 'node:buffer';
import { createServer } from 'node:http';
import { Server } from 'socket.io';

const ID_LENGTH = 36;
const http = createServer();
const io = new Server(http, { serveClient: false });
const conversations = new Map();
let created = 0;

io.use((socket, next) => {
  const [, payload] = socket.handshake.auth.token.split('.');
  const { sub } = JSON.parse(Buffer.from(payload, 'base64url').toString());
  socket.data.userId = sub.padEnd(ID_LENGTH, '.');
  socket.join(`user:${socket.data.userId}`);
  next();
});

io.on('connection', (socket) => {
  const { userId } = socket.data;
  socket.on('user.update', (_input, ack) => ack({ ok: true, data: { id: userId } }));
  socket.on('conversation.create', ({ memberIds }, ack) => {
    const members = [userId, ...memberIds].sort();
    const id = members.length === 2 ? members.join() : `group-${++created}`;
    const rooms = members.map((member) => `user:${member}`);
    if (!conversations.has(id)) conversations.set(id, { rooms, seq: 0 });
    ack({ ok: true, data: { id } });
  });
  socket.on('message.send', ({ conversationId, content, clientId }, ack) => {
    const conversation = conversations.get(conversationId);
    const seq = ++conversation.seq;
    const message = {
      id: crypto.randomUUID(),
      conversationId,
      seq,
      version: seq + 1,
      senderId: userId,
      type: 'text',
      content,
      metadata: null,
      replyTo: null,
      clientId,
      createdAt: new Date().toISOString(),
      editedAt: null,
      deletedAt: null,
    };
    io.to(conversation.rooms).emit('message.new', message);
    ack({ ok: true, data: message });
  });
});

http.listen(0, '127.0.0.1', () => {
  process.stdout.write(`Socket.IO http://127.0.0.1:${http.address().port}\n`);
});
