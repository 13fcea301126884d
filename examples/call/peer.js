/**
 * The connection to one other participant: plain WebRTC by "perfect negotiation" (see MDN), in which either side may
 * make an offer at any time. Of two offers that cross, the one of the polite side gives way.
 */
export class Peer {
  #connection;
  #send;
  #isPolite;
  #isOffering = false;
  #isTakingAnswer = false;
  #ignoresOffer = false;
  /** Candidates that came before the description that they belong to. */
  #early = [];

  /** `send` takes a signal to the other side; `show` gets the stream that comes from there. */
  constructor({ iceServers, media, isPolite, send, show }) {
    this.#connection = new RTCPeerConnection({ iceServers });
    this.#send = send;
    this.#isPolite = isPolite;
    this.#connection.onnegotiationneeded = () => this.#offer();
    this.#connection.onicecandidate = ({ candidate }) => {
      if (candidate) send({ kind: 'candidate', candidate: candidate.toJSON() });
    };
    this.#connection.ontrack = ({ streams: [stream] }) => show(stream);
    this.#connection.onconnectionstatechange = () => {
      if (this.#connection.connectionState === 'failed') this.restart();
    };
    // To add a track is to need a negotiation, unless the offer of the other side is taken right after: then that is it.
    for (const track of media.getTracks()) this.#connection.addTrack(track, media);
  }

  /** A signal that the other side sent, in the order in which they came. */
  async take(signal) {
    if (signal.kind === 'candidate') await this.#takeCandidate(signal.candidate);
    else await this.#takeDescription({ type: signal.kind, sdp: signal.sdp });
  }

  /** Offers again and looks for another way, while sound and pictures go on where they can: for when signals were lost. */
  async restart() {
    this.#connection.restartIce();
    await this.#offer();
  }

  close() {
    this.#connection.close();
  }

  async #offer() {
    this.#isOffering = true;
    try {
      await this.#describe();
    } finally {
      this.#isOffering = false;
    }
  }

  async #takeDescription(description) {
    const isOffer = description.type === 'offer';
    if (!isOffer && this.#connection.signalingState !== 'have-local-offer') return; // to an offer that we took back
    const isReady =
      !this.#isOffering && (this.#connection.signalingState === 'stable' || this.#isTakingAnswer);
    this.#ignoresOffer = isOffer && !isReady && !this.#isPolite;
    if (this.#ignoresOffer) return;

    this.#isTakingAnswer = !isOffer;
    await this.#connection.setRemoteDescription(description);
    this.#isTakingAnswer = false;
    for (const candidate of this.#early.splice(0)) await this.#takeCandidate(candidate);
    if (isOffer) await this.#describe();
  }

  async #takeCandidate(candidate) {
    if (!this.#connection.remoteDescription) return void this.#early.push(candidate);
    try {
      await this.#connection.addIceCandidate(candidate);
    } catch (error) {
      if (!this.#ignoresOffer) throw error;
    }
  }

  /** Makes the offer or the answer, whichever is due, and sends it. */
  async #describe() {
    await this.#connection.setLocalDescription();
    const { type, sdp } = this.#connection.localDescription;
    this.#send({ kind: type, sdp });
  }
}
