// Runs in a page before its own scripts and keeps its peer and server connections for the tests.
const connections = [];
const sockets = [];
globalThis.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...given) {
    super(...given);
    connections.push(this);
  }
};

globalThis.WebSocket = class extends WebSocket {
  constructor(...given) {
    super(...given);
    sockets.push(this);
  }
};

globalThis.probe = {
  /** Totals of every open connection: pictures decoded, samples and energy of sound. */
  async received() {
    const open = connections.filter(({ connectionState }) => connectionState !== 'closed');
    return Promise.all(
      open.map(async (connection) => {
        const streams = [...(await connection.getStats()).values()].filter(
          ({ type }) => type === 'inbound-rtp',
        );
        const sum = (name) => streams.reduce((total, stream) => total + (stream[name] ?? 0), 0);
        return {
          frames: sum('framesDecoded'),
          samples: sum('totalSamplesReceived'),
          energy: sum('totalAudioEnergy'),
        };
      }),
    );
  },

  /** Restarts ICE on every connection, which creates an offer. */
  restart() {
    for (const connection of connections) connection.restartIce();
  },

  /** ICE session of each end of each connection, once no offer is open. */
  sessions() {
    const ufrag = ({ sdp }) => /a=ice-ufrag:(\S+)/.exec(sdp)[1];
    const stable = connections.filter(({ signalingState }) => signalingState === 'stable');
    return stable.map(({ localDescription, remoteDescription }) => [
      ufrag(localDescription),
      ufrag(remoteDescription),
    ]);
  },

  /** Closes the connection to the server. */
  cut() {
    for (const socket of sockets) socket.close();
  },

  /** Current picture of the video of a user, scaled down: red, green, blue and alpha of each pixel. */
  picture(userId) {
    const [width, height] = [64, 48];
    const context = Object.assign(document.createElement('canvas'), { width, height }).getContext('2d');
    context.drawImage(document.querySelector(`figure[id="${userId}"] video`), 0, 0, width, height);
    return [...context.getImageData(0, 0, width, height).data];
  },
};
